"""The table of cases: what is timed against which built-in.

The built-in is the plain class of Keras, with hyperparameters mapped where a number maps. Where the epsilons stand in
different places no number does, and what is compared is two forms of the same method.
"""

import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np

from dlref import layers, optimizers

BACKEND = keras.backend.backend()
COMPILED = (False, True) if BACKEND == "tensorflow" else (True,)
programs = importlib.import_module(f"benchmarks.programs_{BACKEND}")

# So small that weights hardly move in a million steps: nothing diverges, or shrinks to slow denormal numbers.
ALPHA = 1e-6


@dataclass(frozen=True, kw_only=True)
class Case:
    """One comparison.

    Args:
        name: what it is called: `"Adam mlp"`.
        builtin: the full name of the built-in.
        ours: makes the object.
        theirs: makes the built-in.
        program: from an object and `jit`, whether to compile with XLA, to a function that runs a number of steps.
        goal: the largest ratio wanted; None for a control.
    """

    name: str
    builtin: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    program: Callable[..., Callable[[int], None]]
    goal: float | None = 1.05


def _mlp() -> tuple[Any, tuple[int, ...]]:
    hidden = [keras.layers.Dense(64, activation="relu") for _ in range(9)]
    return keras.Sequential([keras.Input((64,)), *hidden, keras.layers.Dense(10)]), (64, 64)


def _cnn() -> tuple[Any, tuple[int, ...]]:
    parts = [
        keras.Input((16, 16, 3)),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10),
    ]
    return keras.Sequential(parts), (32, 16, 16, 3)


NETWORKS = {"mlp": _mlp, "cnn": _cnn}
SIZES = ((128, 64), (4096, 256), (32, 32, 32, 16))
FLAT, PICTURES, SEQUENCES = SIZES[1:2], SIZES[2:], ((32, 20, 64),)


def _training_steps(network: Callable[[], Any], optimizer: Any, jit: bool) -> Any:
    keras.utils.set_random_seed(0)
    model, shape = network()
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=shape).astype("float32"), rng.integers(0, 10, shape[0])
    return programs.training(model, optimizer, x, y, jit)


def _calls(size: tuple[int, ...], mode: str, backward: bool, layer: Any, jit: bool) -> Any:
    given = {"training": mode == "training"} if mode else {}
    x = np.random.default_rng(0).normal(size=size).astype("float32")
    run = programs.forward_and_backward if backward else programs.forward
    return run(layer, x, given, jit)


def _optimizers() -> Iterator[tuple[str, str, Any, Any]]:
    ours, theirs = optimizers, keras.optimizers
    yield "SGD", "SGD", partial(ours.SGD, ALPHA), partial(theirs.SGD, ALPHA)
    for name, alpha in (("Momentum", ALPHA * (1 - 0.9)), ("CS231nMomentum", ALPHA)):
        yield name, "SGD", partial(getattr(ours, name), ALPHA, 0.9), partial(theirs.SGD, alpha, 0.9)
    nesterov = partial(theirs.SGD, ALPHA, 0.9, nesterov=True)
    yield "Nesterov", "SGD", partial(ours.Nesterov, ALPHA, 0.9), nesterov
    yield "AdaGrad", "Adagrad", partial(ours.AdaGrad, ALPHA), partial(theirs.Adagrad, ALPHA, 0.0)
    for name in ("RMSProp", "RMSPropEpsilonInside"):
        yield name, "RMSprop", partial(getattr(ours, name), ALPHA), partial(theirs.RMSprop, ALPHA)
    yield "Adam", "Adam", partial(ours.Adam, ALPHA), partial(theirs.Adam, ALPHA)


def _training_cases() -> Iterator[Case]:
    for network, make in NETWORKS.items():
        for name, builtin, ours, theirs in _optimizers():
            yield Case(
                name=f"{name} {network}",
                builtin=f"keras.optimizers.{builtin}",
                ours=ours,
                theirs=theirs,
                program=partial(_training_steps, make),
            )


def _layer_cases(
    name: str,
    modes: Sequence[str] = ("",),
    sizes: Sequence[tuple[int, ...]] = SIZES,
    theirs: dict[str, Any] | None = None,
    wrapper: Callable[[Any], Any] = lambda layer: layer,
    **arguments: Any,
) -> Iterator[Case]:
    """Of a layer of `arguments`, with those in `theirs` besides for the built-in; "" is a layer without modes."""

    def make(layer: Callable[..., Any], **arguments: Any) -> Any:
        return wrapper(layer(**arguments))

    for size, mode, what in itertools.product(sizes, modes, ("forward", "forward+backward")):
        yield Case(
            name=" ".join(filter(None, (name, "x".join(map(str, size)), mode, what))),
            builtin=f"keras.layers.{name}",
            ours=partial(make, getattr(layers, name), **arguments),
            theirs=partial(make, getattr(keras.layers, name), **arguments, **(theirs or {})),
            program=partial(_calls, size, mode, what == "forward+backward"),
        )


class _OnItself(keras.layers.Layer):
    """A layer of queries and values, given one sequence as both."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def build(self, shape: Any) -> None:
        self.layer.build(shape, shape)

    def call(self, x: Any) -> Any:
        return self.layer(x, x)


def _controls(cases: Iterable[Case]) -> Iterator[Case]:
    """The built-in against itself: what else than 1 comes out is the error of the measurement."""
    for case in cases:
        if case.name in CONTROLS:
            yield replace(case, name=f"control: {case.name}", ours=case.theirs, goal=None)


CONTROLS = ("Adam mlp", "Adam cnn", "BatchNormalization 4096x256 training forward+backward")
_COMPARED = [
    *_training_cases(),
    *_layer_cases("BatchNormalization", ("training", "inference")),
    *_layer_cases("Dropout", ("training",), rate=0.5),  # at test time it does nothing
    *_layer_cases("LeakyReLU", sizes=FLAT, negative_slope=0.01),
    *_layer_cases("PReLU", sizes=FLAT),
    *_layer_cases("ELU", sizes=FLAT),
    *_layer_cases("Normalization", sizes=FLAT, mean=0.5, variance=2.0),
    *_layer_cases("Conv2D", sizes=PICTURES, filters=16, kernel_size=3, padding="same"),
    *_layer_cases("Conv2DTranspose", sizes=PICTURES, filters=16, kernel_size=3, padding="same"),
    *_layer_cases("MaxPooling2D", sizes=PICTURES),
    *_layer_cases("AveragePooling2D", sizes=PICTURES, pool_size=2),
    *_layer_cases("GlobalAveragePooling1D", sizes=SEQUENCES),
    *_layer_cases("SimpleRNN", sizes=SEQUENCES, units=64, return_sequences=True),
    *_layer_cases("LSTM", sizes=SEQUENCES, units=64, return_sequences=True),
    *_layer_cases(
        "GRU", sizes=SEQUENCES, theirs={"reset_after": False}, units=64, return_sequences=True
    ),
    *_layer_cases(
        "MultiHeadAttention", sizes=SEQUENCES, wrapper=_OnItself, num_heads=4, key_dim=16
    ),
]
CASES = [*_controls(_COMPARED), *_COMPARED]
