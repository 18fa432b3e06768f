"""`readq tag`: add and remove tags."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import triage

USAGE = "(REF… | --query Q) [--add TAG] [--remove TAG]"
DESCRIPTION = "Add tags to papers, and remove tags from them."
EXAMPLE = "readq tag 12 13 --add rl --remove robotics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq tag`."""
    add_references(parser)
    parser.add_argument("-a", "--add", action="append", default=[], metavar="TAG", help="a tag to add; repeatable")
    parser.add_argument(
        "-r", "--remove", action="append", default=[], metavar="TAG", help="a tag to remove; repeatable"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Add tags to the papers and remove tags from them, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    if not arguments.add and not arguments.remove:
        raise UsageError("no tag to add or remove", "readq tag REF --add TAG")
    add, remove = arguments.add, arguments.remove
    return context.change_papers(arguments, lambda connection, ids: triage.tag(connection, ids, add, remove, now()))
