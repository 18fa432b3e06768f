"""Libraries of every schema there was, made row by row so that later code cannot change what they hold."""

import contextlib
import functools
import itertools
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from readq.store.connection.connect import APPLICATION_ID
from readq.store.schema_versions.migration_steps import STEPS

AT = "2026-11-20T08:00:00Z"

# A bit of everything. The states of the cards are what FSRS-6 makes of the ratings.
_SCHEMA_1: Mapping[str, list[dict[str, Any]]] = {
    "feed": [{"id": 1, "name": "hf-daily", "added": AT}, {"id": 2, "name": "arxiv", "spec": "arxiv:cs", "added": AT}],
    "paper": [
        {
            "id": 1, "key": "noether1918invariant", "key_frozen": 1, "title": "Invariant Variation Problems",
            "title_key": "invariantvariationproblems", "authors": "Emmy Noether\nFelix Klein", "abstract": "Laws.",
            "year": 1918, "published": "1918-07-26", "venue": "Göttingen", "url": "https://example.org/1",
            "entry_type": "article", "fields": '{"pages": "235--257"}', "trust": 50, "edited": "title",
            "status": "done", "decided": AT, "starred": 1, "added": AT,
        },
        {
            "id": 2, "key": "lovelace1843notes", "title": "Notes", "title_key": "notes", "authors": "Ada Lovelace",
            "trust": 30, "snoozed_until": "2026-12-01", "added": AT, "primary_class": "cs.LG",
        },
        {"id": 4, "key": "anon", "title": "Nobody's", "title_key": "nobodys", "trust": 10, "added": AT,
         "status": "dropped", "decided": AT},
    ],
    "author": [
        {"paper_id": 1, "position": 0, "name": "Emmy Noether", "family": "Noether", "given": "Emmy"},
        {"paper_id": 1, "position": 1, "name": "Felix Klein"},
        {"paper_id": 2, "position": 0, "name": "Ada Lovelace"},
    ],
    "identifier": [{"scheme": "arxiv", "value": "2611.00002", "paper_id": 2}],
    "alias": [{"key": "noether", "paper_id": 1}],
    "paper_tag": [{"paper_id": 1, "tag": "physics"}, {"paper_id": 2, "tag": "engines"}],
    "sighting": [
        {"paper_id": 1, "feed_id": 1, "day": "2026-11-19", "rank": 1, "upvotes": 4, "comments": 0, "submitted_by": "a"},
        {"paper_id": 1, "feed_id": 2, "day": "2026-11-20", "upvotes": 9},
    ],
    "note": [{"paper_id": 1, "text": "Every symmetry.", "version": 2, "created": AT, "updated": AT}],
    "note_history": [{"paper_id": 1, "version": 1, "text": "Every", "replaced": AT}],
    "draft": [{"paper_id": 2, "text": "half a sen", "updated": AT}],
    "card": [
        {"id": 1, "paper_id": 1, "kind": "paper", "due": "2026-11-20", "stability": 2.609430356151836,
         "difficulty": 7.382336607835277, "interval_days": 9, "last_day": "2026-11-11", "reps": 3, "lapses": 1,
         "created": AT},
        {"id": 2, "paper_id": 1, "kind": "question", "question": "Which law?", "answer": "Conservation.",
         "due": "2026-11-21", "created": AT, "suspended": 1, "priority": 2, "buried_until": "2026-11-22"},
    ],
    "review": [
        {"id": 1, "card_id": 1, "rating": 3, "at": "2026-11-01T08:00:00Z", "day": "2026-11-01", "elapsed_days": 0,
         "stability": 2.3065, "difficulty": 2.118103970459016, "interval_days": 8, "due": "2026-11-09",
         "due_before": "2026-11-01", "reps_before": 0, "lapses_before": 0},
        {"id": 2, "card_id": 1, "rating": 1, "at": "2026-11-10T08:00:00Z", "day": "2026-11-10", "elapsed_days": 9,
         "stability": 0.7465696571925393, "difficulty": 7.394502741279718, "interval_days": 1, "due": "2026-11-11",
         "stability_before": 2.3065, "difficulty_before": 2.118103970459016, "interval_before": 8,
         "due_before": "2026-11-09", "last_day_before": "2026-11-01", "reps_before": 1, "lapses_before": 0},
        {"id": 3, "card_id": 1, "rating": 3, "at": "2026-11-11T08:00:00Z", "day": "2026-11-11", "elapsed_days": 1,
         "stability": 2.609430356151836, "difficulty": 7.382336607835277, "interval_days": 9, "due": "2026-11-20",
         "stability_before": 0.7465696571925393, "difficulty_before": 7.394502741279718, "interval_before": 1,
         "due_before": "2026-11-11", "last_day_before": "2026-11-10", "reps_before": 2, "lapses_before": 1},
        {"id": 4, "card_id": 1, "rating": 4, "at": "2026-11-20T08:00:00Z", "day": "2026-11-20", "elapsed_days": 9,
         "stability": 1.0, "difficulty": 1.0, "interval_days": 1, "due": "2026-11-21",
         "due_before": "2026-11-20", "reps_before": 3, "lapses_before": 1, "undone": 1},
    ],
    "step": [{"id": 1, "at": AT, "what": "finished", "papers": 1},
             {"id": 3, "at": AT, "what": "rated easy", "papers": 1, "undone": 1}],
    "change": [
        {"step_id": 1, "paper_id": 1, "field": "status", "before": "inbox", "after": "done"},
        {"step_id": 1, "paper_id": 1, "field": "decided", "before": None, "after": AT},
        {"step_id": 3, "paper_id": 1, "field": "rating:4", "before": None, "after": 4},
    ],
    "view": [{"name": "rl", "query": "tag:rl", "position": 1}],
    "exported": [{"path": "/home/reader/refs.bib", "sha256": "0" * 64, "at": AT}],
    "last_opened": [{"one": 1, "paper_id": 1}],
}  # fmt: skip


