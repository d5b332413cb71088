"""Compares constraints.txt with the versions installed here, or with --write makes it from them.

Only what dlref needs is listed, with all its extras: the closure of its requirements on this machine.
"""

import importlib.metadata
import pathlib
import sys

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINS = pathlib.Path(__file__).parents[1] / "constraints.txt"
EXTRAS = frozenset({"dev", "docs", "jax"})


def requirements(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What a distribution needs on this machine, with the extras that were asked for."""
    found = map(Requirement, importlib.metadata.requires(name) or [])
    environments = [{"extra": extra} for extra in extras or {""}]
    return [r for r in found if not r.marker or any(map(r.marker.evaluate, environments))]


def installed_closure() -> dict[str, str]:
    """Every distribution that dlref needs, directly or not, and its version."""
    versions, todo, seen = {}, [("dlref", EXTRAS)], set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        versions[name] = importlib.metadata.version(name)
        todo += [
            (canonicalize_name(r.name), frozenset(r.extras)) for r in requirements(name, extras)
        ]
    del versions["dlref"]
    return versions


def main() -> int:
    wanted = sorted(f"{name}=={version}" for name, version in installed_closure().items())
    if "--write" in sys.argv:
        PINS.write_text("\n".join(wanted) + "\n")
        return 0
    pinned = PINS.read_text().splitlines()
    for line in sorted(set(wanted) - set(pinned)):
        print(f"{PINS.name}: installed and not pinned: {line}", file=sys.stderr)
    for line in sorted(set(pinned) - set(wanted)):
        print(f"{PINS.name}: pinned and not installed: {line}", file=sys.stderr)
    return int(wanted != pinned)


if __name__ == "__main__":
    sys.exit(main())
