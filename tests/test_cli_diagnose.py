"""`dlref diagnose`: the diagnosis of a file, in both languages, and what is said of a wrong one."""

import pytest
from click.testing import CliRunner

from dlref.diagnostics import bias_variance
from dlref_cli import main

GOOD = """
human = 0
train = 0.10
train_dev = 0.11
dev = 0.20
[examples]
dev = 2000
"""


def run(tmp_path, text, *options):
    file = tmp_path / "errors.toml"
    file.write_text(text)
    return CliRunner().invoke(main, ["diagnose", str(file), *options])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_function_says(tmp_path, language) -> None:
    result = run(tmp_path, GOOD, "--language", language)
    found = bias_variance(0.10, 0.20, 0.0, 0.11, examples={"dev": 2000})
    assert found.verdict == "bias and mismatch"
    assert (result.exit_code, result.output) == (0, found.report(language) + "\n")


WRONG = {
    "a key in a wrong word": ("train = 0.1\ndevv = 0.2", "there is no key 'devv'. Is it 'dev'?"),
    "no dev error": ("train = 0.1", "must give the error of the dev set"),
    "percent": ("train = 8\ndev = 10", "`train` must be a number in [0, 1]"),
    "text": ('train = "8 %"\ndev = 0.1', "`train` must be a number in [0, 1]"),
    "an empty set": ("train = 0.1\ndev = 0.2\nexamples.dev = 0", "an integer of at least 1"),
    "no TOML": ("train: 0.1", "must be a TOML file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_file(tmp_path, name) -> None:
    text, says = WRONG[name]
    result = run(tmp_path, text)
    assert result.exit_code == 2
    assert says in result.output and "errors.toml" in result.output
    assert "Traceback" not in result.output and "bias_variance:" not in result.output


def test_no_file(tmp_path) -> None:
    result = CliRunner().invoke(main, ["diagnose", str(tmp_path / "none.toml")])
    assert result.exit_code == 2 and "cannot be read" in result.output
