"""The command line as a user calls it."""

import os
import subprocess
import sys
import time
from types import ModuleType

import pytest
from click.testing import CliRunner

from dlref_cli import main
from dlref_cli.sweep import default_name, sweep

HEAVY = (
    "keras",
    "tensorflow",
    "jax",
    "numpy",
    "rich",
    "plotly",
    "sklearn",
    "keras_tuner",
    "optuna",
)
WRONG = [  # words after dlref, what the error says
    (["sweep"], "Missing argument 'TARGET'"),
    (["sweep", "digits", "--trials", "0"], "0 is not in the range x>=1"),
    (["sweep", "digits", "--epochs", "ten"], "'ten' is not a valid integer"),
    (["sweep", "digits", "--seed", "-1"], "-1 is not in the range"),
    (["sweep", "digits", "--data", "x.npz"], "digits has its own data"),
    (["sweep", "model.py:build"], "needs --data FILE: a .npz"),
    (["sweep", "model.py:build", "--data", "x.npz"], "model.py must be a Python file. There is no"),
    (
        ["sweep", "letters", "--data", "x.npz"],
        "must be `digits`, FILE.py:FUNCTION such as model.py:build, or FILE.toml",
    ),
    (["sweep", "digits", "letters"], "Got unexpected extra argument (letters)"),
    (["sweep", "digits", "--workers", "many"], "'many' must be a whole number from 1, or auto."),
    (["sweep", "digits", "--search", "bayes"], "'bayes' is not one of 'random', 'coarse-to-fine'"),
    (["sweep", "nothing.toml"], "nothing.toml cannot be read: No such file or directory."),
    (["sweep", "status"], "sweep status [OPTIONS] DIRECTORY|URL"),
    (["sweep", "export", "xml", "."], "'xml' is not 'csv'"),
    (["sweep", "replay", ".", "-1"], "No such option"),
    (["sweep", "retest", "."], "Missing option '--data'"),
    (["sweep", "best", "."], ". holds no sweep"),
    (["verify", "--backend", "torch"], "'torch' is not one of 'tensorflow', 'jax'"),
    (["report"], "Missing argument 'DIRECTORY'"),
]


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_help_imports_nothing_heavy_and_is_quick():
    code = f"""
import sys
from dlref_cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print(sorted(set({HEAVY}) & set(sys.modules)))
"""
    assert python(code).stdout.rstrip().endswith("[]")
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        python("from dlref_cli import main; main(['--help'])")
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 1.5  # 0.3 on a machine that does nothing else


def test_help_names_the_commands():
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(command in result.output for command in ("sweep", "report", "verify"))


def test_help_of_a_sweep_names_its_subcommands_and_exit_codes():
    result = CliRunner().invoke(main, ["sweep", "--help"])
    assert result.exit_code == 0
    assert "Usage: main sweep [OPTIONS] TARGET" in result.output
    assert all(f"\n  {name} " in result.output for name in ("status", "best", "export", "retest"))
    for code in ("0    done", "1    nothing succeeded", "2    the command", "3    replay", "130  "):
        assert code in result.output
    result = CliRunner().invoke(main, ["sweep", "retest", "--help"])
    assert "Usage: main sweep retest [OPTIONS] DIRECTORY|URL" in result.output


@pytest.mark.parametrize("words", [["digits", "--trials", "3"], ["--trials", "3", "digits"]])
def test_options_may_stand_before_and_after_the_target(words):
    parameters = sweep.make_context("sweep", list(words)).params
    assert (parameters["target"], parameters["trials"], parameters["epochs"]) == ("digits", 3, 10)


def test_a_backend_that_is_not_there():
    environment = {**os.environ, "KERAS_BACKEND": "nope"}
    program = [sys.executable, "-m", "dlref_cli", "sweep", "digits"]
    ran = subprocess.run(program, capture_output=True, text=True, env=environment)
    assert ran.returncode == 2
    assert "Error: Keras does not start with the backend nope: " in ran.stderr
    assert "Traceback" not in ran.stderr


def test_version():
    from importlib.metadata import version

    result = CliRunner().invoke(main, ["--version"])
    assert result.output.split()[-1] == version("dlref")


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_a_wrong_command_is_explained(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_one(tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["sweep", "digits", "--directory", str(tmp_path / "file")])
    assert result.exit_code == 2
    assert "file" in result.output and "Error" in result.output


@pytest.mark.parametrize("code", [0, 1])
def test_verify_runs_the_proof_on_the_backend_asked_for(code, monkeypatch):
    calls = []
    proof = ModuleType("dlref.conformance.verify")

    def called(only, as_json, record, since, begin):
        calls.append((only, as_json, os.environ["KERAS_BACKEND"]))
        return code

    proof.main = called
    monkeypatch.setitem(sys.modules, "dlref.conformance", ModuleType("dlref.conformance"))
    monkeypatch.setitem(sys.modules, "dlref.conformance.verify", proof)
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setenv("JAX_ENABLE_X64", "0")
    words = ["verify", "--only", "Adam", "--json", "--backend", "jax"]
    assert CliRunner().invoke(main, words).exit_code == code
    assert calls == [("Adam", True, "jax")]
    assert os.environ["JAX_ENABLE_X64"] == "1"


def test_the_default_directory_is_named_after_the_target():
    assert default_name("digits") == "digits"
    assert default_name("path/to/model.py:build") == "model-build"
    assert default_name("path/to/resnet.toml") == "resnet"


@pytest.mark.parametrize("words", [["verify", "--only", "SGD"], ["report", "."]])
def test_says_nothing_of_tensorflow_s_start(words, tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    program = [sys.executable, "-m", "dlref_cli", *words]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert not any(word in ran.stderr for word in ("WARNING", "cudart", "oneDNN")), ran.stderr