_SCHEMA_2: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_1,
    "other_title": [{"title_key": "invariantenofforms", "paper_id": 1}],
    "pull": [
        {"feed_id": 2, "tried": AT, "succeeded": AT, "through": "2026-11-20", "newest": "2026-11-19", "etag": "x"}
    ],
    "service": [{"name": "arxiv", "last_request": 1_795_000_000_000}],
    "pending": [{"paper_id": 2, "reference": "2611.00002", "since": AT}],
    "pdf": [{"paper_id": 1, "path": "/home/reader/noether.pdf", "added": AT}],
}


_SCHEMA_3: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_2,
    "origin": [{"id": 1, "name": "file:/home/reader/refs.bib"}],
    "source": [{"origin_id": 1, "name": "noether1918invariant", "paper_id": 1, "digest": -5, "said": '{"year": 1918}'}],
    "look_alike": [{"paper_id": 1, "other_id": 4, "why": "same title", "apart": 1}],
}


_SCHEMA_4: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_3,
    "interest": [
        {"one": 1, "version": 1, "papers": 1, "liked": 1, "dropped": 0, "liked_weight": 2048, "dropped_weight": 0,
         "centre": 0.0, "slope": 1.0},
    ],
    "interest_word": [
        {"id": 1, "word": "invariant", "papers": 1, "liked": 2048 * 819, "dropped": 0},
        {"id": 2, "word": "author:emmy noether", "papers": 1, "liked": 2048 * 614, "dropped": 0},
    ],
    "interest_paper": [
        {"paper_id": 1, "verdict": 2048, "score": None,
         "words": bytes.fromhex("01000000" "02000000" "3303" "6602")},
    ],
}  # fmt: skip


_SCHEMA_6: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_4,
    "view": [
        {"id": 1, "name": "rl", "query": "tag:rl", "position": 1},
        {"id": 3, "name": "engines", "query": "engine", "position": 2, "watch": "raise"},
    ],
    "caught": [{"paper_id": 2, "view_id": 3, "action": "raise", "at": AT}],
}


_SCHEMA_7: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_6,
    "review": [
        {**row, "prompt": "claim", "recalled": "every symmetry", "taken_ms": 9000, "sitting": 1_793_520_000_000}
        for row in _SCHEMA_6["review"]
    ],
}


_SCHEMA_8: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_7,
    "note_folder": [{"folder": "/home/ada/notes", "step": 1, "undone": 0, "undone_steps": 0}],
    "note_file": [
        {
            "folder": "/home/ada/notes",
            "paper_id": 1,
            "name": "noether1918invariant.md",
            "size": 120,
            "mtime_ns": 1_793_520_000_000_000_000,
            "digest": "d1",
            "note_digest": "d2",
            "version": 2,
            "properties": '{"title": "Invariant Variation Problems", "status": "done", "tags": ["physics"]}',
        }
    ],
}


_SCHEMA_9: Mapping[str, list[dict[str, Any]]] = {**_SCHEMA_8, "shared": [{"one": 1, "commits": "0a" * 20}]}


_SCHEMA_10: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_9,
    "bib_file": [{"id": 1, "path": "/home/ada/refs.bib", "sha256": "ab", "at": AT}],
    "bib_entry": [{"file_id": 1, "key": "noether1918invariant", "paper_id": 1, "sha256": "cd"}],
    "bib_change": [{"id": 1, "file_id": 1, "paper_id": 1}],
}


_SCHEMA_12: Mapping[str, list[dict[str, Any]]] = {
    **_SCHEMA_10,
    "pdf_text": [
        {"paper_id": 1, "size": 9000, "mtime_ns": 1_793_520_000_000_000_000, "text": "Every symmetry has a law."}
    ],
}


_TABLES: Mapping[int, Mapping[str, list[dict[str, Any]]]] = {
    1: _SCHEMA_1,
    2: _SCHEMA_2,
    3: _SCHEMA_3,
    4: _SCHEMA_4,
    5: _SCHEMA_4,  # triggers fill the new columns
    6: _SCHEMA_6,
    7: _SCHEMA_7,
    8: _SCHEMA_8,
    9: _SCHEMA_9,
    10: _SCHEMA_10,
    11: _SCHEMA_10,
    12: _SCHEMA_12,
    13: _SCHEMA_12,
    14: _SCHEMA_12,
}
"""The rows of each schema version by table: some of every table."""


def _build(version: int, path: str) -> None:
    """Make a library of a schema version at `path`, by the migrations that lead to it."""
    Path(path).write_bytes(_image(version))


@functools.cache
def _image(version: int) -> bytes:
    """Return the file of a library of a schema version: it is the same each time."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in itertools.chain.from_iterable(STEPS[:version]):
            if isinstance(statement, str):
                connection.execute(statement)
            else:
                statement(connection)
        for table, rows in _TABLES[version].items():
            for row in rows:
                values = (
                    {"utc_offset": 3600, "retention": 0.8, "algorithm": "fsrs-6", **row} if table == "review" else row
                )
                columns, marks = ", ".join(values), ", ".join("?" * len(values))
                connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute("COMMIT")
        return connection.serialize()


BUILDERS: Mapping[int, Callable[[str], None]] = {version: functools.partial(_build, version) for version in _TABLES}
"""By schema: makes a library of it at a path, with a row or more in every table."""
