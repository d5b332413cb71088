"""What a screen reader says for a formula."""

import re

import maths
import pytest

SAID = [
    (r"1 / (1 - \beta_1^t)", "1 divided by open paren 1 minus beta sub 1 to the t-th power close paren"),
    (r"\frac{\hat m}{\sqrt{\hat v} + \varepsilon}", "the fraction with numerator m hat and denominator"),
    (r"\hat y = \mathrm{softmax}(z)", "y hat equals softmax of z"),
    (r"\alpha := \alpha / 2", "alpha becomes alpha divided by 2"),
    (r"\text{steps\_per\_epoch}", "steps per epoch"),
    (r"\sum_{i=1}^{m} x_i", "the sum from i equals 1 to m of x sub i"),
]  # fmt: skip
SAID_IN_KOREAN = [
    (r"v_0 = 0", "v 아래첨자 0 은 0"),
    (r"\frac{\lambda}{m} W", "m 분의 람다 W"),
    (r"\hat y - y", "y 햇 빼기 y"),
    (r"\alpha := \alpha / 2", "알파 대입 알파 나누기 2"),
]


@pytest.mark.parametrize(
    ("language", "tex", "words"),
    [("en", *row) for row in SAID] + [("ko", *row) for row in SAID_IN_KOREAN],
)
@pytest.mark.parametrize("display", [False, True])
def test_words_of_a_formula(language: str, tex: str, words: str, display: bool) -> None:
    (label,) = re.findall(r'<math [^>]*?aria-label="([^"]*)"', maths.render(tex, display, language))
    assert label.startswith(words)
