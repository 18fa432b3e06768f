"""`readq enrol`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import report_outcome
from readq.clock import now
from readq.services.papers import triage

USAGE = "REF…"
DESCRIPTION = "Bring papers into spaced review; a new card falls due today."
EXAMPLE = "readq enrol 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; - reads REFs from standard input")
    parser.add_argument("--query", help="all papers that a query finds, in place of REFs")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Bring the papers into review, as one step."""
    return set_enrolled(arguments, context, True)


def set_enrolled(arguments: argparse.Namespace, context: Context, enrolled: bool) -> int:
    """Change the enrolment of the papers that a command line names."""
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.enrol(connection, chosen.ids, enrolled, now())
    return report_outcome(outcome, chosen.missing, context.wants_json)
