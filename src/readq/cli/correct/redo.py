"""`readq redo`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import report_undone, say
from readq.clock import now
from readq.services.history import undo as undoing

USAGE = ""
DESCRIPTION = "Do again what was taken back last; a new step ends that."
EXAMPLE = "readq redo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options of its own."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Redo."""
    with context.writing() as connection:
        redone = undoing.redo(connection, now())
    if redone is None:
        say("nothing to redo")
    return report_undone(redone, "done again", context.wants_json)
