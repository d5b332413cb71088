"""What the report says in words and tables."""

from collections import Counter, defaultdict

import numpy as np

from dlref.tuning.command.standing import duration
from dlref.tuning.records import Sweep, Trial
from dlref.tuning.report.trials import link
from dlref.tuning.report.words import STATUSES, Words, safe
from dlref.tuning.trials.tradeoffs import best_tradeoffs

MOST = 20  # populations that are listed


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
    seconds = elapsed(sweep)
    if seconds:
        spent = Words("training time", "훈련 시간")
        speed = Words("trials per second", "초당 시도 수")
        tiles.append((spent.html(), time(seconds)))
        tiles.append((speed.html(), f"{len(sweep.ended) / seconds:.3g}"))
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


def time(seconds: float) -> str:
    """Seconds for people, in both languages."""
    text = duration(seconds)
    korean = text.replace(" h", "시간").replace(" min", "분").replace(" s", "초")
    return Words(text, korean).html()


def elapsed(sweep: Sweep) -> float:
    """Seconds of training: machines, and the workers of each, go on side by side."""
    seconds: dict[str, float] = defaultdict(float)
    workers: dict[str, set[str]] = defaultdict(set)
    for worker, _, _, spent in populations(sweep):
        host = worker.rpartition(":")[
            0
        ]  # then comes the process, another one after each interruption
        seconds[host] += spent
        workers[host].add(worker)
    at_once = {host: min(len(workers[host]), sweep.settings.workers) for host in workers}
    return max((seconds[host] / at_once[host] for host in workers), default=0.0)


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
        Words("time", "시간"),
        Words("trials per second", "초당 시도 수"),
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
