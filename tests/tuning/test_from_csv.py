"""The page `from a CSV file to a cluster`, followed from its top to its end by somebody who types what stands there."""

import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from dlref.tuning.trials.load_sweep import load
from dlref_cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "en" / "tuning" / "from_csv.md").read_text("utf-8")


def test_the_page(tmp_path, monkeypatch, postgresql):
    monkeypatch.chdir(tmp_path)
    url = postgresql.new_database("from_csv")
    typed, names = [], {}
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.M | re.S):
        if kind == "toml":
            Path("sweep.toml").write_text(text)
        elif kind == "python":
            if "def build(hp)" in text:
                Path("wine.py").write_text(text)
            exec(compile(text, "from_csv.md", "exec"), names)
        for _, command, words in re.findall(r"^(\$) (\w+) (.*)$", text, re.M):
            typed.append(command)
            if command == "export":
                monkeypatch.setenv("DLREF_STORAGE", url)
            elif command == "dlref":
                result = CliRunner().invoke(main, words.split())
                assert result.exit_code in ((0, 3) if "retest" in words else (0,)), result.output
    assert typed == ["pip", "dlref", "dlref", "dlref", "pip", "export", "dlref"]
    here, shared = load("sweeps/wine-build"), load("shared", storage=url)
    assert [t.values for t in here.trials] == [t.values for t in shared.trials]
    assert len(shared.best) == 16 and shared.settings.target_column == "cultivar"


def test_the_recipes_find_what_the_page_calls_them():
    shown = re.findall(r"^/// example \| (\S+)$", PAGE, re.M)
    scripts = re.findall(r"`(?:sbatch|kubectl apply -f) (\S+?)[ `]", PAGE)
    assert [Path(file).name for file in shown] == scripts
    _, job = yaml.safe_load_all((ROOT / shown[1]).read_text())
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"][2].endswith("/sweep.toml")
