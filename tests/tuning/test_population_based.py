"""Population-based training: members take over from better ones, and each equals a plain Keras run of its lineage."""

import math
from types import SimpleNamespace

import keras
import keras_tuner
import numpy as np
import pytest

from dlref.tuning import PopulationBased
from dlref.tuning.errors import SweepError
from dlref.tuning.populations.training import exchange
from dlref.tuning.populations.training.checkpoint import Checkpoint
from dlref.tuning.populations.training.trial_builder import seed_everything
from dlref.tuning.samplers.perturbation import Perturbation, multiplied
from dlref.tuning.search import results
from dlref.tuning.study import Result, Study
from dlref.tuning.trials.load_sweep import load
from tests.errors.hostile import refuses
from tests.populations.searching import EAGERLY, arguments, evaluated, fit, network, tolerance
from tests.tuning.hyperband_search import Counting

PLAN = {"max_trials": 8, "perturbation_interval": 2, "quantile_fraction": 0.25}
EPOCHS = 6
of_no_backend = pytest.mark.skipif(
    keras.backend.backend() == "jax",
    reason="does not depend on the backend, and JAX takes seconds longer",
)
BOUNDS = {"learning_rate": (1e-4, 0.1), "weight_decay": (0.01, 3.0)}


def build(hp):
    """What can change in training are a rate and a decay; batch normalization has a state that goes with weights."""
    optimizer = keras.optimizers.AdamW(
        hp.Float("learning_rate", 1e-4, 0.1, sampling="log"),
        weight_decay=hp.Float("weight_decay", 0.01, 3.0, sampling="log"),
    )
    hidden = [keras.layers.Dense(5, "relu"), keras.layers.BatchNormalization()]
    return network(*hidden, optimizer=optimizer)


def search(directory, model=build, heard=None, fit=None, **options):
    """The tuner and what its listener heard."""
    heard = heard or Counting()
    given = {**PLAN, "seed": 0, "directory": directory, "listener": heard, **options}
    tuner = PopulationBased(model, given.pop("objective", "val_loss"), **given)
    tuner.search(**given_to_fit(**(fit or {})))
    return tuner, heard


def given_to_fit(**options):
    return arguments(**{"shuffle": False, "epochs": EPOCHS, **options})


