"""`readq unsuspend`: end the suspension of papers, so that reviews ask their cards again."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.clock import now
from readq.services.review import card_changes

USAGE = "REF… | --query Q"
DESCRIPTION = """\
Resume the review of suspended papers. Schedules are kept. A paper that was
taken out of review with readq unenrol is in review again. A paper that was
never in review has no cards: add it with readq enrol."""
EXAMPLE = "readq unsuspend 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq unsuspend`."""
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """End the suspension of all cards of the papers, as one undo step. Return the exit status.

    The exit status is 1 if a REF names no paper, else 0.
    """
    return context.change_papers(
        arguments, lambda connection, ids: card_changes.suspend_papers(connection, ids, False, now())
    )
