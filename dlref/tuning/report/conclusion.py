"""What a sweep found, in a few sentences; `significance.py` has the rule for what is said of a hyperparameter."""

from collections import Counter

from dlref.tuning.report import significance
from dlref.tuning.report.bilingual_text import Words
from dlref.tuning.report.scales import Scale
from dlref.tuning.report.significance import Common, best_of, in_common
from dlref.tuning.report.terminal_summary import format_value
from dlref.tuning.trials.records import Sweep, Trial

NOTHING_ENDED = Words("No trial has ended yet.", "아직 끝난 시도가 없습니다.")
NOTHING_FINISHED = Words(
    "None of the {ended} trials that ended has a result. The most frequent reason: {reason}",
    "끝난 시도 {ended}개 가운데 결과가 나온 것이 없습니다. 가장 많은 이유: {reason}",
)
NOTHING_KEPT = Words(
    "No trial keeps the bounds ({bounds}): none of the {finished} that finished can be chosen.",
    "제약 조건({bounds})을 지킨 시도가 없습니다. 완료된 {finished}개 가운데 고를 수 있는 것이 없습니다.",
)
ONLY = Words(
    "Only trial {number} finished ({scores}): there is nothing to compare it with.",
    "{number}번 시도만 완료되어({scores}) 비교할 대상이 없습니다.",
)
BEST = Words(
    "Trial {number} is the best: {scores}.", "가장 좋은 시도는 {number}번입니다({scores})."
)
BEST_SO_FAR = Words(
    "Trial {number} is the best so far: {scores}.",
    "지금까지 가장 좋은 시도는 {number}번입니다({scores}).",
)
FRONT = Words(
    "No trial is best in everything: {count} trade one objective for another (the Pareto front, ◆), with {scores}.",
    "모든 목표에서 가장 좋은 시도는 없습니다. {count}개가 한 목표를 얻고 다른 목표를 내준 것이며(파레토 프런트, ◆) "
    "범위는 {scores}입니다.",
)
TOO_FEW = Words(
    "To say what the best have in common takes {enough} trials that ended, {fewest} of them among the best; there are "
    "{ended} and {best}.",
    "좋은 시도들의 공통점을 말하려면 끝난 시도가 {enough}개, 그중 좋은 시도가 {fewest}개는 있어야 하는데 {ended}개와 "
    "{best}개뿐입니다.",
)
TIED = Words(
    "So many trials are equally good that nothing can be said of what sets the best apart.",
    "점수가 같은 시도가 많아서 좋은 시도들의 공통점을 가려낼 수 없습니다.",
)
UNSURE = Words(
    "Whatever the best {best} of {ended} trials have in common may be chance.",
    "좋은 시도 {best}개(전체 {ended}개)의 공통점은 우연일 수 있습니다.",
)
COMMON = Words(
    "What sets the best {best} of {ended} trials apart: ",
    "좋은 시도 {best}개(전체 {ended}개)의 특징: ",
)
OTHERS = Words(
    "What they have in common in {names} may be chance.",
    "나머지({names})의 공통점은 우연일 수 있습니다.",
)
FEW = Words(
    "{ended} trials are few for {searched} hyperparameters: more would tell more.",
    "하이퍼파라미터 {searched}개에 시도 {ended}개는 적습니다. 더 늘리면 더 알 수 있습니다.",
)
DECIDED = Words(
    "How this was decided: values are named that at least {held} of the best quarter of the "
    "trials ({fewest} to {most} trials and ties; of several objectives, the Pareto front) and at "
    "most {narrow} of all trials have, if their trials rank so far above the others that this "
    "happens in at most one of {sweeps} sweeps in which no hyperparameter matters.",
    "판단 기준: 상위 4분의 1({fewest}~{most}개와 그 동점, 목표가 여럿이면 파레토 프런트)의 {held} "
    "이상이 가졌지만 전체에서는 {narrow} 이하만 가진 값 가운데, 어느 하이퍼파라미터도 점수와 무관한 "
    "탐색에서는 순위가 이만큼 높은 일이 많아야 {sweeps}번에 한 번 일어나는 것만 적었습니다.",
)


