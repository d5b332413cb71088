r"""Gradient checking: the gradient that a model computes, against differences of its cost.

Sources: DLS-C2-blog; Flowchart C2.

$$ a_i = \frac{J(\theta + \varepsilon e_i) - J(\theta - \varepsilon e_i)}{2 \varepsilon} \tag{1} $$
$$ r = \frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert} \tag{2} $$

$\theta$ (`theta`) is the vector of all parameters, $J$ (`J`) the cost with all that belongs to it, the regularization
too, and $e_i$ (`e_i`) the vector with a 1 in place $i$ and 0 elsewhere. $a$ approximates the gradient, which the
lecture calls $d\theta_\text{approx}$, and $b$ is the gradient by the model's own formulas, $d\theta$; $\varepsilon$ is
`epsilon`. Both are computed in float64. $r \le 10^{-7}$ is great, $r \ge 10^{-3}$ a bug, and between them one looks.

Differs from `scipy.optimize.check_grad`, whose differences are one-sided: $(J(\theta + \varepsilon e_i) - J(\theta)) /
\varepsilon$ is off by about $\varepsilon J'' / 2$, (1) by $\varepsilon^2 J''' / 6$.
"""

from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref.compiling import in_one_program
from dlref.diagnostics.cost import Cost
from dlref.diagnostics.double_precision import double_precision
from dlref.diagnostics.examples import prepared, require_trainable
from dlref.diagnostics.gradient_report import (
    GREAT,
    Entry,
    GradientCheck,
    Gradients,
    TensorCheck,
    verdict,
)
from dlref.diagnostics.stencil import SURE, UNIT, Stencil


def gradient_check(
    model: Any,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    loss: Any = None,
    training: bool = True,
    epsilon: float = 1e-7,
    max_entries: int = 10_000,
    seed: int = 0,
) -> GradientCheck:
    r"""Compares the gradient of a Keras model with central differences of its cost, entry by entry.

    The model stays as it is: weights, averages, seeds, dtypes, optimizer. One that is not built yet is built.

    Args:
        model: a Keras model.
        x: the examples: an array, or arrays in a list or a dictionary. A few are enough.
        y: the labels, as for `fit`.
        sample_weight: the weights of the examples, as for `fit`.
        loss: the loss, as for `compile`; by default the one that the model is compiled with.
        training: whether the model runs as in training, with the same dropout masks each time. Defaults to True.
        epsilon: $\varepsilon > 0$. Defaults to 1e-7, the lecture's.
        max_entries: how many parameters are checked, at least 1; of more, a sample of each tensor. Defaults to 10000.
        seed: of the sample, at least 0. Defaults to 0.

    Returns:
        What was found, tensor by tensor and in all; `print` shows it as a table.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if there are no examples, weights or loss, if the examples or the cost hold NaN or infinity, or
            if the cost is no single number.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> gradient_check(model, keras.ops.ones((4, 3)), keras.ops.zeros((4, 1)), loss="mse").verdict
        'great'
    """
    training = _checks.boolean("gradient_check", "training", training)
    epsilon = float(_checks.real("gradient_check", "epsilon", epsilon, "(0, inf)"))
    max_entries = _checks.integer("gradient_check", "max_entries", max_entries, 1)
    rng = np.random.default_rng(_checks.integer("gradient_check", "seed", seed, 0))
    data = prepared("gradient_check", model, x, y, sample_weight)
    require_trainable("gradient_check", model)
    with double_precision():
        J = Cost("gradient_check", model, data, loss, training)
        theta = ops.convert_to_tensor(J.start)
        cost, not_deterministic, not_double = J.look(theta)
        entries = _sample(J.sizes, max_entries, rng)
        if not_deterministic:
            unknown = np.full(len(entries), np.nan)
            found = Gradients(entries, unknown, unknown, unknown, entries < 0)
        else:
            found = _gradients(J, theta, epsilon, entries, cost)
    ends = np.cumsum(J.sizes)
    whole = _check(J, "in all", (int(ends[-1]),), found, 0)
    tensors = [
        _check(J, v.path, tuple(v.shape), found, end - size, whole)
        for v, size, end in zip(J.parameters, J.sizes, ends, strict=True)
    ]
    names = tuple(not_deterministic), tuple(not_double)
    return GradientCheck(whole, tuple(tensors), cost, epsilon, training, *names)


