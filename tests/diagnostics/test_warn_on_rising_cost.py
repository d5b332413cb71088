"""The full-batch cost: when it rises it is said once, and mini-batches are refused."""

import warnings
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from dlref.diagnostics import WarnOnRisingCost

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [[1.0], [2.0], [-1.0]]


def network(learning_rate: float, *hidden: Any, **compiled: Any) -> Any:
    model = keras.Sequential(
        [keras.Input((3,)), *hidden, layers.Dense(1, kernel_initializer="zeros")]
    )
    model.compile(keras.optimizers.SGD(learning_rate), "mse", **compiled)
    return model


def trained(model: Any, watch: Any, epochs: int = 6, batch_size: int = 60) -> list[str]:
    """The warnings of a training."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, Y, batch_size, epochs, verbose=0, shuffle=False, callbacks=[watch])
    return [str(w.message) for w in caught if "full-batch cost" in str(w.message)]


def test_a_good_learning_rate() -> None:
    watch = WarnOnRisingCost()
    assert trained(network(0.1), watch) == [] == watch.rises


def test_too_large_a_learning_rate_is_said_once() -> None:
    model, watch = network(1.5), WarnOnRisingCost()
    (said,) = trained(model, watch)
    costs = model.history.history["loss"]
    assert watch.rises == [(i, costs[i - 1], costs[i]) for i in range(1, 6)]
    assert said.startswith(
        f"Epoch 2: the full-batch cost rose from {costs[0]:.6g} to {costs[1]:.6g}"
    )
    assert "the learning rate, 1.5 now" in said


def test_a_cost_that_overflows_is_a_rise() -> None:
    watch = WarnOnRisingCost()
    trained(network(1e15), watch, epochs=4)
    assert len(watch.rises) == 3 and np.isnan(watch.rises[-1][2])


def test_rounding_is_no_rise() -> None:
    watch, model = WarnOnRisingCost(), network(0.1)
    assert trained(model, watch, epochs=150) == []
    costs = np.array(model.history.history["loss"])
    assert (np.diff(costs) > 0).any() and costs[-1] < 1e-10


def test_a_new_training_begins_anew() -> None:
    model, watch = network(1.5), WarnOnRisingCost()
    trained(model, watch)
    model.optimizer.learning_rate = 1e-3
    assert trained(model, watch) == [] == watch.rises


@pytest.mark.parametrize("steps", [1, 4])
def test_mini_batches_are_refused(steps: int) -> None:
    with pytest.raises(
        ValueError, match=r"WarnOnRisingCost\(x, y\), or train with batch_size=len\(x\)"
    ):
        trained(network(0.1, steps_per_execution=steps), WarnOnRisingCost(), batch_size=15)


def test_mini_batches_of_a_generator_are_refused() -> None:
    def batches() -> Any:
        for _ in range(4):
            yield X, Y

    with pytest.raises(ValueError, match="WarnOnRisingCost: the cost of mini-batches"):
        network(0.1).fit(batches(), shuffle=False, verbose=0, callbacks=[WarnOnRisingCost()])


def test_mini_batches_with_the_examples() -> None:
    """Dropout does not count: the cost is that of test time."""
    weights = RNG.uniform(size=60)
    watch, model = WarnOnRisingCost(X, Y, weights), network(0.6, layers.Dropout(0.5, seed=1))
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(
            np.mean(weights[:, None] * (np.asarray(model(X)) - Y) ** 2)
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model.fit(X, Y, 15, 8, verbose=0, callbacks=[watch, look])
    expected = [i for i in range(1, 8) if seen[i] > seen[i - 1]]
    assert [epoch for epoch, _, _ in watch.rises] == expected != []
    costs = [cost for _, _, cost in watch.rises]
    np.testing.assert_allclose(costs, [seen[i] for i in expected], rtol=1e-5)


def test_bad_examples() -> None:
    with pytest.raises(TypeError, match="`x` must be given with `y`"):
        WarnOnRisingCost(y=Y)
    with pytest.raises(
        ValueError, match="WarnOnRisingCost: x, y and sample_weight must have as many"
    ):
        trained(network(0.1), WarnOnRisingCost(X, Y[:5]))