def compiled(program):
    """How many programs the backend has made of it."""
    functions = (program._train, program._test, program.select, program.results)
    kept = [vars(f).get(name, ()) for f in functions for name in ("_compiled", "_traced")]
    return sum(map(len, kept))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A search that nothing disturbs, and how many programs there were when members took over."""
    counts, take_over = [], exchange.take_over

    def counted(population, *args):
        counts.append(compiled(population.program))
        take_over(population, *args)
        counts.append(compiled(population.program))
        programs.append(population.program)

    programs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "take_over", counted)
        tuner, heard = search(tmp_path_factory.mktemp("whole"))
    return tuner, heard, [*counts, compiled(programs[-1])]


def curves(heard, name="val_loss"):
    return {n: result.curves[name] for n, result in sorted(heard.results.items())}


def of_plain_keras(tuner, number, model=build, until=EPOCHS, **options):
    """The curves of a lineage by `fit` alone: where a trial took over, its new model gets all that the parent's has.

    Returns the curves and the model after epoch `until`.
    """
    lineage = tuner.oracle.lineages()[number]
    hp = tuner.oracle.load(number).hyperparameters.copy()
    hp.values = dict(lineage[0]["before"] if lineage else hp.values)
    seed_everything(f"{tuner.oracle.seed}/{number}/0")
    current, found = model(hp), {}
    for epoch in range(until):
        for change in (each for each in lineage if each["epoch"] == epoch):
            _, parent = of_plain_keras(tuner, change["parent"], model, epoch, **options)
            hp.values = dict(change["after"])
            old, current = parent.optimizer, model(hp)
            current.optimizer.build(current.trainable_variables)
            rate = float(current.optimizer.learning_rate)
            for one, other in zip(current.variables, parent.variables, strict=True):
                one.assign(other)
            for one, other in zip(current.optimizer.variables, old.variables, strict=True):
                one.assign(other)
            current.optimizer.learning_rate = rate
        current.run_eagerly = EAGERLY
        words = given_to_fit(initial_epoch=epoch, **{**options, "epochs": epoch + 1})
        for name, values in current.fit(**words).history.items():
            found.setdefault(name, []).extend(values)
    return found, current


def test_a_member_that_took_over_nothing_equals_fit(whole):
    tuner, heard, _ = whole
    free = [number for number, lineage in tuner.oracle.lineages().items() if not lineage]
    assert len(free) >= 4
    number = free[0]
    for name, curve in fit(build, tuner, number, epochs=4).items():
        found = heard.results[number].curves[name][:4]
        assert found == pytest.approx(curve, rel=tolerance()), (number, name)


def test_a_member_that_took_over_equals_plain_keras(whole):
    """Weights, the state of batch normalization and of Adam from the parent; then another rate and decay."""
    tuner, heard, _ = whole
    lineages = tuner.oracle.lineages()
    number = next(n for n in lineages if lineages[n] and lineages[n][0]["epoch"] == 2)
    expected, _ = of_plain_keras(tuner, number, until=4)
    for name, curve in expected.items():
        found = heard.results[number].curves[name][:4]
        assert found == pytest.approx(curve, rel=tolerance()), (number, name)


def test_the_last_quarter_takes_over_from_the_first(whole):
    tuner, heard, _ = whole
    lineages, found = tuner.oracle.lineages(), curves(heard)
    for epoch in (2, 4):
        ranked = sorted(found, key=lambda n: found[n][epoch - 1])
        changes = {n: c for n, lineage in lineages.items() for c in lineage if c["epoch"] == epoch}
        assert set(changes) == set(ranked[-2:])
        assert {change["parent"] for change in changes.values()} <= set(ranked[:2])
    assert all(change["epoch"] in (2, 4) for lineage in lineages.values() for change in lineage)


def test_values_change_within_their_bounds(whole):
    """Each is the parent's times a factor, or drawn anew, or at an end of its range."""
    tuner, _, _ = whole
    lineages, times = tuner.oracle.lineages(), []
    for lineage in lineages.values():
        for i, change in enumerate(lineage):
            assert i == 0 or change["before"] == lineage[i - 1]["after"]
            values = tuner.oracle.load(change["parent"]).hyperparameters.values
            for each in reversed(lineages[change["parent"]]):
                values = each["before"] if each["epoch"] >= change["epoch"] else each["after"]
                if each["epoch"] < change["epoch"]:
                    break
            for name, (low, high) in BOUNDS.items():
                assert low <= change["after"][name] <= high
                times.append(round(change["after"][name] / values[name], 6))
    assert len(times) == 8 and {0.8, 1.2} <= set(times)


def test_nothing_is_compiled_anew(whole):
    *_, counts = whole
    assert len(counts) >= 4 and set(counts) == {counts[0]} and counts[0] > 0


def test_the_best_and_its_model(whole):
    """Values, weights and score are those of the best epoch."""
    tuner, heard, _ = whole
    best = tuner.oracle.get_best_trials(8)
    assert [trial.score for trial in best] == sorted(min(c) for c in curves(heard).values())
    for trial in best:
        assert evaluated(tuner.load_model(trial))[0] == pytest.approx(trial.score, rel=1e-4)
        values = None
        for change in tuner.oracle.lineages()[int(trial.trial_id)]:
            late = change["epoch"] <= trial.best_step
            values = change["after"] if late else values or change["before"]
        assert values in (None, trial.hyperparameters.values)
    assert tuner.get_best_hyperparameters()[0].values == best[0].hyperparameters.values


def test_the_values_are_those_of_the_best_epoch():
    lineage = [{"epoch": 2, "parent": 1, "before": {"rate": 0.1}, "after": {"rate": 0.2}}]
    for best_epoch, rate in ((None, 0.1), (1, 0.1), (2, 0.2)):
        trial = SimpleNamespace(hyperparameters=SimpleNamespace(values={"rate": 0.1}))
        found = results.with_lineage(Result(0, "finished", {}, {}, best_epoch), lineage, trial)
        assert found.lineage == lineage and trial.hyperparameters.values == {"rate": rate}


def test_a_lineage_is_replayed(whole):
    tuner, heard, _ = whole
    number = max((len(lineage), n) for n, lineage in tuner.oracle.lineages().items())[1]
    model, result = tuner.replay(number, **given_to_fit())
    for name, curve in heard.results[number].curves.items():
        assert result.curves[name] == pytest.approx(curve, rel=10 * tolerance())
    assert evaluated(model)[0] == pytest.approx(min(curve_of(result)), rel=1e-4)


def curve_of(result):
    return result.curves["val_loss"]


