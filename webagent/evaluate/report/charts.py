"""Line charts as SVG text; the page's style sheet colours them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10
from typing import NamedTuple

from markupsafe import Markup

__all__ = ["Line", "line_chart"]

_WIDTH, _HEIGHT = 520, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 10, 34


class Line(NamedTuple):
    """One line of a chart.

    Attributes:
        name: as the legend says it.
        points: x and y in [0, 1], x rising.
    """

    name: str
    points: Sequence[tuple[float, float]]


def line_chart(lines: Sequence[Line], *, label: str, logarithmic: bool = False) -> Markup:
    """A chart of shares in [0, 1].

    Args:
        lines: at least one, with at least one point.
        label: what stands below the x-axis.
        logarithmic: the x-axis; all x > 0 then.
    """
    values = sorted({x for line in lines for x, _ in line.points})
    scale: Callable[[float], float] = log10 if logarithmic else float
    low, high = scale(values[0]), scale(values[-1])

    def across(x: float) -> float:
        share = (scale(x) - low) / (high - low) if high > low else 0.5
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def down(y: float) -> float:
        return round(_TOP + (1 - y) * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{Markup.escape(label)}">']
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="grid" d="M{_LEFT} {down(tick)}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{down(tick) + 4}" text-anchor="end">{100 * tick:.0f}</text>')
    for x in values if logarithmic else _round_ticks(values[-1]):
        parts.append(f'<text x="{across(x)}" y="{_HEIGHT - 18}" text-anchor="middle">{_number(x)}</text>')
    parts.append(f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 3}" text-anchor="end">{Markup.escape(label)}</text>')
    for number, line in enumerate(lines):
        path = "L".join(f"{across(x)} {down(y)}" for x, y in line.points)
        parts.append(f'<path class="line c{number % 6}" d="M{path}"><title>{Markup.escape(line.name)}</title></path>')
        parts += [
            f'<circle class="c{number % 6}" cx="{across(x)}" cy="{down(y)}" r="3">'
            f"<title>{Markup.escape(line.name)}: {100 * y:.1f} % at {_number(x)}</title></circle>"
            for x, y in line.points
        ]
    return Markup("".join([*parts, "</svg>"]))  # nosec: all that comes from outside is escaped above


def _round_ticks(most: float) -> list[float]:
    """Some round numbers from 0 to the greatest value."""
    step = 10 ** int(log10(most)) if most > 0 else 1.0
    step = step / 5 if most / step < 2 else step / 2 if most / step < 5 else step
    return [step * number for number in range(int(most / step) + 1)]


def _number(x: float) -> str:
    return f"{x / 1000:g}k" if x >= 1000 else f"{x:g}"