def conclusion(
    sweep: Sweep, front: list[Trial], searched: list[Scale]
) -> tuple[Words, Words | None]:
    """What can be said, and how it was decided if anything had to be."""
    if not sweep.ended:
        return NOTHING_ENDED, None
    if not sweep.best:
        ((why, _),) = Counter(t.reason or t.status for t in sweep.ended).most_common(1)
        return NOTHING_FINISHED.format(ended=len(sweep.ended), reason=why), None
    if not sweep.best[0].feasible:
        bounds = ", ".join(sweep.settings.subject_to)
        return NOTHING_KEPT.format(finished=len(sweep.best), bounds=bounds), None
    said = _result(sweep, front)
    if len(sweep.best) == 1 or not searched:
        return said, None
    best, ended = best_of(sweep, front), len(sweep.ended)
    kept = sum(trial.feasible for trial in sweep.best)
    counts = {"ended": ended, "best": len(best), "searched": len(searched)}
    rule = {"enough": significance.ENOUGH, "fewest": significance.FEWEST, "most": significance.MOST}
    if ended >= significance.ENOUGH and len(best) < significance.FEWEST <= kept and not front:
        return _joined(said, TIED), None
    if ended < significance.ENOUGH or len(best) < significance.FEWEST:
        return _joined(said, TOO_FEW.format(**counts, **rule)), None
    claims = in_common(sweep, best, searched)
    text = _common(claims, counts, searched) if claims else UNSURE.format(**counts)
    if ended < 10 * len(searched):
        text = _joined(text, FEW.format(**counts))
    shares = {"held": f"{significance.COVERAGE:.0%}", "narrow": f"{significance.NARROW:.0%}"}
    decided = DECIDED.format(**rule, **shares, sweeps=round(1 / significance.ALPHA))
    return _joined(said, text), decided


def _joined(*parts: Words, by: str = " ") -> Words:
    return Words(*(by.join(texts) for texts in zip(*parts, strict=True)))


def _result(sweep: Sweep, front: list[Trial]) -> Words:
    """The best trial, or the trade-off."""
    best, names = sweep.best[0], [each.partition(":")[2] for each in sweep.settings.objectives]
    if len(front) > 1:
        ends = [
            (name, *(format_value(end(t.scores[i] for t in front)) for end in (min, max)))
            for i, name in enumerate(names)
        ]
        english = ", ".join(f"{name} from {low} to {high}" for name, low, high in ends)
        korean = ", ".join(f"{name} {low}~{high}" for name, low, high in ends)
        return Words(
            FRONT.en.format(count=len(front), scores=english),
            FRONT.ko.format(count=len(front), scores=korean),
        )
    found = zip(names, best.scores or (best.score,), strict=False)
    scores = ", ".join(f"{name} {format_value(score)}" for name, score in found)
    over = len(sweep.ended) >= sweep.settings.trials
    words = ONLY if len(sweep.best) == 1 else BEST if over else BEST_SO_FAR
    return words.format(number=best.number, scores=scores)


def _common(claims: list[Common], counts: dict[str, int], searched: list[Scale]) -> Words:
    said = _joined(*map(_claim, claims), by="; ")
    text = _joined(COMMON.format(**counts), said, Words(".", "."), by="")
    claimed = {claim.name for claim in claims}
    others = ", ".join(scale.name for scale in searched if scale.name not in claimed)
    return _joined(text, OTHERS.format(names=others)) if others else text


def _claim(claim: Common) -> Words:
    values = _values(claim)
    return Words(
        f"{claim.name} {values.en} ({claim.best} of these {claim.of_best}, {claim.all} of all {claim.of_all})",
        f"{claim.name} {values.ko}({claim.of_best}개 중 {claim.best}개, 전체는 {claim.of_all}개 중 {claim.all}개)",
    )


def _values(claim: Common) -> Words:
    if claim.labels:
        return Words(" or ".join(claim.labels), " 또는 ".join(claim.labels))
    low, high = (None if end is None else f"{end:.12g}" for end in (claim.low, claim.high))
    if high is None:
        return Words(f"{low} or more", f"{low} 이상")
    if low is None:
        return Words(f"below {high}", f"{high} 미만")
    return Words(f"from {low} to below {high}", f"{low} 이상 {high} 미만")
