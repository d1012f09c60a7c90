"""Training pairs from pages: every command must mean its element and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from webagent.data.dataset import read_episodes
from webagent.data.pages.blocks import make_page
from webagent.data.pages.build import PagesConfig, build_pages
from webagent.data.pages.command import command_for, form_command, fuzzy, is_on, references, search_command
from webagent.data.pages.copying import copy_command, facts
from webagent.data.pages.pairs import MOST_CANDIDATES, narrow
from webagent.data.pages.scene import Scene, Target, plain, tidy
from webagent.data.pages.sources import PageSource, find_pages, title_behind
from webagent.errors import DataError
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click, Press, Select, Type

ROWS = "".join(
    f"<tr><td><input type=checkbox></td><td>{name}</td><td><input></td><td><button>Edit</button>"
    f"<button title=Delete>x</button></td></tr>"
    for name in ("Grace", "Alan", "Ada")
)
TABLE = f"<table><tr><th></th><th>Name</th><th>Score</th><th></th></tr>{ROWS}</table>"
FORM = """<form onsubmit="return false"><label for=m>Email</label> <input id=m type=email>
<div>City <input></div><input placeholder="Nickname"><select aria-label=Colour><option>Red<option>Green</select>
<label><input type=checkbox checked> Remember me</label><button>Save</button></form>"""

Draw = Callable[[str], Scene]


@pytest.fixture
def scene() -> Iterator[Draw]:
    """The scene of a page with this body."""
    opened = []

    def draw(body: str) -> Scene:
        env = WebEnv(html=f"<!doctype html><title>t</title><body>{body}")
        opened.append(env)
        return Scene(env.reset()[0])

    yield draw
    for env in opened:
        env.close()


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def named(scene: Scene, label: str) -> Target:
    return next(target for target in scene.targets if target.label == label)


def said(scene: Scene, target: Target, kind: str) -> set[str]:
    """Everything that may be said of a target in one kind of wording."""
    found = [references(scene, target, "", random(seed)).get(kind, []) for seed in range(40)]
    return {reference.words for some in found for reference in some}


def test_fields_are_called_by_their_label_the_text_beside_them_or_their_hint(scene: Draw) -> None:
    labels = {target.label for target in scene(FORM).targets if target.kind == "field"}
    assert labels == {"Email", "City", "Nickname"}


def test_a_field_in_a_column_is_not_called_by_the_value_beside_it(scene: Draw) -> None:
    fields = [target for target in scene(TABLE).targets if target.kind == "field"]
    assert [field.label for field in fields] == ["", "", ""]


def test_the_label_of_a_hidden_box_stands_for_it(scene: Draw) -> None:
    page = scene("<input type=checkbox id=b checked style='opacity:0'><label for=b>Dark mode</label>")
    (target,) = page.targets
    assert (target.kind, target.element.tag, is_on(page, target)) == ("checkbox", "label", True)


def test_rows_are_told_apart_by_what_stands_in_them_only(scene: Draw) -> None:
    page = scene(TABLE)
    edits = [target for target in page.targets if target.label == "Edit"]
    for target, name in zip(edits, ("Grace", "Alan", "Ada"), strict=True):
        words = said(page, target, "row")
        assert words and all(name in words_ for words_ in words)
    assert not said(page, edits[0], "text")


def test_a_text_that_stands_in_two_rows_names_neither(scene: Draw) -> None:
    page = scene(TABLE.replace("Alan", "Grace"))
    assert not any("Grace" in words for target in page.targets for words in said(page, target, "row"))


def test_cells_are_named_by_row_and_column(scene: Draw) -> None:
    page = scene(TABLE)
    fields = [target for target in page.targets if target.kind == "field"]
    assert all("Score" in words and "Alan" in words for words in said(page, fields[1], "cell"))


def test_order_counts_from_both_ends(scene: Draw) -> None:
    page = scene(TABLE)
    edits = [target for target in page.targets if target.label == "Edit"]
    assert any("second" in words or "2nd" in words for words in said(page, edits[1], "position"))
    assert any("last" in words for words in said(page, edits[2], "position"))
    assert not any("last" in words for words in said(page, edits[0], "position"))


def test_a_word_that_two_labels_share_is_no_name(scene: Draw) -> None:
    page = scene("<button>Export all invoices</button><button>Export all letters</button><button>Send</button>")
    for words in said(page, named(page, "Export all invoices"), "part"):
        assert "invoices" in words


def test_a_synonym_is_used_only_where_one_thing_can_be_meant(scene: Draw) -> None:
    page = scene("<button>Delete</button><button>Send</button><button>Log out</button>")
    assert said(page, named(page, "Delete"), "paraphrase")
    page = scene("<button>Delete</button><button>Remove</button><button>Send</button>")
    assert not said(page, named(page, "Delete"), "paraphrase")


def test_next_to_is_said_only_of_the_nearest(scene: Draw) -> None:
    page = scene("<div>Left text <input aria-label=a> middle <input aria-label=b> Right text</div>")
    for target in page.targets:
        for words in said(page, target, "relation"):
            assert "middle" not in words
            assert ("Left" in words) == (target.label == "a")


def test_what_is_typed_chosen_and_ticked(scene: Draw) -> None:
    page = scene(FORM)
    kinds = {}
    for seed in range(60):
        for target in page.targets:
            command = command_for(page, target, "", random(seed))
            assert command is not None
            action = command.actions[0]
            kinds.setdefault(target.label, set()).add(type(action))
            if isinstance(action, Type):
                assert action.text in command.words
            if isinstance(action, Select):
                assert action.option == "Green" and set("green") <= set(plain(command.words))  # now and then "rgeen"
    assert Type in kinds["Email"] and Select in kinds["Colour"] and Click in kinds["Remember me"]


def test_a_search_ends_with_the_button_beside_the_box_or_enter(scene: Draw) -> None:
    page = scene("<input type=search><p>Text</p>")
    command = search_command(page, random())
    assert command is not None and isinstance(command.actions[1], Press)
    page = scene("<input type=search><button>Go</button>")
    command = search_command(page, random())
    assert command is not None and isinstance(command.actions[1], Click)


def test_a_form_is_filled_in_the_order_of_the_page(scene: Draw) -> None:
    command = form_command(scene(FORM), random(3))
    assert command is not None and len(command.actions) >= 2
    refs = [action.ref for action in command.actions]
    assert refs == sorted(refs)


def test_values_of_a_page_are_copied_and_never_said(scene: Draw) -> None:
    table = "<tr><th>Name<th>City</tr><tr><td>Ada<td>Lima</tr><tr><td>Grace<td>Oslo</tr>"
    drawn = scene(f"<table>{table}</table><label>Place <input id=place></label><button>Send</button>")
    assert {(fact.value, fact.names) for fact in facts(drawn)} == {
        ("Lima", ("City", "Ada")),
        ("Oslo", ("City", "Grace")),
    }
    made = [copy_command(drawn, np.random.default_rng(seed)) for seed in range(40)]
    for command in made:
        assert command is not None
        first = command.actions[0]
        assert isinstance(first, Type)
        assert ("ada" if first.text == "Lima" else "grace") in command.words.lower()
        assert first.text.lower() not in command.words.lower()
    assert {len(command.actions) for command in made if command} == {1, 2}


def test_a_form_is_filled_from_a_list_of_terms(scene: Draw) -> None:
    known = "<dl><dt>City<dd>Lima<dt>Year<dd>1999</dl>"
    drawn = scene(f"{known}<label>Year <input></label><label>City <input></label>")
    wanted = {"1999", "Lima"}
    made = [copy_command(drawn, np.random.default_rng(seed)) for seed in range(20)]
    assert any(command and {getattr(a, "text", "") for a in command.actions} == wanted for command in made)
    assert scene("<dl><dt>City<dd>Lima</dl>") and copy_command(scene("<p>x</p>"), np.random.default_rng(0)) is None


def test_slips_leave_what_is_typed_alone() -> None:
    for seed in range(200):
        assert "McDonald's in NYC" in fuzzy("type McDonald's in NYC into the Place", random(seed), "McDonald's in NYC")


def test_large_pages_keep_what_matters(scene: Draw) -> None:
    links = "".join(f"<p><a href=#{n}>Chapter {n}</a></p>" for n in range(400))
    page = scene(links)
    target = named(page, "Chapter 390")
    command = command_for(page, target, "", random())
    assert command is not None
    seen = narrow(page.observation, command)
    assert seen.element(target.ref) is not None
    assert sum(bool(element.text) for element in seen.elements) <= MOST_CANDIDATES < len(page.targets)


def test_titles_behind_links(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<title>Start</title>")
    (tmp_path / "b.html").write_text("<title>Growing tomatoes &mdash; Garden book</title>")
    page = PageSource("x", "a.html", tmp_path / "a.html")
    assert title_behind(page, "b.html#top") == "Growing tomatoes"
    assert title_behind(page, "https://example.org/b.html") == title_behind(page, "#top") == ""


def test_made_pages_repeat() -> None:
    assert make_page(7) == make_page(7) != make_page(8)


def test_the_dataset_resumes_repeats_and_reports(tmp_path: Path) -> None:
    pages = tmp_path / "site" / "package"
    pages.mkdir(parents=True)
    (pages / "form.html").write_text(f"<title>Form</title>{FORM}{'<p>filler</p>' * 50}")
    (pages / "empty.html").write_text(f"<title>Empty</title>{'<p>filler</p>' * 60}")
    config = PagesConfig(pages=2, pairs=5, longer=3)
    sources = ["made", str(tmp_path / "site")]
    report = build_pages(sources, tmp_path / "out", config)
    assert report["pages"] == 3
    assert report["skipped"] == {"fewer than 3 elements to act on": 1}
    assert build_pages(sources, tmp_path / "out", config) == report
    build_pages(sources, tmp_path / "again", config)
    first, second = (list(read_episodes(tmp_path / name)) for name in ("out", "again"))
    assert first == second and len(first) == report["pairs"]
    for episode in first:
        assert episode.success and episode.source == "pages" and episode.task.startswith("page-")
        for step in episode.steps:
            assert step.observation.instruction == episode.command
            ref = getattr(step.action, "ref", 0)  # none of what is meant for the browser
            assert not ref or step.observation.element(ref) is not None
    longer = [episode for episode in first if len(episode.steps) > 1]
    assert longer and all(len(episode.steps[-1].observation.actions) == len(episode.steps) - 1 for episode in longer)
    assert len({episode.origin for episode in first}) == 3


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    config = PagesConfig(pages=22, pairs=1, longer=0)
    with pytest.raises(KeyboardInterrupt):
        build_pages(["made"], tmp_path / "out", config, stop)
    (shard,) = (tmp_path / "out" / "data").iterdir()
    written = shard.stat().st_mtime_ns
    with pytest.raises(DataError, match="no interrupted run"):
        build_pages(["made"], tmp_path / "out", PagesConfig(pages=3))
    assert build_pages(["made"], tmp_path / "out", config)["pages"] == 22
    assert shard.stat().st_mtime_ns == written and not (tmp_path / "out" / ".work").exists()


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no HTML files"):
        find_pages(str(tmp_path), 5)
    with pytest.raises(DataError, match="no such folder"):
        find_pages(str(tmp_path / "none"), 5)


def test_pages_of_the_test_applications_are_left_out(tmp_path: Path) -> None:
    for name in ("django-admin", "garden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("<p>text</p>" * 100)
    assert [page.name for page in find_pages(str(tmp_path), 5)] == ["garden/index.html"]


def test_labels_lose_the_signs_around_them() -> None:
    assert [tidy(text) for text in ("» Next", "Email: *", "Search…", "+", "C++", "(3) new")] == [
        "Next", "Email", "Search", "+", "C++", "(3) new",
    ]  # fmt: skip


def test_boxes_that_pick_rows_are_called_by_what_stands_there(scene: Draw) -> None:
    head = "<thead><tr><th><input type=checkbox aria-label='Pick all'></th><th>Name</th></tr></thead>"
    rows = "".join(
        f"<tr><td><input type=checkbox aria-label='Select row {n}'></td><td><a href=#{n}>{name}</a></td></tr>"
        for n, name in enumerate(("Grace", "Alan"))
    )
    page = scene(f"<table>{head}<tbody>{rows}</tbody></table>")
    boxes = [target for target in page.targets if target.kind == "checkbox"]
    assert said(page, boxes[0], "row") & {"all", "everything", "all rows"}
    assert "Grace" in said(page, boxes[1], "row") and all("Grace" in words for words in said(page, boxes[1], "row"))


def test_a_link_that_stands_alone_with_a_field_is_its_label(scene: Draw) -> None:
    page = scene("<p><a href=#t>Subtitle</a> <input></p><p><a href=#a>Home</a> <a href=#b>Blog</a> <input></p>")
    assert [target.label for target in page.targets if target.kind == "field"] == ["Subtitle", ""]
