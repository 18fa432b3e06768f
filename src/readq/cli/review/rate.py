"""`readq rate`."""

import argparse

from readq.cli.context import Chosen, Context, expand_standard_input
from readq.cli.output.streams import print_json, report_missing
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Rating
from readq.services.review import cards as reviewing

USAGE = "RATING REF…"
DESCRIPTION = """\
Answer the cards of papers: again, hard, good, easy, or 1 to 4. REF means the
paper's own card, card:N any card; a paper out of review is brought in."""
EXAMPLE = "readq rate good vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("rating", metavar="RATING", help="again, hard, good, easy or 1 to 4")
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; card:N names a card")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Rate the cards and print them as they are then."""
    rating = _rating(arguments.rating)
    references = expand_standard_input(arguments.references)
    cards = [reference for reference in references if reference.startswith("card:")]
    others = [reference for reference in references if reference not in cards]
    with context.writing() as connection:
        chosen = context.choose(connection, others) if others or not cards else Chosen((), ())
        rated, missing = reviewing.rate_all(connection, cards, chosen.ids, rating, now(), context.config)
        missing += chosen.missing
    if context.wants_json:
        print_json([card._asdict() for card in rated])
    else:
        for card in rated:
            print(f"card:{card.card}\t{card.due}\tin {card.interval_days} d")
    return report_missing(missing)


def _rating(text: str) -> Rating:
    by_name = {rating.name.lower(): rating for rating in Rating} | {str(int(rating)): rating for rating in Rating}
    if text not in by_name:
        raise UsageError(f"unknown rating {text!r}", "one of again, hard, good, easy or 1 to 4")
    return by_name[text]
