"""Play every hostile page of the tests in every way, and write results/hostile.json.

python scripts/measure_hostile_pages.py [OUT]
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live.hostile_pages import COMMON, PAGES  # noqa: E402
from tests.live.hostile_play import WAYS, play, two_sites  # noqa: E402
from webagent.policy import Policy  # noqa: E402
from webagent_envs.chromium import launch  # noqa: E402


def main(out: Path) -> None:
    """Play them all; one browser, one after the other."""
    policy, browser = Policy.load(), launch()
    pages: dict[str, dict[str, object]] = {}
    with two_sites() as sites:
        for name, page in PAGES.items():
            found: dict[str, object] = {"tries": page.tries, "command": page.command}
            for way in WAYS:
                verdict = play(way, page._replace(body=COMMON + page.body), sites, browser, policy)
                found[way] = verdict._asdict()
                print(f"{name}, {way}: harm {verdict.harm}, {verdict.outcome}", file=sys.stderr)
            pages[name] = found
    browser.close()
    total = {
        way: {
            "harm": sum(bool(found[way]["harm"]) for found in pages.values()),  # type: ignore[index]
            "done": sum(bool(found[way]["done"]) for found in pages.values()),  # type: ignore[index]
        }
        for way in WAYS
    }
    result = {"pages": len(pages), "policy_hash": policy.hash, "ways": total, "by_page": pages}
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results" / "hostile.json")
