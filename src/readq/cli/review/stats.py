"""`readq stats`: print statistics of review, and of the papers that entered and left the inbox and the queue."""

import argparse
from collections.abc import Iterator

from readq.cli.context import Context
from readq.cli.output.streams import json_array, print_json, print_spool
from readq.clock import now
from readq.services.review.statistics import DAYS, Statistics, log_csv, log_entries, share, statistics
from readq.spool import Spool
from readq.store.connection.transactions import reading
from readq.text import counted, one_line

USAGE = "[--log]"
DESCRIPTION = """\
Show statistics: cards due now and in the coming 30 days, answers, minutes and
retention of the last 30 days, cards forgotten twice in a row, and papers in and
out of inbox and queue by week and by feed. --log prints all answers as CSV
instead, which optimisers of FSRS read."""
EXAMPLE = "readq stats"

_WIDTH = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq stats`."""
    parser.add_argument("--log", action="store_true", help="print the log of answers as CSV (or JSON)")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the statistics. Return 0.

    With `--log`, print the log of all answers to review cards instead, as CSV, or as JSON with `--json`.
    """
    with Spool() as spool:
        with context.reading() as connection, reading(connection):
            if arguments.log:
                for text in json_array(log_entries(connection)) if context.wants_json else log_csv(connection):
                    spool.write(text)
            else:
                figures = statistics(connection, now(), context.config)
        if arguments.log:
            print_spool(spool)
        elif context.wants_json:
            print_json(figures.as_json())
        else:
            print("\n".join(_lines(figures)))
    return 0


def _lines(figures: Statistics) -> Iterator[str]:
    yield f"due         {figures.today}{f'; {figures.wait}' if figures.wait else ''}"
    answers, taken = sum(one.answers for one in figures.answers), sum(one.taken_ms for one in figures.answers)
    yield f"answered    {answers:,} in {DAYS} days, {answers / DAYS:.1f} a day, {taken / 60_000:.0f} minutes"
    for name, kept in (("retention", figures.kept), ("  young", figures.young), ("  mature", figures.mature)):
        part = share(kept)
        yield f"{name:12}{'no recall yet' if part is None else f'{part:.0%} of {kept.answers:,}'}"
    yield f"forgotten   {counted(figures.forgotten, 'card')} twice in a row"
    yield from (f"            card:{one.card}  {one_line(one.title)}" for one in figures.forgotten_cards)
    yield f"retired     {counted(figures.retired, 'card')}"
    yield "\nthe coming days"
    most = max((*figures.forecast.values(), 1))
    yield from (
        f"{day}  {'#' * round(_WIDTH * cards / most):{_WIDTH}} {cards:,}" for day, cards in figures.forecast.items()
    )
    yield "\nweek of     inbox in  out    queue in  out"
    for week in figures.weeks:
        yield f"{week.monday}  {week.inbox_in:8,} {week.inbox_out:4,} {week.queue_in:11,} {week.queue_out:4,}"
    if figures.feeds:
        yield f"\n{'feed':20}  arrived  wanted  dropped  undecided"
        for feed in figures.feeds:
            counts = f"{feed.arrived:7,} {feed.wanted:7,} {feed.dropped:8,} {feed.undecided:10,}"
            yield f"{one_line(feed.feed):20}  {counts}"
