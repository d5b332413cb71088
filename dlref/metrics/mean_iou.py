r"""Mean IoU: how well the pixels of each class overlap with those that were found, over all pictures.

Sources: Flowchart C4 for the IoU; Everingham et al. 2010 for its mean.

$$ I = \sum_i w_i\, y_i\, \hat y_i \tag{1} $$
$$ U = \sum_i w_i\, (y_i + \hat y_i - y_i\, \hat y_i) \tag{2} $$
$$ \text{iou} = \frac{I}{U} \tag{3} $$
$$ M = \frac{\sum_c k_c\, \text{iou}_c}{\sum_c k_c} \tag{4} $$

For each class, $y$ (`y`) says which pixels are of it and $\hat y$ (`y_hat`) which are predicted to be, both 0 or 1;
$w$ (`w`) holds the weights of the pixels. $I$ is the weight of the intersection and $U$ that of the union, over all
pictures since the last reset. $k$ (`k`) is 1 for the classes that count: those with a $U$ above 0, which are in a label
or a prediction; and all, if `absent` says which IoU the others have.

Equals `keras.metrics.MeanIoU` and `OneHotMeanIoU` with `dtype="float32"`, which leave absent classes out too; without
it Keras cuts weights to whole numbers. Differs for numbers that are no class, which raise an error here: Keras cuts 0.9
to class 0, and leaves pixels of class 7 of 3 out.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._refuse_where import refuse_where


@keras.saving.register_keras_serializable("dlref")
class MeanIoU(keras.metrics.Metric):
    r"""Mean IoU (4) of the classes of pixels.

    Labels and predictions are class numbers, of one shape, or numbers for each class on a last axis, of which the
    largest counts. What is no number of a class raises an error; in a compiled function, where the numbers are not
    known, the result is NaN instead.

    Args:
        num_classes: $C$, at least 1.
        ignore_class: a label of pixels without a class, such as 255, which then weigh 0. Defaults to None.
        sparse_y_true: whether `y_true` holds class numbers. Defaults to True.
        sparse_y_pred: whether `y_pred` holds class numbers; False for the outputs of a softmax. Defaults to True.
        absent: the IoU of a class in no label and no prediction, in [0, 1]. Defaults to None: it does not count.
        name: of the metric. Defaults to "mean_iou".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`. Half precision counts in float32.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, labels and predictions do not fit, or one is no class.

    Example:
        >>> metric = MeanIoU(3)
        >>> metric.update_state([0, 0, 1, 1], [0, 1, 1, 1])  # 1 of 2, 2 of 3, and no pixel of class 2
        >>> round(float(metric.result()), 4)
        0.5833
    """

    def __init__(
        self,
        num_classes: int,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        absent: float | None = None,
        name: str = "mean_iou",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        self.num_classes = _checks.integer(self, "num_classes", num_classes, 1)
        self.ignore_class = ignore_class
        if ignore_class is not None:
            self.ignore_class = _checks.integer(self, "ignore_class", ignore_class, -(2**31))
        self.sparse_y_true = _checks.boolean(self, "sparse_y_true", sparse_y_true)
        self.sparse_y_pred = _checks.boolean(self, "sparse_y_pred", sparse_y_pred)
        self.absent = absent
        if absent is not None:
            self.absent = _checks.real(self, "absent", absent, "[0, 1]")
        self._direction = "up"  # for callbacks that monitor it
        self._counts: list[Any] = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts the pixels of $m$ pictures; `sample_weight` has the shape of their class numbers, or $(m,)$."""
        labels, found, w = self._pixels(y_true, y_pred, sample_weight)
        y, y_hat = self._one_hot(labels), self._one_hot(found)
        w = self._of_classes(w, y, y_hat)
        I = ops.sum(w * y * y_hat, 0)  # (1)
        U = ops.sum(w * (y + y_hat - y * y_hat), 0)  # (2)
        for count, new in zip(self._counts, (I, U), strict=True):
            count.assign_add(new)

    def iou_per_class(self) -> Any:
        """The IoU of each class; of an absent one `absent`, or NaN."""
        if not self._counts:
            raise ValueError(
                "MeanIoU: `update_state` must come before `result`. Received: nothing."
            )
        I, U = (count.value for count in self._counts)
        there = U != 0
        U = ops.where(there, U, 1)
        iou = I / U  # (3)
        return ops.where(there, iou, float("nan") if self.absent is None else self.absent)

    def result(self) -> Any:
        """The mean over the classes that count; NaN without one."""
        iou = self.iou_per_class()
        k = ops.ones_like(iou)
        if self.absent is None:
            k = ops.cast(self._counts[1].value != 0, iou.dtype)
            iou = ops.where(k == 0, 0, iou)
        M = ops.sum(k * iou) / ops.sum(k)  # (4)
        return ops.cast(M, self.dtype)

    def reset_state(self) -> None:
        """Forgets the counts."""
        for count in self._counts:
            count.assign(ops.zeros(count.shape, count.dtype))

    def _pixels(self, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
        """The class numbers of labels and predictions, and their weights, of one shape."""
        found = self._numbers(y_pred, self.sparse_y_pred)
        labels = _without_channel(self._numbers(y_true, self.sparse_y_true), found)
        if not _checks.broadcasts(labels.shape, found.shape):
            raise ValueError(
                "MeanIoU: `y_true` and `y_pred` must hold the class numbers of the same pixels, or numbers for each "
                "class on a last axis, with sparse_y_true=False or sparse_y_pred=False. "
                f"Received: class numbers of the shapes {tuple(labels.shape)} and {tuple(found.shape)}."
            )
        w = ops.ones_like(found)
        if sample_weight is not None:
            given = _without_channel(ops.cast(sample_weight, w.dtype), found)
            later = [1] * (len(w.shape) - len(given.shape))
            w = w * ops.reshape(given, (*ops.shape(given), *later))
        if self.ignore_class is not None:
            w = ops.where(labels == self.ignore_class, 0, w)
        return labels, found, ops.reshape(w, (-1, 1))

    def _numbers(self, value: Any, sparse: bool) -> Any:
        """Class numbers, in float32 at least; NaN where a number for some class is NaN."""
        x = ops.convert_to_tensor(value)
        x = x if x.dtype == "float64" else ops.cast(x, "float32")
        if sparse:
            return x
        if len(x.shape) == 0 or x.shape[-1] not in (None, self.num_classes):
            raise ValueError(
                f"MeanIoU: what holds numbers for each class must have a last axis of {self.num_classes}. "
                f"Received: shape={tuple(x.shape)}."
            )
        unknown = ops.any(ops.isnan(x), -1)
        return ops.where(unknown, float("nan"), ops.cast(ops.argmax(x, -1), x.dtype))

    def _one_hot(self, numbers: Any) -> Any:
        if not self._counts:
            wide = "float64" if self.dtype == "float64" else "float32"
            names = "intersection", "union"
            self._counts = [
                self.add_variable((self.num_classes,), "zeros", wide, name=name) for name in names
            ]
        classes = ops.arange(self.num_classes, dtype=numbers.dtype)
        return ops.cast(ops.reshape(numbers, (-1, 1)) == classes, self._counts[0].dtype)

    def _of_classes(self, w: Any, y: Any, y_hat: Any) -> Any:
        """The weights; NaN where a label or a prediction is of no class, which raises where it can be known."""
        of_one = ops.sum(y, -1, keepdims=True) * ops.sum(y_hat, -1, keepdims=True) == 1
        wrong = ops.logical_and(ops.logical_not(of_one), w != 0)
        refuse_where(
            wrong,
            f"MeanIoU: labels and predictions must be class numbers, 0 to {self.num_classes - 1}"
            f"{'' if self.ignore_class is None else f', or the label {self.ignore_class}'}. "
            "Received others. Outputs of a softmax need sparse_y_pred=False, and of a sigmoid y_pred > 0.5.",
        )
        return ops.cast(ops.where(wrong, float("nan"), w), y.dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = "num_classes", "ignore_class", "sparse_y_true", "sparse_y_pred", "absent"
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _without_channel(x: Any, like: Any) -> Any:
    """Of the shape (m, h, w) where it has a last axis of 1 more, as pictures have."""
    more = len(x.shape) == len(like.shape) + 1 and x.shape[-1] == 1
    return ops.squeeze(x, -1) if more else x
