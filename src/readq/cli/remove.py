"""`readq remove`."""

import argparse
import sys

from readq.cli.context import Context
from readq.cli.output import counted, report_missing, report_outcome, say
from readq.errors import UsageError
from readq.services import correcting
from readq.services.clock import now

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
        if chosen.ids and not arguments.yes and not _agreed(len(chosen.ids)):
            say("nothing was changed")
            return report_missing(chosen.missing)
        outcome = correcting.remove(connection, chosen.ids, now())
    return report_outcome(outcome, chosen.missing, context.wants_json, "removed")


def _agreed(number: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"{counted(number, 'paper')} would be removed", "--yes does it")
    return input(f"Remove {counted(number, 'paper')}? [y/N] ").strip().lower() in ("y", "yes")
