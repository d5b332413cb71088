"""The line search of Moré and Thuente (1994): a step along which a function has fallen, and become flat, enough.

The interval and the choice of the next step are theirs, so that it evaluates the function as often as SciPy's.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """What a function is at a step along a line, and how it rises there."""

    step: float
    value: float
    slope: float

    def less(self, slope: float) -> "Point":
        """The same of the function less a line of this slope."""
        return Point(self.step, self.value - self.step * slope, self.slope - slope)


@dataclass(frozen=True)
class LineSearch:
    """Finds a step with value <= value(0) + decrease * step * slope(0) and |slope| <= curvature * |slope(0)|.

    Args:
        decrease: which share of the fall that the first slope promises is enough.
        curvature: which share of the first slope may be left.
        width: how narrow an interval ends the search, relative to the step.
        evaluations: how many there are at most.
        longest: the longest step.
    """

    decrease: float
    curvature: float
    width: float
    evaluations: int
    longest: float

    def found(self, at: Callable[[float], Point], start: Point, step: float) -> bool:
        """Evaluates `at` steps; whether the last of them is one to take."""
        best = other = point = start
        bracketed = fallen = False
        low, high = 0.0, 5 * step
        before, width = 2 * self.longest, self.longest
        fall = self.decrease * start.slope
        for _ in range(self.evaluations):
            point = at(step)
            if not (math.isfinite(point.value) and math.isfinite(point.slope)):
                step = best.step + (step - best.step) / 2  # outside of where it is defined
                continue
            enough = point.value <= start.value + step * fall
            if enough and abs(point.slope) <= -self.curvature * start.slope:
                return True
            if step == self.longest or (bracketed and self._is_narrow(step, low, high)):
                return point.value < start.value
            fallen = fallen or (enough and point.slope >= 0)
            # Until then what has a minimum there is the function less the line of the fall that is enough.
            tilt = 0.0 if fallen or enough or point.value > best.value else fall
            x, y, p = (each.less(tilt) for each in (best, other, point))
            step = _next(x, y, p, bracketed, low, high)
            bracketed = bracketed or p.value > x.value or p.slope * x.slope < 0
            if p.value > x.value:
                other = point
            else:
                best, other = point, best if p.slope * x.slope < 0 else other
            if bracketed:
                if abs(other.step - best.step) >= 0.66 * before:
                    step = best.step + (other.step - best.step) / 2
                before, width = width, abs(other.step - best.step)
                low, high = sorted((best.step, other.step))
            else:
                low, high = (step + times * (step - best.step) for times in (1.1, 4.0))
            step = min(max(step, 0.0), self.longest)
            if bracketed and self._is_narrow(step, low, high):
                step = best.step
        return False

    def _is_narrow(self, step: float, low: float, high: float) -> bool:
        return not low < step < high or high - low <= self.width * high


def _next(x: Point, y: Point, p: Point, bracketed: bool, low: float, high: float) -> float:
    """The next step, from the best point, the other end of the interval and the newest point."""
    if p.value > x.value:  # a minimum lies between the two
        cubic = _cubic(p, x)
        rise = (x.value - p.value) / (p.step - x.step) + x.slope
        quadratic = x.step + x.slope / rise / 2 * (p.step - x.step)
        nearer = abs(cubic - x.step) <= abs(quadratic - x.step)
        return cubic if nearer else cubic + (quadratic - cubic) / 2
    forward = p.step > x.step
    if p.slope * x.slope < 0:  # too
        return max(_cubic(x, p), _secant(x, p), key=lambda step: abs(step - p.step))
    if abs(p.slope) < abs(x.slope):  # it becomes flat
        cubic, secant = _cubic(x, p), _secant(x, p)
        if not (cubic - p.step) * (p.step - x.step) > 0:
            cubic = high if forward else low
        if not bracketed:
            step = max(secant, cubic, key=lambda step: abs(step - p.step))
            return min(max(step, low), high)
        step = min(secant, cubic, key=lambda step: abs(step - p.step))
        limit = p.step + 0.66 * (y.step - p.step)
        return min(limit, step) if forward else max(limit, step)
    return _cubic(y, p) if bracketed else high if forward else low


def _secant(x: Point, p: Point) -> float:
    """Where the slope is 0, if it changes evenly."""
    return p.step + p.slope / (p.slope - x.slope) * (x.step - p.step)


def _cubic(x: Point, p: Point) -> float:
    """Where the cubic of these values and slopes has its minimum; as far as can be from `p` if it has none."""
    theta = 3 * (x.value - p.value) / (p.step - x.step) + x.slope + p.slope
    size = max(abs(theta), abs(x.slope), abs(p.slope))
    root = size * math.sqrt(max(0.0, (theta / size) ** 2 - x.slope / size * (p.slope / size)))
    root = -root if p.step > x.step else root
    below = root - p.slope + root + x.slope
    return p.step + (root - p.slope + theta) / below * (x.step - p.step) if below else math.inf
