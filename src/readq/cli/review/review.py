"""`readq review`: review the cards that are due, in the UI."""

import argparse

from readq.cli.arguments import add_query, whole_number
from readq.cli.context import Context
from readq.cli.ui import open_ui
from readq.errors import UsageError
from readq.services.review.cards import ReviewChoice
from readq.services.views import join_words

USAGE = "[QUERY…] [--more N] [--ahead DAYS]"
DESCRIPTION = """\
Review the due cards in the UI. With QUERY, review only papers that it finds.
The setting review.a_day limits how many cards are asked each day."""
EXAMPLE = "readq review tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq review`."""
    add_query(parser)
    parser.add_argument(
        "--more", type=whole_number, metavar="N", default=0, help="review N cards beyond the daily limit"
    )
    parser.add_argument(
        "--ahead",
        type=whole_number,
        metavar="DAYS",
        default=0,
        help="also review cards that fall due in the next DAYS days",
    )


_MOST_DAYS = 36_500


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the UI with a review of the cards that are due. A query limits the review to the papers that it finds.

    Return the exit status when the UI has closed.
    """
    if arguments.more < 0:
        raise UsageError("--more must not be negative")
    if not 0 <= arguments.ahead <= _MOST_DAYS:
        raise UsageError(f"--ahead must be from 0 to {_MOST_DAYS:,} days")
    return open_ui(context, review=ReviewChoice(join_words(arguments.query), arguments.more, arguments.ahead))
