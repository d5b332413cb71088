"""A command that has subcommands as well: `dlref sweep digits`, `dlref sweep status DIR`."""

from typing import Any

import click


class CommandGroup(click.Group):
    """The first word decides: the name of a subcommand calls it, anything else is the command's own.

    An argument that is named like a subcommand is written `./status`.
    """

    # As a command has it: options may follow the argument, and more words than expected are a mistake.
    allow_interspersed_args = True
    allow_extra_args = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] in self.commands:
            ctx.obj = args
            return []
        return click.Command.parse_args(self, ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.obj is None:
            return click.Command.invoke(self, ctx)
        name, *words = ctx.obj
        # Beside this command, not below it: else its own arguments would stand in the usage.
        path = f"{ctx.info_name} {name}"
        with self.commands[name].make_context(path, words, parent=ctx.parent) as below:
            return below.command.invoke(below)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return click.Command.collect_usage_pieces(self, ctx)
