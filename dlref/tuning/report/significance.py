"""What the best trials have in common, as far as it is more than chance explains.

The best are the best quarter of the trials that ended (of several objectives: the Pareto front); trials as good as the
last of them belong to them. A trial that diverged, failed, was pruned or does not keep the bounds is never one of the
best, and always one of those that they are compared with.

The values of each hyperparameter are divided at round numbers of its scale, or one by one where there are few. Looked
at are all ranges (of categories: those that rank highest) that hold at least `HELD` of the best and at most `NARROW` of
all trials. The candidate is the one whose trials rank highest against those outside, by Wilcoxon's rank sum. Its
p-value is the share of random orders of the trials, at least `ORDERS`, in which some range does as well: so looking at
many ranges is paid for, and nothing is assumed of how scores are distributed. Where nothing matters, every order of the
trials must be equally likely: a search that learns from earlier scores breaks that a little. Holm's correction keeps
the chance that anything at all is claimed there near `ALPHA`.
"""

from dataclasses import dataclass
from html import unescape
from itertools import combinations
from math import ceil, floor, inf, log10

import numpy as np
from scipy.stats import rankdata

from dlref.tuning.report.plots import scores
from dlref.tuning.report.scales import Scale
from dlref.tuning.trials.records import Sweep, Trial

QUARTER, FEWEST, MOST = 4, 5, 30  # of the trials one in so many are the best; at least, at most
ENOUGH = 10  # trials that ended
COVERAGE, NARROW, ALPHA = 0.6, 0.8, 0.02
ORDERS = 2000
AT_ONCE = 2_000_000  # trials in random orders that are held in memory


@dataclass(frozen=True)
class Common:
    """Values of one hyperparameter that the best trials have: those from `low` to below `high`, or `labels`."""

    name: str
    low: float | None
    high: float | None
    labels: list[str]
    best: int  # of the best trials these have such a value,
    of_best: int  # of so many that have the hyperparameter;
    all: int  # and of all trials
    of_all: int