def same(tuner, whole):
    """Whether a search has the trials, lineages and curves of the undisturbed one."""
    expected = whole[0]
    assert tuner.oracle.lineages() == expected.oracle.lineages()
    for found, other in zip(tuner.oracle.rows(), expected.oracle.rows(), strict=True):
        assert found.attrs["values"] == other.attrs["values"]
        for name, curve in other.attrs["curves"].items():
            assert found.attrs["curves"][name] == pytest.approx(curve, rel=10 * tolerance())


def test_the_seed_says_everything(tmp_path, whole):
    tuner, heard = search(tmp_path / "again")
    assert curves(heard) == curves(whole[1])
    assert tuner.oracle.lineages() == whole[0].oracle.lineages()


@of_no_backend
def test_the_larger_may_be_the_better(tmp_path):
    tuner, heard = search(tmp_path, objective="val_accuracy", seed=1, fit={"epochs": 3})
    reached = {n: curve[1] for n, curve in curves(heard, "val_accuracy").items()}
    pairs = [(c["parent"], n) for n, lineage in tuner.oracle.lineages().items() for c in lineage]
    assert all(reached[parent] >= reached[child] for parent, child in pairs)
    assert any(reached[parent] > reached[child] for parent, child in pairs)


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


@of_no_backend
@pytest.mark.parametrize("when", ["before the record", "before the checkpoint", "an epoch later"])
def test_an_interruption_while_members_take_over(tmp_path, whole, when, monkeypatch):
    """`tests/durability` kills a process before and after each of these steps."""
    write, heard = Checkpoint.write, Counting(3, interrupt)
    with monkeypatch.context() as patch:
        if when == "before the record":
            patch.setattr(Study, "record_lineages", interrupt)
        if when == "before the checkpoint":
            patch.setattr(
                Checkpoint,
                "write",
                lambda *args, always=False: interrupt() if always else write(*args),
            )
        with pytest.raises(KeyboardInterrupt):
            search(tmp_path, heard=heard)
    assert len(heard.epochs) == (3 if when == "an epoch later" else 2)
    tuner, _ = search(tmp_path)
    same(tuner, whole)


def diverging(hp):
    """Half of the members diverge at once."""
    rate = hp.Choice("learning_rate", [0.01, 0.02, 0.04, 1e25])
    hp.Float("nothing", 0.0, 1.0)
    return network(keras.layers.Dense(4), optimizer=keras.optimizers.SGD(rate))


def test_what_diverges_goes_on_from_a_good_one(tmp_path):
    """At once, though the others take over after every third epoch."""
    options = {"perturbation_interval": 3, "resample_probability": 0.0}
    options["perturbation_factors"] = (0.8,)
    tuner, heard = search(tmp_path, diverging, **options)
    lost = [n for n, curve in curves(heard, "loss").items() if not np.isfinite(curve).all()]
    assert lost and len(lost) < 8
    for number in lost:
        result, first = heard.results[number], tuner.oracle.lineages()[number][0]
        assert first["epoch"] == 1 and first["before"]["learning_rate"] == 1e25
        assert result.state == "finished" and np.isfinite(result.curves["loss"][1])
        assert len(result.curves["loss"]) == EPOCHS and math.isfinite(result.metrics["val_loss"])
    model, result = tuner.replay(lost[0], **given_to_fit())
    assert result.curves["loss"][1:] == pytest.approx(curves(heard, "loss")[lost[0]][1:], rel=1e-4)


@of_no_backend
def test_where_all_diverge_nobody_goes_on(tmp_path):
    def hopeless(hp):
        rate = hp.Float("learning_rate", 1e24, 1e25)
        return network(keras.layers.Dense(4), optimizer=keras.optimizers.SGD(rate))

    _, heard = search(tmp_path, hopeless, max_trials=4)
    assert heard.states == ["diverged"] * 4


@of_no_backend
def test_early_stopping_ends_a_member_for_good(tmp_path):
    stop = keras.callbacks.EarlyStopping("val_loss", patience=1)
    tuner, heard = search(tmp_path, fit={"callbacks": [stop]})
    assert set(heard.states) == {"finished"}
    lengths = {n: len(curve) for n, curve in curves(heard).items()}
    assert min(lengths.values()) < EPOCHS
    for number, lineage in tuner.oracle.lineages().items():
        for change in lineage:
            assert change["epoch"] < min(lengths[number], lengths[change["parent"]]) + 1


