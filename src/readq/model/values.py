"""Plain immutable values that all parts of readq share.

Instants are text in UTC (`2026-11-23T08:00:00Z`), days are local days as ISO dates (`2026-11-23`).
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What the reader decided about a paper; all but `INBOX` are decisions."""

    INBOX = "inbox"
    QUEUED = "queued"
    READING = "reading"
    DONE = "done"
    DROPPED = "dropped"


class Rating(IntEnum):
    """How well a card was remembered, in FSRS's own numbers."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


CONFLICT_HEADING = "## Also written at the same time"
"""Separates the texts of a note that two writers, or two machines, changed at the same time."""

ALGORITHM = "fsrs-6"
"""The scheduler. Logged with every answer, because another one could not continue from the same numbers."""


class CardState(NamedTuple):
    """A card between two answers, as it is stored. The first three and `last_day` are None before the first answer."""

    stability: float | None
    difficulty: float | None
    interval_days: int | None
    due: str
    last_day: str | None
    reps: int
    lapses: int


class Trust(IntEnum):
    """How reliable the metadata of a source is. A value of higher trust replaces one of lower trust."""

    PAGE = 10  # text copied off a page: no ids, LaTeX stripped
    SYNDICATION = 20  # RSS and Atom of unknown making
    AGGREGATOR = 25  # Semantic Scholar, OpenAlex: gathered by machines
    HUGGINGFACE = 30  # authors and abstract as on arXiv, no categories
    WEBSITE = 35  # what the page of a paper says of it in its tags
    ARXIV = 40
    BIBTEX = 50  # the reader's own file
    REGISTRY = 60  # Crossref, DataCite: the published record


class Author(NamedTuple):
    """One author in order. `family` and `given` stay None until a source or a person splits the name.

    `family` with `given` None is a name in one piece: an organisation or a mononym.
    """

    name: str
    family: str | None = None
    given: str | None = None
    suffix: str | None = None


class Appearance(NamedTuple):
    """When a feed showed a paper, with its counts there; stored as a sighting."""

    day: str | None = None
    rank: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = None


class Rejected(NamedTuple):
    """A part of an input that could not be imported, and the reason: `entry 17`, `no title`."""

    where: str
    why: str


class Sighting(NamedTuple):
    """One appearance of a paper in a feed, as stored; the JSON of `interface` has these keys."""

    feed: str
    seen: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


class QueueRow(NamedTuple):
    """One row of a list. `added` is an instant, `seen` the day of the newest sighting, `snoozed_until` a day."""

    id: int
    key: str
    title: str
    authors: str
    status: str
    starred: bool
    year: int | None
    upvotes: int | None
    added: str
    seen: str | None
    decided: str | None
    enrolled: bool
    has_note: bool
    tags: str
    snoozed_until: str | None = None


class Paper(NamedTuple):
    """Everything about one paper; `list --json` and `show --json` print it under these names.

    `version` is the newest on arXiv that a source named; `revised` the day on which one after the first was seen.
    """

    id: int
    key: str
    key_frozen: bool
    title: str
    authors: tuple[str, ...]
    abstract: str | None
    year: int | None
    published: str | None
    venue: str | None
    arxiv_id: str | None
    doi: str | None
    url: str | None
    pdf_url: str | None
    status: str
    starred: bool
    snoozed_until: str | None
    tags: tuple[str, ...]
    note: str | None
    added: str
    decided: str | None
    due: str | None
    enrolled: bool
    sightings: tuple[Sighting, ...]
    version: int | None = None
    revised: str | None = None


class ServiceState(NamedTuple):
    """The state of rate limiting for a service, stored between runs.

    `last_request` is in milliseconds since 1970. No request is sent before the instant `blocked_until`; `why` is the
    reason.
    """

    name: str
    last_request: int | None = None
    blocked_until: str | None = None
    why: str | None = None
