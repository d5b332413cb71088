"""Each row of a network's table against the line that builds it: the size of the outputs, and the parameters."""

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import keras

from dlref.conformance.equations import source
from dlref.conformance.equations.pairs import Comparison


def layers(path: Path) -> Iterator[Comparison]:
    """The verdicts on the rows of a network, built with its defaults; none for a file without a network."""
    found = source.read(path)
    numbered = {k: v for k, v in found.listings.items() if found.layers.keys() & v.statements}
    for name, listing in numbered.items():
        dotted = ".".join(path.relative_to(source.ROOT).with_suffix("").parts)
        function = getattr(importlib.import_module(dotted), name)
        statements = _statements(path, listing)
        model, outputs = _built(function, listing, statements)
        seen: set[Any] = set()
        for number, row in found.layers.items():
            new = {*keras.Model(model.inputs, outputs[number]).layers} - seen
            seen |= new
            shape = " × ".join(str(n or "n") for n in outputs[number].shape[1:])
            built = f"{shape}, {sum(layer.count_params() for layer in new):,}"
            stated = f"{row.outputs}, {row.parameters}"
            yield Comparison(
                f"{dotted.split('.')[1]}.{name}",
                dotted,
                number,
                row.tex,
                stated,
                ast.unparse(statements[number].value),
                *(("built", "") if built == stated else ("differs", f"it builds {built}")),
            )


def _statements(path: Path, listing: source.Listing) -> dict[int, ast.Assign]:
    nodes = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Assign)]
    return {
        number: next(n for n in nodes if (n.lineno, n.end_lineno) == span)
        for number, span in listing.spans.items()
    }


def _built(
    function: Callable[..., Any], listing: source.Listing, statements: dict[int, ast.Assign]
) -> tuple[Any, dict[int, Any]]:
    """The network, and what each numbered statement has set its target to, seen when the next line begins."""
    outputs: dict[int, Any] = {}
    last = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal last
        for number, (start, end) in listing.spans.items():
            if start <= last <= end:
                outputs[number] = frame.f_locals.get(ast.unparse(statements[number].targets[0]))
        last = frame.f_lineno
        return trace

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        return trace if frame.f_code is function.__code__ else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        model = function()
    finally:
        sys.settrace(before)
    return model, outputs
