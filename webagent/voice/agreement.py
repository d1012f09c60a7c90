"""From what may have been said to what is done: the recogniser and the policy must agree.

Each hypothesis is put to the policy as if it had been typed. What the policy would do for several of them adds up, so
that a word misheard in three ways does no harm where all three mean the same button. Nothing is done where no word of
the command has to do with the element: a policy always finds something, and noise always sounds like something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

import msgspec

from webagent.voice.hearing import Heard, Hypothesis
from webagent.voice.wording import BARE, EMPTY
from webagent.voice.words import spoken
from webagent_envs.spaces import Action, Element, Observation, Select, Stop, Type

__all__ = ["Choice", "Judgement", "Limits", "judge"]

_LIKELY = 0.05  # share from which another hypothesis for the same action may account for its words
_RUN_ON = 4  # letters of a word that may be two on the page

Verdict: TypeAlias = Literal["act", "unsure", "refused"]


class Ranks(Protocol):
    """The policy."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        """Possible next actions with a confidence in [0, 1] each, best first."""
        ...


class Limits(NamedTuple):
    """When to act. Tuned on one half of the voice suite (``docs/voice.md``).

    Attributes:
        weight: least weight of the action, in [0, 1].
        lead: least distance to the weight of the next one.
        trust: least trust of the recogniser in what it heard.
        known: least share of the command's words that the page knows.
        obvious: weight from which an action needs none of them.
    """

    weight: float = 0.6
    lead: float = 0.15
    trust: float = 0.35
    known: float = 0.5
    obvious: float = 0.95


class Choice(NamedTuple):
    """Something that could be done.

    Attributes:
        action: it.
        weight: in [0, 1], of all hypotheses that mean it.
        hypothesis: the likeliest of these.
        others: the other ones.
        taught: a demonstration shows it for one of them.
    """

    action: Action
    weight: float
    hypothesis: Hypothesis
    others: tuple[Hypothesis, ...] = ()
    taught: bool = False


class Judgement(NamedTuple):
    """What to do about an utterance.

    Attributes:
        verdict: ``act`` on the first choice; ``unsure``: let the person choose; ``refused``: there is no such thing.
        choices: what could be done, best first.
        reason: why not, in a sentence.
    """

    verdict: Verdict
    choices: tuple[Choice, ...]
    reason: str = ""


def judge(heard: Heard, observation: Observation, policy: Ranks, limits: Limits | None = None) -> Judgement:
    """Weigh what was heard against what can be done on the page."""
    limits = limits or Limits()
    choices = _choices(heard.hypotheses, observation, policy)
    if not choices:
        return Judgement("unsure", (), "I did not understand that; say it again")
    best = choices[0]
    lead = best.weight - (choices[1].weight if len(choices) > 1 else 0.0)
    said = [best.hypothesis, *(other for other in best.others if other.share >= _LIKELY)]
    wordings = [words for hypothesis in said if (words := content(hypothesis.text))]
    told = best.taught or best.hypothesis.spoken in BARE  # what the page need not know a word of
    if heard.trust < limits.trust or not (wordings or told):
        return Judgement("unsure", choices, "I am not sure what you said; say it again, or the number of what you mean")
    # What was taught may be called anything.
    known = 1.0 if told else max(_known(words, best.action, observation) for words in wordings)
    if known < limits.known and best.weight < limits.obvious:
        return Judgement("refused", choices, f"nothing on this page fits “{best.hypothesis.text}”")
    if best.weight < limits.weight or lead < limits.lead:
        return Judgement("unsure", choices, "I am not sure what is meant; say its number, or name it as the page does")
    return Judgement("act", choices)


def content(text: str) -> tuple[str, ...]:
    """The words of a command that name something: no verbs of acting, articles, pronouns or kinds of elements."""
    return tuple(word for word in spoken(text) if word not in EMPTY)


def _choices(hypotheses: Sequence[Hypothesis], observation: Observation, policy: Ranks) -> tuple[Choice, ...]:
    weights: dict[Action, Choice] = {}
    for hypothesis in hypotheses:
        asked = msgspec.structs.replace(observation, instruction=hypothesis.text)
        ranked = policy.act(asked)
        recalled = bool(getattr(policy, "recalled", ""))
        for place, (action, confidence) in enumerate(ranked):
            if isinstance(action, Stop):
                continue
            choice = Choice(action, hypothesis.share * confidence, hypothesis, taught=recalled and place == 0)
            before = weights.get(action)
            weights[action] = _together(before, choice) if before else choice
    return tuple(sorted(weights.values(), key=lambda choice: -choice.weight))


def _together(one: Choice, other: Choice) -> Choice:
    """The same action by another hypothesis, which comes later and is not as likely."""
    weight, others = one.weight + other.weight, (*one.others, other.hypothesis)
    return one._replace(weight=weight, others=others, taught=one.taught or other.taught)


def _known(words: Sequence[str], action: Action, observation: Observation) -> float:
    """The share of the words that the element, what is beside it, or what is typed accounts for.

    Words of other elements count where the element itself has one: "the box next to Bob", "Edit under Billing".
    """
    element = observation.element(getattr(action, "ref", 0))
    own = _words_of(element, observation) if element else set()
    said = action.text if isinstance(action, Type) else action.option if isinstance(action, Select) else ""
    own.update(_stem(word) for word in spoken(said))
    stems = [_stem(word) for word in words]
    run_on = "".join(spoken(f"{element.name} {element.text}")) if element else ""  # "login" for "Log in"
    own.update(stem for stem, word in zip(stems, words, strict=True) if len(word) >= _RUN_ON and word in run_on)
    if not own.intersection(stems):
        return 0.0
    page = own.union(*({_stem(word) for word in spoken(e.name or e.text)} for e in observation.elements if e.visible))
    return sum(stem in page for stem in stems) / len(stems)


def _words_of(element: Element, observation: Observation) -> set[str]:
    """Stems of what an element is called, and of what it lies in and holds."""
    texts = [element.name, element.text, element.placeholder, element.value, element.attributes.get("title", "")]
    around = {element.parent, element.ref} - {0}
    texts += [other.text or other.name for other in observation.elements if other.parent in around]
    parent = observation.element(element.parent)
    texts += [parent.text, parent.name] if parent else []
    return {_stem(word) for text in texts for word in spoken(text[:200])}


def _stem(word: str) -> str:
    """Roughly: ``settings``, ``setting`` and ``set`` are alike enough."""
    for ending in ("ings", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
