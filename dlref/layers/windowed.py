"""What a layer needs whose window slides over pictures: sizes, strides, padding, and where the channels are."""

import numbers
import reprlib
from collections.abc import Sequence
from typing import Any, NoReturn

import keras
from keras import ops

from dlref import _checks
from dlref.layers.weighted import Weighted


class Windowed(Weighted):
    """Base of the layers with a window that slides over height and width.

    Args:
        size: the window's height and width, or one integer for both.
        strides: the steps in which it slides.
        padding: "valid", "same", or how many rows and columns to add on each side.
        data_format: "channels_last" or "channels_first".
        dilation_rate: how far apart the places in the window lie.
        **kwargs: the keywords of `Weighted`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.
    """

    size_argument = "kernel_size"
    fits = "must fit into the inputs with their padding"
    kernel_size: tuple[int, int]

    def __init__(
        self,
        size: Any,
        strides: Any,
        padding: Any,
        data_format: str | None,
        dilation_rate: Any = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        sizes = self._pair(self.size_argument, size)
        setattr(self, self.size_argument, sizes)
        self.strides = self._pair("strides", strides)
        words = isinstance(padding, str) and padding in ("valid", "same")
        given = padding if words else self._pair("padding", padding, 0, '"valid", "same", ')
        self.padding: Any = given
        self.data_format = _checks.data_format(self, data_format)
        self.dilation_rate = self._pair("dilation_rate", dilation_rate)
        self.input_spec = keras.layers.InputSpec(ndim=4)
        self.channel_axis = 3 if self.data_format == "channels_last" else 1
        spans = zip(sizes, self.dilation_rate, strict=True)
        self.spans = tuple((f - 1) * d + 1 for f, d in spans)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            self.refuse("`strides` or `dilation_rate` must be 1", "strides", "dilation_rate")

    def _pair(self, argument: str, value: Any, low: int = 1, words: str = "") -> tuple[int, int]:
        """`value` as a pair of integers of at least `low`: for height and width, or one for both."""
        entries = list(value) if isinstance(value, list | tuple) else [value, value]
        whole = [isinstance(n, numbers.Integral) and not isinstance(n, bool) for n in entries]
        if len(entries) == 2 and all(whole) and min(entries) >= low:
            return int(entries[0]), int(entries[1])
        error = ValueError if all(whole) or isinstance(value, str) else TypeError
        raise error(
            f"{type(self).__name__}: `{argument}` must be {words}an integer of at least {low} or a pair of them. "
            f"Received: {argument}={reprlib.repr(value)}."
        )

    def refuse(self, allowed: str, *names: str, **came: Any) -> NoReturn:
        """Raises an error that says what the arguments `names` and what else came."""
        came = {name: getattr(self, name) for name in names} | came
        received = ", ".join(f"{name}={value}" for name, value in came.items())
        raise ValueError(f"{type(self).__name__}: {allowed}. Received: {received}.")

    def borders(self) -> list[tuple[int, int]]:
        """How many rows come before and after the inputs, and columns."""
        if self.padding == "same":
            return [((f - 1) // 2, f // 2) for f in self.spans]
        return [(0, 0)] * 2 if self.padding == "valid" else [(p, p) for p in self.padding]

    def padded(self, x: Any, value: float = 0.0) -> tuple[Any, str]:
        """`x` with its border of `value`, and the padding that is left to the backend."""
        if self.padding == "same" and max(self.strides) == 1:
            return x, "same"  # the same border, on JAX in half the time
        borders = self.borders()
        if not any(map(any, borders)):
            return x, "valid"
        borders.insert(self.channel_axis - 1, (0, 0))
        return ops.pad(x, [(0, 0), *borders], constant_values=value), "valid"

    def output_shape(
        self, input_shape: Sequence[int | None], channels: int | None, size: Any
    ) -> Any:
        """The shape of the outputs, where `size(n, f, s, p, q)` is that of one axis with the borders p and q."""
        sizes = [n for i, n in enumerate(input_shape) if i not in (0, self.channel_axis)]
        axes = zip(sizes, self.spans, self.strides, self.borders(), strict=True)
        found = [n if n is None else size(n, f, s, *border) for n, f, s, border in axes]
        if any(n is not None and n < 1 for n in found):
            came = {"name": self.name, "inputs.shape": tuple(input_shape)}
            self.refuse(
                f"the window of {self.spans} {self.fits}", self.size_argument, "padding", **came
            )
        found.insert(self.channel_axis - 1, channels)
        return (input_shape[0], *found)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = (self.size_argument, "strides", "padding", "data_format")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
