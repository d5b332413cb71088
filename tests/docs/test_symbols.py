"""Symbols are paired with names of the code, and what a page steps through is what its example computed."""

import re

import maths
import pytest
import step_values
import symbols
from source import ROOT

PAIRS = [  # the equation, the code, the names they share
    (r"\hat m = \frac{m}{1 - \beta_1^t}", "m_hat = m / (1 - beta_1**t)", "m_hat m beta_1 t"),
    (r"\hat{v} = v", "v_hat = v", "v_hat v"),
    (r"\sigma^2 = \mu^2", "sigma2 = mu**2", "sigma2 mu"),
    (r"\sigma^2_\text{test} := \rho", "sigma2_test = rho", "sigma2_test rho"),
    (r"\frac{g}{\sqrt s + \varepsilon}", "g / (ops.sqrt(s) + epsilon)", "g s epsilon"),
    (r"v' = \rho v", "v_next = rho * v", "v_next rho v"),
    (r"W = \sqrt{\frac{1}{n_\text{in}}}", "w * n_in", "w n_in"),
    (r"d = \text{rand} < \text{keep\_prob}", "d = rand < keep_prob", "d rand keep_prob"),
    (r"\frac{\lambda}{2m}", "lambda_ / (2 * m)", "lambda_ m"),
    (r"v_t = \beta v_{t-1} + \theta_t", "v = beta * v + theta_t", "v beta theta_t"),
    (r"\tanh(z) = e^z", "e = ops.tanh(z)", "z"),  # Euler's number is no variable
    (r"\mathcal L(\hat y, y) = \log y", "L = log(y_hat, y)", "y_hat y"),
    (r"j = \#\{\, i : e_i \,\}", "e[j]", "j e"),
]


@pytest.mark.parametrize(("equation", "code", "names"), PAIRS)
def test_shared_symbols(equation, code, names):
    styles = symbols.shared([equation], code)
    assert set(styles) == set(names.split())
    assert len(set(styles.values())) == len(styles)
    assert symbols.replaced(equation, lambda name, tex: tex if name in styles else None) == equation
    html = maths.render(symbols.coloured(equation, styles), True)
    assert {int(n) for n in re.findall(r"symbol-(\d+)", html)} == set(styles.values())


def test_the_steps_of_adam_are_those_of_its_table():
    page = (ROOT / "docs/en/optimizers/adam.md").read_text("utf-8")
    rows = re.findall(r"^\| \d \| (.+) \|$", page, re.M)
    cells = [re.split(r" \| ", row) for row in rows]  # g, m, v, m_hat, v_hat, theta
    (steps,) = step_values.record(page).values()
    assert [step["number"] for step in steps] == [1, 2, 3, 4, 5] * 2
    for i, (gradient, *expected) in enumerate(cells):
        mine = steps[5 * i : 5 * i + 5]
        assert mine[0]["inputs"]["g"] == gradient
        found = [float(step["result"]) for step in mine]
        assert found == pytest.approx([float(cell) for cell in expected], rel=1e-5)


def test_what_is_no_number_is_not_shown():
    assert step_values.shown("text") == step_values.shown(None) == step_values.shown([1] * 5) == ""
    assert step_values.shown([1.5, -2]) == "(1.5, −2)"
