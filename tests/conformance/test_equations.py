"""Each printed equation is its line of code, and a slip of the pen in either is seen."""

import ast
import copy

import pytest

from dlref.conformance.equations import networks, source, verify
from dlref.conformance.equations.compare import EQUAL, compare
from dlref.conformance.equations.cursor import ReadingError
from dlref.conformance.equations.latex import Reader
from dlref.conformance.equations.pairs import (
    Comparison,
    Pair,
    mutated_reading,
    mutated_statement,
    pairs,
)
from dlref.conformance.mutation import expression_mutants, mutated
from dlref.models import lenet5, vgg16
from tests.built import built

READ = {path: source.read(path) for path in verify.modules()}
MODULES = [path for path, module in READ.items() if module.equations]
NETWORKS = [path for path, module in READ.items() if module.layers]
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)

# Every equation that nothing can be said of, with the reason. Keep it short.
UNDECIDED: dict[tuple[str, int], str] = {}


@every_module
def test_equations_are_their_lines(path) -> None:
    known = {(each["name"], each["number"]): each for each in built("equations.json", "equations")}
    for pair in pairs(path):
        if known:
            found = Comparison(**known[pair.name, pair.number])
        else:
            found = pair if isinstance(pair, Comparison) else compare(pair)
        expected = ("undecided",) if (found.module, found.number) in UNDECIDED else EQUAL
        assert found.verdict in expected, found


def test_what_the_docstrings_explain() -> None:
    """No sentence of a docstring is taken for the meaning of a symbol by accident."""
    found = {
        (pair.name, name): ast.unparse(meaning)
        for path in MODULES
        for pair in pairs(path)
        if isinstance(pair, Pair)
        for name, meaning in pair.legend.items()
        if name in pair.names
    }
    assert found == {
        ("by_hand.LogisticRegression", "A"): "sigmoid(Z)",
        ("layers.DropConnect", "keep_prob"): "1 - rate",
        ("layers.Dropout", "keep_prob"): "1 - rate",
        ("layers.StochasticDepth", "p"): "1 - rate",
        ("layers.VanillaDropout", "p"): "1 - rate",
        ("losses.BinaryCrossentropy", "y_hat"): "sigmoid(z)",
        ("losses.CategoricalCrossentropy", "y_hat"): "softmax(z)",
        ("losses.MultiTaskCrossentropy", "y_hat"): "sigmoid(z)",
        ("losses.YoloLoss", "c_hat"): "softmax(u)",
        ("losses.YoloLoss", "p_hat"): "sigmoid(z)",
    }


def test_few_are_undecided() -> None:
    equations = sum(len(list(pairs(path))) for path in MODULES)
    assert equations >= 60
    assert len(UNDECIDED) <= equations / 10


@every_module
def test_no_slip_of_the_pen_is_called_equal(path) -> None:
    seen = 0
    for pair in pairs(path):
        assert isinstance(pair, Pair)
        slips = [
            mutated_reading(pair, place, mutant)
            for place, member in enumerate(pair.reading.members)
            for _, mutant in expression_mutants(member)
        ]
        slips += [mutated_statement(pair, m) for _, m in expression_mutants(pair.statement.value)]
        for slip in slips:
            seen += 1
            assert compare(slip).verdict not in EQUAL, compare(slip)
    assert seen


@pytest.mark.parametrize(("module", "wrong"), [("manual", ast.Gt), ("dropout", ast.LtE)])
def test_a_bound_that_does_not_belong_to_it_is_seen(module: str, wrong: type) -> None:
    """Only where two values are equal do < and ≤ differ."""
    path = next(path for path in MODULES if path.stem == module)
    pair = next(iter(pairs(path)))
    assert isinstance(pair, Pair)
    member = copy.deepcopy(pair.reading.members[0])
    comparison = next(node for node in ast.walk(member) if isinstance(node, ast.Compare))
    comparison.ops = [wrong()]
    assert compare(mutated_reading(pair, 0, member)).verdict == "differs"


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_layers_are_what_their_lines_build(path) -> None:
    known = [each for each in built("equations.json", "equations") if each["verdict"] == "built"]
    if not known:
        assert [c.detail for c in networks.layers(path) if c.verdict != "built"] == []
    stem = f"dlref.models.{path.stem}"
    assert not known or {c["number"] for c in known if c["module"] == stem} == {
        *source.read(path).layers
    }


