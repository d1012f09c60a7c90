"""A command in other words than the one that was shown is done; one that means something else is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.live.club_page import PAGE, SHOWN, demonstrate
from webagent.data.dataset import write_info, write_shard
from webagent.data.memory import Memory
from webagent.live.agent import Agent
from webagent.live.recall import Recalling
from webagent_envs.spaces import Action, Observation, Say


class Ignorant:
    """A policy that knows nothing."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        return [(Say("?"), 0.1)]


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    with Agent(Ignorant(), viewport=(900, 620)) as made:
        yield made


@pytest.fixture(scope="module")
def do(agent: Agent, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, str]]:
    """Carries a command out by what was shown once; the outcome, and what the page says then."""
    folder = tmp_path_factory.mktemp("club")
    page = folder / "page.html"
    page.write_text(PAGE, "utf-8")
    agent.do("show the page", url=str(page))
    for number, shown in enumerate(SHOWN):
        write_shard(folder / "shown" / "data" / f"{number}.parquet", [demonstrate(shown, agent, page)])
    write_info(folder / "shown", source="recorded", episodes=len(SHOWN))
    memory = Memory(folder / "memory")
    memory.add(folder / "shown")

    def carry_out(command: str) -> tuple[str, str]:
        agent._policy = Recalling(Ignorant(), memory)
        result = agent.do(command, url=str(page))
        said = agent._page.evaluate("document.getElementById('log').textContent")  # type: ignore[union-attr]
        return result.outcome, said

    return carry_out


OTHER_WORDS = [
    ("change the phone of Omar to 555-0142", "Omar: 555-0142//Bern/false"),
    ("please set Omar's phone to 555-0199", "Omar: 555-0199//Bern/false"),
    ("give Yuki the phone number 555-0144", "Yuki: 555-0144//Bern/false"),
    ("update Tom's phone number to 555-0123", "Tom: 555-0123//Bern/false"),
    ("enter 555-0188 as the phone of Tom", "Tom: 555-0188//Bern/false"),
    ("Omar has a new phone: 555-0177", "Omar: 555-0177//Bern/false"),
    ("Yuki, phone 555-0133", "Yuki: 555-0133//Bern/false"),
    ("post a notice with the heading Road works and the body no ball games", "posted Road works: no ball games"),
    (
        "put up a notice with the body no parking today and the heading Road works",
        "posted Road works: no parking today",
    ),
    ("new notice: heading Lost cat, body a grey one", "posted Lost cat: a grey one"),
    ("please post the notice Winter market saying mulled wine", "posted Winter market: mulled wine"),
    ("a grey one should be the body of a notice with Lost cat as its heading", "posted Lost cat: a grey one"),
    ("please loan Yuki the Drill", "lent Drill to Yuki"),
    ("lend Tom the Saw", "lent Saw to Tom"),
    ("let Ines have the Axe on loan", "lent Axe to Ines"),
    ("put Yuki as the borrower of the Axe and lend it", "lent Axe to Yuki"),
    ("lend a tool, the borrower is Ines and she takes the Drill", "lent Drill to Ines"),
    ("please delete Omar from the club", "deleted Omar"),
    ("delete Yuki", "deleted Yuki"),
    ("I want Ines removed from the club", "deleted Ines"),
    ("please lock the barn door", "locked Barn"),
    ("I need the gate locked", "locked Gate"),
    ("make Tom active", "Tom: //Bern/true"),
    ("mark Ines as active", "Ines: //Bern/true"),
    ("tick active for Omar and save it", "Omar: //Bern/true"),
    ("Tom's phone should be 555-0166", "Tom: 555-0166//Bern/false"),
    ("the phone of Yuki is 555-0155 now", "Yuki: 555-0155//Bern/false"),
    ("save 555-0121 as Omar's phone", "Omar: 555-0121//Bern/false"),
    ("go to Tom and type 555-0120 into phone", "Tom: 555-0120//Bern/false"),
    ("could you please change the number of Ines to 555-0109", "Ines: 555-0109//Bern/false"),
    ("make a notice: the heading is Spring walk and the body is meet at nine", "posted Spring walk: meet at nine"),
    ("post Spring walk as a notice, with the body meet at nine", "posted Spring walk: meet at nine"),
    ('put "Bees" in the heading of a notice and "Honey for all" in its body', "posted Bees: Honey for all"),
    ("submit a notice headed Choir saying we sing on Monday", "posted Choir: we sing on Monday"),
    ("lend Yuki Stone the Drill", "lent Drill to Yuki Stone"),
    ("the Saw goes to Tom, lend it to him", "lent Saw to Tom"),
    ("choose the Axe for the borrower Ines and lend it", "lent Axe to Ines"),
    ("I would like to lend the Saw to Omar", "lent Saw to Omar"),
    ("erase Tom from the club please", "deleted Tom"),
    ("open Yuki and delete her", "deleted Yuki"),
    ("Tom should be removed", "deleted Tom"),
    ("can you lock the gate", "locked Gate"),
    ("go to the doors and lock the barn", "locked Barn"),
    ("set Omar active", "Omar: //Bern/true"),
    ("Ines is active now", "Ines: //Bern/true"),
]

OTHER_MEANING = [
    "do not change the phone of Omar to 555-0142",
    "never lock the barn",
    "don't lock the gate",
    "unlock the barn",
    "open the barn",
    "change the phone of Omar",
    "change the city of Omar to Oslo",
    "give Omar the nickname Bear",
    "change the phone of Nobody to 555-0100",
    "change the phone of Omar to 555-0142 tomorrow at noon",
    "lend the Ladder",
    "lend the Hammer to Omar",
    "lend the Drill to Omar and remind Tom",
    "borrow the Drill from Omar",
    "take the Drill back from Omar",
    "remove Omar's phone",
    "remove the notice Summer fair",
    "remove Omar from the mailing list",
    "forget about Tom",
    "put Tom down as late",
    "put everyone but Tom down as active",
    "post nothing",
    "invite Tom to the club",
    "call Ines on 555-0101",
    "lock nothing but the gate",
    "is the shed locked?",
    "lock every door",
    "lock the shed after lunch",
    "do you lock the barn?",
    "make sure that the barn is not locked",
    "unlock the gate and lock the barn",
    "make Tom inactive",
    "Tom is no longer active",
    "is Tom active?",
    "show the phone of Omar",
    "copy the phone of Omar to Tom",
    "remove the phone 555-0101 of Ines",
    "what is the phone of Tom",
    "call Omar at 555-0101",
    "never post a notice headed Choir saying we sing",
    "read the notice headed Choir",
    "post a letter to Omar",
    "delete the notice headed Choir",
    "lend Omar money",
    "lend nothing to Omar",
    "lend the Saw to Omar only if Tom agrees",
    "did Omar borrow the Saw?",
    "welcome Omar to the club",
    "remove everybody but Tom from the club",
    "remove Tom's nickname",
    "remove Omar from the notice",
]


@pytest.mark.parametrize(("command", "said"), OTHER_WORDS)
def test_other_words(command: str, said: str, do: Callable[[str], tuple[str, str]]) -> None:
    assert do(command) == ("done", said)


@pytest.mark.parametrize("command", OTHER_MEANING)
def test_another_meaning(command: str, do: Callable[[str], tuple[str, str]]) -> None:
    outcome, said = do(command)
    assert (outcome, said) in (("unsure", "ready"), ("refused", "ready"))
