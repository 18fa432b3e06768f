"""The rows of the report, with their targets, and the report as Markdown."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from processes import Compared

Results = Mapping[str, Mapping[int, Compared]]
"""Figures by the name of a row and by the number of papers."""

REFERENCE = 10_000
"""Papers at which readq is compared with the floor and held to its targets."""


class Row(NamedTuple):
    """A line of the report: figures in `unit` (`s` or `MB`).

    The target, at `at` papers: at most `most` (same unit), or `times` the floor; or `more` than the floor.
    """

    name: str
    label: str
    floor: str
    unit: str = "s"
    most: float | None = None
    times: float | None = None
    more: float | None = None
    at: int = REFERENCE


ROWS = (
    Row("help", "readq --help", "python, sqlite3, json, argparse", most=0.040, times=2),
    Row("import", "import, from JSON", "json, insert, FTS5", most=1.0, times=2.2),
    Row("bib", "import, from a .bib", "bibtexparser's own parse", times=2),
    Row("bib again", "the same file imported again", "the first import", times=0.5),
    Row("bib base", "import of a .bib, one base for all keys", "the same with distinct keys", times=2),
    Row("bib identity", "import of 1,000 entries into the library", "into a library of 1,000", times=1.2),
    Row("history", "a history of daily lists, parsed and stored", "inserts of its rows, FTS5", times=3),
    Row("pull", "a sync without news, by feed", "urllib, feedparser", most=0.050),
    Row("list", "list, first 20", "python, one query", most=0.045, times=3.2),
    Row("search", "search, rare word", "python, one FTS5 query", most=0.045, times=3.2),
    Row("rare", "search, rare word, query only", "FTS5, ranked, 50", most=0.001, times=18),
    Row("frequent", "search, frequent word, query only", "FTS5, ranked, 50", most=0.012, times=2),
    Row("tag", "tag one paper", "python, one commit", most=0.045, times=3.1),
    Row("export", "export all to .bib", "python, format, write", most=0.15, times=3.5),
    Row("export bibtexparser", "the same export", "bibtexparser, write"),
    Row("export pybtex", "the same export", "pybtex, names, escapes, write"),
    Row("cited", "export of 200 papers that an .aux file cites", "list, first 20", times=1.5),
    Row("kept", "tag one paper, with a kept .bib of all", "export all to .bib", times=0.1),
    Row("undo", "undo a mark of all", "python, update all"),
    Row("undo same", "undo a mark of all, compared with making it", "the mark of all", times=1),
    Row("journal", "one mark, on an open library", "the same without the journal", times=2),
    Row("interest rebuilt", "interest built from 5,000 decisions", "", most=1.0),
    Row("interest of new", "interest of 100 new papers", "", most=0.050),
    Row("interest decision", "a decision on an open library", "the same without interest", times=1.3),
    Row("review preview", "review: preview of four buttons, CPU", "", most=0.000_3),
    Row("review queue", "review: queue of a day, all cards due, CPU", "its bare query", times=2),
    Row("review open", "review: opened with all cards due, CPU", "with 100 due", most=0.020, times=1.5),
    Row("review replay", "review: replay of 40,000 answers, CPU", "", most=1.0),
    Row("review note", "review: saving a note with ten questions, CPU", "without questions", times=1.5),
    Row(
        "notes changed", "notes: one file of as many changed, CPU", "the files listed with times", most=0.060, times=2.2
    ),
    Row("notes command", "list, with a folder of notes of which one changed", "without a folder", more=0.120),
    Row("mcp", "mcp, started for a search", "list of the same word", times=2),
    Row("mcp search", "mcp, a further search", "list of the same word", times=2),
    Row("open", "open a library, 5 reviews a paper", "an empty library", more=0.005, at=100_000),
    Row("disk", "library on disk", "the rows and their FTS5 index", "MB", most=25, times=1.13),
    Row("memory", "peak memory, list", "python, one query", "MB", most=25, times=2.2),
    Row("import memory", "peak memory, import", "json, insert, FTS5", "MB"),
    Row("launch", "UI: launch to first rows", "python, textual.app", most=0.350, times=2),
    Row("tui down_first", "UI: key down, cursor moved", "curses"),
    Row("tui down", "UI: key down, settled", "curses", most=0.020, times=4.2),
    Row("tui down_cpu", "UI: key down, processor time", "curses", most=0.010, times=14),
    Row("tui page_first", "UI: page down, rows moved", "curses"),
    Row("tui page", "UI: page down, settled", "curses", most=0.030, times=5.8),
    Row("tui page_cpu", "UI: page down, processor time", "curses"),
    Row("tui end", "UI: jump to the end, settled", "curses"),
    Row("tui filter", "UI: filter, Enter to rows", "curses", most=0.020, times=3.7),
    Row("tui beside", "UI: key down while a sync runs, cursor moved", "the same without a sync", times=1.2),
    Row("tui bulk", "UI: key down after *, d, u, X, u on all papers, slowest", "the same before", most=0.1, at=100_000),
    Row("tui memory", "UI: peak memory at first rows", "curses", "MB", most=70, times=5.4),
    Row("tui memory after", "UI: the same after a decision and an import", "curses", "MB"),
)


SHORT = (
    *("help", "import", "bib", "history", "pull", "list", "search", "tag", "export", "undo same"),
    *("disk", "memory", "launch", "tui down", "tui filter", "tui beside", "tui memory", "tui memory after"),
)
"""The names of the rows that the README has."""


def markdown(results: Results, numbers: Sequence[int], names: Container[str]) -> str:
    """Return the table of the rows that `names` has.

    It says whether targets are met if there are figures for REFERENCE papers.
    A target of time is met if either of its two figures is, because the multiple allows for a slower machine.
    """
    heads = [
        "operation",
        "floor",
        *(f"{number:,}" for number in numbers),
        f"× floor at {_reference(numbers):,}",
        "target",
    ]
    lines = [_line(heads), _line(["---"] * len(heads))]
    lines += [
        _line(_cells(row, results[row.name], numbers)) for row in ROWS if row.name in results and row.name in names
    ]
    return "\n".join(lines) + "\n"


def floors(medians: Mapping[str, float]) -> str:
    """Return the table of floors: start times of plain programs."""
    lines = [_line(["floor", "median"]), _line(["---", "---"])]
    return "\n".join(lines + [_line([name, shown(value, "s")]) for name, value in medians.items()]) + "\n"


def _reference(numbers: Sequence[int]) -> int:
    return REFERENCE if REFERENCE in numbers else numbers[-1]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row, by_number: Mapping[int, Compared], numbers: Sequence[int]) -> Iterator[str]:
    reference = by_number.get(_reference(numbers))
    yield row.label
    yield f"{row.floor}: {shown(reference.floor, row.unit)}" if reference and reference.floor is not None else row.floor
    for number in numbers:
        yield shown(by_number[number].readq, row.unit) if number in by_number else ""
    yield f"{reference.ratio:.1f}×" if reference and reference.ratio else ""
    yield _target(row, by_number.get(row.at))


def _target(row: Row, figures: Compared | None) -> str:
    limits = [
        shown(row.most, row.unit) if row.most is not None else "",
        f"{row.times:g}×" if row.times is not None else "",
        f"floor + {shown(row.more, row.unit)} at {row.at:,}" if row.more is not None else "",
    ]
    if not any(limits):
        return ""
    text = f"≤ {', '.join(filter(None, limits))}"
    return text if figures is None else f"{text}: {'met' if _is_met(row, figures) else 'missed'}"


def _is_met(row: Row, figures: Compared) -> bool:
    if row.more is not None and figures.floor is not None:
        return figures.readq - figures.floor <= row.more
    if row.most is not None and figures.readq <= row.most:
        return True
    if row.unit != "s" or row.times is None or figures.ratio is None:
        return False
    return figures.ratio <= row.times


def shown(value: float | None, unit: str) -> str:
    """Format a figure with its unit, to three digits."""
    if value is None:
        return ""
    if unit == "MB":
        return f"{value:.3g} MB" if value < 1000 else f"{value:,.0f} MB"
    if value >= 1:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"