@pytest.mark.parametrize(
    ("function", "change", "wrong"),
    [
        (lenet5.LeNet5, ("n(16), 5,", "n(16), 3,"), [3, 4, 5]),
        (lenet5.LeNet5, ("n(84)", "n(85)"), [6, 7]),
        (lenet5.LeNet5, ('AveragePooling2D(2, name="S4")', 'AveragePooling2D(2, 1, name="S4")'), [4, 5]),
        (vgg16._block, ("filters, 3,", "filters, 3, use_bias=False,"), [1, 2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_a_layer_that_the_table_does_not_state_is_seen(function, change, wrong) -> None:
    path = next(p for p in NETWORKS if p.stem == function.__module__.rpartition(".")[2])
    with mutated(function, change):
        assert [c.number for c in networks.layers(path) if c.verdict == "differs"] == wrong


READ = {
    # What the courses to come write, beside what the modules here do.
    r"z = W x + b": "W @ x + b",
    r"\theta := \theta - \alpha\, \frac{g}{\lVert g \rVert}": "theta - alpha * (g / norm(g))",
    r"c_t = f_t \odot c_{t-1} + i_t \odot g_t": "f * c + i * g",
    r"J = \frac{1}{m} \sum_{i=1}^m (\hat y^{(i)} - y^{(i)})^2": (
        "1 / m * sum(lambda i: (y_hat[i] - y[i]) ** 2, y_hat.shape[0], m)"
    ),
    r"d = \left[\, r < p \,\right]": "indicator(r < p)",
    r"q = \sum_{j=0}^{k-1} y_j": "sum(lambda j: y[j], y.shape[0], k - 1 + 1)",
    r"p = \prod_j q_j": "prod(lambda j: q[j], q.shape[0])",
    r"n = \lfloor \frac{x + 2p - f}{s} \rfloor + 1": "floor((x + 2 * p - f) / s) + 1",
    r"h = \begin{cases} a & x \ge 0 \\ -a & x < 0 \end{cases}": "cases(x >= 0, a, x < 0, -a)",
    r"G = A^\top A": "transpose(A) @ A",
    r"V = I - \rho\, s y^\top": "i - rho * outer(s, y)",
    r"J = \mathbb E[x^2]": "mean(x ** 2)",
    r"a^{\langle t \rangle} = \tanh(W a^{\langle t-1 \rangle} + b)": "tanh(W @ a + b)",
    r"A^{[l]} = g'(W^{[l]} A^{[l-1]} + b^{[l]})": "g_prime(W @ A + b)",
    r"dZ^{[l]} = W^{[l+1]\top} dZ^{[l+1]}": "transpose(W) @ dZ",
    r"b = \frac{1}{m} \sum_i \sum_k Y_k^{(i)}": (
        "1 / m * sum(lambda i: sum(lambda k: Y[k, i], Y.shape[0]), Y.shape[1])"
    ),
    r"y_j = \sum_i x_i w_{ij}": "sum(lambda i: x[i] * w[i, j], x.shape[0])",
    r"q = \max_j y_j": "max_over(lambda j: y[j], y.shape[0])",
}


@pytest.mark.parametrize("tex", READ)
def test_reads(tex: str) -> None:
    (member,) = Reader({"c", "f", "i", "g", "x"}).equation(tex).members[-1:]
    assert ast.unparse(member) == ast.unparse(ast.parse(READ[tex], mode="eval").body)


@pytest.mark.parametrize(
    "tex",
    [
        r"x = \foo{y}",
        r"x = y_{ab}^{",
        r"x = \frac{y}",
        r"x = (y",
        r"x = y)",
        r"x = y +",
        r"x",
        r"x = x + 1",
        r"x = y_k",
        r"x = \sum_i y",
        r"x = \sum_{i=2}^m y_i",
        r"x = \int y",
        r"x = y \approx z",
        r"x = 1, 2, \dots",
    ],
)
def test_what_it_does_not_know_is_an_error(tex: str) -> None:
    with pytest.raises(ReadingError):
        Reader({"x", "y"}).equation(tex)
