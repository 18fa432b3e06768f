"""`readq tag`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import report_outcome
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import triage

USAGE = "REF… --add TAG --remove TAG"
DESCRIPTION = "Add tags to papers and take tags off."
EXAMPLE = "readq tag 12 13 --add rl --remove robotics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; - reads REFs from standard input")
    parser.add_argument("-a", "--add", action="append", default=[], metavar="TAG", help="a tag to add; repeatable")
    parser.add_argument("-r", "--remove", action="append", default=[], metavar="TAG", help="a tag to take off")
    parser.add_argument("--query", help="all papers that a query finds, in place of REFs")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Tag the papers, as one step."""
    if not arguments.add and not arguments.remove:
        raise UsageError("no tag to add or remove", "readq tag REF --add TAG")
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.tag(connection, chosen.ids, arguments.add, arguments.remove, now())
    return report_outcome(outcome, chosen.missing, context.wants_json)
