"""The files of a dump: the user's own data as plain text that git can compare. Writes nothing.

readq-dump.json   marks the folder as a dump, with the version of the format
papers.jsonl      papers, one on each line, sorted by key
papers/XYZ.jsonl  up to 4,096 files with papers, which a shared dump has in place of papers.jsonl
notes/KEY.md      notes, one in each file
ratings.csv       the ratings that were not undone, sorted by key, then in the order in which they were given
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
from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from readq.model.fields.paper_fields import FIELDS
from readq.model.records import AnswerRecord, CardRecord, FeedRecord, PaperRecord, ViewRecord
from readq.text import escape_json, filter_output

VERSION = 3
"""The newest version of the format. Dumps of older versions are read, and dumps of newer versions are refused.

Format 2 added four values: the arXiv version of a paper, its other titles, how far the source of each field is trusted,
and the time at which a question's card was made. Format 3 is format 2 with the papers in several files.
"""

_VERSION_OF_ONE_LIST = 2

MARKER = "readq-dump.json"
PAPERS = "papers.jsonl"
PAPERS_FOLDER = "papers"
NOTES = "notes"
RATINGS = "ratings.csv"
FEEDS = "feeds.json"
VIEWS = "views.json"
CONFIG = "config.toml"

REMEDY = "take an earlier version of the file from git"
"""A hint for messages: what to do with a file of a dump that cannot be read."""

_FIRST_KEYS = ("key", "key_frozen", "aliases")
_LAST_KEYS = tuple(one.name for one in fields(PaperRecord) if one.name not in FIELDS and one.name not in _FIRST_KEYS)
_PAPER_KEYS = (*_FIRST_KEYS, *FIELDS, *_LAST_KEYS)
"""The keys of the JSON object of a paper, in order. Another order would change every line of a dump."""

_paper_values = attrgetter(*_PAPER_KEYS)
_encode = json.JSONEncoder(ensure_ascii=False).encode

_LEFT_OUT_IF_EMPTY = frozenset({"watches", "trusts", "version", "revised", "other_titles"})

RATING_COLUMNS = ("key", "card", *AnswerRecord._fields)
"""The columns of ratings.csv. An unknown value is an empty text.

