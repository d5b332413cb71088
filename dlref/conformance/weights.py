"""The weights of a layer that normalizes, by what they are."""

from collections.abc import Sequence
from typing import Any

# What layers that normalize call their weights.
ROLES = {
    "gamma": ("gamma", "scale"),
    "beta": ("beta", "offset", "shift", "center", "bias"),
    "moving_mean": ("moving_mean", "running_mean", "mean", "mu"),
    "moving_variance": (
        "moving_variance",
        "moving_var",
        "running_variance",
        "running_var",
        "variance",
        "var",
    ),
}


def by_role(variables: Sequence[Any], unnamed: Sequence[str]) -> dict[str, Any]:
    """The weights by what they are, known by their names or else by their order."""
    known = {name: role for role, names in ROLES.items() for name in names}
    if all(v.name.lower() in known for v in variables):
        return {known[v.name.lower()]: v for v in variables}
    return dict(zip([*unnamed, *map(str, range(len(variables)))], variables, strict=False))
