"""`readq list`."""

import argparse
import sys
from collections.abc import Iterable

from readq.cli.context import Context, whole_number
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.errors import UsageError
from readq.services import views
from readq.store.papers import queries

USAGE = "[QUERY…]"
DESCRIPTION = """\
The papers that QUERY finds; without one, all but dropped papers. A QUERY is
made of words (stemmed), "a phrase", NOT, OR, parentheses, and fields:
  status:inbox,queued   tag:rl   feed:hf-daily   is:starred   has:note
  author:hinton   title:memory   note:idea   key:vaswani*
  year:2020..2024   upvotes:50..   added:7d   decided:today   due:today
A comma is "or", .. a range, 7d "within 7 days". A leading - is NOT; on a
command line it stands after --."""
EXAMPLE = 'readq list "structural recursion" status:queued -- -tag:robotics'

_ROWS_ON_A_TERMINAL = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help="words, phrases, fields such as tag:rl year:2020.. is:starred"
    )
    parser.add_argument("--sort", default="added", metavar="KEY", help=f"{', '.join(queries.SORTS)}; -KEY reverses")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="at most N papers")
    parser.add_argument("--format", metavar="TEXT", help="a line for each paper, such as '{key} {title}'")
    parser.add_argument("-0", dest="nul", action="store_true", help="end each paper with NUL instead of a newline")
    parser.add_argument("--count", action="store_true", help="only how many")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the papers: a table on a terminal, else a line each, or JSON."""
    if arguments.sort.removeprefix("-") not in queries.SORTS:
        raise UsageError(f"unknown sort key {arguments.sort!r}", f"one of {', '.join(queries.SORTS)}")
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative")
    selection = views.list_selection(views.join_words(arguments.query), now())
    with context.reading() as connection:
        if arguments.count:
            number = queries.count(connection, selection)
            print_json(number) if context.wants_json else print(number)
            return 0
        if context.wants_json or arguments.format is not None:
            ids = queries.list_ids(connection, selection, arguments.sort, arguments.limit)
            papers = queries.papers(connection, ids)
            if context.wants_json:
                print_json([queries.as_json(paper) for paper in papers])
            else:
                from readq.cli.output.line_format import line_format

                _write(map(line_format(arguments.format), papers), arguments.nul)
            return 0
        table = sys.stdout.isatty() and not arguments.nul
        limit = _ROWS_ON_A_TERMINAL if table and arguments.limit is None else arguments.limit
        lines = queries.lines(connection, selection, arguments.sort, limit)
        if table:
            from readq.cli.output.paper_table import print_table

            print_table(lines, queries.count(connection, selection))
        else:
            # Whole before the first is written: a pager left open would keep the library, and every writer, waiting.
            _write([f"{line.key}\t{line.status}\t{line.year or ''}\t{line.title}" for line in lines], arguments.nul)
    return 0


def _write(lines: Iterable[str], nul: bool) -> None:
    end = "\0" if nul else "\n"
    sys.stdout.writelines(line + end for line in lines)
