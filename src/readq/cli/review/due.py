"""`readq due`: list the cards that are due for review."""

import argparse
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

from readq.cli.arguments import add_query, whole_number
from readq.cli.context import Context
from readq.cli.output.streams import json_array, print_json, print_spool, say
from readq.clock import now
from readq.config import Config
from readq.days import local_day
from readq.errors import UsageError
from readq.services.review import cards
from readq.services.views import join_words, list_selection
from readq.spool import Spool
from readq.store.connection.transactions import reading
from readq.store.papers import queries
from readq.text import counted, one_line

USAGE = "[QUERY…] [--limit N] [--count]"
DESCRIPTION = """\
List all cards that are due for review today, the longest overdue first. With
QUERY, list only those of papers that it finds. The daily limit does not apply."""
EXAMPLE = "readq due tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq due`."""
    add_query(parser)
    parser.add_argument("--limit", type=whole_number, metavar="N", help="list at most N cards")
    parser.add_argument("--count", action="store_true", help="print only the number of cards")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the cards that are due today, the longest overdue first. With `--count`, print only their number.

    Return 0.
    """
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative")
    moment, query = now(), join_words(arguments.query)
    context.prepare_query(query)
    with Spool() as spool:
        with context.reading() as connection, reading(connection):
            selection = list_selection(query, moment, connection) if query else None
            if arguments.count:
                number = cards.count_all_due(connection, moment, selection)
                print_json(number) if context.wants_json else print(number)
                return 0
            due = cards.due(connection, moment, selection, arguments.limit)
            number = cards.count_all_due(connection, moment, selection) if arguments.limit == 0 else len(due)
            if context.wants_json:
                for text in json_array(_objects(connection, due, local_day(moment), context.config)):
                    spool.write(text)
        # The library is closed: a pager left open must not keep writers waiting.
        if context.wants_json:
            print_spool(spool)
            return 0
    for card in due:
        print(f"card:{card.card}\t{card.due}\t{one_line(card.prompt)}")
    if not due:
        say(f"{counted(number, 'card')} due (--limit 0 shows none)" if number else "nothing is due")
    return 0


def _objects(
    connection: sqlite3.Connection, due: Sequence[cards.DueCard], day: date, config: Config
) -> Iterator[dict[str, object]]:
    for start in range(0, len(due), queries.CHUNK):
        chunk = due[start : start + queries.CHUNK]
        days = cards.preview_intervals(connection, chunk, day, config)
        papers = {paper.id: paper for paper in queries.papers(connection, [card.paper_id for card in chunk])}
        for card in chunk:
            yield {
                "card": card.card,
                "paper": queries.as_json(papers[card.paper_id]),
                "kind": card.kind,
                "prompt": card.prompt,
                "asks": card.asks,
                "answer": card.answer,
                "due": card.due,
                "intervals": days[card.card],
                "reps": card.state.reps,
            }
