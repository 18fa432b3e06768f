"""`readq list`: list the papers that a query finds."""

import argparse
import contextlib
import sqlite3
import sys
from collections.abc import Iterator

from readq.cli.arguments import add_query, refuse_unknown, whole_number
from readq.cli.context import Context
from readq.cli.output.streams import filtered_lines, json_array, print_json, print_spool, unfiltered
from readq.clock import now
from readq.errors import UsageError
from readq.services.views import join_words, list_selection
from readq.spool import Spool
from readq.store.connection.transactions import reading
from readq.store.papers import queries
from readq.store.papers.queries import Selection
from readq.store.references import reference_to_key
from readq.text import one_line

USAGE = "[QUERY…]"
DESCRIPTION = """\
List the papers that QUERY finds. Without QUERY, list all but dropped papers.
A QUERY consists of words (stemmed), "a phrase", NOT, OR, parentheses, fields:
  status:inbox,queued   tag:rl   feed:hf-daily   is:starred   has:note
  author:hinton   title:memory   note:idea   key:vaswani*
  year:2020..2024   upvotes:50..   interest:70..   added:7d   decided:today
  due:today   view:NAME for the query that is saved as NAME
A comma means "or", .. a range, and 7d "within 7 days". A leading - means NOT.
On a command line, put terms with a leading - after --. readq help queries lists
all fields and their values."""
EXAMPLE = 'readq list "structural recursion" status:queued -- -tag:robotics'

_ROWS_ON_A_TERMINAL = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq list`."""
    add_query(parser, "words, phrases, fields such as tag:rl year:2020.. is:starred")
    parser.add_argument(
        "--sort", default="seen", metavar="KEY", help=f"{', '.join(queries.SORTS)}; -KEY reverses the order"
    )
    parser.add_argument("--limit", type=whole_number, metavar="N", help="list at most N papers")
    parser.add_argument(
        "--format", metavar="TEXT", help="the line for each paper, such as '{key} {title}' (readq help scripts)"
    )
    parser.add_argument("-0", dest="nul", action="store_true", help="end each paper with NUL instead of a newline")
    parser.add_argument("--count", action="store_true", help="print only the number of papers")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the papers that the query finds. Return 0.

    With `--count`, print only the number of papers. With `--json`, print JSON. With `--format` or `-0`, print one line
    for each paper. Without these options, print a table on a terminal, and elsewhere one line for each paper.
    """
    if arguments.sort.removeprefix("-") not in queries.SORTS:
        refuse_unknown("sort key", arguments.sort, queries.SORTS)
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative")
    query = join_words(arguments.query)
    moment = now()
    if arguments.sort.removeprefix("-") == "interest":
        context.refresh_interest()
    else:
        context.prepare_query(query)
    if arguments.count:
        with context.reading() as connection:
            number = queries.count(connection, list_selection(query, moment, connection))
        print_json(number) if context.wants_json else print(number)
    elif sys.stdout.isatty() and not (context.wants_json or arguments.format is not None or arguments.nul):
        with context.reading() as connection:
            _print_table(connection, list_selection(query, moment, connection), query, arguments, context)
    else:
        with Spool() as spool:
            with context.reading() as connection, reading(connection):
                selection = list_selection(query, moment, connection)
                for text in _texts(connection, selection, arguments, context.wants_json):
                    spool.write(text)
            # The library is closed: a pager left open must not keep it, and so every writer, waiting.
            print_spool(spool)
    return 0


def _texts(
    connection: sqlite3.Connection, selection: Selection, arguments: argparse.Namespace, wants_json: bool
) -> Iterator[str]:
    end = "\0" if arguments.nul else "\n"
    if not wants_json and arguments.format is None:
        lines = queries.lines(connection, selection, arguments.sort, arguments.limit)
        return filtered_lines(map(_tabbed, lines), end)
    ids = queries.list_ids(connection, selection, arguments.sort, arguments.limit)
    papers = queries.each_paper(connection, ids)
    if wants_json:
        return json_array(map(queries.as_json, papers))
    from readq.cli.output.line_format import line_format

    return filtered_lines(map(line_format(arguments.format), papers), end)


def _tabbed(line: queries.Line) -> str:
    return f"{one_line(reference_to_key(line.key))}\t{line.status}\t{line.year or ''}\t{one_line(line.title)}"


def _print_table(
    connection: sqlite3.Connection, selection: Selection, query: str, arguments: argparse.Namespace, context: Context
) -> None:
    import os
    import shutil

    from readq.cli.output import paper_table
    from readq.store.search.matches import MatchFinder

    limit = _ROWS_ON_A_TERMINAL if arguments.limit is None else arguments.limit
    rows = queries.queue_rows(connection, queries.list_ids(connection, selection, arguments.sort, limit))
    style = paper_table.TableStyle(
        shutil.get_terminal_size().columns,
        tuple(context.config.list_columns or ()),
        paper_table.sgr(os.environ, context.config.colors),
        by_day=arguments.sort.removeprefix("-") == "seen",
    )
    total = queries.count(connection, selection)
    with contextlib.closing(MatchFinder(query)) as matches:
        # The table filters its texts itself: the stream would take the colors out.
        output = unfiltered(sys.stdout)
        output.writelines(f"{line}\n" for line in paper_table.table_lines(rows, total, now(), style, matches.spans))
