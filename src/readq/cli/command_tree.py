"""Declare all commands in one parser, for shell completion and the man page.

`command_tree` imports every command module."""

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, cast

from readq.cli.argument_parser import add_shared_options
from readq.cli.command_table import COMMANDS

if TYPE_CHECKING:
    from readq.cli.main import Command


def command_tree() -> argparse.ArgumentParser:
    """Return a parser for `readq`. Its subparsers are the parsers of all commands."""
    root = argparse.ArgumentParser("readq", description="A reading list with spaced review, in the terminal.")
    root.add_argument("--version", action="store_true", help="print the version")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, (module, text) in COMMANDS.items():
        command = cast("Command", import_module(module))
        declared = commands.add_parser(
            name,
            help=text,
            usage=" ".join([f"readq {name}", *command.USAGE.split(), "[options]"]),
            description=f"{command.DESCRIPTION}\n\nExample:  {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
        )
        command.add_arguments(declared)
        add_shared_options(declared)
    return root


def parsers(tree: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return a dict from the name of each command to its parser. `tree` is a result of `command_tree`."""
    (commands,) = (action for action in tree._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands.choices)
