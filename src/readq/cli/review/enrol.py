"""`readq enrol`: put papers into spaced review."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.services.papers import triage

USAGE = "REF…"
DESCRIPTION = "Put papers into spaced review. A new card is due today."
EXAMPLE = "readq enrol 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq enrol`."""
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Put the papers into spaced review, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    return context.change_papers(arguments, lambda connection, ids: triage.enrol(connection, ids, True, now()))
