"""The rounds of a search: in each, the trials that were claimed together are trained and recorded.

Where a pruner stops trials at rungs, a population that has come to one may have to wait for others. It is paused: its
state is written, its trials are given back, and once they can go on, it goes on.
"""

import uuid
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training import checkpoint
from dlref.tuning.populations.training.epochs import Hooks, Refused
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.trainer import Trainer
from dlref.tuning.populations.training.trial_builder import TrialBuilder
from dlref.tuning.populations.training.trial_history import TrialHistory
from dlref.tuning.search import results

FIRST, MANY = 4, 64  # of so many trials, the first tell what to compile while the others are built


class TrialBatch:
    """Trains claimed trials: those of one structure together, the others by themselves.

    Args:
        tuner: a `dlref.tuning.Search`.
        trainer: keeps what was learnt about models in rounds before; its hooks become this search's.
        builder: builds the trials' models.
    """

    def __init__(self, tuner: Any, trainer: Trainer, builder: TrialBuilder) -> None:
        self.tuner, self.trainer, self.builder = tuner, trainer, builder
        pruned = self._pruned if tuner.oracle.pruner else None
        exchange = trainer.hooks.exchange and partial(self._exchange, trainer.hooks.exchange)
        variants = trainer.hooks.variants
        trainer.hooks = Hooks(self._start, self._write, pruned, self._pauses, variants, exchange)
        self.directory = Path(tuner.project_dir)
        self._left: dict[int, Any] = {}
        self._histories: dict[int, list[TrialHistory]] = defaultdict(list)
        self._places: dict[int, list[str]] = defaultdict(list)
        # Weakly: one that failed has to leave its memory.
        self._checkpoints = WeakKeyDictionary[Population, checkpoint.Checkpoint]()
        self._paused: list[Population] = []
        self._files: dict[Path, set[int]] = {}  # of paused populations, with the trials they hold

    def run(self, trials: list[Any]) -> list[Any]:
        """Trains what a population can train, says why it cannot train the others, and returns them."""
        self._left = {int(trial.trial_id): trial for trial in trials}
        earlier, going = list(self._files), self._take_paused()
        refused: list[tuple[Any, str]] = []
        trial_models: list[TrialModel] = []
        for i, (number, trial) in enumerate(list(self._left.items())):
            self.tuner.listener.check()
            if i == FIRST and trial_models and len(trials) >= MANY:
                count = len(trials) * self.tuner.executions_per_trial
                self.trainer.foresee(trial_models, count, self.builder.fits)
            if any(number in numbers(population) for population in going):
                continue
            try:
                trial_models += self._begin(trial)
            except Unsupported as reason:
                refused.append((trial, str(reason)))
            except (Exception, SystemExit) as error:
                self.tuner.listener.check()
                if isinstance(error, self.tuner.fatal):
                    raise
                self._finish([results.of_error(number, error)])
        reasons = self.builder.alone(trial_models)
        refused += [(self._left[number], reason) for number, reason in reasons.items()]
        trial_models = [member for member in trial_models if member.number not in reasons]
        parts = checkpoint.together(trial_models, self.directory / "checkpoints")
        with closing(self.trainer.train(parts, self.builder.fits, going)) as all_ended:
            for ended in all_ended:
                if isinstance(ended, Refused):
                    alone = {trial_model.number for trial_model in ended.trial_models}
                    refused += [(self._left[n], ended.reason) for n in sorted(alone)]
                else:
                    self._record(ended.population, ended.histories)
        self._give_back(earlier, {int(trial.trial_id) for trial in trials})
        for reason, count in Counter(reason for _, reason in refused).items():
            self.tuner.listener.note(f"{count} of {len(trials)} trials are trained alone: {reason}")
        return [trial for trial, _ in refused]

    def _begin(self, trial: Any) -> list[TrialModel]:
        """The models of a trial that are to be trained: an execution may have ended before a pause."""
        ended = {
            history.trial_model.place for history in self._histories.get(int(trial.trial_id), ())
        }
        return [model for model in self.builder.trial_models(trial) if model.place not in ended]

    def _take_paused(self) -> list[Population]:
        """The paused populations all of whose trials were claimed again; the others start from what was written."""
        paused, self._paused = self._paused, []
        self._paused = [each for each in paused if not numbers(each) & self._left.keys()]
        return [each for each in paused if numbers(each) <= self._left.keys()]

    def _pauses(self, population: Population) -> bool:
        waiting = getattr(self.tuner.oracle.pruner, "waiting", {})
        own = numbers(population)
        if not any(waiting.get(number) == population.epoch for number in own):
            return False
        kept = self._checkpoints[population]
        kept.write(population, always=True)
        self._paused = [each for each in self._paused if not numbers(each) & own] + [population]
        self._files[kept.path] = own
        return True

    def _give_back(self, earlier: list[Path], claimed: set[int]) -> None:
        """Gives back what is paused; the files of pauses before are of no use any more."""
        self.tuner.oracle.release(
            [n for each in self._paused for n in numbers(each) if n in self._left]
        )
        self.tuner.oracle.paused = [numbers(each) for each in self._paused]
        kept = {number for each in self._paused for number in numbers(each)}
        for known in (self._histories, self._places):
            for number in known.keys() - kept:
                del known[number]
        now = {self._checkpoints[each].path for each in self._paused}
        for path in earlier:
            self._files[path] -= claimed
            if not self._files[path] and path not in now:
                path.unlink(missing_ok=True)
                del self._files[path]

    def _record(self, population: Population, ended: list[TrialHistory]) -> None:
        # The worker is named, so that these weights can be removed if it dies before the trials are recorded.
        worker = self.tuner.oracle.session.worker.lock
        name = f"{min(h.trial_model.number for h in ended)}-{worker}-{uuid.uuid4().hex[:8]}.npz"
        places = checkpoint.write_weights(self.directory / "weights" / name, ended)
        done = []
        for history, place in zip(ended, places, strict=True):
            number = history.trial_model.number
            self._histories[number].append(history)
            self._places[number].append(place)
            if len(self._histories[number]) == self.tuner.executions_per_trial:
                done.append(number)
        self._finish([self._result(number, population) for number in done])
        if not population.running:
            self._checkpoints.pop(population).remove()

    def _result(self, number: int, population: Population) -> Any:
        histories = self._histories.pop(number)
        for history in histories:
            if history.error:
                results.raise_if_fatal(history.error, number, self.tuner.fatal)
        objective = self.tuner.epoch_objective
        result = results.of_trained(histories, objective, self._places.pop(number))
        result = replace(result, population=population.name)
        if self.trainer.hooks.exchange:
            result = results.with_lineage(result, histories[0].lineage, self._left[number])
        if self.tuner.extra_metrics and result.weights:
            best = next(h for h in histories if h.best_epoch == result.best_epoch and h.weights)
            model = self.tuner.with_weights(self._left[number], best.weights)
            result.metrics.update(self.tuner.measure(model))
        return result

    def _finish(self, ended: list[Any]) -> None:
        if ended:
            self.tuner.oracle.finish(ended)
        for result in ended:
            self.tuner.listener.trial_ended(result, self._left.pop(result.number))

    def _start(self, population: Population) -> None:
        directory = self.directory / "checkpoints"
        if checkpoint.restore(population, directory):
            self.tuner.listener.note(f"goes on after epoch {population.epoch}")
        path = directory / f"{uuid.uuid4().hex[:12]}.npz"
        self._checkpoints[population] = checkpoint.Checkpoint(path)

    def _write(self, population: Population) -> None:
        self._checkpoints[population].write(population)

    def _exchange(self, exchange: Any, population: Population) -> None:
        """Lets members take over from others: what they became is recorded, and kept, before it is trained."""
        if exchange(population):
            lineages = {h.trial_model.number: h.lineage for h in population.histories if h.lineage}
            self.tuner.oracle.record_lineages(lineages)
            self._checkpoints[population].write(population, always=True)

    def _pruned(self, population: Population) -> set[int]:
        name, values = self.tuner.epoch_objective.name, dict[int, list[float]]()
        for history in population.running:  # of a trial, the first execution that has not ended
            if name in history.curves:
                values.setdefault(history.trial_model.number, history.curves[name])
        return self.tuner.oracle.report(values)


def numbers(population: Population) -> set[int]:
    """The trials of a population that go on."""
    return {history.trial_model.number for history in population.running}
