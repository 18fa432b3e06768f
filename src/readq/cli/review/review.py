"""`readq review`: review the cards that are due, in the UI."""

import argparse

from readq.cli.arguments import add_query
from readq.cli.context import Context
from readq.cli.ui import open_ui
from readq.services.views import join_words

USAGE = "[QUERY…]"
DESCRIPTION = "Review what is due, in the UI; with QUERY only papers that it finds."
EXAMPLE = "readq review tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq review`."""
    add_query(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the UI with a review of the cards that are due. A query limits the review to the papers that it finds.

    Return the exit status.
    """
    return open_ui(context, review=join_words(arguments.query))
