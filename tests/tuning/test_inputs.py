"""Whatever file a user names: it is used, or the error says what is wrong with it."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

from dlref.tuning.command.inputs import load_data, load_model
from dlref.tuning.errors import SweepError

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)
SPLIT = {"x_train": X, "y_train": Y, "x_val": X[:2], "y_val": Y[:2]}
NPZ = [  # the arrays of a file, what the error says
    ({}, "It holds: nothing"),
    ({"x_train": X, "labels": Y}, "It holds: x_train, labels"),
    ({"x": X}, "must hold the arrays x_train, y_train, x_val, y_val, or x and y"),
    ({"x": X, "y": Y[:9]}, "x and y must have the same number of examples. Received: 10 and 9"),
    ({**SPLIT, "y_val": Y}, "x_val and y_val must have the same number of examples"),
    ({**SPLIT, "x_val": X[:2, :1]}, "x_train and x_val must have the same shape but"),
    ({**SPLIT, "x_val": X[:0], "y_val": Y[:0]}, "x_val must hold at least one example"),
    ({"x": X[:1], "y": Y[:1]}, "x_val must hold at least one example"),
    ({"x": np.float64(1), "y": Y}, "x must hold at least one example. Received: shape ()"),
    ({"x": X.astype(str), "y": Y}, "x must be an array of numbers. Received: type <U32"),
    ({"x": X.astype(complex), "y": Y}, "x must be an array of numbers"),
    ({"x": X.astype(object), "y": Y}, "Object arrays cannot be loaded"),
    ({"x": X * np.nan, "y": Y}, "x must hold finite numbers"),
    ({"x": X, "y": Y + np.inf}, "y must hold finite numbers"),
]
CODE = [  # a user's file, what is asked of it, what the error says
    ("", "build", "named 'build'. It holds: no function"),
    ("def model(hp): ...\nx = 3", "build", "It holds: model"),
    ("build = 3", "build", "must hold a function or keras_tuner.HyperModel"),
    ("def build(hp)", "build", "cannot be imported: SyntaxError"),
    ("import no_such_package", "build", "cannot be imported: ModuleNotFoundError"),
    ("raise SystemExit(3)", "build", "cannot be imported: SystemExit: 3"),
    ("1 / 0", "build", "cannot be imported: ZeroDivisionError"),
    ("class Model:\n    def __init__(self, size): ...", "Model", "Model fails: TypeError: "),
]


@pytest.mark.parametrize(("content", "message"), NPZ)
def test_a_wrong_npz_is_explained(tmp_path, content, message):
    file = tmp_path / "data.npz"
    np.savez(file, **content)
    with pytest.raises(SweepError) as raised:
        load_data(str(file), seed=0)
    assert str(file) in str(raised.value)
    assert message in str(raised.value)


def test_a_split_is_seeded_and_complete(tmp_path):
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    first, again, other = (load_data(str(tmp_path / "data.npz"), seed) for seed in (0, 0, 1))
    assert first.digest() == again.digest() != other.digest()
    assert (len(first.x_train), len(first.x_val)) == (8, 2)
    assert sorted([*first.y_train, *first.y_val]) == list(range(10))
    assert all(x[0] == 2 * y for x, y in zip(first.x_train, first.y_train, strict=True))


def test_ready_made_splits_are_taken_as_they_are(tmp_path):
    np.savez(tmp_path / "data.npz", **SPLIT, x=X)
    data = load_data(str(tmp_path / "data.npz"), seed=0)
    assert all(np.array_equal(ours, SPLIT[name]) for name, ours in data._asdict().items())


def valid_archive():
    stream = io.BytesIO()
    np.savez(stream, x=X, y=Y)
    return stream.getvalue()


ARCHIVE = valid_archive()
damaged = st.one_of(
    st.binary(max_size=200),
    st.integers(0, len(ARCHIVE) - 1).map(lambda size: ARCHIVE[:size]),
    st.tuples(st.integers(0, len(ARCHIVE) - 1), st.binary(min_size=1, max_size=8)).map(
        lambda cut: ARCHIVE[: cut[0]] + cut[1] + ARCHIVE[cut[0] + len(cut[1]) :]
    ),
)


@settings(max_examples=200, deadline=None)
@given(content=damaged)
def test_a_damaged_file_is_used_or_explained(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "damaged.npz"
    file.write_bytes(content)
    try:
        data = load_data(str(file), seed=0)
    except SweepError as error:
        assert str(file) in str(error)
    else:
        assert len(data.x_train) == len(data.y_train) > 0


any_array = arrays(scalar_dtypes(), array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6))


@settings(max_examples=200, deadline=None)
@given(content=st.dictionaries(st.sampled_from([*SPLIT, "x", "y", "z"]), any_array))
def test_any_arrays_are_used_or_explained(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.npz"
    np.savez(file, **content)
    try:
        data = load_data(str(file), seed=0)
    except SweepError as error:
        assert str(file) in str(error)
    else:
        assert all(np.isfinite(array).all() and array.size for array in data)
        assert data.x_train.shape[1:] == data.x_val.shape[1:]


@pytest.mark.parametrize("content", [b"", b"text", "npy", "pickle"])
def test_what_is_no_npz_is_explained(tmp_path, content):
    file = tmp_path / "data.npz"
    if content == "npy":
        with file.open("wb") as stream:
            np.save(stream, X)
    elif content == "pickle":
        X.dump(file)
    else:
        file.write_bytes(content)
    with pytest.raises(SweepError, match="must be a .npz archive of numbers"):
        load_data(str(file), seed=0)


@pytest.mark.parametrize("name", ["missing.npz", "."])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(SweepError, match="There is no such file"):
        load_data(str(tmp_path / name), seed=0)
    with pytest.raises(SweepError, match="There is no such file"):
        load_model(f"{tmp_path / name}:build")


@pytest.mark.parametrize("target", ["", "digit", "model.py", "model.py:", ":build", ":"])
def test_a_target_of_the_wrong_form(target):
    with pytest.raises(SweepError, match="must be `digits` or FILE.py:FUNCTION"):
        load_model(target)


@pytest.mark.parametrize(("code", "name", "message"), CODE)
def test_a_wrong_model_file_is_explained(tmp_path, code, name, message):
    file = tmp_path / "model.py"
    file.write_text(code)
    with pytest.raises(SweepError) as raised:
        load_model(f"{file}:{name}")
    assert str(file) in str(raised.value)
    assert message in str(raised.value)


def test_a_model_file_may_import_its_neighbours(tmp_path):
    (tmp_path / "neighbour_of_model.py").write_text("def build(hp): return hp")
    lines = ["from __future__ import annotations", "from dataclasses import dataclass"]
    lines += ["from neighbour_of_model import build", "@dataclass", "class Size:", "    units: int"]
    (tmp_path / "model.py").write_text("\n".join(lines))
    model, _ = load_model(f"{tmp_path / 'model.py'}:build")
    assert model.build(3) == 3
