"""`readq suspend`: exclude the review cards of papers from review, until `readq unsuspend`."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.services.review import card_changes

USAGE = "REF… | --query Q"
DESCRIPTION = """\
Pause the review of papers: their own cards, and the questions in their notes.
Schedules are kept. readq unsuspend resumes the review."""
EXAMPLE = "readq suspend 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq suspend`."""
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Suspend all cards of the papers, as one undo step. Return the exit status.

    The exit status is 1 if a REF names no paper, else 0.
    """
    return context.change_papers(
        arguments, lambda connection, ids: card_changes.suspend_papers(connection, ids, True, now())
    )
