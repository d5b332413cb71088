"""Symbols that equation and code share get one colour and one underline, so that the eye finds them."""

import ast
from collections.abc import Callable, Iterable

import source

STYLES = 12  # `.symbol-1` and so on in annotated.css: six colours, four underlines
_symbols = source.load("symbols")
SYMBOL, OTHER, INLINE, names = (
    _symbols.SYMBOL,
    _symbols.OTHER,
    _symbols.INLINE,
    _symbols.names,
)


def replaced(tex: str, put: Callable[[str, str], str | None]) -> str:
    """The TeX with each symbol replaced by what `put` makes of its name and its TeX, if it makes anything."""
    out, place = [], 0
    while place < len(tex):
        other, match = OTHER.match(tex, place), SYMBOL.match(tex, place)
        if match and (match[0].startswith("\\") or not other):
            parts = match["base"], match["power"] or "", match["index"] or ""
            for name, part in names(*parts):
                new = put(name, part)
                if new is not None:
                    out.append(new)
                    place += len(part)
                    break
            else:
                out.append(match["base"])
                place += len(match["base"])
        else:
            step = other[0] if other else tex[place]
            out.append(step)
            place += len(step)
    return "".join(out)


def shared(equations: Iterable[str], code: str) -> dict[str, int]:
    """The names that stand both in the equations and in the code, each with the number of its style."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    found: dict[str, int] = {}

    def note(name: str, tex: str) -> str | None:
        if name not in used:
            return None
        found.setdefault(name, len(found) % STYLES + 1)
        return tex

    for equation in equations:
        replaced(equation, note)
    return found


def coloured(tex: str, styles: dict[str, int]) -> str:
    r"""The TeX with each shared symbol in `\htmlClass`."""

    def put(name: str, part: str) -> str | None:
        if name not in styles:
            return None
        # In braces, since it may be an exponent.
        return rf"{{\htmlClass{{symbol symbol-{styles[name]}}}{{{part}}}}}"

    return replaced(tex, put)


def coloured_text(markdown: str, styles: dict[str, int]) -> str:
    """Markdown with the symbols of its inline formulas coloured."""
    return INLINE.sub(lambda match: f"${coloured(match[1], styles)}$", markdown)
