"""The lineage of a trial: from whom it took over its weights, and what became of its hyperparameters."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import sqlalchemy as sql

from dlref._stored import checked
from dlref.tuning.storage.write_rows import set_attrs

LINEAGE = "lineage"  # the attribute of a trial that holds it


class Change(TypedDict):
    """What a trial has taken over.

    Attributes:
        epoch: after how many epochs.
        parent: the number of the trial whose weights and state it took.
        before: its hyperparameters until then.
        after: those from then on: the parent's, some of them changed.
    """

    epoch: int
    parent: int
    before: dict[str, Any]
    after: dict[str, Any]


def values_in(lineage: Sequence[Change], values: dict[str, Any], epoch: int) -> dict[str, Any]:
    """The hyperparameters of an epoch, counted from 0; `values` are those of a trial that took over nothing.

    Example:
        >>> change = {"epoch": 2, "parent": 0, "before": {"rate": 0.1}, "after": {"rate": 0.2}}
        >>> [values_in([change], {}, epoch)["rate"] for epoch in range(4)]
        [0.1, 0.1, 0.2, 0.2]
    """
    for change in reversed(lineage):
        if change["epoch"] <= epoch:
            return change["after"]
    return lineage[0]["before"] if lineage else values


def ancestry(
    lineages: Mapping[int, Sequence[Change]], number: int, epochs: float = float("inf")
) -> dict[int, list[Change]]:
    """The trials that one of them goes back to, itself included, each with its changes as far as they matter to it.

    Example:
        >>> def change(epoch, parent):
        ...     return {"epoch": epoch, "parent": parent, "before": {}, "after": {}}
        >>> lineages = {0: [change(4, 2)], 1: [change(2, 0)], 2: []}
        >>> {number: len(changes) for number, changes in ancestry(lineages, 1).items()}  # 0 changes after epoch 2
        {1: 1, 0: 0}
    """
    needed, left = {number: epochs}, [number]
    while left:
        child = left.pop()
        for change in lineages.get(child, ()):
            parent, epoch = change["parent"], change["epoch"]
            if epoch <= needed[child] and needed.get(parent, -1) < epoch:
                needed[parent] = epoch
                left.append(parent)
    return {
        each: [change for change in lineages.get(each, ()) if change["epoch"] <= until]
        for each, until in needed.items()
    }


def chain(
    lineages: Mapping[int, Sequence[Change]], number: int, epochs: int
) -> list[tuple[int, int, int]]:
    """Whose epochs led to the weights that a trial had after so many epochs: each trial, from which epoch to which.

    Example:
        >>> def change(epoch, parent):
        ...     return {"epoch": epoch, "parent": parent, "before": {}, "after": {}}
        >>> chain({0: [], 1: [change(2, 0)], 2: [change(4, 1)]}, 2, 6)
        [(0, 0, 2), (1, 2, 4), (2, 4, 6)]
    """
    found: list[tuple[int, int, int]] = []
    while True:
        changes = [each for each in lineages.get(number, ()) if each["epoch"] < epochs]
        begin = changes[-1]["epoch"] if changes else 0
        found.insert(0, (number, begin, epochs))
        if not changes:
            return found
        number, epochs = changes[-1]["parent"], begin


def lineage_of(attrs: Mapping[str, Any]) -> list[Change]:
    """The changes among the attributes of a trial.

    Raises:
        ValueError: if they are damaged.
    """
    return checked(attrs, {LINEAGE: list[Change]}).get(LINEAGE, [])


def record(connection: sql.Connection, session: Any, lineages: Mapping[int, Any]) -> None:
    """Writes the changes of trials that this process holds, in place of those that are there."""
    mine = session.still_claimed(connection, list(lineages))
    set_attrs(connection, [(row, {LINEAGE: lineages[number]}) for number, row in mine.items()])
