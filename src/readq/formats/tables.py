"""Write papers as tables: CSV (RFC 4180) for spreadsheets, and JSON lines for programs.

Each paper is given as the JSON object that `readq list --json` prints for it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from readq.text import escape_json

COLUMNS = (
    *("key", "title", "authors", "year", "venue", "published", "arxiv_id", "doi", "url", "status", "starred", "tags"),
    *("note", "added", "decided", "due", "interest", "abstract"),
)
"""The names of the columns of the CSV file. They are the names of fields in the JSON object of a paper."""

_SEPARATORS: Mapping[str, str] = {"authors": "; ", "tags": " "}
_FORMULA = ("=", "+", "-", "@", "\t")


def write_csv(papers: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the lines of a CSV file: a line with the names of COLUMNS, then a line for each paper.

    The items of a list are joined to one text. A text that a spreadsheet would read as a formula gets a leading
    apostrophe.
    """
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield line.getvalue()
    for paper in papers:
        line.seek(0)
        line.truncate()
        writer.writerow([_cell(name, paper[name]) for name in COLUMNS])
        yield line.getvalue()


def _cell(name: str, value: object) -> object:
    if isinstance(value, list | tuple):
        value = _SEPARATORS[name].join(map(str, value))
    elif isinstance(value, bool):
        value = int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_json_lines(papers: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield one line for each paper, with the JSON object of the paper."""
    return (f"{escape_json(json.dumps(paper, ensure_ascii=False))}\n" for paper in papers)
