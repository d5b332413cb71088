r"""The symbols of equations and the names in their code: $\hat m$ is `m_hat`, $\beta_1$ is `beta_1`.

A symbol that equation and code share gets one colour and one underline wherever it stands, so that the eye finds it.
"""

import ast
import re
from collections.abc import Callable, Iterable

STYLES = 12  # `.symbol-1` and so on in annotated.css: six colours, four underlines
ACCENTS = {"hat": "_hat", "tilde": "_tilde", "bar": "_bar"}
LETTER = r"\\(?:var)?(?:alpha|beta|gamma|delta|epsilon|theta|lambda|mu|rho|sigma|tau|phi|omega)(?![a-zA-Z])|[a-zA-Z]"
ACCENTED = rf"\\(?:{'|'.join(ACCENTS)})\s*(?:{LETTER}|\{{(?:{LETTER})\}})"
WORD = r"\\text\{[a-z\\_]+\}"
INDEX = r"_(?:\{?[0-9a-z]\}?(?![a-z]|\\)|\\text\{[a-z]+\})"
SYMBOL = re.compile(rf"(?P<base>{ACCENTED}|{WORD}|{LETTER})(?P<power>\^2|')?(?P<index>{INDEX})?")
# What is no symbol: \log, \mathrm{ReLU}, the e of e^z.
OTHER = re.compile(
    r"\\(?:begin|end|mathrm|mathcal|operatorname)\s*(?:\{\w+\}|\w)|\\[a-zA-Z]+|\\.|e(?=\^)"
)
INLINE = re.compile(r"(?<!\\)\$(?!\$)(.+?)(?<!\\)\$", re.S)


def names(base: str, power: str, index: str) -> list[tuple[str, str]]:
    """What code may call a symbol, the whole first, and how much of its TeX that is."""
    letters = re.sub(r"\\(?:text|var)|[{}]|\\(?=_)", "", base)
    accent, letter = re.match(r"\\(hat|tilde|bar)\s*(.*)|", letters).groups() or ("", "")
    name = (letter or letters).lstrip("\\") + ACCENTS.get(accent or "", "")
    name = name if name != "lambda" else "lambda_"
    power_name = {"^2": "2", "'": "_next"}.get(power, "")
    index_name = re.sub(r"\\text|[{}]", "", index)
    found = [
        (name + power_name + index_name, base + power + index),
        (name + power_name, base + power),
        (name + index_name, base + index) if not power else ("", ""),
        (name, base),
        (name.lower(), base),
    ]
    return [(n, tex) for n, tex in found if n]


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
