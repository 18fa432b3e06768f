"""Lay out the statistics of review as text blocks. Bars consist of block characters, so they need no colour."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from readq.services.review.statistics import DAYS, MATURE_DAYS, Statistics, share
from readq.store.review.figures import Kept
from readq.text import clean, counted
from readq.tui.text import icons, paper_blocks
from readq.tui.text.list_columns import fit
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text

_EIGHTHS = f" {icons.BARS}"
_HEIGHT = 4
"""The height of a chart, in lines."""

_BAR = 30
"""The width of a horizontal bar, in cells."""

_WIDE = 70
"""The smallest width of the pane, in cells, in which a day of a chart takes two cells. Otherwise it takes one."""


def figure_blocks(figures: Statistics, width: int) -> Iterator[Block]:
    """Yield the text blocks with the statistics, for a pane with room for `width` cells of text."""
    yield Block(paper_blocks.TITLE, f"{str(figures.today).capitalize()}{f'; {figures.wait}' if figures.wait else ''}")
    step = 2 if width >= _WIDE else 1
    ahead = dict(list(figures.forecast.items())[1:])
    yield Block(paper_blocks.RULE, f"falls due in the coming {len(ahead)} days: {counted(sum(ahead.values()), 'card')}")
    yield from _chart(ahead, step)
    yield from _kept(figures)
    yield from _answers(figures, step)
    yield from _forgotten(figures)
    yield from _papers(figures)
    # Without a label after it, no pane puts the last table beside the one before.
    yield Block(paper_blocks.RULE, "")


def _chart(days: Mapping[str, int], step: int) -> Iterator[Block]:
    """Yield a chart with the greatest number, and a line with the dates of the Mondays.

    The chart has a bar for each ISO day in `days`. A bar and its gap are `step` cells wide.

    Yield nothing if all numbers are 0, because the line above the chart states their sum.
    """
    if not any(days.values()):
        return
    yield Block(paper_blocks.BODY, "\n".join(chart(list(days.values()), step)))
    yield Block(paper_blocks.META, axis([date.fromisoformat(day) for day in days], step))


def chart(numbers: Sequence[int], step: int) -> list[str]:
    """Return the lines of a chart with a vertical bar for each number.

    A bar with its gap is `step` cells wide. The first line begins with the greatest number, and the last line with 0.
    The bar of a number above 0 is at least an eighth of a line high.
    """
    most = max(numbers, default=0)
    levels = [-(-number * 8 * _HEIGHT // most) if most else 0 for number in numbers]
    lines = []
    for row in reversed(range(_HEIGHT)):
        label = f"{most:,}" if row == _HEIGHT - 1 else "0" if row == 0 else ""
        bars = (_EIGHTHS[max(0, min(8, level - 8 * row))].ljust(step) for level in levels)
        lines.append(f"{label:>5} ▏{''.join(bars)}".rstrip())
    return lines


def axis(days: Sequence[date], step: int) -> str:
    """Return the line below a chart of `days`. It has the day and month of each Monday, if there is room for them.

    `step` is the width of a bar with its gap, in cells, as for `chart`.
    """
    line = ""
    for place, day in enumerate(days):
        at = 7 + place * step
        if day.weekday() == 0 and len(line) < at:
            line = f"{line:{at}}{day.day} {day:%b}"
    return line


def bar(part: float) -> str:
    """Return a horizontal bar of 30 cells for the share `part`, from 0 to 1. Dots fill the rest of the bar."""
    filled = round(part * _BAR)
    return f"{'█' * filled}{'·' * (_BAR - filled)}"


def _kept(figures: Statistics) -> Iterator[Block]:
    yield Block(paper_blocks.RULE, f"retention in the last {DAYS} days")
    rows: tuple[tuple[str, Kept], ...] = (
        *(("all", figures.kept), (f"under {MATURE_DAYS} days", figures.young)),
        (f"{MATURE_DAYS} days or more", figures.mature),
    )
    for name, kept in rows:
        part = share(kept)
        text = "no recall yet" if part is None else f"{bar(part)} {part:.0%} of {kept.answers:,}"
        yield Block(paper_blocks.BODY, f"{name:16}{text}")


def _answers(figures: Statistics, step: int) -> Iterator[Block]:
    answers, taken = sum(one.answers for one in figures.answers), sum(one.taken_ms for one in figures.answers)
    minutes = counted(round(taken / 60_000), "minute")
    yield Block(paper_blocks.RULE, f"answered in {DAYS} days: {answers:,}, {answers / DAYS:.1f} a day, {minutes}")
    if answers:
        # The forecast begins on the present day.
        today = date.fromisoformat(next(iter(figures.forecast)))
        given = {one.day: one.answers for one in figures.answers}
        days = [date.fromordinal(today.toordinal() - back) for back in reversed(range(DAYS))]
        yield from _chart({day.isoformat(): given.get(day.isoformat(), 0) for day in days}, step)


def _forgotten(figures: Statistics) -> Iterator[Block]:
    yield Block(paper_blocks.RULE, "cards")
    yield Block(paper_blocks.BODY, f"{counted(figures.retired, 'card')} retired")
    yield Block(paper_blocks.BODY, f"{counted(figures.forgotten, 'card')} forgotten twice in a row")
    for one in figures.forgotten_cards:
        yield Block(paper_blocks.NOTE, f"  #{one.paper_id} {display_text(one.title)}", hang=2)


def _papers(figures: Statistics) -> Iterator[Block]:
    yield Block(paper_blocks.RULE, "papers by week")
    yield Block(paper_blocks.META, f"{'week of':12}{'inbox in':>10}{'out':>8}{'queue in':>12}{'out':>8}")
    for week in figures.weeks:
        numbers = f"{week.inbox_in:>10,}{week.inbox_out:>8,}{week.queue_in:>12,}{week.queue_out:>8,}"
        yield Block(paper_blocks.BODY, f"{week.monday:12}{numbers}")
    if figures.feeds:
        yield Block(paper_blocks.RULE, f"papers by feed, {DAYS} days")
        yield Block(paper_blocks.META, f"{'feed':20}{'came':>8}{'wanted':>8}{'dropped':>9}{'undecided':>11}")
    for feed in figures.feeds:
        numbers = f"{feed.arrived:>8,}{feed.wanted:>8,}{feed.dropped:>9,}{feed.undecided:>11,}"
        yield Block(paper_blocks.BODY, f"{fit(clean(feed.feed), 20)}{numbers}")
