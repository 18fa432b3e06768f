"""The tools that read: find papers, get one paper, list due review cards, cite papers.

These tools do not change the library.
"""

import sqlite3
from collections.abc import Sequence

from readq.days import local_day
from readq.errors import ReadqError, UsageError
from readq.mcp.tool import Answer, Environment
from readq.model.values import Paper, QueueRow
from readq.services.views import list_selection
from readq.store import references
from readq.store.connection.transactions import reading
from readq.store.papers import queries
from readq.text import clean, one_line, quoted

MOST_PAPERS = 25
"""The maximum number of papers, cards or entries in one answer."""

MOST_CITED = 10
"""The maximum number of papers that one call can cite."""
_LONGEST_ENTRIES = 16_000
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_WORD = 300, 80, 100
_LONGEST_ABSTRACT, _LONGEST_NOTE = 4_000, 8_000
_NAMES_IN_LIST, _NAMES_OF_PAPER, _MOST_TAGS = 4, 30, 20
CITED_FORMATS = ("bibtex", "biblatex", "csl-json")
"""The citation formats that an agent can request."""


def find_papers(environment: Environment, query: str, sort: str, limit: int, skip: int) -> Answer:
    """Return papers that `query` finds, in the order `sort`. `skip` is the number of papers to leave out at the start.

    The answer has at most `limit` papers, and the number of all papers that `query` finds. Raises UsageError if the
    query cannot be parsed, or if the order is unknown.
    """
    if sort.removeprefix("-") not in queries.SORTS:
        raise UsageError(f"unknown order {quoted(sort)}", f"one of {', '.join(queries.SORTS)}")
    if sort.removeprefix("-") == "interest":
        environment.library.refresh_interest()
    else:
        environment.library.prepare_query(query)
    with environment.library.reading() as connection, reading(connection):
        selection = list_selection(query, environment.clock(), connection)
        found = queries.count(connection, selection)
        ids = queries.list_ids(connection, selection, sort, skip + limit)[skip:] if limit else []
        rows = queries.queue_rows(connection, ids)
    return {"found": found, "skipped": min(skip, found), "papers": [_listed(row) for row in rows]}


def get_paper(environment: Environment, ref: str) -> Answer:
    """Return all data of the paper that `ref` names.

    Long texts are cut. The list `cut` in the answer names the texts that were cut. Raises ReadqError if `ref` names no
    paper.
    """
    with environment.library.reading() as connection, reading(connection):
        paper = queries.paper(connection, number_of(connection, ref))
    if paper is None:
        raise no_paper(ref)
    return _whole(paper)


def due_reviews(environment: Environment, limit: int) -> Answer:
    """Return the number of review cards that are due today, and at most `limit` of these cards.

    The longest overdue cards come first.
    """
    from readq.services.review import cards

    moment = environment.clock()
    with environment.library.reading() as connection, reading(connection):
        due = cards.due(connection, moment)
        shown = due[:limit]
        rows = {row.id: row for row in queries.queue_rows(connection, [card.paper_id for card in shown])}
    return {
        "today": local_day(moment).isoformat(),
        "due": len(due),
        "cards": [
            {
                "card": card.card,
                **_name(rows[card.paper_id].id, rows[card.paper_id].key),
                "kind": card.kind,
                "due": card.due,
                "untrusted": {
                    "title": _line(rows[card.paper_id].title, _LONGEST_TITLE),
                    "asks": _line(card.question, _LONGEST_TITLE),
                },
            }
            for card in shown
            if card.paper_id in rows
        ],
    }


