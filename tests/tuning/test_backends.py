"""A sweep on the other backend: the same values, and a model that learns."""

import os
import subprocess
import sys

from click.testing import CliRunner

from dlref.tuning.trials.load_sweep import load
from dlref_cli import main


def words(directory):
    options = "--trials 2 --epochs 3 --seed 176 --directory"  # its first trial draws good values
    return ["sweep", "digits", *options.split(), str(directory)]


def test_a_sweep_on_jax_tries_the_same_values(tmp_path):
    theirs, ours = tmp_path / "jax", tmp_path / "tensorflow"
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": os.getcwd()}
    program = [sys.executable, "-m", "dlref_cli", *words(theirs)]
    ended = subprocess.run(program, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert CliRunner().invoke(main, words(ours)).exit_code == 0
    assert [t.values for t in load(theirs).trials] == [t.values for t in load(ours).trials]
    assert load(theirs).settings.command().startswith("KERAS_BACKEND=jax dlref sweep ")
    for directory in (theirs, ours):
        assert load(directory).trials[0].score > 0.7
