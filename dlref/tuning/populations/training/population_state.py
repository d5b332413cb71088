"""The state of a population as arrays that another process can go on from, however its weights are packed there."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref._stored import checked
from dlref.tuning.populations.program.padding import cut, padded, plain
from dlref.tuning.populations.program.stacking import filled, tensor, variables
from dlref.tuning.populations.training.population import Population


def take(population: Population) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Everything that an interrupted population needs to go on: arrays, and what JSON can hold."""
    leaves = tree.flatten(_unpacked(population))
    histories = [history.state() for history in population.histories]
    meta = {"epoch": population.epoch, "data": _identity(population), "courses": histories}
    meta["exchanged"] = population.exchanged
    return {f"a{i}": leaf for i, leaf in enumerate(leaves)}, meta


def restore(population: Population, arrays: Mapping[str, np.ndarray], meta: dict[str, Any]) -> None:
    """Lets a population go on from a state of its members (and maybe more), on its data.

    Raises:
        Exception: if it is another's, or damaged; then nothing has changed.
    """
    if meta["data"] != _identity(population):
        raise ValueError("the state is of other data")
    places = {tuple(state["place"]): row for row, state in enumerate(meta["courses"])}
    rows = [places[history.trial_model.place] for history in population.histories]
    # Version 0.1.0 wrote no lineage, and not when members took over.
    states = [{"lineage": [], **meta["courses"][row]} for row in rows]
    for history, state in zip(population.histories, states, strict=True):
        history.check(state)
    found = {"exchanged": 0, **checked(meta, {"epoch": int, "exchanged": int})}
    if not 0 <= found["epoch"] <= population.fit.epochs:
        raise ValueError(f"there is no epoch {found['epoch']}")
    rows, now = filled(rows, population.size), _unpacked(population)
    leaves = enumerate(tree.flatten(now))
    resized = [_resized(arrays[f"a{i}"][rows], leaf, population.program) for i, leaf in leaves]
    _pack(population, *tree.pack_sequence_as(now, resized))
    population.epoch, population.exchanged = found["epoch"], found["exchanged"]
    for history, state in zip(population.histories, states, strict=True):
        history.restore(state)


def _identity(population: Population) -> list[Any]:
    """What must be the same for a state to be gone on from."""
    return [*population.fit.identity(), population.seed, keras.backend.backend()]


def _unpacked(population: Population) -> tuple[Any, list[np.ndarray]]:
    """All variables of the members, and those of their best epochs, as the model and its optimizer have them."""
    program, members = population.program, tree.map_structure(np.asarray, population.members)
    return program.packing.unpack(members), variables(program, *population.best)


def _pack(population: Population, members: Any, best: list[np.ndarray]) -> None:
    packing, count = population.program.packing, len(members["trainable"])
    packed = packing.pack(members), [packing.join(best[:count], np), best[count:]]
    population.members, population.best = tree.map_structure(tensor, packed)


def _resized(array: np.ndarray, like: np.ndarray, program: Any) -> np.ndarray:
    """The array in the shape of another, with other zeros as padding."""
    if array.dtype != like.dtype or array.ndim != like.ndim or len(array) != len(like):
        raise ValueError("the array is of something else")
    if array.shape != like.shape and program.has_blocks:
        raise ValueError("the array is of a population of other widths")
    narrow = tuple(map(min, zip(array.shape, like.shape, strict=True)))
    own = cut(array, plain(array.shape), plain(narrow))
    return padded(own, plain(narrow), plain(like.shape))