def cite(environment: Environment, refs: Sequence[str], format: str) -> Answer:  # noqa: A002 - the argument's name
    """Return bibliography entries for the papers that `refs` name. `format` is one of CITED_FORMATS.

    Unlike an export, this does not make citation keys permanent. The list `provisional` of the answer has the keys that
    can still change. Raises UsageError for an unknown format. Raises ReadqError if none of `refs` names a paper, or if
    the entries are too long for an answer.
    """
    from readq.services.citing.export_formats import FORMATS
    from readq.store.papers import citations

    if format not in CITED_FORMATS:
        raise UsageError(f"unknown format {quoted(format)}", f"one of {', '.join(CITED_FORMATS)}")
    form = FORMATS[format]
    with environment.library.reading() as connection, reading(connection):
        resolved = references.resolve(connection, [ref for ref in refs if ref != "-"])
        if not resolved.ids:
            raise no_paper(refs[0])
        ids = citations.in_key_order(connection, resolved.ids, ignoring_case=form.ignores_case)
        papers = [paper for _, paper in citations.citables(connection, ids)]
        provisional = citations.provisional_keys(connection, resolved.ids)
    text = "".join(form.parts(papers))
    if len(text) > _LONGEST_ENTRIES:
        raise ReadqError(
            f"the entries have {len(text):,} characters, and an answer at most {_LONGEST_ENTRIES:,}",
            "cite fewer at a time, or run readq export",
        )
    return {
        "entries": len(papers),
        "missing": [_line(ref, _LONGEST_WORD) for ref in resolved.missing],
        "provisional": [_line(key, _LONGEST_WORD) for key in provisional],
        "untrusted": {"text": text},
    }


def number_of(connection: sqlite3.Connection, ref: str) -> int:
    """Return the id of the paper that `ref` names. Raises ReadqError if it names no paper."""
    found = references.find(connection, ref)
    if found is None:
        raise no_paper(ref)
    return found


def no_paper(ref: str) -> ReadqError:
    """Return the error for a `ref` that names no paper of the library."""
    return ReadqError(f"no paper {quoted(ref)}", "find_papers gives keys and numbers")


def _name(number: int, key: str) -> dict[str, object]:
    return {"number": number, "key": _line(references.reference_to_key(key), _LONGEST_WORD)}


def _listed(row: QueueRow) -> dict[str, object]:
    facts = {
        **_name(row.id, row.key),
        "status": row.status,
        "starred": row.starred or None,
        "year": row.year,
        "seen": row.seen,
        "upvotes": row.upvotes,
        "interest": row.interest,
        "due": row.due,
        "has_note": row.has_note or None,
        "tags": _tags(row.tags.split()),
    }
    names = _people(row.authors.splitlines(), _NAMES_IN_LIST)
    return {**_known(facts), "untrusted": {"title": _line(row.title, _LONGEST_TITLE), "authors": names}}


def _whole(paper: Paper) -> Answer:
    newest = max((one.seen for one in paper.sightings), default=None)
    facts = {
        **_name(paper.id, paper.key),
        "key_frozen": paper.key_frozen,
        "status": paper.status,
        "starred": paper.starred or None,
        "snoozed_until": paper.snoozed_until,
        "year": paper.year,
        "published": paper.published,
        "arxiv_id": paper.arxiv_id,
        "seen": newest,
        "upvotes": max((one.upvotes for one in paper.sightings if one.upvotes is not None), default=None),
        "added": paper.added,
        "decided": paper.decided,
        "due": paper.due,
        "interest": paper.interest,
        "tags": _tags(paper.tags),
        "cut": [
            name
            for name, text, most in (
                ("abstract", paper.abstract, _LONGEST_ABSTRACT),
                ("note", paper.note, _LONGEST_NOTE),
            )
            if text and len(clean(text)) > most
        ],
    }
    foreign: dict[str, object] = {
        "title": _line(paper.title, _LONGEST_TITLE),
        "authors": _people(paper.authors, _NAMES_OF_PAPER),
        "venue": _line(paper.venue or "", _LONGEST_TITLE),
        "doi": _line(paper.doi or "", _LONGEST_TITLE),
        "url": _line(paper.url or "", _LONGEST_TITLE),
        "abstract": _cut(clean(paper.abstract or ""), _LONGEST_ABSTRACT),
        "note": _cut(clean(paper.note or ""), _LONGEST_NOTE),
    }
    return {**_known(facts), "untrusted": _known(foreign)}


def _known(facts: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _tags(tags: Sequence[str]) -> list[str]:
    return [_line(tag, _LONGEST_WORD) for tag in tags[:_MOST_TAGS]]


def _people(names: Sequence[str], most: int) -> list[str]:
    shown = [_line(name, _LONGEST_NAME) for name in names[:most]]
    return [*shown, f"and {len(names) - most} more"] if len(names) > most else shown


def _line(text: str, most: int) -> str:
    return _cut(one_line(text), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
