"""`readq remove`."""

import argparse
import sys

from readq.cli.context import Context
from readq.cli.output.streams import agreed, report_missing, report_outcome, say
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import corrections as correcting
from readq.text import counted

USAGE = "REF…"
DESCRIPTION = """\
Remove papers with their notes and reviews; undo brings them back. A feed, or
the dump of another laptop, may bring a removed paper again: to be rid of it for
good, drop it."""
EXAMPLE = "readq remove 12 --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; - reads REFs from standard input")
    parser.add_argument("--query", help="all papers that a query finds, in place of REFs")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Remove the papers, as one step."""
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        if chosen.ids and not arguments.yes:
            papers = counted(len(chosen.ids), "paper")
            if not sys.stdin.isatty():
                raise UsageError(f"{papers} would be removed", "--yes does it")
            if not agreed(f"Remove {papers}?"):
                say("nothing was changed")
                return report_missing(chosen.missing)
        outcome = correcting.remove(connection, chosen.ids, now())
    return report_outcome(outcome, chosen.missing, context.wants_json, "removed")
