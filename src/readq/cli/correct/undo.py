"""`readq undo`."""

import argparse

from readq.cli.context import Context, whole_number
from readq.cli.output.streams import print_json, report_undone, say
from readq.clock import now
from readq.services.history import undo
from readq.store.journal import steps

USAGE = "[STEP]"
DESCRIPTION = "Take back the last step of any process, or one by its number."
EXAMPLE = "readq undo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("step", nargs="?", type=whole_number, metavar="STEP", help="a number out of --list")
    parser.add_argument("--list", action="store_true", help="the steps, newest first")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Undo, or list the steps."""
    if arguments.list:
        with context.reading() as connection:
            listed = steps.steps(connection)
        if context.wants_json:
            print_json([step._asdict() for step in listed])
        for step in () if context.wants_json else listed:
            print(f"{step.step}\t{step.at}\t{step.what}\t{step.papers}\t{'undone' if step.undone else ''}")
        return 0
    with context.writing() as connection:
        undone = undo.undo(connection, now(), arguments.step)
    if undone is None:
        say("nothing to undo")
    return report_undone(undone, "undone", context.wants_json)
