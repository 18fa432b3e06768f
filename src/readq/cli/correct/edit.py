"""`readq edit`."""

import argparse
import os
import sys

from readq.cli.context import Context
from readq.cli.output.streams import report_missing, report_outcome
from readq.clock import now
from readq.errors import UsageError
from readq.services.history.steps import Outcome
from readq.services.papers import corrections as correcting

USAGE = "REF"
DESCRIPTION = """\
Correct the metadata of a paper, as BibTeX in $VISUAL or $EDITOR. What you
change is yours: no source overwrites it."""
EXAMPLE = "readq edit vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("reference", metavar="REF", help="which paper")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Edit one paper, as one step."""
    if not sys.stdin.isatty():
        hint = "$EDITOR may be any command there; key, merge, tag and note need none"
        raise UsageError("edit needs a terminal", hint)
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        outcome: Outcome = correcting.edit(connection, chosen.ids[0], os.environ, now)
    return report_outcome(outcome, (), context.wants_json)
