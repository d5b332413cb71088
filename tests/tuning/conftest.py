from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.datasets import load_iris

from dlref_cli import main
from tests.tuning.postgresql import Server

MODELS = Path(__file__).with_name("models.py")


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def data(tmp_path):
    x, y = load_iris(return_X_y=True)
    np.savez(tmp_path / "iris.npz", x=x[::2].astype("float32"), y=y[::2])
    return tmp_path / "iris.npz"


@pytest.fixture
def command(data, tmp_path):
    """The words after `dlref` of a sweep over a function of models.py; later options win."""

    def words(function, *options):
        fixed = ("--data", data, "--directory", tmp_path / "sweep", "--trials", 4, "--epochs", 1)
        return [str(word) for word in ("sweep", f"{MODELS}:{function}", *fixed, *options)]

    return words


@pytest.fixture
def sweep(command):
    """Runs such a sweep in this process."""

    def run(function, *options):
        return CliRunner().invoke(main, command(function, *options))

    return run
