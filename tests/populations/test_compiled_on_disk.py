"""On JAX, what a search has compiled is on disk for the next one; JAX' settings are the user's again afterwards."""

import os
from collections import Counter

import keras
import pytest

from dlref.tuning.populations.program import compiled_on_disk
from tests.populations.searching import network, search

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="on TensorFlow there is nothing that a file can hold"
)


def build(hp):
    return network(keras.layers.Dense(7), optimizer=keras.optimizers.SGD(hp.Float("r", 0.01, 0.1)))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The directory, of a user who has chosen none of JAX'."""
    import jax
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    name = "jax_compilation_cache_dir"
    before = getattr(jax.config, name)
    jax.config.update(name, None)
    reset_cache()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(compiled_on_disk.OFF, raising=False)
    yield tmp_path / "cache"
    assert getattr(jax.config, name) is None
    jax.config.update(name, before)
    reset_cache()


@pytest.fixture
def events():
    """How often JAX has found a program, and how often it has not."""
    import jax

    counts, on = Counter[str](), [True]
    jax.monitoring.register_event_listener(
        lambda event, **_: counts.update([event.rpartition("/")[2]]) if on else None
    )
    yield counts
    on.clear()


def test_the_second_search_compiles_nothing(tmp_path, cache, events):
    _, first = search(build, tmp_path / "a", 2)
    assert events["cache_hits"] == 0
    kept = {path.name: path.stat().st_size for path in cache.rglob("*-cache")}
    assert kept and oct(next(cache.glob("dlref/jax/*")).stat().st_mode)[-3:] == "700"
    missed = events["cache_misses"]
    _, second = search(build, tmp_path / "b", 2)
    assert events["cache_misses"] == missed and events["cache_hits"] > 0
    assert second.curves() == first.curves()


def test_it_can_be_turned_off(tmp_path, cache, monkeypatch):
    monkeypatch.setenv(compiled_on_disk.OFF, "1")
    search(build, tmp_path / "a", 2)
    assert not cache.exists()


def test_the_users_own_directory_is_left_to_them(tmp_path, cache):
    import jax

    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "own"))
    search(build, tmp_path / "a", 2)
    assert jax.config.jax_compilation_cache_dir == str(tmp_path / "own")
    assert not cache.exists()
    jax.config.update("jax_compilation_cache_dir", None)


def test_a_home_that_cannot_be_written(tmp_path, cache, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    _, heard = search(build, tmp_path / "a", 2)
    assert heard.states == ["finished"] * 2


def test_a_damaged_file_is_compiled_anew(tmp_path, cache):
    _, first = search(build, tmp_path / "a", 2)
    for path in cache.rglob("*-cache"):
        path.write_bytes(os.urandom(100))
    with pytest.warns(UserWarning, match="persistent compilation cache"):
        _, second = search(build, tmp_path / "b", 2)
    assert second.curves() == first.curves()
