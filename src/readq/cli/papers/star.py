"""`readq star`: star papers, or remove their stars."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.services.papers import triage

USAGE = "[--off] (REF… | --query Q)"
DESCRIPTION = "Star papers, or remove their stars."
EXAMPLE = "readq star 12"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq star`."""
    add_references(parser)
    parser.add_argument("--off", action="store_true", help="remove the stars")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Star the papers, as one undo step. With `--off`, remove their stars.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    is_starred = not arguments.off
    return context.change_papers(arguments, lambda connection, ids: triage.star(connection, ids, is_starred, now()))
