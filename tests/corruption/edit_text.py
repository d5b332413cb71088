"""Changes of what stands in a text: JSON, TOML, tables, and the words of a page."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DEEP = 100_000
TYPES: tuple[Any, ...] = (None, True, "word", "", [], {}, 1.5, -1, 0, [[1]], {"a": 1}, ["a", 2])
HUGE: tuple[Any, ...] = (10**400, -(10**400), 1e308, 2**63, -(2**63) - 1, 10**19)
HUGE += (float("nan"), float("inf"), -float("inf"))
WORDS = (
    "</script><script>window.came_in = 1</script>",
    "<img src=x onerror='window.came_in = 1'>",
    "<svg/onload=window.came_in=1>",
    '" autofocus onfocus="window.came_in = 1" x="',
    "javascript:window.came_in=1",
    "<a href='javascript:window.came_in=1'>text</a>",
    "<!--<script>",
    "]]><style>*{display:none}</style>",
    "{{7*7}} ${7*7} $title %(x)s {0}",
    "__import__('os').getcwd()",
    "!!python/object/apply:os.getcwd []",
    "=cmd|' /C calc'!A1",
    "../../../../etc/hostname",
    "\x1b]0;title\x07\x1b[2J",
    "\u202etxet\u202c \u200b",
    "x" * 10_000,
    "'; DROP TABLE trials; --",
    "&lt;b&gt; &amp;amp; &#x3c;",
)
Draw = random.Random
MARK = "\ufffdHERE\ufffd"


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys."""
    found = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(found):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _replaced(value: Callable[[Draw], str]) -> Callable[[Any, Draw], str]:
    """The text of the JSON in which the text of another value stands at some place."""

    def change(tree: Any, draw: Draw) -> str:
        places = list(_places(tree)) if isinstance(tree, dict | list) else []
        if not places or draw.random() < 0.1:  # all of it
            return value(draw)
        holder, key = draw.choice(places)
        holder[key] = MARK
        return json.dumps(tree).replace(json.dumps(MARK), value(draw))

    return change


def _missing(tree: Any, draw: Draw) -> str:
    holder, key = draw.choice(list(_places(tree)))
    del holder[key]
    return json.dumps(tree)


def _twice(tree: Any, draw: Draw) -> str:
    """A key stands there again, with another value, or a list's first entry does."""
    holder, key = draw.choice(list(_places(tree)))
    again = json.dumps(draw.choice(TYPES))
    if isinstance(holder, list):
        holder.insert(key, holder[key])
        return json.dumps(tree)
    value, holder[key] = json.dumps(holder[key]), MARK
    return json.dumps(tree).replace(json.dumps(MARK), f"{value}, {json.dumps(key)}: {again}")


def _deep(draw: Draw) -> str:
    left, right = draw.choice((("[", "]"), ('{"a":', "}")))
    return left * DEEP + (f"0{right * DEEP}" if draw.random() < 0.7 else "")


JSON: dict[str, Callable[[Any, Draw], str]] = {
    "missing": _missing,
    "twice": _twice,
    "wrong type": _replaced(lambda draw: json.dumps(draw.choice(TYPES))),
    "huge number": _replaced(lambda draw: draw.choice([*map(json.dumps, HUGE), "1e999", "-1e999"])),
    "deep nesting": _replaced(_deep),
    "hostile text": _replaced(lambda draw: json.dumps(draw.choice([*WORDS, "\ud800", "\0"]))),
}


def _in_json(change: Callable[[Any, Draw], str]) -> Callable[[Path, Draw], None]:
    def edit(path: Path, draw: Draw) -> None:
        path.write_text(change(json.loads(path.read_text("utf-8")), draw), "utf-8")

    return edit


def _in_lines(change: Callable[[str, Draw], str]) -> Callable[[Path, Draw], None]:
    """Changes one line of a file."""

    def edit(path: Path, draw: Draw) -> None:
        lines = path.read_text("utf-8").splitlines()
        at = draw.randrange(len(lines))
        lines[at] = change(lines[at], draw)
        path.write_text("\n".join(lines) + "\n", "utf-8")

    return edit


def _in_json_lines(change: Callable[[Any, Draw], str]) -> Callable[[Path, Draw], None]:
    return _in_lines(lambda line, draw: change(json.loads(line), draw))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return "[]" if value is None else repr(value) if isinstance(value, float) else json.dumps(value)


def _in_toml(value: Callable[[Draw], str]) -> Callable[[Path, Draw], None]:
    def change(line: str, draw: Draw) -> str:
        key, equals, _ = line.partition(" = ")
        return f"{key} = {value(draw)}" if equals else line

    return _in_lines(change)


def _in_cells(change: Callable[[list[str], int, Draw], Any], separator: str) -> Any:
    """Changes one cell of a table."""

    def edit(line: str, draw: Draw) -> str:
        cells = line.split(separator)
        change(cells, draw.randrange(len(cells)), draw)
        return separator.join(cells)

    return _in_lines(edit)


def _cells(separator: str) -> dict[str, Any]:
    def put(values: Callable[[Draw], str]) -> Any:
        return _in_cells(lambda cells, at, draw: cells.__setitem__(at, values(draw)), separator)

    words = (
        "word",
        "",
        "None",
        "True",
        "1,5",
        "0x10",
        "1 2",
        "1e5",
        "-0",
        "1_000",
        "２",
        "2020-01-01",
    )
    numbers = ("1e999", "-1e999", "nan", "inf", "1" * 400, str(2**63), str(-(2**63) - 1), "1e308")
    twice = _in_cells(lambda cells, at, draw: cells.insert(at, cells[at]), separator)
    line_twice = _in_lines(lambda line, draw: f"{line}\n{line}")
    return {
        "missing": _in_cells(lambda cells, at, draw: cells.pop(at), separator),
        "twice": lambda path, draw: draw.choice((twice, line_twice))(path, draw),
        "wrong type": put(lambda draw: draw.choice(words)),
        "huge number": put(lambda draw: draw.choice(numbers)),
        "deep nesting": put(lambda draw: draw.choice("[({\"'") * DEEP),
        "hostile text": put(lambda draw: draw.choice([*WORDS, "\0"])),
    }


TOML = {
    "missing": _in_lines(lambda line, draw: ""),
    "twice": _in_lines(lambda line, draw: f"{line}\n{line}"),
    "wrong type": _in_toml(
        lambda draw: draw.choice((*map(_toml, TYPES), "1979-05-27", "07:32:00"))
    ),
    "huge number": _in_toml(lambda draw: draw.choice([*map(_toml, HUGE), "1e999"]).lower()),
    "deep nesting": _in_toml(lambda draw: _deep(draw).replace(":", "=").replace('"', "")),
    "hostile text": _in_toml(lambda draw: json.dumps(draw.choice(WORDS))),
}


def _words(path: Path, draw: Draw) -> None:
    """One word of a page, or all of them."""
    words, hostile = json.loads(path.read_text("utf-8")), draw.choice([*WORDS, "\ud800", "\0"])
    chosen = list(words) if draw.random() < 0.2 else [draw.choice(list(words))]
    path.write_text(json.dumps(words | dict.fromkeys(chosen, hostile)), "utf-8")


EDITS: dict[str, Any] = {
    "json": {name: _in_json(change) for name, change in JSON.items()},
    "json lines": {name: _in_json_lines(change) for name, change in JSON.items()},
    "toml": TOML,
    "commas": _cells(","),
    "spaces": _cells(" "),
    "words": {"hostile text": _words},
}
