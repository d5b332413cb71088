"""What README.md shows is what the code does."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE, EQUATIONS = re.findall(
    r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S
)


def test_example_runs_and_learns():
    namespace = {}
    exec(compile(EXAMPLE, "README.md", "exec"), namespace)
    assert namespace["model"].history.history["accuracy"][-1] > 0.8


def test_equations_are_the_code():
    code = (ROOT / "dlref/optimizers/adam.py").read_text("utf-8")
    assert [line for line in EQUATIONS.splitlines() if line not in code] == []
    assert re.findall(r"# \((\d)\)", EQUATIONS) == list("12345")
