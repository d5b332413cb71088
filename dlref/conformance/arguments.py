"""The arguments of a row's object, and those by which somebody else's object takes the same."""

import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

# What others call an argument of dlref; `keep_prob` is a rate's complement.
SYNONYMS = {
    "learning_rate": ("lr", "alpha", "eta", "step_size", "initial_learning_rate"),
    "momentum": ("rho", "beta", "mu", "decay", "alpha"),
    "rho": ("beta", "decay", "alpha", "momentum", "discounting_factor"),
    "beta_1": ("beta1", "b1", "beta_m"),
    "beta_2": ("beta2", "b2", "beta_v"),
    "epsilon": ("eps", "e"),
    "rate": ("drop_rate", "dropout_rate", "drop_prob", "p_drop", "dropout", "p"),
    "keep_prob": ("keep_rate", "keep_probability", "p_keep"),
    "negative_slope": ("alpha", "slope", "a"),
    "alpha": ("a", "negative_slope"),
    "strength": ("lambda_", "lam", "lambd", "l2", "l1", "weight"),
    "examples": ("m", "n", "num_examples", "n_examples"),
    "initial_learning_rate": ("learning_rate", "lr", "alpha_0", "alpha", "alpha0", "k"),
    "decay_rate": ("decay", "rate", "gamma", "factor"),
    "steps_per_epoch": ("decay_steps", "steps"),
    "factor": ("gamma", "drop", "decay_rate"),
    "stddev": ("std", "scale", "s", "sigma"),
}


class Unusable(ValueError):
    """The object cannot be compared with the row."""


def of_row(ours: Callable[[], Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """What makes a row's object, and the arguments it is made with, by their names."""
    if isinstance(ours, functools.partial):
        bound = inspect.signature(ours.func).bind_partial(*ours.args, **ours.keywords)
        named = dict(bound.arguments)
        return ours.func, named | named.pop("kwargs", {})
    made = ours()
    if isinstance(made, functools.partial):  # a function of tensors, some of its arguments given
        return functools.partial(functools.partial, made.func), dict(made.keywords)
    return (lambda: made) if inspect.isfunction(made) else ours, {}


def _equivalent(name: str, value: Any, taken: Mapping[str, Any]) -> dict[str, Any]:
    """The argument under a name that is taken, if there is one."""
    for known in (name, *SYNONYMS.get(name, ())):
        if known in taken:
            return {known: value}
    if name == "rate":
        return _equivalent("keep_prob", 1 - value, taken)
    return {}


def maker(
    thing: Any, named: Mapping[str, Any], default: Mapping[str, Any]
) -> tuple[Callable[[], Any], dict[str, Any], list[str]]:
    """What makes somebody's object anew, the arguments that ours gets then, and remarks.

    Args:
        thing: a class or a function that makes the object, a function of tensors, or an object.
        named: the arguments of the row.
        default: the arguments that ours takes, with their defaults.

    Raises:
        Unusable: if it needs an argument that the row does not have.
    """
    if inspect.isclass(thing):
        optional = {name for name, value in default.items() if value is not inspect.Parameter.empty}
        return _of_class(thing, named, optional - {"seed"})
    if inspect.isfunction(thing) or isinstance(thing, functools.partial):
        return _of_function(thing, named, default)
    found = _read(thing, {**default, **named})
    config = thing.get_config() if hasattr(thing, "get_config") else {}
    ours = {name: value for name, (_, value) in found.items()}
    # The row's own numbers where it can be made anew with them: they are free of rounding.
    theirs = {k: named[name] for name, (k, _) in found.items() if k in config and name in named}
    ours |= {name: named[name] for name, (k, _) in found.items() if k in theirs}
    return functools.partial(_anew, thing, theirs), ours, []


def _read(thing: Any, names: Iterable[str]) -> dict[str, tuple[str, Any]]:
    """The numbers of an object: what it calls an argument, and the value."""
    config = thing.get_config() if hasattr(thing, "get_config") else {}
    found = {}
    for name in names:
        for known in (name, *SYNONYMS.get(name, ())):
            value = config.get(known, getattr(thing, known, None))
            if isinstance(value, int | float):
                found[name] = known, value
                break
    return found


def _anew(thing: Any, arguments: Mapping[str, Any]) -> Any:
    """An object as it was before it was used, with some other arguments, in the precision of the moment."""
    if not hasattr(thing, "get_config"):
        return thing
    config = {k: v for k, v in thing.get_config().items() if k != "dtype"}
    try:
        return type(thing).from_config(config | dict(arguments))
    except Exception as error:
        raise Unusable(f"from_config(get_config()) fails, so give its class: {error}") from error


def _of_class(
    thing: type, named: Mapping[str, Any], optional: Collection[str]
) -> tuple[Callable[[], Any], dict[str, Any], list[str]]:
    taken = inspect.signature(thing).parameters
    theirs, ours, remarks = {}, {}, []
    for name, value in named.items():
        found = _equivalent(name, value, taken)
        theirs |= found
        ours[name] = value
        if not found and name in optional:
            del ours[name]
            remarks.append(f"it takes no `{name}`; dlref's default stands against its own")
    needed = [
        n
        for n, p in taken.items()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if unknown := [name for name in needed if name not in theirs]:
        raise Unusable(
            f"{thing.__name__} needs {', '.join(f'`{n}`' for n in unknown)}, and the row has: "
            f"{', '.join(named) or 'no argument'}. Give an object, or a function that makes one."
        )
    return functools.partial(thing, **theirs), ours, remarks


def _of_function(
    thing: Callable[..., Any], named: Mapping[str, Any], default: Mapping[str, Any]
) -> tuple[Callable[[], Any], dict[str, Any], list[str]]:
    """A function without required arguments makes the object; any other is one."""
    taken = inspect.signature(thing).parameters
    if not any(p.default is p.empty and p.kind != p.VAR_KEYWORD for p in taken.values()):
        made = thing()
        found = _read(made, {**default, **named})
        return thing, {name: value for name, (_, value) in found.items()}, []
    theirs = {}
    for name, value in named.items():
        theirs |= _equivalent(name, value, taken)
    return lambda: functools.partial(thing, **theirs), dict(named), []
