"""The files of a dump: the reader's own data as plain text that git can compare. Writes nothing.

readq-dump.json   marks the folder as a dump, with the version of the format
papers.jsonl      papers, one a line, sorted by key
notes/KEY.md      notes, one a file
ratings.csv       the ratings in force, sorted by key, then in the order in which they were given
feeds.json        the feeds that are pulled, sorted by name
views.json        the saved queries, sorted by name
config.toml       a copy of the config file

The same library gives the same bytes: a dump contains neither the time at which it was made nor the ids of papers.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from readq.model.paper_fields import FIELDS
from readq.model.records import CardRecord, LibraryRecord, PaperRecord
from readq.text import escape_json, filter_output

VERSION = 1
"""The version of the format; dumps of other versions are refused."""

MARKER = "readq-dump.json"
PAPERS = "papers.jsonl"
NOTES = "notes"
RATINGS = "ratings.csv"
FEEDS = "feeds.json"
VIEWS = "views.json"
CONFIG = "config.toml"

_FIRST_KEYS = ("key", "key_frozen", "aliases")
_LAST_KEYS = tuple(one.name for one in fields(PaperRecord) if one.name not in FIELDS and one.name not in _FIRST_KEYS)
_PAPER_KEYS = (*_FIRST_KEYS, *FIELDS, *_LAST_KEYS)
"""The keys of a paper's object in their order, which must stay, or every line of a dump would change."""

RATING_COLUMNS = ("key", "card", "at", "day", "utc_offset", "rating", "retention", "algorithm")
"""Columns of ratings.csv. `card` is the question of the card, empty for the paper's own card."""

_SAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9_.+-]")
# Names of devices, which files cannot have on Windows, with any suffix.
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")
_LONGEST_NAME = 200


def files(library: LibraryRecord) -> Iterator[tuple[str, str]]:
    """Yield the path inside the folder and the text of each file of a dump.

    The config file is not included.
    """
    papers = sorted(library.papers, key=by_key)
    yield MARKER, _json({"format": VERSION}) + "\n"
    for paper in papers:
        if paper.note is not None:
            yield note_path(paper.key), filter_output(paper.note) + "\n"
    yield PAPERS, "".join(_json(_paper_object(paper)) + "\n" for paper in papers)
    yield RATINGS, _ratings(papers)
    yield FEEDS, _lines(feed._asdict() for feed in sorted(library.feeds))
    yield VIEWS, _lines(view._asdict() for view in sorted(library.views))


def by_key(paper: PaperRecord) -> tuple[str, str]:
    """Return the sort key of a paper in a dump: the case-folded citation key, and then the citation key itself."""
    return paper.key.casefold(), paper.key


def note_path(key: str) -> str:
    """Return the path of a paper's note inside the folder of a dump. `key` is the citation key of the paper.

    Letters, digits and `_.+-` are kept. Any other character is written as % and its bytes in hexadecimal. Different
    keys of a library have different paths, even on a file system that ignores case, because no two keys differ only in
    case.
    """
    name = _SAFE_IN_NAMES.sub(lambda match: _escaped(match[0]), key)
    if _RESERVED.match(name) or name.startswith("."):
        name = _escaped(name[0]) + name[1:]
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}%{hashlib.sha256(key.casefold().encode()).hexdigest()[:16]}"
    return f"{NOTES}/{name}.md"


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _paper_object(paper: PaperRecord) -> dict[str, Any]:
    """Return the paper as one JSON object. Its note and ratings are in other files."""
    result: dict[str, Any] = {name: getattr(paper, name) for name in _PAPER_KEYS}
    result["authors"] = [author._asdict() for author in paper.authors]
    result["fields"] = dict(paper.fields)
    result["sightings"] = [sighting._asdict() for sighting in paper.sightings]
    result["note"] = paper.note is not None
    result["cards"] = [_card_object(card) for card in paper.cards]
    return result


def _card_object(card: CardRecord) -> dict[str, Any]:
    result = card._asdict()
    del result["answers"]
    return result


def _ratings(papers: Iterable[PaperRecord]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(RATING_COLUMNS)
    for paper in papers:
        for card in paper.cards:
            for answer in card.answers:
                values = answer._asdict()
                writer.writerow([paper.key, card.question or "", *(values[name] for name in RATING_COLUMNS[2:])])
    return filter_output(table.getvalue())


def _json(value: object) -> str:
    return escape_json(json.dumps(value, ensure_ascii=False))


def _lines(objects: Iterable[dict[str, Any]]) -> str:
    """Return a JSON array with one object in a line, so that a change is a change of one line."""
    return "[" + ",".join("\n" + _json(one) for one in objects) + "\n]\n"
