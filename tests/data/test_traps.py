"""What a recording gives away, or loses, that a live page does not: one test for each trap."""

from __future__ import annotations

import pytest

from webagent.data.recording import RecordingError

PLAIN, BLUE = "rgb(238, 238, 238)", "rgb(0, 0, 255)"


@pytest.fixture
def button(make_node):
    return make_node("BUTTON", "Submit", box=(2, 150, 90, 30))


def element(step, name):
    return next(e for e in step.observation.elements if e.attributes.get("id") == name)


# HOVER LEAK: the state at the press already shows that the pointer is on the target.


def test_hover_and_focus_classes_of_the_target_are_gone(record, make_node):
    day = make_node("A", "12", id="day", classes="ui-state-default")
    episode = record(day)
    day["classes"] = "ui-state-default ui-state-hover ui-state-focus ui-datepicker-prev-hover"
    episode.finish(day)
    assert element(episode.convert().steps[0], "day").attributes["class"] == "ui-state-default"


def test_an_active_class_that_came_with_the_pointer_is_gone(record, make_node):
    item = make_node("DIV", "Venezuela", id="item", classes="ui-menu-item-wrapper")
    episode = record(item)
    item["classes"] = "ui-menu-item-wrapper ui-state-active"
    episode.finish(item)
    assert element(episode.convert().steps[0], "item").attributes["class"] == "ui-menu-item-wrapper"


def test_an_active_class_of_an_item_that_just_appeared_is_gone(record, make_node):
    item = make_node("DIV", "Venezuela", id="item", classes="item ui-state-active", gone=True)
    episode = record(item, make_node("DIV", "Peru", id="other"))
    item.pop("gone")
    episode.finish(item)
    assert element(episode.convert().steps[0], "item").attributes["class"] == "item"


def test_a_menu_entry_that_was_highlighted_long_before_is_plain(record, make_node):
    """The pointer may rest on a suggestion while the person still types."""
    items = [make_node("DIV", n, id=n, classes="ui-menu-item-wrapper", bgColor=PLAIN) for n in ("Peru", "Pitcairn")]
    items[0] |= {"classes": "ui-menu-item-wrapper ui-state-active", "bgColor": BLUE}
    episode = record(*items)
    episode.state({"type": "keyup", "timing": 1}, items[0])
    episode.finish(items[0])
    seen = element(episode.convert().steps[0], "Peru")
    assert seen.attributes["class"] == "ui-menu-item-wrapper"
    assert seen.background == "#eeeeee"


def test_the_open_tab_keeps_its_active_class(record, make_node):
    tab = make_node("LI", make_node("A", "One"), id="tab", classes="ui-tabs-tab ui-tabs-active ui-state-active")
    episode = record(tab)
    episode.finish(tab["children"][0])
    seen = element(episode.convert().steps[0], "tab")
    assert seen.attributes["class"] == "ui-tabs-tab ui-tabs-active ui-state-active"
    assert seen.selected
    assert seen.role == "tab"


def test_the_colour_is_the_one_before_the_pointer_came(record, make_node):
    day = make_node("A", "12", id="day", bgColor=PLAIN)
    episode = record(day)
    day["bgColor"] = BLUE
    episode.finish(day)
    assert element(episode.convert().steps[0], "day").background == "#eeeeee"


def test_a_target_that_just_appeared_looks_like_its_kind(record, make_node):
    days = [make_node("A", str(n), box=(20 * n, 60, 18, 12), classes="day", bgColor=PLAIN, gone=True) for n in (1, 2)]
    episode = record(*days)
    for day in days:
        day.pop("gone")
    days[1] |= {"bgColor": BLUE, "classes": "day ui-state-hover", "id": "day"}
    episode.finish(days[1])
    assert element(episode.convert().steps[0], "day").background == "#eeeeee"


def test_colours_away_from_the_pointer_are_as_recorded(record, make_node, button):
    box = make_node("DIV", "x", id="box", bgColor=PLAIN)
    episode = record(box, button)
    box["bgColor"] = BLUE
    episode.finish(button)
    assert element(episode.convert().steps[0], "box").background == "#0000ff"


# SCROLL LEAK: people scroll the target into view, so its raw y points at it.


