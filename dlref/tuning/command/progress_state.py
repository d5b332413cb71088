"""What is known of a sweep while it runs: counts, the best so far, how fast it goes and how long it takes."""

import time
from collections import Counter
from typing import Any

from dlref.tuning.command.events import Event
from dlref.tuning.command.hardware import readable
from dlref.tuning.report.terminal_summary import format_value
from dlref.tuning.report.throughput import duration, pace, rate
from dlref.tuning.trials.objectives import Bound
from dlref.tuning.trials.records import Sweep

NAMES = ("finished", "diverged", "failed", "pruned")


class ProgressState:
    """Adds up events; what it holds does not grow with the number of trials.

    Args:
        sweep: the sweep as it is before it goes on.
        shared: whether other machines work on it too.
    """

    def __init__(self, sweep: Sweep, shared: bool) -> None:
        settings = sweep.settings
        self.total, self.epochs, self.shared = settings.trials, settings.epochs, shared
        self.direction, _, self.metric = settings.objective.partition(":")
        self.bounds = [Bound.parse(text) for text in settings.subject_to]
        self.count = Counter(trial.status for trial in sweep.ended)
        self.before = len(sweep.ended)
        self.highest = max((trial.number for trial in sweep.trials), default=-1)
        self.running: dict[int, tuple[int, int]] = {}  # epochs done, and by which worker
        self.memory: dict[int, tuple[int, int | None]] = {}
        self.device, self.workers = "", settings.workers
        self.best_trial: tuple[Any, ...] | None = None  # how good, number, score, values
        for trial in sweep.best[:1]:
            self._compare(trial.number, trial.score, trial.metrics, trial.values)
        self.began, self.over = time.monotonic(), 0.0

    def __call__(self, event: Event) -> None:
        name, worker = event["event"], event.get("worker", 0)
        if name == "claimed":
            self.running |= dict.fromkeys(event["trials"], (0, worker))
            self.highest = max([self.highest, *event["trials"]])
        elif name == "epoch":
            self.running |= dict.fromkeys(event["trials"], (event["epoch"], worker))
            self.memory[worker] = (event["memory"], event["gpu_memory"])
        elif name == "trial":
            self.running.pop(event["trial"], None)
            self.count[event["status"]] += 1
            if event["status"] == "finished":
                self._compare(event["trial"], event["score"], event["metrics"], event["values"])
        elif name == "worker_ended":
            self.running = {n: state for n, state in self.running.items() if state[1] != worker}
            self.memory.pop(worker, None)
        elif name == "device":
            self.device = event["device"]

    def _compare(self, number: int, score: Any, metrics: Any, values: Any) -> None:
        if score is None:
            return
        feasible = all(bound.holds(metrics) for bound in self.bounds)
        merit = (feasible, score if self.direction == "max" else -score, -number)
        if self.best_trial is None or merit > self.best_trial[0]:
            self.best_trial = merit, number, score, values

    @property
    def seconds(self) -> float:
        """Wall time of this command so far, or until it was over."""
        return (self.over or time.monotonic()) - self.began

    @property
    def ended_here(self) -> int:
        """Trials that ended since this command started."""
        return sum(self.count.values()) - self.before

    @property
    def elsewhere(self) -> int:
        """Trials that other machines took, as far as the numbers of our own tell."""
        known = sum(self.count.values()) + len(self.running)
        return max(0, self.highest + 1 - known) if self.shared else 0

    @property
    def ended(self) -> int:
        """Trials that ended, those that other machines took included."""
        return min(self.total, sum(self.count.values()) + self.elsewhere)

    def done(self) -> float:
        """Trials that ended, and of those that run the share of their epochs."""
        # A trial is not done after its last epoch: it has to be recorded.
        shares = (0.99 * min(epoch / self.epochs, 1) for epoch, _ in self.running.values())
        return self.ended + sum(shares)

    def rate(self) -> str:
        """Trials per second, minute or hour."""
        return " trials/".join(rate(self.ended_here, self.seconds))

    def left(self) -> str:
        """About how long it still takes."""
        here = self.done() - self.before
        if here <= 0 or self.ended == self.total:
            return ""
        left = max(0.0, self.total - self.done())
        return f"about {duration(self.seconds / here * left)} left"

    def counts(self) -> str:
        """How trials ended, and how many run."""
        parts = [f"{self.count[name]} {name}" for name in NAMES if self.count[name]]
        if self.running:
            epochs = [epoch for epoch, _ in self.running.values()]
            span = f"{min(epochs)}" + (f"–{max(epochs)}" if max(epochs) > min(epochs) else "")
            parts.append(f"{len(self.running)} running (epoch {span} of {self.epochs})")
        if self.elsewhere:
            parts.append(f"{self.elsewhere} on other machines")
        return ", ".join(parts) or "starting"

    def best(self, values: bool = False) -> str:
        """The best result so far, with its hyperparameters if `values`."""
        if self.best_trial is None:
            return "no result yet"
        (feasible, *_), number, score, found = self.best_trial
        outside = "" if feasible else f", outside {' and '.join(str(b) for b in self.bounds)}"
        text = f"best {self.metric} {score:.5g} (trial {number}{outside})"
        shown = ", ".join(f"{name} {format_value(value)}" for name, value in found.items())
        return f"{text}: {shown}" if values and shown else text

    def machine(self) -> str:
        """What it runs on, and the memory it takes."""
        parts = [self.device] if self.device else []
        parts += [f"{self.workers} workers"] if self.workers > 1 else []
        if self.memory:
            parts.append(f"{readable(sum(main for main, _ in self.memory.values()))} of memory")
        gpu = [used for _, used in self.memory.values() if used is not None]
        parts += [f"{readable(sum(gpu))} of GPU memory"] if gpu else []
        return ", ".join(parts)

    def line(self, ended: list[Event]) -> str:
        """A line about the trials that ended since the last one."""
        start = f"{self.ended}/{self.total}"
        if len(ended) == 1:
            trial = ended[0]
            score = trial["score"]
            result = trial["status"] if score is None else f"{self.metric} {score:.5g}"
            start += f" trial {trial['trial']}: {result} in {duration(trial['seconds'])}"
        elif ended:
            counts = Counter(trial["status"] for trial in ended)
            ways = ", ".join(f"{counts[name]} {name}" for name in NAMES if counts[name])
            start += f": {ways}"
        else:
            start += f": {self.counts()}"
        return "; ".join(filter(None, (start, self.best(), self.rate(), self.left())))

    def closing_line(self) -> str:
        """What this command did, once it is over."""
        self.over = time.monotonic()
        return ", ".join(filter(None, (pace(self.ended_here, self.seconds), self.machine())))
