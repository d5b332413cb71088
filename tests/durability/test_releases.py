"""A sweep that an earlier release was killed in is gone on with by this one: nothing is lost, or other than it was."""

import shutil
import subprocess
import sys

import keras
import pytest

from dlref.tuning.trials.records import UNFINISHED
from tests.durability.checks import Whole, compare, read
from tests.durability.release_study import DATA
from tests.processes import ENVIRONMENT

pytestmark = pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="the sweeps were begun on TensorFlow"
)
WORDS = "--data data.npz --trials 5 --epochs 3 --seed 4 --early-stopping 1 --pruner median --objective val_loss"


@pytest.mark.parametrize("release", sorted(path.name for path in DATA.iterdir()))
def test_a_sweep_of_an_earlier_release_is_gone_on_with(release, tmp_path):
    ignored = shutil.ignore_patterns(".gitkeep")
    folder = shutil.copytree(DATA / release, tmp_path / "release", ignore=ignored)
    before = read(folder / "study", None)
    ended = [trial for trial in before if trial.status not in UNFINISHED]
    assert len(before) == 5 and len(ended) == 1
    words = ["sweep", "model.py:build", *WORDS.split(), "--directory", "study"]
    command = [sys.executable, "-c", "from dlref_cli import main; main()", *words]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "goes on after epoch" in done.stdout
    whole = Whole(folder / "whole", read(folder / "whole", None))
    (folder / "study" / "report.html").unlink()
    verdict = compare(whole, read(folder / "study", None), folder / "study", ended, None)
    assert not verdict.wrong
