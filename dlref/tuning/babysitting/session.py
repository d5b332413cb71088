"""One training under the babysitter's eyes: when it measures, judges, and does what it is told."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import keras

from dlref.tuning.babysitting import overfit_subset, rules
from dlref.tuning.babysitting.activations import EXAMPLES
from dlref.tuning.babysitting.controls import controls
from dlref.tuning.babysitting.event_log import EventLog
from dlref.tuning.babysitting.loss_meter import Mark
from dlref.tuning.babysitting.monitor import Budget, Monitor
from dlref.tuning.babysitting.terminal_commands import run_command

POLL_SECONDS = 0.2  # between two looks for commands


@dataclass(frozen=True)
class Options:
    """The arguments of `Babysitter` that say what to do."""

    data: Any
    every: int | None
    subset: int
    check_subset: bool | None
    target_error: float
    stop_on_nan: bool


class Session:
    """One call of `fit`.

    Args:
        model: the model, built and compiled.
        event_log: where all of it is written.
        options: what to do.
    """

    def __init__(self, model: Any, event_log: EventLog, options: Options) -> None:
        self.model, self.event_log, self.options = model, event_log, options
        examples = None if options.data is None else overfit_subset.few(options.data, EXAMPLES)[0]
        self.monitor = Monitor(model, examples, options.target_error)
        self.controls = controls(model)
        self.lazy = options.check_subset is None and options.data is not None
        self.epoch = self.batches = self.changed = 0
        self.status = "finished"

    def begin(self, epochs: int | None) -> None:
        """Before the first update."""
        self.event_log.start(
            settable={name: control.read() for name, control in self.controls.items()},
            epochs=epochs,
            optimizer=type(self.model.optimizer).__name__,
            backend=keras.backend.backend(),
            keras=keras.__version__,
        )
        if self.options.check_subset:
            self._safely("subset", self._try_subset)
            self._advise()
        self.samples, self.looks = Budget(), Budget()
        self.wake = self.poll = 0.0

    def begin_epoch(self, epoch: int) -> None:
        """The metrics start anew."""
        self.epoch = epoch
        self.monitor.begin_epoch()

    def is_due(self) -> bool:
        """Whether there is something to do before the next batch: called before every one, so it must be quick."""
        self.batches += 1
        self.now = now = time.perf_counter()
        every, n = self.options.every, self.batches - self.changed
        # Without `every`, also at the 1st, 2nd, 4th, 8th, ... batch: a short run is judged as well.
        self.due = n % every == 1 % every if every else now >= self.wake or n & (n - 1) == 0
        return self.due or self.monitor.open or self.batches == 2 or now >= self.poll

    def between_batches(self) -> None:
        """Ends a sample, looks at the units, obeys, begins the next sample."""
        monitor, second = self.monitor, self.batches == 2
        with self.samples.spend():
            if second and monitor.measurements.first is None:
                monitor.measurements.count = (
                    monitor.meter.mark().count or monitor.measurements.count
                )
                monitor.first_loss(monitor.meter.since(Mark()))
            if monitor.open:
                self._sampled(monitor.end_sample())
        if second or (not self.options.every and self.due and self.looks.allows()):
            self._look(free=second)
        if self.now >= self.poll:
            self._obey()
        if self.due:
            with self.samples.spend():
                monitor.begin_sample()
        self.wake = self.samples.due

    def end_epoch(self, logs: dict[str, float]) -> None:
        """Judges the epoch."""
        monitor = self.monitor
        with self.samples.spend():
            if monitor.measurements.first is None:  # there was one batch
                monitor.first_loss(logs.get("loss"))
            if monitor.open:
                self._sampled(monitor.end_sample(in_epoch=False))
            monitor.end_epoch(logs)
            self.event_log.event(
                "epoch", epoch=self.epoch, step=monitor.measurements.step, logs=logs
            )
            self.event_log.state["logs"] = logs
        if self.options.every or self.looks.allows():
            self._look()
        with self.samples.spend():
            self._advise()
            self._show()
        self._obey()

    def end(self) -> None:
        """Judges the run."""
        self.monitor.measurements.ended = True
        self._look(free=True)
        self._advise()
        self._show()
        self.event_log.end(self.status)

    def _sampled(self, sample: dict[str, Any]) -> None:
        self.event_log.event("sample", epoch=self.epoch, **sample)
        self.event_log.state["values"] = sample
        self._advise()
        self._show()

    def _look(self, free: bool = False) -> None:
        with self.looks.spend(free):
            if not self._safely("units", self.monitor.look):
                self.monitor.activity = None

    def _try_subset(self) -> None:
        x, y = overfit_subset.few(self.options.data, self.options.subset)
        self.monitor.measurements.subset = tried = overfit_subset.overfit(self.model, x, y)
        self.event_log.event(
            "subset", epoch=self.epoch, step=self.monitor.measurements.step, **asdict(tried)
        )

    def _advise(self) -> None:
        measurements = self.monitor.measurements
        found = rules.advise(measurements)
        if self.lazy and any(finding.key == "not_learning" for finding in found):
            self.lazy = False
            self._safely("subset", self._try_subset)
            found = rules.advise(measurements)
        self.event_log.advise(found, epoch=self.epoch, step=measurements.step)
        if self.options.stop_on_nan and any(finding.key.startswith("nan") for finding in found):
            self.model.stop_training, self.status = True, "diverged"

    def _show(self) -> None:
        self.event_log.state |= {"epoch": self.epoch, "step": self.monitor.measurements.step}
        self.event_log.write()

    def _obey(self) -> None:
        """Does what terminals have asked for."""
        self.poll = time.perf_counter() + POLL_SECONDS
        for name, command in self.event_log.commands():
            done = run_command(self.model, self.controls, command)
            place = {"epoch": self.epoch, "step": self.monitor.updates()}
            if done.changes:
                self.monitor.change()
                self.changed = self.batches - 1
            for change in done.changes:
                self.event_log.change(**place, **change)
            if done.stop:
                self.model.stop_training, self.status = True, "stopped"
            self.event_log.answer(name, asdict(done) | place)

    def _safely(self, check: str, function: Callable[[], None]) -> bool:
        """Whether it worked; a model may be of a kind that a check does not know, and trains all the same."""
        try:
            function()
        except Exception as error:
            self.event_log.trouble(check, error)
            return False
        return True
