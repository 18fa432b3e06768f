"""`readq rate`: rate review cards from a script."""

import argparse
import sqlite3
import sys
from datetime import datetime

from readq.cli.arguments import expand_standard_input, refuse_unknown, whole_number
from readq.cli.context import Chosen, Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import confirm, print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Rating
from readq.services.review import card_names, clock_check, ratings
from readq.services.review.ratings import RatingResult, RatingTargets
from readq.text import counted

USAGE = "RATING REF… [--recalled TEXT] [--if-reps N]"
DESCRIPTION = """\
Rate how well you remembered papers: again, hard, good, easy, or 1 to 4. REF
names a paper's own card, card:N any card. A paper that is not in review is
enrolled, unless it is dropped. The first rating of a day sets the interval. A
later one of this day can only shorten it; after again, it sets it anew."""
EXAMPLE = "readq rate good vaswani2017attention"

_RATINGS = {rating.name.lower(): rating for rating in Rating} | {str(int(rating)): rating for rating in Rating}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq rate`."""
    parser.add_argument("rating", metavar="RATING", help="again, hard, good, easy or 1 to 4")
    parser.add_argument("references", nargs="*", metavar="REF", help="the papers or cards; - reads REFs from stdin")
    parser.add_argument("--recalled", metavar="TEXT", help="what you recalled; it is kept with the rating")
    parser.add_argument(
        "--if-reps", type=whole_number, metavar="N", help="rate only cards with N answers so far (see readq due --json)"
    )
    parser.add_argument("--yes", action="store_true", help="rate even if the clock is far ahead of the library")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Rate the cards, as one undo step. Print the next due day of each card, and its interval in days.

    If the clock is far ahead of the newest date in the library and `--yes` is missing, ask whether the clock is right.
    Without a terminal, raise UsageError instead. Return the exit status: 1 if a REF names no paper or card, or if a
    card was not rated, else 0.
    """
    refuse_unknown("rating", arguments.rating, _RATINGS)
    names, others = card_names.split(expand_standard_input(arguments.references))
    with context.writing() as connection:
        chosen = context.choose(connection, others) if others or not names else Chosen((), ())
        moment, targets = now(), RatingTargets(names, chosen.ids, arguments.if_reps, arguments.recalled)
        if not (arguments.yes or _is_clock_right(connection, moment)):
            say("nothing was rated")
            return 1
        result = ratings.rate_all(connection, targets, _RATINGS[arguments.rating], moment, context.config)
    if context.wants_json:
        print_json([card._asdict() for card in result.rated])
    else:
        for card in result.rated:
            print(f"card:{card.card}\t{card.due}\tin {card.interval_days} d")
    for card in result.rated:
        if card.may_retire:
            say(f"card:{card.card} is next due in more than a year (readq retire card:{card.card} stops reviewing it)")
    return _report_unrated(result, arguments.if_reps) | report_missing((*result.missing, *chosen.missing))


def _is_clock_right(connection: sqlite3.Connection, moment: datetime) -> bool:
    """Return whether the clock is plausible, or the user says on the terminal that it is right."""
    doubt = clock_check.clock_doubt(connection, moment)
    if doubt and not sys.stdin.isatty():
        raise UsageError(doubt, "correct the clock, or confirm with --yes")
    return doubt is None or confirm(f"{doubt}. Is the clock right?")


def _report_unrated(result: RatingResult, reps: int | None) -> int:
    for card, present in result.moved:
        say(f"error: card:{card} has {counted(present, 'answer')}, not {reps}: not rated (see readq due --json)")
    for paper in result.without_card:
        say(f"error: #{paper} has 0 answers, not {reps}: not rated (see readq due --json)")
    for paper in result.dropped:
        say(f"error: #{paper} is dropped: not rated (readq mark queued {paper} brings it back)")
    return int(bool(result.moved or result.without_card or result.dropped))
