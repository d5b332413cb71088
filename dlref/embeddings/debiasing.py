r"""Debiasing: word vectors in which a doctor is as near to a grandfather as to a grandmother.

Sources: Flowchart C5 for the three steps; Bolukbasi and others, 2016, for the last one's equations.

$$ g = \frac{1}{n} \sum_{i=1}^n (x_i - y_i) \tag{1} $$
$$ p = \frac{v^\top g}{g^\top g} g \tag{2} $$
$$ \bar v = v - p \tag{3} $$
$$ m = \frac{a + b}{2} \tag{4} $$
$$ d = \sqrt{(m^\top h)^2 + \frac{\lVert a - b \rVert^2}{4}} \tag{5} $$
$$ \hat a = c + d h \tag{6} $$
$$ \hat b = c - d h \tag{7} $$

The bias direction $g$ is the mean difference of $n$ pairs of words, such as he and she, with the vectors $x_i$ and
$y_i$. To neutralize a word, such as doctor, is to take the part $p$ out of its vector $v$ that lies in this direction.
To equalize a pair $a$ and $b$, such as grandfather and grandmother, is to leave nothing but this direction between
them: $c$ (`c`) is $\bar v$ of their mean $m$, and $h$ (`h`) is $g$ or $-g$, whichever points to $a$, divided by its
length. Afterwards both have the same length and the same distance to every neutralized word. $d$ keeps the mean of the
squared lengths; for vectors of length 1, as in the paper, it is $\sqrt{1 - \lVert c \rVert^2}$.

Neither Keras nor gensim has this. (2) and (3) equal what `numpy.linalg.lstsq` leaves of $v$.
"""

from typing import Any

from keras import ops

from dlref import _checks
from dlref._refuse_where import refuse_where


def bias_direction(a: Any, b: Any) -> Any:
    """The mean difference of pairs of words that differ in one meaning alone.

    Args:
        a: the vectors of the first words of the pairs, (pairs, size).
        b: those of the second words, of the same shape.

    Returns:
        The direction from `b` to `a`, (size,). Its length does not matter.

    Raises:
        TypeError: if an argument is no tensor of real numbers.
        ValueError: if the shapes are others.

    Example:
        >>> he, she, king, queen = [-1.0, 0.2], [1.0, 0.2], [-1.0, 0.9], [0.8, 0.9]
        >>> [round(float(x), 2) for x in bias_direction([he, king], [she, queen])]
        [-1.9, 0.0]
    """
    x, y, dtype = _pair("bias_direction", a, b)
    if len(x.shape) != 2 or x.shape[0] == 0:
        raise ValueError(
            "bias_direction: `a` and `b` must have the shape (pairs, size), with at least one pair. "
            f"Received: {tuple(x.shape)}."
        )
    return ops.cast(_mean_difference(x, y), dtype)


def neutralize(v: Any, g: Any) -> Any:
    """The vectors of words without their part in the bias direction.

    Args:
        v: the vectors, (size,) or (words, size).
        g: the bias direction, (size,).

    Returns:
        The new vectors, at a right angle to `g`.

    Raises:
        TypeError: if an argument is no tensor of real numbers.
        ValueError: if the shapes do not fit, or `g` is 0.

    Example:
        >>> [round(float(x), 2) for x in neutralize([-0.4, 0.7], [-1.9, 0.0])]
        [0.0, 0.7]
    """
    v, dtype = _checks.at_least_float32("neutralize", "v", v)
    return ops.cast(_without(v, _direction("neutralize", g, v)), dtype)


def equalize(a: Any, b: Any, g: Any) -> tuple[Any, Any]:
    """The vectors of pairs of words that differ in the bias direction and in nothing else.

    Args:
        a: the vectors of the first words of the pairs, (size,) or (pairs, size).
        b: those of the second words, of the same shape.
        g: the bias direction, (size,).

    Returns:
        The new `a` and the new `b`.

    Raises:
        TypeError: if an argument is no tensor of real numbers.
        ValueError: if the shapes do not fit, `g` is 0, or a pair does not differ in its direction.

    Example:
        >>> both = equalize([-0.7, 0.9], [0.9, 0.7], [-1.9, 0.0])  # grandfather, grandmother
        >>> [[round(float(x), 2) for x in each] for each in both]
        [[-0.81, 0.8], [0.81, 0.8]]
    """
    a, b, dtype = _pair("equalize", a, b)
    g = _direction("equalize", g, a)
    side = ops.sign(_dot(a - b, g))
    refuse_where(
        side == 0,
        "equalize: `a` and `b` must differ in the direction of `g`. Received: a pair that does not.",
    )
    m, d, h = _halfway(a, b, side * g / ops.sqrt(_dot(g, g)))
    a, b = _to_both_sides(_without(m, g), d, h)
    return ops.cast(a, dtype), ops.cast(b, dtype)


def _mean_difference(x: Any, y: Any) -> Any:
    n = x.shape[0]
    g = ops.sum(x - y, axis=0) / n  # (1)
    return g


def _without(v: Any, g: Any) -> Any:
    p = _dot(v, g) / _dot(g, g) * g  # (2)
    v_bar = v - p  # (3)
    return v_bar


def _halfway(a: Any, b: Any, h: Any) -> tuple[Any, Any, Any]:
    m = (a + b) / 2  # (4)
    d = ops.sqrt(_dot(m, h) ** 2 + _dot(a - b, a - b) / 4)  # (5)
    return m, d, h


def _to_both_sides(c: Any, d: Any, h: Any) -> tuple[Any, Any]:
    a_hat = c + d * h  # (6)
    b_hat = c - d * h  # (7)
    return a_hat, b_hat


def _dot(x: Any, y: Any) -> Any:
    return ops.sum(x * y, axis=-1, keepdims=True)


def _pair(owner: str, a: Any, b: Any) -> tuple[Any, Any, str]:
    """Both in float32 at least, and the dtype of `a`."""
    a, dtype = _checks.at_least_float32(owner, "a", a)
    b = ops.cast(_checks.floating(owner, "b", b), a.dtype)
    if tuple(a.shape) != tuple(b.shape) or len(a.shape) not in (1, 2):
        raise ValueError(
            f"{owner}: `a` and `b` must have the same shape, a row for each word. "
            f"Received: a.shape={tuple(a.shape)}, b.shape={tuple(b.shape)}."
        )
    return a, b, dtype


def _direction(owner: str, g: Any, v: Any) -> Any:
    """`g` in the dtype of vectors that it must fit."""
    g = ops.cast(_checks.floating(owner, "g", g), v.dtype)
    if len(g.shape) != 1 or len(v.shape) not in (1, 2) or v.shape[-1] != g.shape[0]:
        raise ValueError(
            f"{owner}: `g` must have as many entries as each vector, which are rows. "
            f"Received: g.shape={tuple(g.shape)}, vectors of the shape {tuple(v.shape)}."
        )
    refuse_where(ops.all(g == 0), f"{owner}: `g` must be a direction. Received: 0.")
    return g
