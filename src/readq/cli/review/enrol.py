"""`readq enrol`: put papers into spaced review."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.cli.output.reports import report_outcome
from readq.cli.output.streams import say
from readq.clock import now
from readq.services.papers import triage
from readq.text import counted

USAGE = "REF… | --query Q"
DESCRIPTION = "Add papers to spaced review. A new card is due today."
EXAMPLE = "readq enrol 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq enrol`."""
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Put the papers into spaced review, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.enrol(connection, chosen.ids, True, now())
        dropped = triage.count_dropped(connection, chosen.ids)
    if dropped:
        say(f"{counted(dropped, 'paper')} not enrolled: dropped papers are not reviewed (see readq mark)")
    return report_outcome(outcome, chosen.missing, context.wants_json)
