"""What has ended leaves its population: its weights are handed out, and the program goes on with fewer members."""

from dlref.tuning.populations.program.padding import cut
from dlref.tuning.populations.program.stacking import variables
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.trial_history import TrialHistory

RECOMPILATION = 3.0  # seconds, what a smaller program costs on a backend that compiles for one size


def compact(population: Population) -> list[TrialHistory]:
    """Removes what has ended from the program, if that pays; returns what ended just now, with its weights."""
    ended = [history for history in population.histories if history.status != "running"]
    new = [history for history in ended if not history.handed_out]
    _read_weights(population, new)
    for history in new:
        history.callbacks.publish()
        history.handed_out = True
    alive = [i for i, history in enumerate(population.histories) if history.status == "running"]
    saved = population.epoch_seconds * (1 - len(alive) / population.size)
    epochs = population.fit.epochs - population.epoch
    pays = population.program.any_size or saved * epochs > RECOMPILATION
    if not alive or (len(alive) < population.size and pays):
        population.keep(alive)
    return new


def _read_weights(population: Population, histories: list[TrialHistory]) -> None:
    """Gives each its weights of its best epoch, without padding."""
    if not any(history.best_epoch is not None for history in histories):
        return
    arrays = variables(population.program, *population.best)
    layouts = population.program.layouts
    for i, history in enumerate(population.histories):
        if history in histories and history.best_epoch is not None:
            own = zip(arrays, layouts, history.best_model.layouts, strict=True)
            history.weights = [cut(array[i], *pair) for array, *pair in own]
