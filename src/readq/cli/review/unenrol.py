"""`readq unenrol`: take papers out of spaced review."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.services.papers import triage

USAGE = "REF… | --query Q"
DESCRIPTION = """\
Take the own cards of papers out of spaced review. Their schedule is kept, and
readq enrol brings them back, and so does readq unsuspend. The questions in the
notes of the papers are still asked: readq suspend pauses all cards of a
paper."""
EXAMPLE = "readq unenrol 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq unenrol`."""
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Take the papers out of spaced review, as one undo step. The schedules of their cards are kept.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    return context.change_papers(arguments, lambda connection, ids: triage.enrol(connection, ids, False, now()))
