"""`readq remove`: remove papers."""

import argparse
import sys

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.cli.output.reports import report_missing, report_outcome
from readq.cli.output.streams import confirm, say
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import corrections
from readq.text import counted

USAGE = "REF… | --query Q"
DESCRIPTION = """\
Remove papers with their notes and reviews; undo restores them. A feed, or a
dump from another machine, may add a removed paper again. To get rid of a paper
for good, drop it."""
EXAMPLE = "readq remove 12 --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq remove`."""
    add_references(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Remove the papers, as one undo step. Without `--yes`, ask for confirmation first.

    Return the exit status: 1 if a REF names no paper, else 0. Raises UsageError if `--yes` is missing and there is no
    terminal.
    """
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        if chosen.ids and not arguments.yes:
            papers = counted(len(chosen.ids), "paper")
            if not sys.stdin.isatty():
                raise UsageError(f"{papers} would be removed", "confirm with --yes")
            if not confirm(f"Remove {papers}?"):
                say("nothing was changed")
                return report_missing(chosen.missing)
        outcome = corrections.remove(connection, chosen.ids, now())
    return report_outcome(outcome, chosen.missing, context.wants_json, "removed")
