"""What each numbered statement computes in a page's own example: `python docs/tools/step_values.py FILE`.

The first example of a page, under "Worked numbers", is run while the annotated functions are watched. After each
numbered statement the values of its symbols are written down. The page steps through them.
"""

import ast
import functools
import importlib
import inspect
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from source import BUILD, ROOT, Listing, Module, SourceError, locate, read
from symbols import shared

RECORDED = BUILD / "step_values.json"
BLOCK = re.compile(r"^/// annotated \| (\S+)$", re.M)
NUMBERS = re.compile(r"^## Worked numbers$(.+?)(?=^## )", re.M | re.S)
FENCE = re.compile(r"^```python\n(.+?)^```$", re.M | re.S)
CALLS = 3  # of a function that are shown
ENTRIES = 4  # of an array that are shown

Step = dict[str, Any]  # "number", "inputs" by name, "target": what the statement changes, "result"


@functools.cache
def recorded() -> dict[str, list[Step]]:
    """The steps of each function, by its file and its name, as the build has written them."""
    return json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}


@dataclass(frozen=True)
class Statement:
    """A numbered statement: its lines, the symbols that it reads, and what it changes or returns."""

    first: int
    last: int
    names: list[str]
    target: Any  # an expression to be evaluated after it; None: it returns
    label: str


class Watch:
    """Follows one function's numbered statements while something runs."""

    def __init__(self, statements: dict[int, Statement]) -> None:
        self.statements = statements
        self.steps: list[Step] = []
        self.calls = 0

    def enter(self, frame: FrameType) -> Any:
        self.calls += 1
        if self.calls > CALLS:
            return None
        current: int | None = None
        inputs: dict[str, str] = {}

        def trace(frame: FrameType, event: str, returned: Any) -> Any:
            nonlocal current, inputs
            if event not in ("line", "return"):
                return trace
            now = self._at(frame.f_lineno) if event == "line" else None
            if now != current and current is not None:
                statement = self.statements[current]
                result = self._result(statement, frame, returned)
                step = {"number": current, "inputs": inputs, "target": statement.label}
                self.steps.append({**step, "result": result})
            if now != current and now is not None:
                found = {n: shown(frame.f_locals.get(n)) for n in self.statements[now].names}
                inputs = {name: value for name, value in found.items() if value}
            current = now
            return trace

        return trace

    def _at(self, line: int) -> int | None:
        inside = (n for n, s in self.statements.items() if s.first <= line <= s.last)
        return next(inside, None)

    def _result(self, statement: Statement, frame: FrameType, returned: Any) -> str:
        if statement.target is None:
            return shown(returned)
        return shown(eval(statement.target, frame.f_globals, frame.f_locals))

    @property
    def tells(self) -> bool:
        """Whether there is anything to see."""
        return any(step["result"] for step in self.steps)


def statements(module: Module, listing: Listing, names: set[str]) -> dict[int, Statement]:
    """The numbered statements of a function, as the watch needs them."""
    tree = ast.parse(module.path.read_text("utf-8"))
    found = {}
    for number, (first, last) in listing.spans.items():
        (node,) = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and (node.lineno, node.end_lineno) == (first, last)
        ]
        loaded = (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_read(n))
        inputs = list(dict.fromkeys(name for name in loaded if name in names))
        target, label = _target(node)
        found[number] = Statement(first, last, inputs, target, label)
    return found


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _target(node: ast.stmt) -> tuple[Any, str]:
    """What a statement changes: `x = ...` changes x, and so does `self.assign(x, ...)`."""
    if isinstance(node, ast.Assign):
        changed: Any = node.targets[0]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        changed = node.value.args[0]
    else:
        return None, ""
    expression = ast.Expression(ast.parse(ast.unparse(changed), mode="eval").body)
    return compile(expression, "<target>", "eval"), ast.unparse(changed).removeprefix("self.")


def shown(value: Any) -> str:
    """A number, or the few numbers of an array, as a reader wants them; "" for anything else."""
    import keras
    import numpy as np

    if value is None or isinstance(value, str) or isinstance(value, keras.KerasTensor):
        return ""
    try:
        array = np.asarray(keras.ops.convert_to_numpy(value))
    except Exception:  # symbolic, or no number at all
        return ""
    if array.dtype.kind not in "biuf" or not 0 < array.size <= ENTRIES:
        return ""
    numbers = [f"{number:.6g}".replace("-", "−") for number in array.ravel().tolist()]
    return numbers[0] if array.size == 1 else f"({', '.join(numbers)})"


def watches(page: str) -> Iterator[tuple[str, CodeType, Watch]]:
    """The annotated functions of a page: the key, the code and what watches it."""
    for dotted in BLOCK.findall(page):
        path, name = locate(dotted)
        module = read(path)
        listings = module.select(name)
        code = "\n".join("\n".join(listing.lines) for listing in listings.values())
        numbers = [n for listing in listings.values() for n in sorted(listing.statements)]
        names = set(shared((module.stated[n] for n in numbers), code))
        place = path.relative_to(ROOT).with_suffix("").as_posix()
        for key, listing in listings.items():
            watch = Watch(statements(module, listing, names))
            yield f"{place}:{key}", function_code(place, key), watch


def function_code(place: str, name: str) -> CodeType:
    """The code of a function of the library."""
    found: Any = importlib.import_module(place.replace("/", "."))
    for part in name.split("."):
        found = vars(found)[part]
    return inspect.unwrap(found).__code__


def record(page: str) -> dict[str, list[Step]]:
    """The steps of a page's first example."""
    section = NUMBERS.search(page)
    fence = FENCE.search(section[1]) if section else None
    if fence is None:
        return {}
    watched = {code: (key, watch) for key, code, watch in watches(page)}

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        found = watched.get(frame.f_code)
        return found[1].enter(frame) if found else None

    sys.settrace(trace)
    try:
        with redirect_stdout(io.StringIO()):
            exec(compile(fence[1], "<Worked numbers>", "exec"), {"__name__": "example"})
    finally:
        sys.settrace(None)
    return {key: watch.steps for key, watch in watched.values() if watch.tells}


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    found: dict[str, list[Step]] = {}
    for path in sorted((ROOT / "docs" / "en").rglob("*.md")):
        text = path.read_text("utf-8")
        if not BLOCK.search(text):
            continue
        try:
            found |= record(text)
        except SourceError as error:
            raise SystemExit(f"{path}: {error}") from error
    Path(sys.argv[1]).write_text(json.dumps(found, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
