"""Keras' settings, which `keras.backend.clear_session` resets together with what it counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import keras
from keras.src.backend.common import global_state

NAMES = (
    *("dtype_policy", "distribution", "traceback_filtering", "interactive_logging", "nnx_enabled"),
    *("flash_attention", "safe_mode_saving", "use_legacy_config", "custom_objects_scope_dict"),
    *("remat_scope_stack", "torch_device"),
)
_kept: ContextVar[dict[str, Any] | None] = ContextVar("_kept", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Whatever is built within it begins with the settings there are now, which hold again after it."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set(_settings())
    try:
        yield
    finally:
        _restore(_kept.get())
        _kept.reset(token)


def clear_session() -> None:
    """`keras.backend.clear_session`, but for the settings, which are those that are kept."""
    found = _settings() if _kept.get() is None else _kept.get()
    keras.backend.clear_session(free_memory=False)
    _restore(found)


def _settings() -> dict[str, Any]:
    there = vars(global_state.GLOBAL_STATE_TRACKER)
    return {name: there[name] for name in NAMES if name in there}


def _restore(settings: dict[str, Any] | None) -> None:
    there = vars(global_state.GLOBAL_STATE_TRACKER)
    for name in NAMES:
        there.pop(name, None)
    there.update(settings or {})
