"""Recorded nodes as elements: the same meaning as on a live page."""

from __future__ import annotations

import pytest


@pytest.fixture
def seen(record, make_node):
    """``seen(node)``: the element that this node becomes."""

    def look(node, *others):
        button = make_node("BUTTON", "Submit", box=(2, 150, 90, 30))
        episode = record(node, *others, button)
        episode.finish(button)
        elements = episode.convert().steps[0].observation.elements
        return next(e for e in elements if e.parent == elements[2].ref)

    return look


def test_a_link(seen, make_node):
    link = seen(make_node("A", "Home", box=(1, 60, 30, 12), id="home", classes="big  blue"))
    assert (link.tag, link.role, link.name, link.text) == ("a", "link", "Home", "Home")
    assert link.attributes == {"id": "home", "class": "big blue"}
    assert link.box == (1, 60, 30, 12)
    assert link.clickable
    assert not link.editable


def test_own_text_is_text_nodes_only(seen, make_node):
    paragraph = seen(make_node("P", "Find the", make_node("B", "red"), "ball"))
    assert paragraph.text == "Find the ball"
    assert paragraph.name == ""


def test_a_button_is_named_by_all_that_is_in_it(seen, make_node):
    button = seen(make_node("BUTTON", make_node("SPAN", "Send"), "now"))
    assert (button.role, button.name, button.text) == ("button", "Send now", "now")


@pytest.mark.parametrize(
    ("kind", "role", "editable", "value"),
    [
        ("text", "textbox", True, "abc"),
        ("password", "textbox", True, "abc"),
        ("number", "spinbutton", True, "7"),
        ("date", "textbox", True, "2016-11-23"),
        ("submit", "button", False, ""),
        ("button", "button", False, ""),
    ],
)
def test_inputs(seen, make_node, kind, role, editable, value):
    field = seen(make_node(f"INPUT_{kind}", value=value or "Go"))
    assert (field.tag, field.role, field.editable, field.value) == ("input", role, editable, value)
    assert field.attributes["type"] == kind
    assert field.name == ("" if editable else "Go")
    assert field.clickable


def test_a_check_box_in_its_label(seen, make_node):
    label = make_node("LABEL", make_node("INPUT_checkbox", value=True), "red")
    assert seen(label).name == "red"
    box = seen(make_node("DIV", make_node("SPAN", "x")), label)
    assert box.role == ""


def test_the_label_names_its_box(record, make_node):
    label = make_node("LABEL", make_node("INPUT_checkbox", value=True), "red")
    button = make_node("BUTTON", "Submit", box=(2, 150, 90, 30))
    episode = record(label, button)
    episode.finish(button)
    box = next(e for e in episode.convert().steps[0].observation.elements if e.role == "checkbox")
    assert (box.name, box.checked, box.value) == ("red", True, "")


def test_a_text_area_has_a_value_and_no_text(seen, make_node):
    area = seen(make_node("TEXTAREA", "first", value="now"))
    assert (area.role, area.text, area.value, area.editable) == ("textbox", "", "now", True)


def test_the_body_is_never_focused(record, make_node):
    button = make_node("BUTTON", "Submit", box=(2, 150, 90, 30))
    episode = record(button)
    episode.body["focused"] = True
    episode.finish(button)
    assert not any(e.focused for e in episode.convert().steps[0].observation.elements)


def test_transparent_is_no_colour(seen, make_node):
    box = seen(make_node("DIV", "x", bgColor="rgba(0, 0, 0, 0)", fgColor="rgba(255, 0, 128, 0.5)"))
    assert (box.background, box.color) == ("", "#ff0080")


def test_the_fill_of_a_shape_is_not_known(seen, make_node):
    shape = make_node("svg", make_node("circle", classes={}, fgColor="rgb(0, 0, 0)"), classes={})
    assert seen(shape).attributes == {}
    assert seen(make_node("circle", classes={}, fgColor="rgb(0, 0, 0)")).color == ""


@pytest.mark.parametrize(
    ("classes", "role"),
    [
        ("ui-accordion-header ui-state-default", "tab"),
        ("ui-menu-item-wrapper", "menuitem"),
        ("ui-dialog ui-widget", "dialog"),
        ("ui-button ui-spinner-button", "button"),
        ("menu-user", ""),
    ],
)
def test_roles_that_a_widget_library_states(seen, make_node, classes, role):
    part = seen(make_node("DIV", "x", classes=classes))
    assert part.role == role
    assert part.clickable is (role in {"tab", "menuitem", "button"})


def test_a_list_of_suggestions_has_no_menu_roles(record, make_node):
    item = make_node("DIV", "Peru", id="item", classes="ui-menu-item-wrapper")
    episode = record(make_node("UL", make_node("LI", item), classes="ui-menu ui-autocomplete"))
    episode.finish(item)
    assert [e.role for e in episode.convert().steps[0].observation.elements][3:] == ["list", "listitem", ""]


def test_a_field_that_a_calendar_fills_is_not_editable(seen, make_node):
    assert not seen(make_node("INPUT_text", value="", classes="hasDatepicker")).editable


def test_refs_stay_with_their_nodes_and_new_ones_are_marked(record, make_node):
    link = make_node("A", "More", box=(2, 60, 40, 12))
    late = make_node("P", "late", gone=True)
    episode = record(link, late)
    episode.press(link, lambda: late.pop("gone"))
    episode.finish(link)
    first, second = (step.observation.elements for step in episode.convert().steps)
    assert {e.ref: e.tag for e in first}.items() <= {e.ref: e.tag for e in second}.items()
    assert [e.text for e in second if e.new] == ["late"]
    assert not any(e.new for e in first)


def test_parents_stand_before_their_children(record, make_node):
    button = make_node("BUTTON", make_node("SPAN", "x"), box=(2, 60, 40, 12))
    episode = record(make_node("FORM", button))
    episode.finish(button)
    known = {0}
    for element in episode.convert().steps[0].observation.elements:
        assert element.parent in known
        known.add(element.ref)
