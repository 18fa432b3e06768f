"""`readq review`."""

import argparse

from readq.cli.context import Context
from readq.cli.ui import open_ui
from readq.services import views

USAGE = "[QUERY…]"
DESCRIPTION = "Answer what is due, in the UI; with QUERY only cards of papers that it finds."
EXAMPLE = "readq review tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="only papers that it finds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the UI in review."""
    return open_ui(context, review=views.join_words(arguments.query))
