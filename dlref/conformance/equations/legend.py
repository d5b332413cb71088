r"""What a docstring says of its symbols: $p = 1 - \text{rate}$, $\mu$ (`moving_mean`), $\beta$ in [0, 1)."""

import ast
import contextlib
import re

from dlref.conformance.equations import latex, symbols


def meanings(docstring: str, known: frozenset[str]) -> dict[str, ast.expr]:
    r"""`$p = 1 - \text{rate}$`: what a symbol is in terms of the code's names."""
    found: dict[str, ast.expr] = {}
    attributes = set(re.findall(r"\\text\{([a-z_\\]+)\}", docstring))
    names = known | {name.replace("\\", "") for name in attributes}
    for text in symbols.INLINE.findall(re.sub(r"\$\$.*?\$\$", "", docstring, flags=re.S)):
        *left, right = latex.split_chain(text.split(":")[0])
        if not left:
            continue
        try:
            reader = latex.Reader(names)
            meaning = ast.parse(reader.expression(right), mode="eval").body
            meant = [latex.Reader(names).expression(part) for part in left]
        except (latex.ReadingError, SyntaxError):
            continue  # prose: `$t = 1, 2, \dots$`
        free = latex.names_of(meaning)
        if free and free <= names:
            found |= {name: meaning for name in meant if name.isidentifier() and name not in free}
    return found


def aliases(docstring: str) -> dict[str, str]:
    r"""`$\mu_\text{test}$ (`moving_mean`)`: what the code calls a symbol."""
    found = {}
    for tex, name in re.findall(r"\$([^$]+)\$\s+\(`(\w+)`\)", docstring):
        match = symbols.SYMBOL.fullmatch(tex)
        if match:
            parts = match["base"], match["power"] or "", match["index"] or ""
            found[symbols.names(*parts)[0][0]] = name
    return found


def domains(docstring: str, known: frozenset[str]) -> dict[str, tuple[float, float]]:
    """The intervals that the docstring names for arguments and their symbols."""
    found: dict[str, tuple[float, float]] = {}
    for argument, text in re.findall(r"^\s*(\w+): (.+)$", docstring, re.M):
        names, symbol = [argument], re.search(r"\$([^$]+?)(?: \\[gl]e? .*| > .*)?\$", text)
        if symbol:
            with contextlib.suppress(latex.ReadingError):
                names.append(latex.Reader(known).expression(symbol[1]))
        if interval := re.search(r"in\s+[\[(]([\d.]+), ([\d.]+)[\])]", text):
            low, high = map(float, interval.groups())
        elif bound := re.search(r"(?:\\ge|>|at least)\s*(\d+)", text):
            low, high = float(bound[1]), float("inf")
        else:
            continue
        found |= dict.fromkeys(names, (low, high))
    return found
