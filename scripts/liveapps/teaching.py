"""Measure what a demonstration is worth: the same commands after none, one and three; and the others after all of them.

scripts/teaching [--app NAME]; see docs/recording.md.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import click
import msgspec

from scripts.liveapps.play import Case, Trial, play, read_trials, tried
from scripts.liveapps.showing import Flow, UnshownError, read_flows, recorded
from scripts.liveapps.worlds import WORLDS, World, opened
from webagent.data.memory import Memory
from webagent.evaluate.intervals import wilson
from webagent.live.loop import Acts
from webagent.live.parts import InParts
from webagent.live.recall import Recalling
from webagent.policy import Policy
from webagent_envs.chromium import Browser, launch

__all__ = ["Report", "Taught", "sample", "summed", "table", "teach"]

ROOT = Path(__file__).parents[2]
COUNTS = (0, 1, 3)  # demonstrations
SAMPLE = 40  # commands of commands.jsonl, evenly spread over the file
VERDICTS = ("right", "asked", "wrong", "failed")


class Taught(msgspec.Struct, frozen=True):
    """A command of a flow, tried.

    Attributes:
        flow: its name.
        key: of its demonstrations.
        how: what is other than in the demonstrations.
        shown: how many of them were taught.
        case: what became of it.
    """

    flow: str
    key: str
    how: Literal["values", "words"]
    shown: int
    case: Case


class Report(msgspec.Struct):
    """What was measured so far.

    Attributes:
        policy_hash: of the weights.
        recall: of the code that goes by demonstrations.
        taught: the flows' commands.
        before: other commands, with nothing taught.
        after: the same, with every demonstration taught.
    """

    policy_hash: str
    recall: str
    taught: list[Taught] = []
    before: list[Case] = []
    after: list[Case] = []

    def has(self, flow: Flow, trial: Trial, shown: int) -> bool:
        """Whether that was tried already."""
        return any((one.key, one.case.trial, one.shown) == (flow.key, trial, shown) for one in self.taught)


def sample() -> list[Trial]:
    """The commands that must not suffer: always the same ones."""
    trials = read_trials()
    return [trials[index * len(trials) // SAMPLE] for index in range(SAMPLE)]


def memory_of(sources: Iterable[Path], folder: Path) -> Memory:
    """A memory of some recordings."""
    memory = Memory(folder)
    for source in sources:
        memory.add(source)
    return memory


class Bench(NamedTuple):
    """What everything is measured with.

    Attributes:
        browser: that is used.
        policy: that is taught.
        demos: folder for the demonstrations.
        out: file for the result.
        counts: how many demonstrations are taught.
    """

    browser: Browser
    policy: Acts
    demos: Path
    out: Path
    counts: Sequence[int] = COUNTS


def teach(flow: Flow, report: Report, root: str, world: World, bench: Bench) -> Iterable[Taught]:
    """Try the commands of a flow after each number of demonstrations, but for those that the report has."""
    shown = recorded(flow, bench.demos, root, world, bench.browser)
    for count in bench.counts:
        with tempfile.TemporaryDirectory(prefix="teaching-") as folder:
            actor = Recalling(bench.policy, memory_of(shown[:count], Path(folder)))
            for asked in flow.asked:
                trial = flow.trial(asked)
                if not report.has(flow, trial, count):
                    world.reset()
                    case = tried(trial, root, world, bench.browser, actor)
                    yield Taught(flow.name, flow.key, asked.how, count, case)


def measure(flows: Sequence[Flow], report: Report, bench: Bench) -> None:
    """Teach the flows, application after application."""
    for app in dict.fromkeys(flow.app for flow in flows):
        ours = [flow for flow in flows if flow.app == app]
        if all(report.has(flow, flow.trial(asked), n) for flow in ours for asked in flow.asked for n in bench.counts):
            continue
        with opened(app) as (root, world):
            for flow in ours:
                try:
                    for one in teach(flow, report, root, world, bench):
                        report.taught.append(one)
                        say(f"{one.shown} shown: {one.case.verdict:6} {app}: {one.case.trial.command}")
                        write(report, bench.out)
                except UnshownError as error:
                    say(f"not shown: {app}: {error}")


def measure_harm(report: Report, bench: Bench) -> None:
    """The sample of other commands, with nothing and with everything taught.

    What `scripts/live-apps` has measured for the same weights with nothing taught is not tried again.
    """
    wanted, held = sample(), [case.trial for case in report.before]
    report.before += [case for case in untaught(report.policy_hash) if case.trial in wanted and case.trial not in held]
    places = [bench.demos / f"{flow.key}-{number}" for flow in read_flows() for number in range(len(flow.shown))]
    shown = [place for place in places if (place / "data").exists()]
    say(f"taught at once: {len(shown)} of {len(places)} demonstrations")
    with tempfile.TemporaryDirectory(prefix="teaching-") as folder:
        everything = Recalling(bench.policy, memory_of(shown, Path(folder)))
        for cases, actor in ((report.before, bench.policy), (report.after, everything)):
            known = [case.trial for case in cases]
            for case in play([trial for trial in wanted if trial not in known], bench.browser, actor):
                cases.append(case)
                say(f"{'after' if cases is report.after else 'before'}: {case.verdict:6} {case.trial.command}")
                write(report, bench.out)


def untaught(policy_hash: str) -> list[Case]:
    """What is known of the commands with nothing taught."""
    held = json.loads((ROOT / "results" / "liveapps.json").read_text("utf-8"))
    return msgspec.convert(held["cases"], list[Case]) if held["policy_hash"] == policy_hash else []


def say(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


# -- the result


def share(count: int, of: int) -> dict[str, float]:
    """A number of cases, also as a share in [0, 1] with its 95 % interval."""
    low, high = wilson(count, of)
    return {
        "count": count,
        "of": of,
        "share": round(count / max(1, of), 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def by_count(taught: Sequence[Taught]) -> dict[str, Any]:
    """How many commands were right after so many demonstrations."""
    found = {}
    for count in COUNTS:
        verdicts = [one.case.verdict for one in taught if one.shown == count]
        found[str(count)] = share(verdicts.count("right"), len(verdicts))
    return found


def summed(report: Report) -> dict[str, Any]:
    """Shares with their intervals; then every case.

    Only flows that fail with nothing taught count: those of whose commands then none is right. Of the other commands
    those are left out that were demonstrated, word for word.
    """
    said = {(flow.app, shown.command) for flow in read_flows() for shown in flow.shown}
    able = {one.key for one in report.taught if one.shown == 0 and one.case.verdict == "right"}
    counted = [one for one in report.taught if one.key not in able]
    harm = {
        name: {
            **{verdict: share(sum(case.verdict == verdict for case in cases), len(cases)) for verdict in VERDICTS},
            "harm": share(sum(case.harm for case in cases), len(cases)),
        }
        for name, cases in (("before", other(report.before, said)), ("after", other(report.after, said)))
    }
    return {
        "policy_hash": report.policy_hash,
        "flows": len({one.key for one in counted}),
        "able_untaught": len(able),
        "all": by_count(counted),
        "values": by_count([one for one in counted if one.how == "values"]),
        "words": by_count([one for one in counted if one.how == "words"]),
        "apps": {
            app: {
                "flows": len({one.key for one in counted if one.case.trial.app == app}),
                **by_count([one for one in counted if one.case.trial.app == app]),
            }
            for app in dict.fromkeys(one.case.trial.app for one in counted)
        },
        "others": harm,
        **msgspec.to_builtins(report),
    }


def other(cases: Sequence[Case], said: set[tuple[str, str]]) -> list[Case]:
    """Those of commands that were not demonstrated, by application and wording."""
    return [case for case in cases if (case.trial.app, case.trial.command) not in said]


def write(report: Report, out: Path) -> None:
    """Keep it, whole at any time."""
    new = out.with_suffix(".new")
    new.write_text(json.dumps(summed(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    new.rename(out)


def read(out: Path, policy_hash: str) -> Report:
    """What was measured for the same weights and flows, and as far as it matters the same way of recalling them."""
    recall = recall_hash()
    if not out.exists():
        return Report(policy_hash, recall)
    held = json.loads(out.read_text("utf-8"))
    if held["policy_hash"] != policy_hash:
        return Report(policy_hash, recall)
    report = msgspec.convert({name: held[name] for name in Report.__struct_fields__}, Report)
    present = {(flow.key, flow.trial(asked).command) for flow in read_flows() for asked in flow.asked}
    same = report.recall == recall
    report.taught = [
        one for one in report.taught if (one.key, one.case.trial.command) in present and (same or not one.shown)
    ]
    return msgspec.structs.replace(report, recall=recall, after=report.after if same else [])


def recall_hash() -> str:
    """Another one when the code changes that goes by demonstrations."""
    files = sorted((ROOT / "webagent" / "live" / "recall").glob("*.py"))
    return f"{zlib.crc32(b''.join(file.read_bytes() for file in files)):08x}"


def percent(part: dict[str, float]) -> str:
    """A share with its interval."""
    share, low, high = (100 * part[name] for name in ("share", "low", "high"))
    return f"{part['count']} of {part['of']}: {share:.0f} % ({low:.0f} to {high:.0f})"


def table(result: dict[str, Any]) -> str:
    """The section of docs/recording.md."""
    lines = ["| application | flows | nothing shown | one demonstration | three |", "|---|--:|--:|--:|--:|"]
    for app, part in result["apps"].items():
        cells = [f"{part[str(count)]['count']} of {part[str(count)]['of']}" for count in COUNTS]
        lines.append(f"| {app} | {part['flows']} | {' | '.join(cells)} |")
    for label, name in (("other values", "values"), ("other words, too", "words"), ("all", "all")):
        flows = result["flows"] if name == "all" else ""
        lines.append(f"| {label} | {flows} | {' | '.join(percent(result[name][str(count)]) for count in COUNTS)} |")
    lines += ["", "| other commands | right | asked | wrong | failed | harm |", "|---|--:|--:|--:|--:|--:|"]
    for label, name in (("nothing taught", "before"), ("everything taught", "after")):
        part = result["others"][name]
        cells = [str(part[verdict]["count"]) for verdict in (*VERDICTS[1:], "harm")]
        lines.append(f"| {label} | {percent(part['right'])} | {' | '.join(cells)} |")
    return "\n".join(lines)


def publish(result: dict[str, Any]) -> None:
    """Put the table into docs/recording.md."""
    page = ROOT / "docs" / "recording.md"
    start, end = "<!-- teaching -->\n", "\n<!-- /teaching -->"
    text = re.sub(
        f"{start}.*?{end}", lambda _: f"{start}{table(result)}{end}", page.read_text("utf-8"), flags=re.DOTALL
    )
    page.write_text(text, "utf-8")


@click.command()
@click.option("--app", "apps", multiple=True, type=click.Choice(list(WORLDS)), help="Only this one; may be repeated.")
@click.option("--match", default="", help="Only flows whose name contains this.")
@click.option("--shown", type=click.IntRange(0, 3), multiple=True, default=COUNTS, help="Demonstrations to be taught.")
@click.option("--harm/--no-harm", default=True, help="Also whether other commands suffer.")
@click.option("--policy", type=click.Path(path_type=Path), help="A checkpoint; else the shipped weights.")
@click.option("--out", type=click.Path(path_type=Path), help="File for the result.  [default: results/teaching.json]")
@click.option("--demos", type=click.Path(path_type=Path), help="Folder for the demonstrations.")
def main(
    apps: Sequence[str],
    match: str,
    shown: Sequence[int],
    harm: bool,
    policy: Path | None,
    out: Path | None,
    demos: Path | None,
) -> None:
    """Show flows to webagent in real applications, and say other commands of their kind.

    Goes on where it was interrupted: what the file holds already for the same weights is not tried again.
    """
    actor = Policy.load(policy)
    file = out or ROOT / "results" / "teaching.json"
    report = read(file, actor.hash)
    flows = [flow for flow in read_flows() if flow.app in (apps or WORLDS) and match in flow.name]
    with contextlib.closing(launch()) as browser:
        bench = Bench(browser, InParts(actor), demos or Path.home() / ".cache" / "webagent" / "teaching", file, shown)
        measure(flows, report, bench)
        if harm:
            measure_harm(report, bench)
    result = summed(report)
    if out is None and policy is None:
        publish(result)
    print(json.dumps({name: result[name] for name in ("policy_hash", "flows", "all", "apps", "others")}))


if __name__ == "__main__":
    main()
