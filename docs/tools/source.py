"""The library's reader of equations and statements, loaded by its path: `import dlref` would bring Keras."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
BUILD = Path(
    os.environ.get("DLREF_DOCS_BUILD", ROOT / "build" / "docs")
)  # where a build keeps what it makes on the way


def load(name: str) -> ModuleType:
    """A module of `dlref.conformance.equations` that imports nothing of dlref."""
    path = ROOT / "dlref" / "conformance" / "equations" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"equations_{name}", path)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_reader = load("source")
Listing, Module, SourceError = _reader.Listing, _reader.Module, _reader.SourceError
locate, read = _reader.locate, _reader.read
