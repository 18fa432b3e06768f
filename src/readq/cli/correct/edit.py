"""`readq edit`: correct the metadata of a paper in the user's editor."""

import argparse
import os
import sys

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing, report_outcome
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import corrections

USAGE = "REF"
DESCRIPTION = """\
Correct the metadata of a paper, as BibTeX in $VISUAL or $EDITOR. No source
overwrites a field that you changed."""
EXAMPLE = "readq edit vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq edit`."""
    add_reference(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the BibTeX entry of the paper in the user's editor, and store the changed fields as one undo step.

    Return the exit status: 1 if the REF names no paper, else 0. Raises UsageError without a terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError("edit needs a terminal", "readq key, merge, tag and note work without one")
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        outcome = corrections.edit(connection, chosen.ids[0], os.environ, now)
    return report_outcome(outcome, (), context.wants_json)
