"""`readq due`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services import views
from readq.services.review import cards as reviewing
from readq.store.papers import queries
from readq.text import one_line

USAGE = "[QUERY…]"
DESCRIPTION = "What spaced review asks today: all of it, the longest overdue first."
EXAMPLE = "readq due tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="only papers that it finds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the cards that are due."""
    moment = now()
    selection = views.list_selection(views.join_words(arguments.query), moment) if arguments.query else None
    with context.reading() as connection:
        cards = reviewing.due(connection, moment, selection)
        if context.wants_json:
            papers = {paper.id: paper for paper in queries.papers(connection, [card.paper_id for card in cards])}
            print_json(
                [
                    {
                        "card": card.card,
                        "paper": queries.as_json(papers[card.paper_id]),
                        "kind": card.kind,
                        "prompt": card.prompt,
                        "due": card.due,
                        "intervals": reviewing.intervals(connection, card.card, moment, context.config),
                    }
                    for card in cards
                ]
            )
            return 0
    for card in cards:
        print(f"card:{card.card}\t{card.due}\t{one_line(card.prompt)}")
    if not cards:
        say("nothing is due")
    return 0
