"""Memory: populations fit into it, a failed allocation halves them, and it does not grow with the number of trials."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from dlref.tuning.populations.program import compile_cache, memory, stacking
from dlref.tuning.populations.training import checkpoint
from dlref.tuning.populations.training.population import Population
from tests.populations.searching import arguments, network, search

ROOT = Path(__file__).parents[2]


def build(hp):
    rate = hp.Float("learning_rate", 0.01, 0.1)
    drop = keras.layers.Dropout(0.3)
    return network(drop, optimizer=keras.optimizers.SGD(rate, momentum=0.5))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    keras.utils.set_random_seed(0)
    return search(build, tmp_path_factory.mktemp("undisturbed"), trials=8)[1].curves()


def check(heard, curves):
    assert heard.states == ["finished"] * 8
    for one, other in zip(heard.curves(), curves, strict=True):
        assert one == pytest.approx(other, rel=1e-4)


def test_a_population_is_as_large_as_there_is_memory_for(tmp_path, monkeypatch, undisturbed):
    monkeypatch.setattr(memory, "bytes_per_member", lambda program, fit: 1000)
    monkeypatch.setattr(memory, "available", lambda: 3500 / memory.SHARE)
    _, heard = search(build, tmp_path, trials=8)
    assert [text[:8] for text in heard.populations] == ["3 trials", "3 trials", "2 trials"]
    check(heard, undisturbed)


def test_a_population_has_one_member_at_least(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 0)
    _, heard = search(build, tmp_path, trials=2)
    assert [text[:7] for text in heard.populations] == ["1 trial"] * 2


def test_max_population(tmp_path, undisturbed):
    _, heard = search(build, tmp_path, trials=8, max_population=5)
    assert [text[:8] for text in heard.populations] == ["5 trials", "3 trials"]
    check(heard, undisturbed)


def test_the_estimate_grows_with_the_model_and_the_mini_batch(tmp_path, monkeypatch):
    estimates = {}
    estimate = memory.bytes_per_member

    def noted(program, fit):
        units = program.model.layers[0].units
        estimates[units, fit.batch_size] = estimate(program, fit)
        return estimates[units, fit.batch_size]

    monkeypatch.setattr(memory, "bytes_per_member", noted)
    for units in (10, 1000):
        for size in (10, 100):

            def wide(hp, units=units):
                hp.Float("nothing", 0.0, 1.0)
                return network(keras.layers.Dense(units))

            given = arguments(epochs=1, batch_size=size)
            search(wide, tmp_path / f"{units}-{size}", 1, given)
    weights, outputs = 4 * 1000 * (6 + 1 + 3), 4 * 100 * 1000
    assert estimates[1000, 100] > weights + outputs
    assert estimates[1000, 100] > estimates[1000, 10] > estimates[10, 10]
    assert estimates[1000, 100] > estimates[10, 100]
    assert 2**20 < memory.available() < 2**50


def test_a_population_that_has_ended_leaves_its_memory_to_the_next(tmp_path, monkeypatch):
    begun, held = [], []

    def stack(program, trial_models, stack=stacking.stack):
        held.append([len(keras.tree.flatten(vars(p).get("members", {}))) for p in begun])
        return stack(program, trial_models)

    def begin(self, *args, init=Population.__init__):
        init(self, *args)
        begun.append(self)

    monkeypatch.setattr(stacking, "stack", stack)
    monkeypatch.setattr(Population, "__init__", begin)
    search(build, tmp_path, trials=6, max_population=2)
    assert held == [[], [0], [0, 0]]


class ResourceExhaustedError(Exception):
    """As TensorFlow's, by name; on JAX it is a text."""


FAILURES = [
    MemoryError("no memory"),
    ResourceExhaustedError("OOM when allocating tensor"),
    RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 123 bytes"),
]


@pytest.fixture
def too_large(monkeypatch):
    """Makes the program fail for more members than `limit`, as long as `when()` is true."""

    def install(error, limit, when=lambda: True):
        program = compile_cache.program_class()
        train = program.train

        def failing(self, members, *args):
            if len(members["metrics"][0]) > limit and when():
                raise error
            return train(self, members, *args)

        monkeypatch.setattr(program, "train", failing)

    return install


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_failed_allocation_halves_the_population(tmp_path, too_large, undisturbed, error):
    too_large(error, limit=2)
    _, heard = search(build, tmp_path, trials=8)
    halved = [note for note in heard.notes if note.startswith("out of memory")]
    assert halved == [
        "out of memory: populations of 4 from here on",
        "out of memory: populations of 2 from here on",
    ]
    assert [text[:8] for text in heard.populations[2:]] == ["2 trials"] * 4
    check(heard, undisturbed)


def test_what_was_trained_before_is_not_trained_again(
    tmp_path, too_large, undisturbed, monkeypatch
):
    monkeypatch.setattr(checkpoint, "SHARE", float("inf"))
    too_large(MemoryError(), limit=4, when=lambda: list(tmp_path.glob("*/checkpoints/*")))
    _, heard = search(build, tmp_path, trials=8)
    assert heard.notes.count("goes on after epoch 1") == 2
    assert not list(tmp_path.glob("*/checkpoints/*"))
    check(heard, undisturbed)


def test_what_fits_in_no_population_is_trained_alone(tmp_path, too_large):
    too_large(MemoryError("no memory"), limit=0)
    _, heard = search(build, tmp_path, trials=2)
    assert heard.notes[-1].endswith(
        "trials are trained alone: as a population they fail (no memory)"
    )
    assert heard.states == ["finished"] * 2


GROWTH = """
import os, sys
import psutil
from dlref.tuning.listener import Listener
from tests.populations.searching import arguments, search
from tests.populations.test_memory import build

process, seen = psutil.Process(), {}

class Watch(Listener):
    ended = 0

    def trial_ended(self, result, trial):
        assert result.state == "finished", result.message
        self.ended += 1
        seen[self.ended] = process.memory_info().rss / 2**20

search(build, sys.argv[1], 520, arguments(epochs=1), listener=Watch(), max_population=20)
print(seen[520] - seen[20])
"""


def test_memory_does_not_grow_with_the_number_of_trials(tmp_path):
    """Measured: 16 MiB on TensorFlow and 10 on JAX over 500 trials, 3 over the next 1000; keras-tuner: 4.7 a trial."""
    command = [sys.executable, "-c", GROWTH, str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-3000:]
    print(done.stdout)
    assert float(done.stdout.split()[-1]) <= 20
