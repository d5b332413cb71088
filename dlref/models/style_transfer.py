r"""Neural style transfer: the content of one picture in the style of another.

Sources: Flowchart C4; Gatys, Ecker and Bethge 2016.

$$ J_c = \frac{1}{2} \sum_j (c_j - g_j)^2 \tag{1} $$
$$ G = A^\top A \tag{2} $$
$$ E = \frac{1}{(2 n_c)^2} \sum_{kl} (\frac{S_{kl}}{n_s} - \frac{G_{kl}}{n_g})^2 \tag{3} $$
$$ J_s = \sum_l \lambda_l E_l \tag{4} $$
$$ J = \alpha J_c + \beta J_s \tag{5} $$

$c$ and $g$ are the activations of a layer for the content picture and for the generated one, at all places and of all
channels $j$. $A$ has a row for each place of a layer's activations $a$ and a column for each of its $n_c$ channels:
$G$, the Gram matrix or style matrix, has the entries $G_{kl} = \sum_{ij} a_{ijk} a_{ijl}$. $S$ is that of the style
picture, $G$ in (3) that of the generated one; $n_s$ and $n_g$ are the numbers of their places, height times width.
$\lambda_l$ is the weight of layer $l$, $\alpha$ is `alpha` and $\beta$ is `beta`. $J$ is minimized by the pixels of the
generated picture; the network stays as it is.

Equals, for pictures of one size, the costs of the paper, whose (3) is $\|S - G\|^2$ by $(2 n_c n_g)^2$. Keras has no
function for them: (2) is `keras.ops.einsum`, and (1) and (3) are `keras.losses.MeanSquaredError` times a number. All
is computed in float32 at least.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._transposed import transposed
from dlref.models import pixels, style_inputs


def content_cost(content: Any, generated: Any) -> Any:
    """How far the generated picture is from the content picture, as a layer sees them.

    Args:
        content: its activations of the content picture, of shape $(..., n_H, n_W, n_C)$.
        generated: those of the generated picture, of the same shape.

    Returns:
        A tensor of shape $(...)$, in float32 at least.

    Raises:
        TypeError: if an argument is no tensor of real numbers.
        ValueError: if the shapes differ or have fewer than three axes.

    Example:
        >>> float(content_cost([[[1.0, 0.0]]], [[[0.0, 3.0]]]))
        5.0
    """
    c, g = style_inputs.both("content_cost", "content", content, generated, 0)
    c, g = (ops.reshape(x, (*ops.shape(x)[:-3], -1)) for x in (c, g))
    J_c = ops.sum(ops.square(c - g), -1) / 2  # (1)
    return J_c


def gram_matrix(a: Any) -> Any:
    """Which channels are active together, wherever that is.

    Args:
        a: activations of shape $(..., n_H, n_W, n_C)$, a tensor of real numbers.

    Returns:
        A tensor of shape $(..., n_C, n_C)$, in float32 at least: in float16 the sum over all places overflows.

    Raises:
        TypeError: if `a` is no tensor of real numbers.
        ValueError: if it has fewer than three axes.

    Example:
        >>> a = [[[1.0, 0.0], [2.0, 1.0]]]  # one row of two places, two channels
        >>> [[float(x) for x in row] for row in gram_matrix(a)]
        [[5.0, 2.0], [2.0, 1.0]]
    """
    a = style_inputs.activations("gram_matrix", "a", a)
    A = ops.reshape(a, (*ops.shape(a)[:-3], -1, a.shape[-1]))
    G = ops.matmul(transposed(A), A)  # (2)
    return G


def style_cost(style: Any, generated: Any) -> Any:
    """How far the style of the generated picture is from that of the style picture, as a layer sees them.

    Args:
        style: its activations of the style picture, of shape $(..., n_H, n_W, n_C)$.
        generated: those of the generated picture; height and width may be others.

    Returns:
        A tensor of shape $(...)$, in float32 at least.

    Raises:
        TypeError: if an argument is no tensor of real numbers.
        ValueError: if the channels or the axes before height and width differ, or an axis is missing.

    Example:
        >>> wide = [[[1.0, 0.0], [2.0, 1.0], [1.0, 0.0], [2.0, 1.0]]]
        >>> float(style_cost(wide, [[[1.0, 0.0], [2.0, 1.0]]])), float(style_cost(wide, [[[1.0, 0.0]]]))
        (0.0, 0.28125)
    """
    style, generated = style_inputs.both("style_cost", "style", style, generated, 3)
    S, G = gram_matrix(style), gram_matrix(generated)
    n_s, n_g = (ops.cast(ops.prod(ops.shape(a)[-3:-1]), S.dtype) for a in (style, generated))
    n_c = S.shape[-1]
    entries = (-2, -1)
    E = ops.sum(ops.square(S / n_s - G / n_g), entries) / (2 * n_c) ** 2  # (3)
    return E


def style_transfer(
    model: keras.Model,
    content: Any,
    style: Any,
    content_layer: str,
    style_layers: Any,
    alpha: float = 1.0,
    beta: float = 1000.0,
    start: str = "content",
    steps: int = 200,
    optimizer: Any = None,
    value_range: Any = (0.0, 1.0),
    seed: int | None = None,
) -> tuple[Any, dict[str, list[float]]]:
    r"""Paints the content picture in the style of the other, by steps of its pixels.

    Args:
        model: a functional Keras model, trained on pictures; its weights stay.
        content: the content picture $(H, W, \text{channels})$, prepared as the model wants it.
        style: the style picture, prepared likewise. Its height and width may be others if the model takes any.
        content_layer: the name of the layer of (1).
        style_layers: the names of the layers of (3), which then have equal weights of together 1; or a dictionary of
            names and weights $\lambda_l$.
        alpha: $\alpha \ge 0$, the weight of the content. Defaults to 1.0.
        beta: $\beta \ge 0$, the weight of the style. Defaults to 1000.0.
        start: "content", or "noise" that is uniform in `value_range`. Defaults to "content".
        steps: how many, at least 0. An `LBFGS` has `max_iterations` in their place. Defaults to 200.
        optimizer: one of Keras or dlref that has not been used yet, or a `dlref.optimizers.LBFGS` or `BFGS`. Defaults
            to None, `Adam` with a learning rate of a fiftieth of `value_range`.
        value_range: black and white, a number each or one for each channel. After each step the pixels are clipped to
            it; with an `LBFGS`, whose function must stay the same, at the end. Defaults to (0.0, 1.0).
        seed: of the noise. Defaults to None, another one each time.

    Returns:
        The generated picture as an array, and a dictionary of "cost" ($J$), "content_cost" ($J_c$) and "style_cost"
        ($J_s$), each at the start and after each step.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the model has no layer of a name, the error says which there are; if a picture does not fit the
            model, or has pixels outside of `value_range`; if a layer has no height and width; or if an argument is not
            allowed.

    Example:
        >>> inputs = keras.Input((None, None, 3))
        >>> outputs = keras.layers.Conv2D(4, 3, activation="relu", name="conv")(inputs)
        >>> content, style = (keras.random.uniform((8, n, 3), seed=n) for n in (7, 9))
        >>> picture, costs = style_transfer(keras.Model(inputs, outputs), content, style, "conv", ["conv"], steps=5)
        >>> picture.shape, len(costs["cost"])
        ((8, 7, 3), 6)
    """
    owner = "style_transfer"
    layers, weights = style_inputs.weighted(owner, style_layers)
    activations = style_inputs.activations_of(owner, model, [content_layer, *layers])
    bounds = style_inputs.bounds(owner, value_range)
    content = style_inputs.picture(owner, "content", content, model, bounds)
    style = style_inputs.picture(owner, "style", style, model, bounds)
    alpha = _checks.real(owner, "alpha", alpha, "[0, inf)")
    beta = _checks.real(owner, "beta", beta, "[0, inf)")
    wanted = activations(content)[0], activations(style)[1:]

    def costs(picture: Any) -> Any:
        c, *styles = activations(picture)
        E = ops.stack([style_cost(*pair) for pair in zip(wanted[1], styles, strict=True)])
        return _total(content_cost(wanted[0], c), E, weights, alpha, beta)

    steps = _checks.integer(owner, "steps", steps, 0)
    first = style_inputs.started(owner, start, content, bounds, seed)
    optimizer = pixels.optimizer(owner, optimizer, bounds)
    names = "cost", "content_cost", "style_cost"
    return pixels.minimized(names, costs, first, bounds, optimizer, steps)


def _total(J_c: Any, E: Any, lambda_: Any, alpha: Any, beta: Any) -> Any:
    """The cost and its two parts."""
    lambda_ = ops.convert_to_tensor(lambda_, E.dtype)
    J_s = ops.sum(lambda_ * E)  # (4)
    J = alpha * J_c + beta * J_s  # (5)
    return ops.stack([J, J_c, J_s])
