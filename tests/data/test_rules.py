"""One test for each rule that turns events into actions; the recordings are made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from webagent.data.convert import Conversion
from webagent.data.recording import RecordingError
from webagent_envs.spaces import Click, Hover, Press, Select, Type

ENTER, TAB, SPACE, DOWN, BACKSPACE, CONTROL = 13, 9, 32, 40, 8, 17


def said(conversion: Conversion) -> list[tuple[Any, ...]]:
    """The actions as (kind, label of the element, what is typed, pressed or chosen)."""
    found = []
    for step in conversion.steps:
        element = step.observation.element(step.action.ref)
        assert element is not None
        name = element.attributes.get("id") or element.label
        match step.action:
            case Click() | Hover():
                found.append((step.action.kind, name))
            case Type(text=text) | Press(keys=text) | Select(option=text):
                found.append((step.action.kind, name, text))
    return found


@pytest.fixture
def button(make_node):
    return make_node("BUTTON", "Submit", box=(2, 150, 90, 30))


@pytest.fixture
def field(make_node):
    return make_node("INPUT_text", box=(2, 60, 120, 20), id="name", value="")


def test_one_click_for_each_press(record, button):
    episode = record(button)
    episode.finish(button)
    assert said(episode.convert()) == [("click", "Submit")]


def test_the_press_belongs_to_the_button_round_the_hit_node(record, make_node):
    icon = make_node("SPAN", box=(4, 62, 10, 10), classes="icon")
    button = make_node("BUTTON", icon, "Go", box=(2, 60, 60, 20))
    episode = record(button)
    episode.finish(icon)
    assert said(episode.convert()) == [("click", "Go")]


def test_without_a_recorded_target_the_point_is_tested(record, button):
    episode = record(button)
    episode.finish(button)
    for state in episode.data["states"]:
        strip_targets(state["dom"])
    assert said(episode.convert()) == [("click", "Submit")]


def strip_targets(node):
    node.pop("recordingTarget", None)
    for child in node["children"]:
        strip_targets(child)


def test_typing_is_one_action_with_the_final_value(record, field, button):
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "joxn")
    episode.key(BACKSPACE, field, lambda: field.update(value="jox"))
    episode.key(BACKSPACE, field, lambda: field.update(value="jo"))
    episode.type(field, "hn")
    episode.finish(button)
    assert said(episode.convert()) == [("type", "name", "john"), ("click", "Submit")]


def test_typing_shows_the_page_before_the_focusing_click(record, field, button):
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "a")
    episode.finish(button)
    seen = episode.convert().steps[0].observation
    assert [element.focused for element in seen.elements if element.tag == "input"] == [False]


def test_a_click_that_only_focuses_is_no_step(record, make_node, field, button):
    other = make_node("INPUT_text", box=(2, 90, 120, 20), id="other", value="")
    episode = record(field, other, button)
    episode.press(field)
    episode.press(other)
    episode.finish(button)
    assert said(episode.convert()) == [("click", "Submit")]


def test_a_focusing_click_that_ends_the_episode_is_the_task(record, field):
    episode = record(field)
    episode.finish(field)
    assert said(episode.convert()) == [("click", "name")]


def test_a_pasted_value_counts_as_typed(record, field, button):
    episode = record(field, button)
    episode.press(field, lambda: field.update(value="pasted"))
    episode.finish(button)
    assert said(episode.convert()) == [("type", "name", "pasted"), ("click", "Submit")]


def test_enter_in_a_field_is_a_key_press_when_it_does_something(record, make_node, field):
    result = make_node("DIV", "found it", id="result", gone=True)
    episode = record(field, result)
    episode.press(field)
    episode.type(field, "x")
    episode.key(ENTER, field, lambda: result.pop("gone"))
    episode.finish(result)
    assert said(episode.convert()) == [("type", "name", "x"), ("press", "name", "Enter"), ("click", "result")]


def test_enter_without_effect_is_dropped(record, field, button):
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "x")
    episode.key(ENTER, field)
    episode.finish(button)
    assert said(episode.convert()) == [("type", "name", "x"), ("click", "Submit")]


def test_tab_and_space_on_a_button_are_a_click(record, field, button):
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "x")
    episode.key(TAB, field, lambda: episode.focus(button))
    episode.event("keydown", button, keyCode=SPACE, charCode=0)
    episode.event("keyup", button, episode._renumber, keyCode=SPACE, charCode=0)
    assert said(episode.convert()) == [("type", "name", "x"), ("click", "Submit")]


def test_other_keys_with_an_effect_are_presses(record, make_node, button):
    tab = make_node("A", "first", box=(2, 60, 40, 20), id="tab")
    panel = make_node("DIV", "second panel", id="panel", gone=True)
    episode = record(tab, panel, button)
    episode.key(DOWN, tab, lambda: panel.pop("gone"))
    episode.finish(button)
    assert said(episode.convert()) == [("press", "tab", "ArrowDown"), ("click", "Submit")]


def checkbox(make_node, name, top):
    box = make_node("INPUT_checkbox", box=(4, top, 12, 12), value=False)
    return box, make_node("LABEL", box, name, box=(2, top, 90, 14))


def switch(box):
    return lambda: box.update(value=not box["value"])


def test_a_click_on_a_label_is_a_click_on_its_box(record, make_node, button):
    box, label = checkbox(make_node, "red", 60)
    episode = record(label, button)
    episode.press(label, switch(box))
    episode.finish(button)
    conversion = episode.convert()
    assert said(conversion) == [("click", "red"), ("click", "Submit")]
    assert conversion.steps[1].observation.element(conversion.steps[0].action.ref).checked


def test_an_even_number_of_toggles_is_none(record, make_node, button):
    (red, red_label), (blue, blue_label) = checkbox(make_node, "red", 60), checkbox(make_node, "blue", 80)
    episode = record(red_label, blue_label, button)
    episode.press(red, switch(red))
    episode.press(blue, switch(blue))
    episode.press(red, switch(red))
    episode.finish(button)
    conversion = episode.convert()
    assert said(conversion) == [("click", "blue"), ("click", "Submit")]
    # what the dropped clicks did is not seen either
    first = conversion.steps[0].observation
    assert not any(element.checked for element in first.elements)


def test_an_odd_number_of_toggles_is_the_last_one(record, make_node, button):
    (red, red_label), (blue, blue_label) = checkbox(make_node, "red", 60), checkbox(make_node, "blue", 80)
    (gray, gray_label) = checkbox(make_node, "gray", 100)
    episode = record(red_label, blue_label, gray_label, button)
    for box in (red, blue, red, gray, red):
        episode.press(box, switch(box))
    episode.finish(button)
    conversion = episode.convert()
    assert said(conversion) == [("click", "blue"), ("click", "gray"), ("click", "red"), ("click", "Submit")]
    checked = [[e.name for e in step.observation.elements if e.checked] for step in conversion.steps]
    assert checked == [[], ["blue"], ["blue", "gray"], ["red", "blue", "gray"]]


def test_a_radio_button_that_was_changed_again_is_dropped(record, make_node, button):
    first = make_node("INPUT_radio", box=(4, 60, 12, 12), id="first", value=False)
    second = make_node("INPUT_radio", box=(4, 80, 12, 12), id="second", value=False)
    episode = record(first, second, button)
    episode.press(first, lambda: first.update(value=True))
    episode.press(second, lambda: (first.update(value=False), second.update(value=True)))
    episode.finish(button)
    assert said(episode.convert()) == [("click", "second"), ("click", "Submit")]


def test_a_field_that_is_typed_twice_keeps_the_last_text(record, make_node, field, button):
    other = make_node("INPUT_text", box=(2, 90, 120, 20), id="other", value="")
    episode = record(field, other, button)
    episode.press(field)
    episode.type(field, "wrong")
    episode.press(other)
    episode.type(other, "word")
    episode.press(field, lambda: field.update(value=""))
    episode.type(field, "right")
    episode.finish(button)
    conversion = episode.convert()
    assert said(conversion) == [("type", "other", "word"), ("type", "name", "right"), ("click", "Submit")]
    values = [[e.value for e in step.observation.elements if e.tag == "input"] for step in conversion.steps]
    assert values == [["", ""], ["", "word"], ["right", "word"]]


def test_a_detour_that_came_back_is_cut(record, make_node, button):
    link = make_node("A", "Next", box=(2, 60, 40, 12), id="next")
    back = make_node("A", "Back", box=(50, 60, 40, 12), id="back")
    page = make_node("DIV", "January", id="month")
    episode = record(link, back, page, button)
    episode.press(link, lambda: page.update(text="February"))
    episode.press(link, lambda: page.update(text="March"))
    episode.press(back, lambda: page.update(text="February"))
    episode.finish(button)
    assert said(episode.convert()) == [("click", "next"), ("click", "Submit")]


def test_a_detour_never_swallows_a_click_that_left_no_trace(record, make_node, button):
    secret = make_node("BUTTON", "ONE", box=(2, 60, 40, 12))
    link = make_node("A", "Next", box=(2, 80, 40, 12), id="next")
    page = make_node("DIV", "January", id="month")
    episode = record(secret, link, page, button)
    episode.press(secret)
    episode.press(link, lambda: page.update(text="February"))
    episode.press(link, lambda: page.update(text="January"))
    episode.finish(button)
    assert said(episode.convert()) == [("click", "ONE"), ("click", "Submit")]


def test_a_button_without_visible_effect_counts_once(record, make_node):
    one, two = make_node("BUTTON", "ONE", box=(2, 60, 40, 12)), make_node("BUTTON", "TWO", box=(2, 80, 40, 12))
    episode = record(one, two)
    episode.press(one)
    episode.press(one)
    episode.finish(two)
    assert said(episode.convert()) == [("click", "ONE"), ("click", "TWO")]


def test_repeated_clicks_stay_right_in_number(record, make_node, field, button):
    up = make_node("A", make_node("SPAN", box=(130, 62, 8, 8)), box=(128, 60, 12, 12), id="up")
    field["value"] = "0"
    episode = record(field, up, button)
    for value in "123":
        episode.event("mousedown", up["children"][0], lambda value=value: field.update(value=value), x=134, y=66)
        episode.event("mouseup", up["children"][0], x=134, y=66)
        episode.event("click", up["children"][0], x=134, y=66)
        episode.event("dblclick", up["children"][0], x=134, y=66)
    episode.finish(button)
    assert said(episode.convert()) == [("click", "up")] * 3 + [("click", "Submit")]


def test_clicks_on_empty_ground_are_dropped(record, make_node, button):
    menu = make_node("DIV", "menu", id="menu")
    episode = record(menu, button, make_node("P", "a"), make_node("P", "b"))
    episode.press(episode.area)
    episode.press(episode.area, lambda: menu.update(gone=True))
    episode.finish(button)
    assert said(episode.convert()) == [("click", "Submit")]


def listbox(make_node, *names):
    options = [make_node("OPTION", name, box=(4, 62 + 14 * i, 80, 14)) for i, name in enumerate(names)]
    return make_node("SELECT", *options, box=(2, 60, 100, 60), id="list"), options


def test_an_option_of_a_list_box_is_a_select(record, make_node, button):
    box, (first, second) = listbox(make_node, "Cuba", "Chad")
    episode = record(box, button)
    episode.press(first)
    episode.press(second)
    episode.finish(button)
    conversion = episode.convert()
    assert said(conversion) == [("select", "list", "Chad"), ("click", "Submit")]
    after = conversion.steps[1].observation
    assert [(e.text, e.selected) for e in after.elements if e.tag == "option"] == [("Cuba", False), ("Chad", True)]
    assert [e.value for e in after.elements if e.tag == "select"] == ["Chad"]


def test_choices_with_control_add_up(record, make_node, button):
    box, (first, second, third) = listbox(make_node, "Cuba", "Chad", "Peru")
    episode = record(box, button)
    episode.press(first)
    episode.event("keydown", box, keyCode=CONTROL, charCode=0)
    episode.press(second)
    episode.press(third)
    episode.press(second)
    episode.event("keyup", box, keyCode=CONTROL, charCode=0)
    episode.finish(button)
    assert said(episode.convert()) == [("select", "list", "Cuba"), ("select", "list", "Peru"), ("click", "Submit")]


def test_typed_letters_choose_in_a_list_box(record, make_node, button):
    box, _ = listbox(make_node, "Cuba", "Chad", "Peru")
    episode = record(box, button)
    for letter in "CH":
        episode.key(ord(letter), box)
    episode.finish(button)
    assert said(episode.convert()) == [("select", "list", "Chad"), ("click", "Submit")]


def test_letters_that_fit_two_options_are_refused(record, make_node, button):
    box, _ = listbox(make_node, "Cuba", "Chad", "Peru")
    episode = record(box, button)
    episode.key(ord("C"), box)
    episode.finish(button)
    with pytest.raises(RecordingError, match="a choice made with keys in a list cannot be told"):
        episode.convert()


def test_a_native_drop_down_is_refused(record, make_node, button):
    episode = record(make_node("SELECT", box=(2, 60, 100, 20)), button)
    episode.finish(button)
    with pytest.raises(RecordingError, match="the choice in a native drop-down was not recorded"):
        episode.convert()


def test_a_submenu_that_appears_by_itself_is_hovered(record, make_node):
    inner = make_node("DIV", "Inner", box=(90, 80, 60, 14), id="inner", classes="item")
    submenu = make_node("UL", make_node("LI", inner, box=(90, 80, 60, 14)), box=(90, 80, 60, 14), gone=True)
    outer = make_node("DIV", "Outer", box=(4, 80, 60, 14), id="outer", classes="item")
    menu = make_node("UL", make_node("LI", outer, submenu, box=(4, 80, 60, 14)), box=(4, 60, 80, 60))
    episode = record(menu)
    submenu.pop("gone")
    outer["classes"] = "item ui-state-active"
    inner["classes"] = "item ui-state-active"
    episode.finish(inner)
    conversion = episode.convert()
    assert said(conversion) == [("hover", "outer"), ("click", "inner")]
    texts = [[e.text for e in step.observation.elements if e.text] for step in conversion.steps]
    assert texts == [["Outer"], ["Outer", "Inner"]]


def test_what_happens_after_the_end_is_left_out(record, make_node, button):
    episode = record(button, make_node("BUTTON", "Again", box=(2, 60, 40, 12)))
    episode.finish(button)
    episode.press(button)
    assert said(episode.convert()) == [("click", "Submit")]


def test_keys_that_are_held_down_do_not_hide_the_click_that_ends(record, button):
    episode = record(button)
    point = {"x": 47, "y": 165}
    episode.event("mousedown", button, **point)
    episode.key(BACKSPACE, button)
    episode.event("mouseup", button, **point)
    episode.event("click", button, episode._renumber, **point)
    assert said(episode.convert()) == [("click", "Submit")]


def test_an_end_that_was_not_recorded_is_refused(record, make_node, button):
    box, label = checkbox(make_node, "red", 60)
    episode = record(label, button)
    episode.press(box, switch(box))
    with pytest.raises(RecordingError, match="the action that ended the episode was not recorded"):
        episode.convert()


def test_nothing_recorded_is_refused(record, button):
    with pytest.raises(RecordingError, match="no action was recorded"):
        record(button).convert()


def test_earlier_actions_are_the_history(record, field, button):
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "x")
    episode.finish(button)
    steps = episode.convert().steps
    assert [step.observation.actions for step in steps] == [(), (steps[0].action,)]