def best_of(sweep: Sweep, front: list[Trial]) -> list[Trial]:
    """The best trials, or none if they cannot be told from the others."""
    kept = [trial for trial in sweep.best if trial.feasible]
    if len(sweep.settings.objectives) > 1:
        return [trial for trial in front if trial.feasible]
    count = min(MOST, max(FEWEST, len(sweep.ended) // QUARTER))
    if len(kept) <= count:
        return kept
    found = scores(kept)
    last = found[count - 1]
    with_ties = len(kept) - found[::-1].index(last)
    few = with_ties <= max(count, len(sweep.ended) / 2)
    return kept[: with_ties if few else found.index(last)]


def in_common(sweep: Sweep, best: list[Trial], searched: list[Scale]) -> list[Common]:
    """What the best have in common, the most certain first."""
    chosen = {trial.number for trial in best}
    merits = _merits(sweep, chosen)
    orders = max(ORDERS, ceil(4 * len(searched) / ALPHA))
    found = [_candidate(scale, sweep.ended, merits, chosen, orders) for scale in searched]
    ordered = sorted((p, i) for i, (p, _) in enumerate(found))
    claims = []
    for rank, (p, i) in enumerate(ordered):
        common = found[i][1]
        if common is None or p > ALPHA / (len(ordered) - rank):
            break
        claims.append(common)
    return claims


def _merits(sweep: Sweep, chosen: set[int]) -> dict[int, float]:
    """How good each trial is, as far as that can be ordered: of several objectives, on the front or not."""
    if len(sweep.settings.objectives) > 1:
        return {trial.number: float(trial.number in chosen) for trial in sweep.ended}
    sign = 1 if sweep.settings.objective.startswith("max:") else -1
    return {
        trial.number: -inf if trial.score is None or not trial.feasible else sign * trial.score
        for trial in sweep.ended
    }


def _candidate(
    scale: Scale, trials: list[Trial], merits: dict[int, float], chosen: set[int], orders: int
) -> tuple[float, Common | None]:
    """The range that ranks highest, and how often some range does as well by chance."""
    cuts = [] if scale.discrete else round_cuts(scale)
    trials = [trial for trial in trials if scale.at(trial) is not None]
    bins = _bins(scale, cuts, trials)
    trials = [trials[i] for i in np.argsort(bins, kind="stable")]
    best = np.array([trial.number in chosen for trial in trials], int)
    n, k = len(trials), int(best.sum())
    occupied, sizes = np.unique(bins, return_counts=True)
    if n < ENOUGH or k < FEWEST or len(occupied) < 2:
        return 1.0, None
    ranks = rankdata([merits[trial.number] for trial in trials])
    search = _categories if scale.kind == "categories" else _ranges
    starts, generator = sizes.cumsum() - sizes, np.random.default_rng(0)

    def look(order: np.ndarray) -> tuple[np.ndarray, list[int]]:
        sums = [np.add.reduceat(x[order], starts, axis=1) for x in (ranks, best)]
        return search(sums[0], sums[1], sizes)

    (found,), inside = look(np.arange(n)[None])
    if not found > 0:
        return 1.0, None
    as_good, tried = 0, 0
    while tried < orders:
        block = np.tile(np.arange(n), (min(orders - tried, -(-AT_ONCE // n)), 1))
        as_good += np.sum(look(generator.permuted(block, axis=1))[0] >= found - 1e-9)
        tried += len(block)
    first, last = occupied[inside[0]], occupied[inside[-1]]
    here = np.isin(np.sort(bins), occupied[inside])
    return (1 + as_good) / (1 + orders), Common(
        scale.name,
        cuts[first - 1] if cuts and inside[0] > 0 else None,
        cuts[last] if cuts and inside[-1] < len(occupied) - 1 else None,
        [unescape(scale.labels[occupied[i]]) for i in inside] if scale.discrete else [],
        *(int(best[here].sum()), k, int(here.sum()), n),
    )


def _bins(scale: Scale, cuts: list[float], trials: list[Trial]) -> np.ndarray:
    if scale.discrete:
        at = np.array([scale.at(trial) for trial in trials], float)
        return at.round().clip(0, len(scale.labels) - 1).astype(int)
    return np.searchsorted(cuts, [trial.values[scale.name] for trial in trials], side="right")


def _height(
    ranks: np.ndarray, covered: np.ndarray, count: np.ndarray, n: int, k: int
) -> np.ndarray:
    """The standardized sum of the ranks of `count` of n trials; 0 where these are not worth a word."""
    with np.errstate(all="ignore"):
        height = (ranks - count * (n + 1) / 2) / np.sqrt(count * (n - count))
    return np.where((covered >= COVERAGE * k) & (count <= NARROW * n), height, 0.0)


def _ranges(ranks: np.ndarray, best: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Of each row the height of the highest range of neighbours; that range in the first row."""
    low, high = np.array(list(combinations(range(len(sizes) + 1), 2))).T
    sums = [np.insert(x.cumsum(-1), 0, 0, axis=-1) for x in (ranks, best, sizes)]
    inside, covered, count = (x[..., high] - x[..., low] for x in sums)
    found = _height(inside, covered, count, sizes.sum(), best[0].sum())
    first = int(found[0].argmax())
    return found.max(1), [*range(low[first], high[first])]


def _categories(
    ranks: np.ndarray, best: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, list[int]]:
    """Of each row the height of the categories that rank highest; these in the first row."""
    order = np.argsort(-ranks / sizes, axis=1, kind="stable")
    inside, covered = (np.take_along_axis(x, order, 1).cumsum(1) for x in (ranks, best))
    found = _height(inside, covered, sizes[order].cumsum(1), sizes.sum(), best[0].sum())
    count = int(found[0].argmax()) + 1
    return found.max(1), sorted(order[0, :count].tolist())


def round_cuts(scale: Scale) -> list[float]:
    """Round numbers between the ends of a continuous scale, as they are shown, ascending."""
    low, high = scale.low, scale.high
    decades = log10(high) - log10(low) if scale.kind != "linear" else 0
    if decades >= 1:
        digits = (1, 2, 5) if decades <= 8 else (1,)
        powers = range(floor(log10(low)), ceil(log10(high)), max(1, round(decades / 12)))
        found = [float(f"{digit}e{power}") for power in powers for digit in digits]
    else:
        rough = (high / 12 - low / 12) or 1.0
        power = 10.0 ** floor(log10(rough))
        step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough)
        found = [step * i for i in range(ceil(low / step), floor(high / step) + 1)]
    shown = [1 - cut if scale.kind == "one_minus" else cut for cut in found if low < cut < high]
    return sorted(float(f"{cut:.12g}") for cut in shown)