def test_a_callback_s_learning_rate_is_changed_further(tmp_path):
    """The schedule has halved the parent's rate; so has the child's, times its factor."""
    halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    tuner, heard = search(tmp_path, fit={"callbacks": [halving], "epochs": 4})
    lineages = tuner.oracle.lineages()
    number = next(n for n in lineages if lineages[n])
    (change,) = lineages[number]
    start = tuner.oracle.load(change["parent"]).hyperparameters["learning_rate"]
    factor = change["after"]["learning_rate"] / start
    rates = heard.results[number].curves["learning_rate"]
    assert rates[2] == pytest.approx(start / 8 * factor, rel=1e-5)
    assert rates[3] == pytest.approx(start / 16 * factor, rel=1e-5)


def structured(hp):
    """Two structures, of one of which there are two widths."""
    kind = hp.Choice("activation", ["relu", "tanh"])
    units = hp.Choice("units", [3, 4]) if kind == "relu" else 5
    rate, momentum = hp.Float("learning_rate", 1e-3, 0.1), hp.Float("momentum", 0.1, 0.9)
    optimizer = keras.optimizers.SGD(rate, momentum=momentum)
    return network(keras.layers.Dense(units, kind), optimizer=optimizer)


def test_members_take_over_within_their_structure(tmp_path):
    """Also the width of another one, to which the program pads all."""
    options = {"quantile_fraction": 0.5, "perturbation_interval": 1}
    tuner, heard = search(tmp_path, structured, **options, fit={"epochs": 4})
    lineages = tuner.oracle.lineages()
    changes = [(n, change) for n, lineage in lineages.items() for change in lineage]
    assert len(changes) >= 6
    for _, change in changes:
        assert change["before"]["activation"] == change["after"]["activation"]
    wider = [n for n, c in changes if c["before"].get("units") != c["after"].get("units")]
    assert wider
    for name, curve in of_plain_keras(tuner, wider[0], structured, 4)[0].items():
        assert heard.results[wider[0]].curves[name] == pytest.approx(curve, rel=tolerance()), name
    for number in (wider[0], wider[-1]):
        trial = tuner.oracle.load(number)
        assert evaluated(tuner.load_model(trial))[0] == pytest.approx(trial.score, rel=1e-4)


def climbing(hp):
    """The narrow nets climb up the gradient, until they take over from a wide one."""
    units = hp.Choice("units", [2, 6])
    rate = hp.Float("learning_rate", 0.1, 0.2) * (1 if units == 6 else -1)
    return network(keras.layers.Dense(units, "relu"), optimizer=keras.optimizers.SGD(rate))


@of_no_backend
def test_widths_that_were_taken_over_survive_an_interruption(tmp_path):
    """All that was as wide at first has ended by then: the loss has to rise, or a net is stopped."""
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, mode="max")
    given = {"model": climbing, "fit": {"callbacks": [stop]}}
    expected, _ = search(tmp_path / "whole", **given)
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path / "other", heard=Counting(4, interrupt), **given)
    left = load(tmp_path / "other" / "untitled_project").trials
    assert {trial.values["units"] for trial in left if trial.status == "waiting"} == {2}
    assert {trial.status for trial in left} == {"waiting", "finished"}
    taken_over = [change["after"]["units"] for trial in left for change in trial.lineage]
    assert taken_over == [6, 6]
    tuner, _ = search(tmp_path / "other", **given)
    same(tuner, (expected,))
    for trial in (trial for trial in left if trial.lineage):
        stored = tuner.oracle.load(trial.number)
        assert stored.hyperparameters["units"] == 6
        assert evaluated(tuner.load_model(stored))[0] == pytest.approx(stored.score, rel=1e-4)


def test_a_member_without_others_is_told(tmp_path):
    _, heard = search(tmp_path, structured, max_trials=2, seed=3, fit={"epochs": 3})
    notes = [
        note for note in heard.notes if "has no other of its structure to take over from" in note
    ]
    assert len(notes) == (2 if len(heard.populations) == 2 else 0)


def test_what_cannot_change_is_told(tmp_path):
    def fixed(hp):
        return network(
            keras.layers.Dense(hp.Int("units", 3, 5), hp.Choice("activation", ["relu", "tanh"]))
        )

    told = "must declare a hyperparameter that can change in training.*Received: units, activation"
    with pytest.raises(SweepError, match=told):
        search(tmp_path, fixed)


@of_no_backend
@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_what_no_population_can_train_takes_over_nothing(tmp_path):
    def eagerly(hp):
        model = build(hp)
        model.run_eagerly = True
        return model

    tuner, heard = search(tmp_path, eagerly, max_trials=2, fit={"epochs": 2})
    assert "2 of 2 trials are trained alone: the model runs eagerly" in heard.notes
    assert heard.states == ["finished"] * 2 and not any(tuner.oracle.lineages().values())


