"""`python -m dlref_cli.worker`: a process of a sweep with `--workers`, started by `dlref.tuning.command.workers`."""

import json
import sys
from functools import partial
from typing import Any

import click

from dlref_cli.engine import engine
from dlref_cli.signals import Interruption


def main() -> None:
    """Does what the standard input says."""
    try:
        engine(partial(_work, request=json.load(sys.stdin)))
    except click.ClickException as error:
        print(error.message, file=sys.stderr)
        sys.exit(error.exit_code)


def _work(interruption: Interruption, request: dict[str, Any]) -> int:
    from dlref.tuning.command.workers import work

    return work(request, interruption.check)


if __name__ == "__main__":
    main()
