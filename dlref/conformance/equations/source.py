r"""Reads equations and numbered statements out of dlref's source, without importing it.

A module's docstring states each equation as `$$ ... \tag{n} $$` on a line of its own, and each layer of a network as a
row `| (n) | layer | outputs | parameters |`; one statement of the code ends in the comment `# (n)`. Imports nothing of
dlref: the tools of the site load this file by its path.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
EQUATION = re.compile(r"^\s*\$\$(.+?)\\tag\{(\d+)\}\s*\$\$\s*$", re.M)
LAYER = re.compile(r"^\s*\| \((\d+)\) \| (.+?) \| (.+?) \| ([\d,]+) \|$", re.M)
COMMENT = re.compile(r"#\s*\((\d+)\)$", re.M)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class SourceError(ValueError):
    """The page or the module breaks the form."""


@dataclass(frozen=True)
class Listing:
    """One function as the page shows it: its lines without the docstring, and which of them carry which number."""

    first_line: int
    lines: list[str]
    statements: dict[int, tuple[int, int]]  # number: first and last index into `lines`
    spans: dict[int, tuple[int, int]]  # number: first and last line of the file


@dataclass(frozen=True)
class Layer:
    """One row of a network's table."""

    words: str  # conv 5 × 5, 6
    outputs: str  # 28 × 28 × 6
    parameters: str  # 156

    @property
    def tex(self) -> str:
        """The row as a formula of two lines."""
        words = rf"\text{{{self.words}}}".replace(" × ", r"} \times \text{")
        outputs = self.outputs.replace("×", r"\times")
        parameters = self.parameters.replace(",", "{,}")
        return rf"\begin{{array}}{{l}} {words} \\ {outputs}, \quad P = {parameters} \end{{array}}"


@dataclass(frozen=True)
class Module:
    """A module's path, its equations, its layers if it is a network, and its numbered functions."""

    path: Path
    equations: dict[int, str]
    layers: dict[int, Layer]
    listings: dict[str, Listing]  # by dotted name inside the module: "Adam.update_step"

    @property
    def stated(self) -> dict[int, str]:
        """What the docstring states by number, as formulas: the equations and the layers."""
        return self.equations | {number: layer.tex for number, layer in self.layers.items()}

    def select(self, name: str) -> dict[str, Listing]:
        """The numbered functions called `name`, or inside the class `name`; all of them if it is empty."""
        return {
            key: listing
            for key, listing in self.listings.items()
            if not name or key == name or key.startswith(name + ".")
        }


def locate(dotted: str, root: Path = ROOT) -> tuple[Path, str]:
    """The file of `dlref.optimizers.adam.Adam`, and what remains of the name: `Adam`."""
    parts = dotted.split(".")
    for split in range(len(parts), 0, -1):
        path = root.joinpath(*parts[:split]).with_suffix(".py")
        if path.is_file():
            return path, ".".join(parts[split:])
    raise SourceError(f"{dotted}: no such module under {root.name}/")


def read(path: Path) -> Module:
    """Reads a module; its equations and layers and its numbered statements must match one to one."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree, clean=False) or ""
    pairs = [(int(number), tex.strip()) for tex, number in EQUATION.findall(docstring)]
    rows = [(int(number), Layer(*cells)) for number, *cells in LAYER.findall(docstring)]
    listings = dict(_listings(tree, text.splitlines(), _comments(text)))
    numbers = [number for listing in listings.values() for number in listing.statements]
    equations, layers = dict(pairs), dict(rows)
    stated = set(equations) | set(layers)
    if len(pairs) + len(rows) != len(stated) or len(numbers) != len(set(numbers)):
        raise SourceError(f"{path.name}: a number is used twice; numbers run through the file")
    if stated != set(numbers):
        odd = sorted(stated ^ set(numbers))
        raise SourceError(f"{path.name}: {odd} have an equation or a statement, but not both")
    return Module(path, equations, layers, listings)


def _comments(text: str) -> dict[int, int]:
    """Line number of every `# (n)`, with its n."""
    if not COMMENT.search(text):
        return {}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return {
        token.start[0]: int(match[1])
        for token in comments
        if (match := COMMENT.match(token.string))
    }


def _listings(tree: ast.AST, lines: list[str], comments: dict[int, int], prefix: str = ""):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            inside = [line for line in comments if node.lineno <= line <= (node.end_lineno or 0)]
            if inside:
                listing = _listing(node, lines, {line: comments[line] for line in inside})
                yield prefix + node.name, listing
        elif isinstance(node, ast.ClassDef):
            yield from _listings(node, lines, comments, f"{prefix}{node.name}.")


def _listing(node: Function, lines: list[str], comments: dict[int, int]) -> Listing:
    shown = list(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        shown = [line for line in shown if not first.lineno <= line <= (first.end_lineno or 0)]
    place = {line: index for index, line in enumerate(shown)}
    spans = {number: _statement(node, line) for line, number in comments.items()}
    statements = {number: (place[start], place[end]) for number, (start, end) in spans.items()}
    code = [lines[line - 1][node.col_offset :] for line in shown]
    return Listing(node.lineno, code, statements, spans)


def _statement(node: Function, line: int) -> tuple[int, int]:
    """First and last line of the simple statement that `line` belongs to; of a compound one only its own line."""
    spans = [
        (child.lineno, child.end_lineno or child.lineno)
        for child in ast.walk(node)
        if isinstance(child, ast.stmt) and not hasattr(child, "body")
    ]
    holding = [span for span in spans if span[0] <= line <= span[1]]
    return min(holding, key=lambda span: span[1] - span[0], default=(line, line))
