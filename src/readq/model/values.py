"""Immutable values that all parts of readq share.

Times are text in UTC, such as `2026-11-23T08:00:00Z`, and are called instants. Days are local days as ISO dates, such
as `2026-11-23`.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The user's decision about a paper. `INBOX` means that the user has not decided yet."""

    INBOX = "inbox"
    QUEUED = "queued"
    READING = "reading"
    DONE = "done"
    DROPPED = "dropped"


class Watch(StrEnum):
    """The action of a watch: list an arriving paper first or last among the papers of its day, or drop it.

    A watch is a saved view that acts on the papers that arrive.
    """

    RAISE = "raise"
    LOWER = "lower"
    DROP = "drop"


class Rating(IntEnum):
    """The user's rating of how well a card was remembered. The numbers are those of the scheduler FSRS."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


CONFLICT_HEADING = "## Also written at the same time"
"""The heading between two texts of one note, if the note was changed on two computers or in two programs at once."""

ALGORITHM = "fsrs-6"
"""The name of the scheduling algorithm of reviews.

The name is stored with every answer, because the stored memory states of a card are valid for this algorithm only.
"""


class CardState(NamedTuple):
    """The stored scheduling state of a card after its latest answer.

    `stability`, `difficulty`, `interval_days` and `last_day` are None while the log of the card has no entry. An entry
    is an answer, or states that the paper was read to the end.
    """

    stability: float | None
    """The stability of the memory, in days."""
    difficulty: float | None
    """The difficulty of the card, from 1 to 10."""
    interval_days: int | None
    """The number of days from `last_day` to `due`."""
    due: str
    """The ISO day on which the card is due."""
    last_day: str | None
    """The ISO day of the latest answer, or else the day on which the paper was read to the end, or None."""
    reps: int
    """The number of answers."""
    lapses: int
    """The number of lapses: days on which the user forgot a card that the user knew before."""


class Trust(IntEnum):
    """The reliability of the metadata from a source.

    A value from a source of higher trust replaces a value from a source of lower trust.
    """

    PAGE = 10  # text copied off a page: no ids, LaTeX stripped
    SYNDICATION = 20  # RSS and Atom of unknown making
    AGGREGATOR = 25  # Semantic Scholar, OpenAlex: gathered by machines
    HUGGINGFACE = 30  # authors and abstract as on arXiv, no categories
    WEBSITE = 35  # what the page of a paper says of it in its tags
    ARXIV = 40
    BIBTEX = 50  # the user's own file
    REGISTRY = 60  # Crossref, DataCite: the published record


class Author(NamedTuple):
    """One author of a paper, with the parts of the name. A part is None unless a source or a person set it."""

    name: str
    """The displayed name."""
    family: str | None = None
    given: str | None = None
    """The given name. If it is None and `family` is set, the author is an organisation or has a name of one part."""
    suffix: str | None = None


class Appearance(NamedTuple):
    """One appearance of a paper in a feed. The library stores it as a Sighting."""

    day: str | None = None
    """The ISO day of the appearance."""
    rank: int | None = None
    """The position of the paper in the feed's list, from 1."""
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = None


class Rejected(NamedTuple):
    """A part of an input that could not be imported."""

    where: str
    """The place of the part, such as `entry 17`."""
    why: str
    """The reason."""


class LeftOut(NamedTuple):
    """An entry of an input that is not imported, although nothing is wrong with it."""

    where: str
    """The place of the entry, such as `entry 17`."""
    why: str
    """The reason, such as `entry 18 has the same id`."""


class Caught(NamedTuple):
    """What a watch did with a paper that it caught. A watch is a saved view that acts on the papers that arrive.

    The commands `list --json` and `show --json` use the same field names.
    """

    watch: str
    """The name of the watch."""
    action: str
    """The action of the watch, a value of Watch."""
    at: str
    """The time at which the paper arrived (UTC text)."""


class WatchResult(NamedTuple):
    """The result of a watch in an import or a sync. A watch is a saved view that acts on the papers that arrive.

    `import --json` and `sync --json` use the same field names.
    """

    watch: str
    """The name of the watch."""
    action: str
    """The action of the watch, a value of Watch."""
    caught: int = 0
    """The number of papers to which the watch applied its action."""
    error: str | None = None
    """The reason why the watch cannot catch papers, or None."""


class Sighting(NamedTuple):
    """One stored appearance of a paper in a feed.

    The commands `list --json` and `show --json` use the same field names.
    """

    feed: str
    seen: str
    """The ISO day of the appearance."""
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


class QueueRow(NamedTuple):
    """One row of a list of papers."""

    id: int
    key: str
    title: str
    authors: str
    """The names of the authors, one per line."""
    status: str
    starred: bool
    year: int | None
    upvotes: int | None
    added: str
    """The time at which the paper was added (UTC text)."""
    seen: str | None
    """The ISO day of the newest sighting (appearance of the paper in a feed), or None."""
    decided: str | None
    """The time of the decision on the paper (UTC text), or None."""
    enrolled: bool
    has_note: bool
    tags: str
    """The tags, separated by spaces."""
    snoozed_until: str | None = None
    """The ISO day on which the snooze of the paper ends, or None."""
    venue: str | None = None
    feed: str | None = None
    """The name of the feed of the newest sighting, or None."""
    due: str | None = None
    """The ISO day of the next review, or None if the paper is not in review."""
    interest: int | None = None
    """The predicted interest of the user, from 0 to 100, or None if it is not known."""
    watch: str | None = None
    """The action (a value of Watch) of the watch that caught the paper, or None."""


class Paper(NamedTuple):
    """All data of one paper. The commands `list --json` and `show --json` use the same field names."""

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
    """The newest arXiv version that a source reported."""
    revised: str | None = None
    """The ISO day on which the version in `version` was first seen, or None for version 1."""
    interest: int | None = None
    """The predicted interest of the user, from 0 to 100, or None if it is not known."""
    watches: tuple[Caught, ...] = ()
    """The watches that caught the paper."""
    zotero: str | None = None
    """The link that shows the paper in Zotero, or None if the paper has no item in Zotero."""


class ServiceState(NamedTuple):
    """The state of rate limiting for one web service. The library stores it between runs."""

    name: str
    last_request: int | None = None
    """The time of the last request, in milliseconds since 1970."""
    blocked_until: str | None = None
    """No request is sent before this time (UTC text), because the service is blocked. None if it is not blocked."""
    why: str | None = None
    """The reason why the service is blocked, or None."""
