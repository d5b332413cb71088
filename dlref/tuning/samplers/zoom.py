"""From coarse to fine: each hyperparameter is narrowed, on its own scale, to where the best trials lie.

Of m points drawn evenly from an interval, the largest and the smallest are on average 1 / (m - 1) of their distance
away from its ends: by so much the region of the best trials is widened.
"""

from collections.abc import Sequence
from typing import Any

from keras_tuner.engine import hyperparameters as hp_types

from dlref._compat.keras_tuner import serialize_condition
from dlref.tuning.samplers.distributions import finite_values
from dlref.tuning.samplers.one_minus import ONE_MINUS, shown

FEWEST = 3  # trials that tell a region
MARGIN = 0.05  # of the whole range, at least, on either side


def find_zooms(
    ranked: Sequence[dict[str, Any]], count: int, space: list[Any]
) -> list[dict[str, Any]]:
    """The narrower range of each hyperparameter, or choice of values.

    Args:
        ranked: the values of the finished trials, best first.
        count: so many of them tell the region.
        space: the hyperparameters.

    Returns:
        For each: `name`, `conditions`, `scale` ("log", "linear", "reverse_log", "1 - beta" or "choice"), `old`, `new`
        (lowest and highest value; all values of a choice) and `why`.
    """
    zooms = []
    for hp in space:
        with_it = [values for values in ranked if _is_active(hp, values)]
        best = [values[hp.name] for values in with_it[:count]]
        if len(best) >= FEWEST and (zoom := _zoom(hp, best, len(with_it))):
            zooms.append(zoom)
    return zooms


def narrow(space: Sequence[Any], zooms: Sequence[dict[str, Any]]) -> list[Any]:
    """The hyperparameters with their new ranges."""
    return [next((_narrowed(hp, z) for z in zooms if _same(hp, z)), hp) for hp in space]


def _zoom(hp: Any, best: list[Any], trials: int) -> dict[str, Any] | None:
    if isinstance(hp, hp_types.Fixed):
        return None
    if isinstance(hp, hp_types.Choice | hp_types.Boolean):
        old = finite_values(hp) or []
        new, scale = [value for value in old if value in best], "choice"
        said = ", ".join(map(str, new))
    else:
        old, new = [hp.min_value, hp.max_value], _range(hp, best)
        one_minus = hp.name.rpartition("/")[2].startswith(ONE_MINUS) and hp.sampling == "log"
        scale = "1 - beta" if one_minus else hp.sampling
        ends = sorted(shown(hp.name, end)[1] for end in (min(best), max(best)))
        said = "...".join(f"{end:.5g}" for end in ends)
    if old == new:
        return None
    why = f"the best {len(best)} of {trials} trials have {said}"
    where = [serialize_condition(condition) for condition in hp.conditions]
    zoom = {"name": hp.name, "conditions": where, "scale": scale}
    return zoom | {"old": old, "new": new, "why": why}


def _range(hp: Any, best: list[Any]) -> list[Any]:
    shares = [hp.value_to_prob(value) for value in best]
    low, high = min(shares), max(shares)
    margin = max(MARGIN, (high - low) / (len(shares) - 1))
    values = finite_values(hp)
    ends = [max(0.0, low - margin), min(1.0, high + margin)]
    if values is None:
        return [
            hp.min_value if ends[0] == 0.0 else hp.prob_to_value(ends[0]),
            hp.max_value if ends[1] == 1.0 else hp.prob_to_value(ends[1]),
        ]
    inside = [value for value in values if ends[0] <= hp.value_to_prob(value) <= ends[1]]
    return [min(inside), max(inside)]


def _narrowed(hp: Any, zoom: dict[str, Any]) -> Any:
    config = hp.get_config()
    if isinstance(hp, hp_types.Boolean):
        fixed = {"name": hp.name, "value": zoom["new"][0], "conditions": config["conditions"]}
        return hp_types.Fixed.from_config(fixed)
    if isinstance(hp, hp_types.Choice):
        kept = {"name": hp.name, "values": zoom["new"], "conditions": config["conditions"]}
        return hp_types.Choice.from_config(kept)
    low, high = zoom["new"]
    return type(hp).from_config(config | {"min_value": low, "max_value": high, "default": None})


def _same(hp: Any, zoom: dict[str, Any]) -> bool:
    where = [serialize_condition(condition) for condition in hp.conditions]
    return hp.name == zoom["name"] and where == zoom["conditions"]


def _is_active(hp: Any, values: dict[str, Any]) -> bool:
    return hp.name in values and all(condition.is_active(values) for condition in hp.conditions)