The column `card` has the question of the rated card. It is empty for the card of the paper itself. Dumps of older
versions have only the columns up to `algorithm`.
"""

_SAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9_.+-]")
# Names of devices, which files cannot have on Windows, with any suffix.
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")
_LONGEST_RESERVED = 4
_LONGEST_NAME = 200

_LIST_NAME = re.compile(r"[0-9a-f]{3}\.jsonl")


def marker(*, is_split: bool = False) -> str:
    """Return the content of readq-dump.json, the file that marks a folder as a dump.

    If `is_split` is true, the papers of the dump are in several files, `papers/XYZ.jsonl`.
    """
    return _json({"format": VERSION if is_split else _VERSION_OF_ONE_LIST}) + "\n"


def has_one_list(version: int) -> bool:
    """Return whether a dump in the format `version` has all its papers in one file, papers.jsonl."""
    return version <= _VERSION_OF_ONE_LIST


def list_path(note_path: str) -> str:
    """Return the path of the list `papers/XYZ.jsonl` to which a paper belongs. `note_path` is the path of its note.

    XYZ is made from a hash of `note_path`. So each list is short, and a change of some papers changes few lists.
    """
    return f"{PAPERS_FOLDER}/{hashlib.sha256(note_path.casefold().encode()).hexdigest()[:3]}.jsonl"


def is_list_path(path: str) -> bool:
    """Return whether `path`, a path inside the folder of a dump, is the path of a list of papers."""
    folder, _, name = path.partition("/")
    return path == PAPERS or (folder == PAPERS_FOLDER and _LIST_NAME.fullmatch(name) is not None)


def paper_line(paper: PaperRecord) -> str:
    """Return the line of a paper in papers.jsonl. The caller sorts the lines by case-folded key, and then by key."""
    return _json(_paper_object(paper)) + "\n"


def note_text(note: str) -> str:
    """Return the content of the file for the note `note`: the note without control characters, and a newline."""
    return filter_output(note) + "\n"


def feeds(records: Iterable[FeedRecord]) -> str:
    """Return the content of feeds.json for the feeds `records`."""
    return _lines(feed._asdict() for feed in sorted(records))


def views(records: Iterable[ViewRecord]) -> str:
    """Return the content of views.json for the saved views `records`."""
    return _lines(_view_object(view) for view in sorted(records))


def _view_object(view: ViewRecord) -> dict[str, Any]:
    return {name: value for name, value in view._asdict().items() if name != "watch" or value}


def note_path(key: str) -> str:
    """Return the path of a paper's note inside the folder of a dump. `key` is the citation key of the paper.

    ASCII letters, digits and `_.+-` are kept. Any other character is written as % and its bytes in hexadecimal, and so
    is the first character of a name that begins with a dot or is reserved on Windows, such as `con`. The end of a long
    name is replaced by a hash. Two keys of a library always differ in more than case. So their paths differ even on a
    file system that ignores case.
    """
    if _LONGEST_RESERVED < len(key) <= _LONGEST_NAME and key.isascii() and key.isalnum():
        return f"{NOTES}/{key}.md"
    name = _SAFE_IN_NAMES.sub(lambda match: _escaped(match[0]), key)
    if _RESERVED.match(name) or name.startswith("."):
        name = _escaped(name[0]) + name[1:]
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}%{hashlib.sha256(key.casefold().encode()).hexdigest()[:16]}"
    return f"{NOTES}/{name}.md"


def is_note_path(path: str) -> bool:
    """Return whether `path`, a path inside the folder of a dump, can be the path of a note."""
    folder, _, name = path.partition("/")
    return folder == NOTES and "/" not in name and name.endswith(".md") and not name.startswith(".")


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _paper_object(paper: PaperRecord) -> dict[str, Any]:
    """Return the paper as one JSON object. Its note and ratings are in other files."""
    result: dict[str, Any] = dict(zip(_PAPER_KEYS, _paper_values(paper), strict=True))
    result["authors"] = [author._asdict() for author in paper.authors]
    result["fields"] = dict(paper.fields)
    result["sightings"] = [sighting._asdict() for sighting in paper.sightings]
    result["note"] = paper.note is not None
    result["cards"] = [_card_object(card) for card in paper.cards]
    result["watches"] = [mark._asdict() for mark in paper.watches]
    result["trusts"] = dict(paper.trusts)
    # The lines of most papers are as they were before there were these keys.
    for name in _LEFT_OUT_IF_EMPTY:
        if not result[name]:
            del result[name]
    return result


def _card_object(card: CardRecord) -> dict[str, Any]:
    result = card._asdict()
    del result["answers"]
    if card.created is None:
        del result["created"]
    return result


def ratings_head() -> str:
    """Return the first line of ratings.csv, which has the names of the columns."""
    return table([RATING_COLUMNS])


def rating_rows(key: str, cards: Iterable[CardRecord]) -> list[tuple[str, ...]]:
    """Return the rows of a paper in ratings.csv. The caller writes the papers in the order of papers.jsonl.

    `key` is the citation key of the paper, and `cards` are its cards.
    """
    return [
        tuple("" if value is None else filter_output(str(value)) for value in (key, card.question, *answer))
        for card in cards
        for answer in card.answers
    ]


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return `rows` as lines of a CSV file, for ratings.csv."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def _json(value: object) -> str:
    return escape_json(_encode(value))


def _lines(objects: Iterable[dict[str, Any]]) -> str:
    """Return a JSON array with each object on a line of its own, so that a changed object is one changed line."""
    return "[" + ",".join("\n" + _json(one) for one in objects) + "\n]\n"
