"""One training under the babysitter's eyes: when it measures, judges, and does what it is told."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import keras

from dlref.tuning.babysitting import overfit_subset, rules
from dlref.tuning.babysitting.activations import EXAMPLES
from dlref.tuning.babysitting.controls import controls
from dlref.tuning.babysitting.event_log import Journal
from dlref.tuning.babysitting.loss_meter import Mark
from dlref.tuning.babysitting.monitor import Budget, Watch
from dlref.tuning.babysitting.terminal_commands import obey

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
        journal: where all of it is written.
        options: what to do.
    """

    def __init__(self, model: Any, journal: Journal, options: Options) -> None:
        self.model, self.journal, self.options = model, journal, options
        examples = None if options.data is None else overfit_subset.few(options.data, EXAMPLES)[0]
        self.watch = Watch(model, examples, options.target_error)
        self.controls = controls(model)
        self.lazy = options.check_subset is None and options.data is not None
        self.epoch = self.batches = self.changed = 0
        self.status = "finished"

    def begin(self, epochs: int | None) -> None:
        """Before the first update."""
        self.journal.start(
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
        self.watch.begin_epoch()

    def is_due(self) -> bool:
        """Whether there is something to do before the next batch: called before every one, so it must be quick."""
        self.batches += 1
        self.now = now = time.perf_counter()
        every, n = self.options.every, self.batches - self.changed
        # Without `every`, also at the 1st, 2nd, 4th, 8th, ... batch: a short run is judged as well.
        self.due = n % every == 1 % every if every else now >= self.wake or n & (n - 1) == 0
        return self.due or self.watch.open or self.batches == 2 or now >= self.poll

    def between_batches(self) -> None:
        """Ends a sample, looks at the units, obeys, begins the next sample."""
        watch, second = self.watch, self.batches == 2
        with self.samples.spend():
            if second and watch.facts.first is None:
                watch.facts.count = watch.meter.mark().count or watch.facts.count
                watch.first_loss(watch.meter.since(Mark()))
            if watch.open:
                self._sampled(watch.end_sample())
        if second or (not self.options.every and self.due and self.looks.allows()):
            self._look(free=second)
        if self.now >= self.poll:
            self._obey()
        if self.due:
            with self.samples.spend():
                watch.begin_sample()
        self.wake = self.samples.due

    def end_epoch(self, logs: dict[str, float]) -> None:
        """Judges the epoch."""
        watch = self.watch
        with self.samples.spend():
            if watch.facts.first is None:  # there was one batch
                watch.first_loss(logs.get("loss"))
            if watch.open:
                self._sampled(watch.end_sample(in_epoch=False))
            watch.end_epoch(logs)
            self.journal.event("epoch", epoch=self.epoch, step=watch.facts.step, logs=logs)
            self.journal.state["logs"] = logs
        if self.options.every or self.looks.allows():
            self._look()
        with self.samples.spend():
            self._advise()
            self._show()
        self._obey()

    def end(self) -> None:
        """Judges the run."""
        self.watch.facts.ended = True
        self._look(free=True)
        self._advise()
        self._show()
        self.journal.end(self.status)

    def _sampled(self, sample: dict[str, Any]) -> None:
        self.journal.event("sample", epoch=self.epoch, **sample)
        self.journal.state["values"] = sample
        self._advise()
        self._show()

    def _look(self, free: bool = False) -> None:
        with self.looks.spend(free):
            if not self._safely("units", self.watch.look):
                self.watch.activity = None

    def _try_subset(self) -> None:
        x, y = overfit_subset.few(self.options.data, self.options.subset)
        self.watch.facts.subset = tried = overfit_subset.overfit(self.model, x, y)
        self.journal.event("subset", epoch=self.epoch, step=self.watch.facts.step, **asdict(tried))

    def _advise(self) -> None:
        facts = self.watch.facts
        found = rules.advise(facts)
        if self.lazy and any(finding.key == "not_learning" for finding in found):
            self.lazy = False
            self._safely("subset", self._try_subset)
            found = rules.advise(facts)
        self.journal.advise(found, epoch=self.epoch, step=facts.step)
        if self.options.stop_on_nan and any(finding.key.startswith("nan") for finding in found):
            self.model.stop_training, self.status = True, "diverged"

    def _show(self) -> None:
        self.journal.state |= {"epoch": self.epoch, "step": self.watch.facts.step}
        self.journal.write()

    def _obey(self) -> None:
        """Does what terminals have asked for."""
        self.poll = time.perf_counter() + POLL_SECONDS
        for name, command in self.journal.commands():
            done = obey(self.model, self.controls, command)
            place = {"epoch": self.epoch, "step": self.watch.updates()}
            if done.changes:
                self.watch.change()
                self.changed = self.batches - 1
            for change in done.changes:
                self.journal.change(**place, **change)
            if done.stop:
                self.model.stop_training, self.status = True, "stopped"
            self.journal.answer(name, asdict(done) | place)

    def _safely(self, check: str, function: Callable[[], None]) -> bool:
        """Whether it worked; a model may be of a kind that a check does not know, and trains all the same."""
        try:
            function()
        except Exception as error:
            self.journal.trouble(check, error)
            return False
        return True
