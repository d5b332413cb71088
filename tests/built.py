"""What the build of the site has found: with DLREF_SITE, it ran just before, and nothing is computed a second time."""

import functools
import json
import os
from pathlib import Path
from typing import Any

import keras

BUILD = Path(__file__).parents[1] / "build" / "docs"


@functools.cache
def built(name: str, part: str) -> list[dict[str, Any]]:
    """A list of a file that the build wrote; empty without a build, or if another backend is running."""
    if "DLREF_SITE" not in os.environ or keras.backend.backend() != "tensorflow":
        return []
    return json.loads((BUILD / name).read_text("utf-8"))[part]
