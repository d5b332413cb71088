"""A sweep in a TOML file: what it may say, what wins over it, and what is said of mistakes."""

import os
from pathlib import Path

import click
import pytest

from dlref_cli.settings_file import read
from dlref_cli.sweep import sweep

EXAMPLE = Path(__file__).parents[2] / "examples" / "sweep.toml"
WRONG = [  # the file, what the error says besides its name
    ("", 'must say what to sweep, such as target = "model.py:build"'),
    ("trials = 3", "must say what to sweep"),
    ("target = 'digits'\ntrails = 3", "there is no key 'trails'. Is it 'trials'?"),
    ("target = 'digits'\nsubject-to = 'a<=1'", "no key 'subject-to'. Is it 'subject_to'?"),
    ("target = 'digits'\nxyzzy = 3", "There are: batch_size, data, directory, early_stopping,"),
    ("target = 'digits'\noverwrite = true", "there is no key 'overwrite'"),
    ("target = 'digits'\n[search]\nname = 'tpe'", "search must be a string. Received: {'name'"),
    ("target = 3", "target must be a string. Received: 3"),
    ("target = 'digits'\ntrials = 0", "trials: 0 is not in the range x>=1"),
    ("target = 'digits'\ntrials = '3'", "trials must be a whole number. Received: '3'"),
    ("target = 'digits'\ntrials = 3.0", "trials must be a whole number. Received: 3.0"),
    ("target = 'digits'\ntrials = true", "trials must be a whole number. Received: true"),
    ("target = 'digits'\nquiet = 1", "quiet must be a boolean. Received: 1"),
    ("target = 'digits'\nsearch = 'bayes'", "search: 'bayes' is not one of 'random',"),
    ("target = 'digits'\nobjective = [1]", "objective must be a string, or a list of them."),
    ("target = 'digits'\nworkers = 'all'", "workers: 'all' must be a whole number from 1, or auto"),
    ("target = 'digits'\nworkers = 0", "workers: 0 must be a whole number from 1, or auto"),
    ("target = digits", "must be a TOML file: Invalid value (at line 1, column 10)"),
    ("trials = 1\ntrials = 2", "must be a TOML file: Cannot overwrite a value"),
    (b"\xff\xfe", "must be a TOML file: 'utf-8' codec can't decode"),
]


def read_text(tmp_path, text):
    file = tmp_path / "sweep.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(str(file), sweep.params)


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_mistakes_are_named(tmp_path, text, message):
    with pytest.raises(click.UsageError) as error:
        read_text(tmp_path, text)
    assert str(error.value.message).startswith(f"{tmp_path / 'sweep.toml'}")
    assert message in error.value.message


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(
        click.UsageError, match="cannot be read: No such file|must be a TOML file. It is no file"
    ):
        read(str(tmp_path / name), sweep.params)


def test_every_option_is_a_key(tmp_path):
    once = {"target", "overwrite", "replay", "dry_run", "no_cache", "help"}
    values = {
        **{
            "data": "'x.npz'",
            "target_column": "'y'",
            "directory": "'d'",
            "objective": "['loss', 'acc']",
        },
        **{"subject_to": "'a<=1'", "search": "'tpe'", "pruner": "'median'", "workers": "'auto'"},
        **{"storage": "'sqlite:///x'", "quiet": "true", "log_json": "'-'"},
    }
    lines = ["target = 'digits'"]
    names = [parameter.name for parameter in sweep.params if parameter.name not in once]
    lines += [f"{name} = {values.get(name, 7)}" for name in names]
    found = read_text(tmp_path, "\n".join(lines))
    assert found.keys() == {"target", *names}
    assert found["trials"] == found["seed"] == found["early_stopping"] == 7
    assert found["objective"] == ("loss", "acc") and found["subject_to"] == ("a<=1",)
    assert (found["quiet"], found["workers"], found["log_json"]) == (True, "auto", "-")


def test_paths_are_relative_to_the_file(tmp_path):
    text = "target = 'm/model.py:build'\ndata = 'x.npz'\ndirectory = '/d'\nlog_json = 'log'"
    assert read_text(tmp_path, text) == {
        "target": f"{tmp_path}/m/model.py:build",
        "data": f"{tmp_path}/x.npz",
        "directory": "/d",
        "log_json": f"{tmp_path}/log",
    }
    assert read_text(tmp_path, "target = 'digits'") == {"target": "digits"}


def test_a_file_beside_the_command_keeps_short_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sweep.toml").write_text("target = 'model.py:build'\ndata = 'x.npz'")
    found = read("sweep.toml", sweep.params)
    assert found == {"target": "model.py:build", "data": "x.npz"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_documentation_shows_the_example(language):
    page = EXAMPLE.parents[1] / "docs" / language / "tuning" / "sweep.md"
    assert f"```toml\n{EXAMPLE.read_text()}```" in page.read_text("utf-8")


def test_the_documentation_lists_every_option():
    page = (EXAMPLE.parents[1] / "docs/en/tuning/sweep.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `--")]
    options = [p for p in sweep.params if p.name not in ("target", "help")]
    once = ("overwrite", "replay", "dry_run", "no_cache")
    keys = ["" if p.name in once else f", `{p.name}`" for p in options]
    assert rows == [f"`{p.opts[0]}`{key}" for p, key in zip(options, keys, strict=True)]


def test_the_example_of_the_documentation():
    found = read(os.path.relpath(EXAMPLE), sweep.params)
    assert found["target"] == "examples/flowers.py:build"
    assert found["subject_to"] == ("parameters<=150",)