def hyperparameters():
    hp = keras_tuner.HyperParameters()
    hp.Float("mirrored", 0.1, 0.9, sampling="reverse_log")
    hp.Int("count", 1, 9)
    hp.Choice("order", [0.1, 0.001, 0.01])
    hp.Choice("words", ["a", "b"])
    hp.Boolean("flag")
    hp.Fixed("fixed", 3)
    hp.Int("powers", 16, 256, step=2, sampling="log")
    hp.Float("dropout", 0.0, 0.6, step=0.2)
    return {each.name: each for each in hp.space}


@pytest.mark.parametrize(
    ("name", "value", "factor", "expected"),
    [
        *[("mirrored", 0.4, 0.5, 0.7), ("mirrored", 0.8, 2.0, 0.6), ("mirrored", 0.2, 1.5, 0.1)],
        *[("count", 2, 1.2, 3), ("count", 2, 0.8, 1), ("count", 9, 1.2, 9), ("count", 5, 2.0, 9)],
        *[("order", 0.01, 1.2, 0.1), ("order", 0.01, 0.8, 0.001), ("order", 0.1, 1.2, 0.1)],
        *[("words", "a", 1.2, "a"), ("flag", True, 0.8, True), ("fixed", 3, 1.2, 3)],
        *[("powers", 64, 1.2, 128), ("powers", 64, 0.8, 32), ("powers", 16, 0.8, 16)],
        *[("dropout", 0.2, 0.8, 0.0), ("dropout", 0.0, 1.2, 0.0)],
    ],
)  # fmt: skip
def test_a_value_is_multiplied_on_its_scale(name, value, factor, expected):
    found = multiplied(hyperparameters()[name], value, factor)
    assert found == pytest.approx(expected) if isinstance(expected, float) else found == expected
    assert type(found) is type(expected)


def test_what_is_resampled_is_of_the_space():
    hps = list(hyperparameters().values())
    values = {hp.name: hp.default for hp in hps}
    drawn = [Perturbation(1, 0.25, 1.0).explore(hps, values, 0, 1, n) for n in range(50)]
    assert {found["words"] for found in drawn} == {"a", "b"}
    assert {found["powers"] for found in drawn} <= {16, 32, 64, 128, 256}
    kept = Perturbation(1, 0.25, 0.0, (1.0,)).explore(hps, values, 0, 1, 0)
    assert kept == values


@pytest.mark.parametrize(
    ("members", "fraction", "count"), [(2, 0.01, 1), (3, 0.5, 1), (8, 0.5, 4), (1, 0.5, 0)]
)
def test_how_many_take_over(members, fraction, count):
    parents = Perturbation(1, fraction).parents(range(members), 0, 1)
    assert list(parents) == list(range(members))[members - count :]
    assert set(parents.values()) <= set(range(count))


@pytest.mark.parametrize(
    ("argument", "values"),
    {
        "max_trials": [1, 0, -1, 2.0, "9", True, None],
        "perturbation_interval": [0, -1, 2.0, "9", True, None],
        "quantile_fraction": [0, 0.51, 1, -0.1, float("nan"), "0.2", None],
        "resample_probability": [-0.1, 1.1, float("nan"), "0.2", None],
        "perturbation_factors": [0.8, (), None, "1.2"],
    }.items(),
)  # fmt: skip
def test_wrong_arguments(tmp_path, argument, values):
    for value in values:
        given = {argument: value, "directory": tmp_path}
        refuses(
            "PopulationBased", argument, lambda g=given: PopulationBased(build, "val_loss", **g)
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("factor", [0.0, -1, "0.8", math.inf, math.nan, True, 10**400, None])
def test_wrong_factors(factor):
    with pytest.raises(
        (TypeError, ValueError), match=r"`perturbation_factors\[1\]` must be a number in \(0, inf\)"
    ):
        PopulationBased(build, "val_loss", perturbation_factors=(1.2, factor))


def test_what_it_says_itself_can_not_be_said_again():
    for name in ("sampler", "pruner", "executions_per_trial"):
        with pytest.raises(
            TypeError, match=rf"PopulationBased\(\) got an unexpected .*`{name}`, for all members"
        ):
            PopulationBased(build, "val_loss", **{name: None})
    with pytest.raises(ValueError, match="PopulationBased: `objective` must be one. Received"):
        PopulationBased(build, ["val_loss", "loss"])
