"""`readq redo`: apply again the step of the undo history that was undone last."""

import argparse

from readq.cli.context import Context
from readq.cli.output.reports import report_undone
from readq.cli.output.streams import say
from readq.clock import now
from readq.services.history import undo

USAGE = ""
DESCRIPTION = "Redo the step that was undone last. After a new step there is nothing to redo."
EXAMPLE = "readq redo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: `readq redo` has no arguments."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Redo the step of the undo history that was undone last, and print the result. Return the exit status.

    The redo skips papers, feeds and views that were changed after the undo. The status is 1 if any were skipped, else
    0.
    """
    with context.writing() as connection:
        redone = undo.redo(connection, now())
    if redone is None:
        say("nothing to redo")
    return report_undone(redone, "redone", context.wants_json)
