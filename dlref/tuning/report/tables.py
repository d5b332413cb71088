"""What the report says in words and tables."""

from collections import Counter, defaultdict

import numpy as np

from dlref.tuning.report.bilingual_text import STATUSES, Words, safe
from dlref.tuning.report.throughput import duration, pace, rate
from dlref.tuning.report.trials_table import link
from dlref.tuning.trials.pareto_front import best_tradeoffs
from dlref.tuning.trials.records import Sweep, Trial

MOST = 20  # populations that are listed


WALL = Words("wall time of the command", "명령을 실행한 실제 시간")
WALLS = Words("wall times of {count} commands, added up", "명령 {count}개를 실행한 실제 시간의 합")
TRAINING = Words("training times of all populations, added up", "모든 집단의 훈련 시간의 합")
UNITS = {"s": "초당", "min": "분당", "h": "시간당"}


def table(head: list[str], rows: list[list[str]], kind: str = "") -> str:
    """A table of cells that are HTML already."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head_row = f"<thead><tr>{heads}</tr></thead>" if head else ""
    return (
        f'<div class="wide" tabindex="0"><table class="{kind}">{head_row}'
        f"<tbody>{body}</tbody></table></div>"
    )


def overview(sweep: Sweep) -> str:
    """The counts and the speed, as tiles."""
    counts = Counter(trial.status for trial in sweep.trials)
    tiles = [(STATUSES[name].html(), f"{counts[name]:,}") for name in STATUSES if counts[name]]
    if sweep.commands:
        words = WALL if len(sweep.commands) == 1 else WALLS.format(count=len(sweep.commands))
        tiles.append((words.html(), time(sum(seconds for _, seconds in sweep.commands))))
    elif seconds := sum(used for *_, used in populations(sweep)):
        tiles.append((TRAINING.html(), time(seconds)))
    hosts = {trial.worker.rpartition(":")[0] for trial in sweep.ended}
    if len(hosts) > 1:
        tiles.append((Words("machines", "컴퓨터 수").html(), str(len(hosts))))
    if sweep.settings.backend:
        tiles.append((Words("backend", "백엔드").html(), safe(sweep.settings.backend)))
    for trial in sweep.best[:1]:
        best = Words("best: trial {number}", "최고: 시도 {number}번").format(number=trial.number)
        tiles.insert(0, (best.html(), link(trial.number, safe(trial.score))))
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in tiles)
    return f'<dl class="tiles">{cells}</dl>'


def purpose(sweep: Sweep) -> Words:
    """How many trials there are, and what the sweep looks for."""
    settings = sweep.settings
    goals = [objective.partition(":") for objective in settings.objectives]
    sides = {"max": Words("the largest", "최대화"), "min": Words("the smallest", "최소화")}
    english = " and ".join(f"{sides[side].en} {metric}" for side, _, metric in goals)
    korean = ", ".join(f"{metric} {sides[side].ko}" for side, _, metric in goals)
    bounds = ", ".join(settings.subject_to)
    return Words(
        f"{len(sweep.ended):,} of {settings.trials:,} trials have ended. Looked for: {english}"
        f"{', subject to ' if bounds else ''}{bounds}.",
        f"시도 {settings.trials:,}개 가운데 {len(sweep.ended):,}개가 끝났습니다. 목표: {korean}"
        f"{'. 제약 조건: ' if bounds else ''}{bounds}.",
    )


def pareto_front(sweep: Sweep) -> list[Trial]:
    """The trials within the bounds, if there are any, that no other beats in every objective."""
    signs = [-1 if direction == "max" else 1 for direction in sweep.settings.directions]
    trials = [trial for trial in sweep.best if len(trial.scores) == len(signs)]
    trials = [trial for trial in trials if trial.feasible] or trials
    if len(signs) < 2 or not trials:
        return []
    costs = np.array([trial.scores for trial in trials]) * signs
    kept = best_tradeoffs(costs.tolist())
    return [trial for trial, on_front in zip(trials, kept, strict=True) if on_front]


def populations(sweep: Sweep) -> list[tuple[str, str, list[Trial], float]]:
    """Who trained together: the worker, the population (empty: one by one), the trials, the seconds it took."""
    groups: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in sweep.ended:
        groups[trial.worker, trial.population].append(trial)
    return [
        (worker, name, trials, (max if name else sum)(trial.seconds for trial in trials))
        for (worker, name), trials in groups.items()
    ]


def spent(seconds: float) -> Words:
    """Seconds for people."""
    text = duration(seconds)
    return Words(text, text.replace(" h", "시간").replace(" min", "분").replace(" s", "초"))


def time(seconds: float) -> str:
    """The same for the page."""
    return spent(seconds).html()


def paces(sweep: Sweep) -> Words:
    """What each command said in the terminal at its end."""
    english, korean = [], []
    for count, seconds in sweep.commands:
        english.append(pace(count, seconds))
        number, unit = rate(count, seconds) or ("", "")
        often = f", {UNITS[unit]} {number}개" if number else ""
        korean.append(f"시도 {count}개에 {spent(seconds).ko}{often}")
    if (unknown := len(sweep.ended) - sum(count for count, _ in sweep.commands)) > 0:
        english.append(f"{unknown} more in a time that is not known")
        korean.append(f"시도 {unknown}개는 걸린 시간을 알 수 없음")
    return Words("; ".join(english), "; ".join(korean))


def together(sweep: Sweep) -> str:
    """The populations as a table, the largest first; empty if every trial was trained alone."""
    groups = sorted(populations(sweep), key=lambda group: (not group[1], -len(group[2])))
    if not any(name for _, name, *_ in groups):
        return ""
    columns = (
        Words("population", "집단"),
        Words("worker", "워커"),
        Words("trials", "시도"),
        Words("finished", "완료"),
        Words("training time", "훈련 시간"),
        Words("trials per second of it", "그동안 초당 시도 수"),
    )
    alone = Words("one by one", "하나씩").html()
    rows = [
        _row(safe(name) or alone, safe(worker), trials, seconds)
        for worker, name, trials, seconds in groups[:MOST]
    ]
    if others := groups[MOST:]:
        trials = [trial for _, _, group, _ in others for trial in group]
        name = Words("{count} others", "그 밖의 {count}개").format(count=len(others)).html()
        rows.append(_row(name, "", trials, sum(seconds for _, _, _, seconds in others)))
    return table([words.html() for words in columns], rows, "numbers")


def _row(name: str, worker: str, trials: list[Trial], seconds: float) -> list[str]:
    finished = sum(trial.status == "finished" for trial in trials)
    speed = f"{len(trials) / seconds:.3g}" if seconds else ""
    return [name, worker, str(len(trials)), str(finished), time(seconds), speed]
