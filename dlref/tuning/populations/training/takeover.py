"""Members take over the weights and the state of others: rows of arrays are copied, and nothing is compiled anew."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops, tree

from dlref.tuning.populations.program.stacking import filled, stack_scalars, tensor
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.population import Population


def take_over(
    population: Population,
    parents: Mapping[int, int],
    before: Sequence[TrialModel],
) -> None:
    """Copies what parents have to their children, and sets what changes then.

    A learning rate that a callback has set is changed by as much as the model's own is.

    Args:
        population: whose members they are.
        parents: the row of its parent by the row of each child.
        before: the model of each member with the values that it had; those from then on have the histories.
    """
    rows = np.arange(population.size)
    rows[list(parents)] = list(parents.values())
    with population.program.placed():
        members = tree.map_structure(lambda a: ops.take(a, rows, axis=0), population.members)
        rate = _learning_rate(population.program)
        if rate is not None:
            rates = np.array(members["optimizer"][rate])
            for child, parent in parents.items():
                old, new = (
                    before[parent].optimizer[rate],
                    population.histories[child].model.optimizer[rate],
                )
                rates[child] = new if rates[child] == old else rates[child] * new / old
            optimizer = [*members["optimizer"]]
            optimizer[rate] = tensor(rates)
            members = {**members, "optimizer": optimizer}
    population.members = members
    set_scalars(population)


def set_scalars(population: Population) -> None:
    """Gives the members the scalars of the models that they are now."""
    models = [history.model for history in population.histories]
    with population.program.placed():
        found = stack_scalars(population.program, filled(models, population.size))
        population.scalars = {**population.scalars, "values": found["values"]}


def _learning_rate(program: Any) -> int | None:
    """Which of the optimizer's variables is the learning rate; None where a schedule says it."""
    variables, own = program.variables["optimizer"], program.model.optimizer._learning_rate
    return next((i for i, variable in enumerate(variables) if variable is own), None)
