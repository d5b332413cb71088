"""Groups in training: each equals `fit`, whatever is found out about its models on the way."""

import keras
import keras_tuner
import numpy as np
import pytest

from dlref import losses
from dlref.tuning.populations.training import compaction, population
from tests.populations.searching import EPOCHS, arguments, check_against_fit, network, search


class Decides(keras.layers.Layer):
    """A Python number decides in Python how it computes."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return 2 * x if self.factor > 0.5 else x


class Scales(keras.layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


class Searched(keras_tuner.HyperModel):
    """A layer that takes one of two factors, and mini-batches of two sizes."""

    def __init__(self, make, loss=None):
        super().__init__()
        self.make, self.loss = make, loss

    def __call__(self, hp):
        return self.build(hp)

    def build(self, hp):
        factor = hp.Choice("factor", [0.25, 0.75])
        rate = hp.Float("learning_rate", 0.01, 0.1)
        options = {"loss": self.loss(factor), "classes": 1} if self.loss else {}
        layers = [keras.layers.Dense(5), self.make(factor)] if self.make else []
        return network(*layers, optimizer=keras.optimizers.SGD(rate, momentum=0.5), **options)


def scaled_loss(factor):
    def loss(y, p):
        return factor * keras.ops.mean(keras.ops.square(p), axis=-1)

    return loss


@pytest.mark.parametrize(
    "model, populations",
    [
        pytest.param(Searched(Scales), 1, id="scalar"),
        pytest.param(Searched(Decides), 2, id="decides in Python"),
        pytest.param(Searched(lambda v: keras.layers.Lambda(lambda x: x * v)), 2, id="lambda"),
        pytest.param(Searched(lambda v: keras.layers.ReLU(negative_slope=v)), 2, id="refuses"),
        pytest.param(Searched(None, scaled_loss), 2, id="loss"),
        pytest.param(Searched(None, lambda v: keras.losses.Huber(v)), 1, id="scalar of a loss"),
        pytest.param(
            Searched(None, lambda v: keras.losses.BinaryCrossentropy(True, label_smoothing=v)),
            1,
            id="scalar that is compared with 0",
        ),
    ],
)
def test_every_group_equals_fit(tmp_path, model, populations):
    heard = check_against_fit(model, tmp_path, trials=4, all_trials=True)
    assert heard.states == ["finished"] * 4
    assert len({result.population for result in heard.results.values()}) == populations


class Sizes(Searched):
    """What is learnt about one group holds for the groups that were made before it was learnt."""

    def build(self, hp):
        hp.Choice("batch_size", [16, 50])
        return super().build(hp)


def test_a_scalar_that_decides_is_fixed_in_every_group(tmp_path):
    tuner, heard = search(Sizes(Decides), tmp_path, trials=8, fit=arguments(shuffle=False))
    assert sum("one population for each value of factor" in note for note in heard.notes) == 1
    values = [tuner.oracle.load(number).hyperparameters.values for number in range(8)]
    groups = {}
    for number, v in enumerate(values):
        group = groups.setdefault((v["batch_size"], v["factor"]), set())
        group.add(heard.results[number].population)
        _, result = tuner.replay(number, **arguments(shuffle=False))
        assert heard.results[number].curves["loss"] == pytest.approx(result.curves["loss"], 1e-4)
    assert [len(group) for group in groups.values()] == [1] * 4
    assert len(set.union(*groups.values())) == 4


def test_groups_of_a_structure_share_what_is_compiled_for_one_size(tmp_path, monkeypatch):
    """Copies fill the smaller group, since each size is another trace, until dropping them pays."""
    seen = []
    train_epoch = population.Population.train_epoch

    def seeing(self, check):
        seen.append((self.fit.batch_size, len(self.histories), self.size))
        return train_epoch(self, check)

    def build(hp):
        hp.Choice("batch_size", [16, 50], default=16)
        return network(
            keras.layers.Dense(4), optimizer=keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1))
        )

    monkeypatch.setattr(population.Population, "train_epoch", seeing)
    given = arguments(shuffle=False)
    tuner, heard = search(build, tmp_path / "a", trials=4, fit=given)
    for number, curve in enumerate(heard.curves()):
        _, alone = tuner.replay(number, **given)
        assert curve == pytest.approx(alone.curves["loss"], rel=1e-4)
    sizes = sorted({(alive, size) for _, alive, size in seen[: 2 * EPOCHS]})
    assert sizes == [(1, 3), (3, 3)]
    seen.clear()
    monkeypatch.setattr(compaction, "RECOMPILATION", -1.0)
    _, again = search(build, tmp_path / "b", trials=4, fit=given)
    for one, other in zip(again.curves(), heard.curves(), strict=True):
        assert one == pytest.approx(other, rel=1e-4)
    assert all(alive == size for epoch, (_, alive, size) in enumerate(seen) if epoch % EPOCHS)


def test_classes_made_in_build_are_compared_by_their_code(tmp_path):
    def build(hp):
        rate, power = hp.Float("rate", 0.01, 0.1), hp.Choice("power", [1, 2])

        class Local(keras.layers.Layer):
            def call(self, x):
                return x**power

        return network(Local(), optimizer=keras.optimizers.SGD(rate))

    heard = check_against_fit(build, tmp_path, 5)
    assert len(heard.populations) == 2


def test_dlref_losses_are_means_too(tmp_path):
    """So that the development set may be evaluated in larger mini-batches."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
        model.compile(keras.optimizers.SGD(rate), losses.BinaryCrossentropy())
        return model

    x, y = arguments()["x"], (arguments()["y"][:, None] > 0).astype("float32")
    check_against_fit(build, tmp_path, x=x, y=y, validation_data=(x[:70], y[:70]))


def test_what_depends_on_the_size_of_a_batch_is_evaluated_in_that_size(tmp_path):
    def largest(y, p):
        return keras.ops.max(p)

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        hidden = keras.layers.Dense(4, activity_regularizer=keras.regularizers.L2(0.01))
        return network(hidden, optimizer=keras.optimizers.SGD(rate), metrics=[largest])

    heard = check_against_fit(build, tmp_path)
    assert np.shape(heard.curves("val_largest")) == (3, 2)
