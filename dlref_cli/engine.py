"""Runs what a command asks for: with Keras, with signals, and with errors in plain words."""

import gc
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from dlref_cli.signals import Interruption


class Refused(click.ClickException):
    """The command, a file or the storage cannot be used."""

    exit_code = 2


def engine(
    work: Callable[[Interruption], int], interrupted: Callable[[], None] = lambda: None
) -> NoReturn:
    """Does the work and ends with its exit code.

    Args:
        work: returns the exit code; its `SweepError` and `OSError` end with 2, and without a traceback.
        interrupted: called when Ctrl-C or SIGTERM ended the work; the exit code is 130 or 143.

    Raises:
        SystemExit: always, but for `Refused`.
    """
    with Interruption() as interruption:
        try:
            import_keras("keras_tuner")
            code = _in_plain_words(work, interruption)
        except BaseException:
            # Code that is interrupted may raise something else, such as an ImportError.
            if not interruption.received:
                raise
            interrupted()
            code = interruption.exit_code
    raise SystemExit(code)


def _in_plain_words(work: Callable[[Interruption], int], interruption: Interruption) -> int:
    from dlref.tuning.errors import SweepError

    try:
        return work(interruption)
    except BrokenPipeError:  # whoever reads the output has enough: click ends quietly
        raise
    except (SweepError, OSError) as error:
        raise Refused(str(error)) from error


@contextmanager
def reading(file: str | os.PathLike[str], what: str, refuse: Any = Refused) -> Iterator[None]:
    """Within it a file is read: what goes wrong is said in one line that names it.

    It does what `dlref._stored.reading` does, without Keras, which anything of `dlref` imports.

    Args:
        file: its path. What is no file, such as a directory or a pipe, is not even opened.
        what: it must be, such as `"a TOML file"`.
        refuse: the class of the error. Defaults to `Refused`.
    """
    path = Path(file)
    if path.exists() and not path.is_file():
        raise refuse(f"{file} must be {what}. It is no file.")
    try:
        yield
    except (click.ClickException, BrokenPipeError):  # of whoever reads the output
        raise
    except OSError as error:
        raise refuse(f"{file} cannot be read: {error.strerror}.") from error
    except Exception as error:  # every parser has its own kinds
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise refuse(f"{file} must be {what}: {kind}{error}.") from error


def import_keras(*others: str) -> None:
    """Imports Keras without the lines TensorFlow writes to stderr meanwhile, which no setting of its own silences.

    Args:
        *others: modules to import with it, since they import TensorFlow on any backend.

    Raises:
        Refused: if its backend is not installed.
    """
    # Keras-tuner keeps the weights of a trial, and not the state of its optimizer.
    warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    gc.disable()
    try:
        for name in ("keras", *others):
            import_module(name)
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
    except (ImportError, ValueError) as error:
        backend = os.environ.get("KERAS_BACKEND", "tensorflow")
        raise Refused(f"Keras does not start with the backend {backend}: {error}") from error
    finally:
        # Nothing of it will be garbage: looking for some took a sixth of the import, and a third of a second each time
        # later on, which keras-tuner asks for twice in every trial.
        gc.freeze()
        gc.enable()
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
