"""`readq unenrol`."""

import argparse

from readq.cli.context import Context
from readq.cli.review import enrol

USAGE = "REF…"
DESCRIPTION = "Take papers out of spaced review; their schedule is kept."
EXAMPLE = "readq unenrol 12 13"

add_arguments = enrol.add_arguments


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Take the papers out of review, as one step."""
    return enrol.set_enrolled(arguments, context, False)
