"""Why a policy would act as it would: what carried its choice, what came second, what it was shown, what comes next."""

from webagent.live.explain.ahead import Expected, expected
from webagent.live.explain.explanation import Explanation, explain
from webagent.live.explain.picture import draw
from webagent.live.explain.telling import in_words
from webagent.live.explain.weighing import Part

__all__ = ["Expected", "Explanation", "Part", "draw", "expected", "explain", "in_words"]