def test_a_scrolled_box_says_by_how_much(record, make_node):
    rows = [make_node("DIV", f"row {n}", box=(0, 50 + 40 * n, 150, 40), id=f"row{n}") for n in range(8)]
    box = make_node("DIV", *rows, box=(0, 50, 160, 160), id="list")
    episode = record(box)
    before = {row["id"]: row["top"] for row in rows}
    episode.state({"type": "scroll", "timing": 1}, box)
    for row in rows:
        row["top"] -= 90
    episode.finish(rows[5])
    step = episode.convert().steps[0]
    assert element(step, "list").scroll == (0, 90, 0, 160)
    moved = element(step, "list").scroll[1]
    assert {e.attributes["id"]: e.box[1] + moved for e in step.observation.elements if e.text} == before
    assert not element(step, "row0").in_viewport
    assert element(step, "row5").in_viewport


def test_scrolling_is_no_step(record, make_node, button):
    box = make_node("DIV", make_node("P", "text", box=(0, 50, 150, 400)), box=(0, 50, 160, 90), id="list")
    episode = record(box, button)
    episode.state({"type": "scroll", "timing": 1}, box)
    episode.finish(button)
    assert len(episode.convert().steps) == 1


# MISSING ICONS: an icon has no box while its picture loads, at the very moment when the pointer comes.


def test_an_icon_that_vanished_under_the_pointer_is_found(record, make_node):
    icon = make_node("SPAN", box=(10, 60, 12, 12), id="reply")
    row = make_node("DIV", icon, box=(0, 60, 150, 20), id="row")
    episode = record(row)
    point = {"x": 16, "y": 66}
    icon["gone"] = True
    episode.event("mousedown", icon, **point)
    icon.pop("gone")
    episode.event("mouseup", icon, **point)
    episode.event("click", icon, episode._renumber, **point)
    step = episode.convert().steps[0]
    assert step.observation.element(step.action.ref) == element(step, "reply")


def test_a_target_that_is_nowhere_is_refused(record, make_node):
    gone = make_node("SPAN", box=(300, 300, 12, 12), gone=True)
    episode = record(gone)
    episode.body["children"][0]["width"] = episode.body["width"] = 160
    episode.finish(gone)
    with pytest.raises(RecordingError, match="not on the recorded page"):
        episode.convert()


# UTTERANCES THAT LOST CONTENT, and what the file knows but a policy must not.


def test_an_instruction_that_lost_a_part_is_refused(record, button):
    episode = record(button, utterance="Click on the  colored box.")
    episode.finish(button)
    with pytest.raises(RecordingError, match="the instruction lost a part that the page drew"):
        episode.convert()


def test_the_slots_of_the_answer_are_not_read(record, button):
    episode = record(button)
    episode.data["fields"] = {"target": "Submit the secret"}
    episode.finish(button)
    assert "the secret" not in str(episode.convert().steps)


# COLLIDING REFS: pages built from copied HTML copied the recorder's numbers with it.


def test_two_nodes_with_one_number_stay_two(record, make_node, button):
    box = make_node("INPUT_checkbox", box=(4, 60, 12, 12), id="box", value=False)
    episode = record(box, button)
    episode._refs[id(box)] = episode._refs[id(episode.body)]
    episode.press(box, lambda: box.update(value=True))
    episode.finish(button)
    steps = episode.convert().steps
    assert [steps[0].observation.element(step.action.ref).tag for step in steps] == ["input", "button"]


# THE HARNESS of the recording, which no live page has.


def test_the_form_round_the_page_and_the_extension_of_a_worker_are_gone(record, make_node, button):
    episode = record(button)
    wrap = episode.body["children"][0]
    form = make_node("FORM", wrap, box=(0, 0, 300, 300), id="mturk_form")
    extension = make_node("DIV", make_node("INPUT_button", id="CHReloadFrame", value="Reload"))
    episode.body["children"] = [form, extension]
    episode.finish(button)
    seen = episode.convert().steps[0].observation.elements
    assert [e.tag for e in seen] == ["body", "div", "div", "button"]
    assert [e.parent for e in seen] == [0, seen[0].ref, seen[1].ref, seen[2].ref]
