"""Changes that must not matter do what they say, and the audit finds a policy that minds them."""

from __future__ import annotations

import numpy as np
import pytest

from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent.evaluate.audit import audit
from webagent.evaluate.changes import CHANGES
from webagent.policy.policy import Policy
from webagent_envs.spaces import Click, Element, Observation


def page(*labels: str, command: str) -> Observation:
    buttons = (
        Element(
            ref=2 + place,
            parent=1,
            tag="button",
            role="button",
            name=label,
            text=label,
            attributes={"id": f"b{place}-main", "class": "plain wide"},
            color="#000000",
            background="#eeeeee",
            box=(10.0, 10.0 + 30 * place, 80.0, 20.0),
        )
        for place, label in enumerate(labels)
    )
    return Observation(instruction=command, elements=(Element(ref=1, tag="body", box=(0, 0, 300, 200)), *buttons))


SEEN = page("Cancel", "Save", "Print", "Delete", command="Press Save")


def change(name: str, seen: Observation = SEEN, ref: int = 3) -> tuple[Observation, int] | None:
    return CHANGES[name](seen, ref, np.random.default_rng(0))


@pytest.mark.parametrize(("name", "attribute"), [("ids", "id"), ("classes", "class")])
def test_attributes_change_and_nothing_else(name: str, attribute: str) -> None:
    result = change(name)
    assert result is not None
    changed, ref = result
    assert ref == 3
    for before, after in zip(SEEN.elements, changed.elements, strict=True):
        assert (after.text, after.box, after.ref) == (before.text, before.box, before.ref)
        assert before.ref == 1 or after.attributes[attribute] != before.attributes[attribute]


def test_what_the_command_speaks_of_stays() -> None:
    assert change("colours", page("Cancel", "Save", command="Press the red one")) is None
    assert change("swapped", page("Cancel", "Save", command="Press the second button, Save")) is None
    result = change("ids", page("Cancel", "Save", command="Press main"))
    assert result is None


def test_a_name_changes_in_command_and_page_alike() -> None:
    result = change("names")
    assert result is not None
    changed, ref = result
    element = changed.element(ref)
    assert element is not None
    assert element.text != "Save"
    assert changed.instruction == f"Press {element.text}"


def test_what_two_elements_say_is_swapped() -> None:
    result = change("swapped")
    assert result is not None
    changed, ref = result
    element, former = changed.element(ref), changed.element(3)
    assert element is not None
    assert former is not None
    assert ref != 3
    assert element.text == element.name == "Save"
    assert former.text != "Save"


def test_moving_and_distractors_keep_what_was_there() -> None:
    for name in ("places", "distractors"):
        result = change(name)
        assert result is not None
        changed, ref = result
        assert ref == 3
        assert changed != SEEN
        assert [element.text for element in changed.elements[:5]] == [element.text for element in SEEN.elements]
        assert len({element.ref for element in changed.elements}) == len(changed.elements)


def test_the_shipped_policy_minds_names_and_no_other_thing() -> None:
    labels = ["Save", "Print", "Delete", "Cancel", "Open", "Close"]
    seen = [page(*np.roll(labels, turn), command=f"Click on {label}") for turn in range(6) for label in labels]
    episodes = [
        Episode(
            id=str(n),
            task="t",
            command=one.instruction,
            steps=(Step(one, Click(right(one))),),
            success=True,
            source="s",
        )
        for n, one in enumerate(seen)
    ]
    report = audit(Policy.load(), episodes)
    assert report["steps"] >= 30
    assert set(report["changes"]) == set(CHANGES)
    assert report["changes"]["swapped"]["steps"] >= 30
    assert report["share"] <= 0.05


def right(seen: Observation) -> int:
    return next(element.ref for element in seen.elements if element.text and element.text in seen.instruction)


def test_a_policy_that_goes_by_place_is_found_out() -> None:
    class ByPlace(Policy):
        """Chooses the third element, whatever it says."""

        def act_batch(self, observations, *, most=5):  # type: ignore[no-untyped-def]
            return [[(Click(one.elements[2].ref), 1.0)] for one in observations]

    episode = Episode(id="e", task="t", command="", steps=(Step(SEEN, Click(3)),), success=True, source="s")
    known = Policy.load()
    report = audit(ByPlace(known.weights, known.config), [episode])
    assert report["changes"]["swapped"]["wrong"] == 1
    assert report["changes"]["swapped"]["examples"][0]["chosen"].startswith("click")
    assert report["changes"]["ids"]["wrong"] == 0


def test_nothing_to_audit_is_said() -> None:
    with pytest.raises(DataError, match="agrees with no step"):
        audit(Policy.load(), [])
