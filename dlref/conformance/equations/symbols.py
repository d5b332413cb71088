r"""The symbols of equations and the names in their code: $\hat m$ is `m_hat`, $\beta_1$ is `beta_1`.

$dW$ is one symbol, the derivative by $W$, $W^Q$ is `W_Q`, of the queries, and $z^{(i)}$ may be an entry of `Z`.

Imports nothing of dlref: the tools of the site load this file by its path.
"""

import re

ACCENTS = {"hat": "_hat", "tilde": "_tilde", "bar": "_bar"}
GREEK = r"\\(?:var)?(?:alpha|beta|[gG]amma|delta|epsilon|theta|lambda|mu|rho|sigma|tau|phi|omega)(?![a-zA-Z])"
LETTER = rf"d?{GREEK}|d[A-Zbrwz]|[a-zA-Z]"
ACCENTED = rf"d?\\(?:{'|'.join(ACCENTS)})\s*(?:{LETTER}|\{{(?:{LETTER})\}})"
WORD = r"\\text\{[a-zA-Z\\_]+\}"
INDEX = r"_(?:\{[0-9a-z]\}|[0-9a-z]|\\text\{[a-z]+\})"
SYMBOL = re.compile(
    rf"(?P<base>{ACCENTED}|{WORD}|{LETTER})(?P<power>\^[2QKVO]|')?(?P<index>{INDEX})?"
)
# What is no symbol: \log, \mathrm{ReLU}, the e of e^z.
OTHER = re.compile(
    r"\\(?:begin|end|mathrm|mathcal|operatorname)\s*(?:\{\w+\}|\w)|\\[a-zA-Z]+|\\.|e(?=\^)"
)
INLINE = re.compile(r"(?<!\\)\$(?!\$)(.+?)(?<!\\)\$", re.S)


def names(base: str, power: str, index: str) -> list[tuple[str, str]]:
    """What code may call a symbol, the whole first, and how much of its TeX that is."""
    letters = re.sub(r"\\(?:text|var)|[{}]|\\(?=_)", "", base)
    accented = re.match(r"(d?)\\(hat|tilde|bar)\s*(.*)", letters)
    d, accent, letter = accented.groups() if accented else ("", "", letters)
    name = d + letter.replace("\\", "") + ACCENTS.get(accent, "")
    name = name if name != "lambda" else "lambda_"
    power_name = {"^2": "2", "'": "_next", "": ""}.get(power) or power.replace("^", "_")
    index_name = re.sub(r"\\text|[{}]", "", index)
    found = [
        (name + power_name + index_name, base + power + index),
        (name + power_name, base + power),
        (name + "_prime", base + power) if power == "'" else ("", ""),
        (name + index_name, base + index) if not power else ("", ""),
        (letter[:-1] + letter[-1].upper() + index_name, base + index) if index else ("", ""),
        (name, base),
        (name.lower(), base),
        (d + letter[:-1] + letter[-1].upper() + ACCENTS.get(accent, ""), base),
    ]
    return [(n, tex) for n, tex in found if n]