def _sample(sizes: list[int], max_entries: int, rng: np.random.Generator) -> np.ndarray:
    """The places of the entries to check: all, or as many of each tensor, of a smaller one all."""
    share = max_entries
    while sum(min(size, share) for size in sizes) > max_entries and share > 1:
        share -= 1
    chosen = [np.sort(rng.choice(size, min(size, share), replace=False)) for size in sizes]
    starts = np.cumsum([0, *sizes[:-1]])
    return np.concatenate([start + part for start, part in zip(starts, chosen, strict=True)])


@np.errstate(invalid="ignore")  # of gradients that are infinite
def _gradients(J: Any, theta: Any, epsilon: float, entries: Any, cost: float) -> Gradients:
    a = ops.convert_to_numpy(_differences(J, theta, epsilon, entries))
    b = J.gradient(theta)[entries]
    stencil = Stencil(J, theta, epsilon)
    noise = stencil.noise(entries, cost)
    # Besides J, theta + epsilon is rounded.
    rounding = SURE * np.hypot(noise / 2**0.5, UNIT * J.start[entries] * b) / epsilon
    off = np.abs(a - b)
    off[~(off > rounding + GREAT * (np.abs(a) + np.abs(b)))] = 0
    kinks = ~np.isfinite(a)
    bounds = [0, *np.searchsorted(entries, np.cumsum(J.sizes))]
    for part in map(slice, bounds, bounds[1:]):  # each tensor
        kinks[part] |= stencil.kinks(entries[part], off[part], noise)
    return Gradients(entries, a, b, rounding, kinks)


def _differences(J: Any, theta: Any, epsilon: float, entries: np.ndarray) -> Any:
    """The derivatives by differences; one program evaluates all perturbed models."""
    n = len(theta)

    def slope(i: Any) -> Any:
        e_i = ops.one_hot(i, n, dtype="float64")
        return (J(theta + epsilon * e_i) - J(theta - epsilon * e_i)) / (2 * epsilon)  # (1)

    places = ops.convert_to_tensor(entries)
    return in_one_program(lambda places: ops.map(slope, places), places)(places)


def _relative_difference(a: Any, b: Any) -> Any:
    """How far two gradients are apart, of 0 and 1."""
    if not (a.any() or b.any()):
        return 0.0
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))  # (2)


@np.errstate(invalid="ignore")
def _check(
    J: Any, name: str, shape: tuple[int, ...], found: Gradients, start: int, whole: Any = None
) -> TensorCheck:
    """What was found of the parameters from the place `start` on, as many as `shape` has."""
    found = found.part(start, start + int(np.prod(shape)))
    kept = ~found.kinks & ~np.isnan(found.a)
    a, b, worst, says = found.a[kept], found.b[kept], None, "not checked"
    apart, rounding, *norms = (
        float(np.linalg.norm(v)) for v in (a - b, found.rounding[kept], a, b)
    )
    size = sum(norms)
    if kept.any():
        i = int(np.argmax(np.abs(a - b)))
        worst = Entry(J.label(found.entries[kept][i]), float(a[i]), float(b[i]))
        says = verdict(apart, size, rounding, whole.norm if whole else size)
    return TensorCheck(
        name,
        shape,
        len(a),
        tuple(map(J.label, found.entries[found.kinks])),
        float(_relative_difference(a, b)) if worst else np.nan,
        rounding / size if size else np.nan,
        worst,
        says,
        found.entries - start,
        found.a,
        found.b,
    )
