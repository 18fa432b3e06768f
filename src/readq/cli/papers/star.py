"""`readq star`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import report_outcome
from readq.clock import now
from readq.services.papers import triage

USAGE = "[--off] REF…"
DESCRIPTION = "Star papers, or take their stars off."
EXAMPLE = "readq star 12"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; - reads REFs from standard input")
    parser.add_argument("--off", action="store_true", help="take the stars off")
    parser.add_argument("--query", help="all papers that a query finds, in place of REFs")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Star the papers, as one step."""
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.star(connection, chosen.ids, not arguments.off, now())
    return report_outcome(outcome, chosen.missing, context.wants_json)
