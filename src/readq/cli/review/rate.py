"""`readq rate`: rate review cards from a script."""

import argparse

from readq.cli.arguments import expand_standard_input, refuse_unknown
from readq.cli.context import Chosen, Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.model.values import Rating
from readq.services.review import cards

USAGE = "RATING REF…"
DESCRIPTION = """\
Rate how well you remembered papers: again, hard, good, easy, or 1 to 4. REF
names a paper's own card, card:N any card. A paper that is not in review is
enrolled."""
EXAMPLE = "readq rate good vaswani2017attention"

_RATINGS = {rating.name.lower(): rating for rating in Rating} | {str(int(rating)): rating for rating in Rating}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq rate`."""
    parser.add_argument("rating", metavar="RATING", help="again, hard, good, easy or 1 to 4")
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers or cards; - reads standard input")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Rate the cards, as one undo step. Print the next due day of each card, and its interval in days.

    Return the exit status: 1 if a REF names no paper or card, else 0.
    """
    refuse_unknown("rating", arguments.rating, _RATINGS)
    references = expand_standard_input(arguments.references)
    card_names = [reference for reference in references if reference.startswith("card:")]
    others = [reference for reference in references if reference not in card_names]
    with context.writing() as connection:
        chosen = context.choose(connection, others) if others or not card_names else Chosen((), ())
        rating = _RATINGS[arguments.rating]
        rated, missing = cards.rate_all(connection, card_names, chosen.ids, rating, now(), context.config)
    if context.wants_json:
        print_json([card._asdict() for card in rated])
    else:
        for card in rated:
            print(f"card:{card.card}\t{card.due}\tin {card.interval_days} d")
    return report_missing((*missing, *chosen.missing))
