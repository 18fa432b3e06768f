"""Immutable values that all parts of readq share.

Times are text in UTC, such as `2026-11-23T08:00:00Z`, and are called instants. Days are local days as ISO dates, such
as `2026-11-23`.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The reader's decision about a paper. `INBOX` means that the reader has not decided yet."""

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
    """The reader's rating of how well a card was remembered. The numbers are those of the scheduler FSRS."""

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

    - `stability`: in days
    - `difficulty`: from 1 to 10
    - `interval_days`: the number of days from `last_day` to `due`
    - `due`: the ISO day on which the card is due
    - `last_day`: the ISO day of the latest answer
    - `reps`: the number of answers
    - `lapses`: the number of times that the card was forgotten

    Before the first answer, `stability`, `difficulty`, `interval_days` and `last_day` are None.
    """

    stability: float | None
    difficulty: float | None
    interval_days: int | None
    due: str
    last_day: str | None
    reps: int
    lapses: int


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
    BIBTEX = 50  # the reader's own file
    REGISTRY = 60  # Crossref, DataCite: the published record


class Author(NamedTuple):
    """One author of a paper. `name` is the displayed name. The other fields are the parts of the name.

    A part is None unless a source or a person set it. If `family` is set and `given` is None, the author is an
    organisation or has a name of one part.
    """

    name: str
    family: str | None = None
    given: str | None = None
    suffix: str | None = None


class Appearance(NamedTuple):
    """One appearance of a paper in a feed: the ISO day, the rank in the list (from 1), votes and comments.

    The library stores an appearance as a Sighting.
    """

    day: str | None = None
    rank: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = None


class Rejected(NamedTuple):
    """A part of an input that could not be imported.

    `where` is the place of the part, such as `entry 17`. `why` is the reason.
    """

    where: str
    why: str


class LeftOut(NamedTuple):
    """An entry of an input that is not imported, although nothing is wrong with it.

    `where` is the place of the entry, such as `entry 17`. `why` is the reason, such as `entry 18 has the same id`.
    """

    where: str
    why: str


class Caught(NamedTuple):
    """What a watch did with a paper that it caught. A watch is a saved view that acts on the papers that arrive.

    `watch` is the name of the watch, `action` its action, and `at` the time at which the paper arrived. The commands
    `list --json` and `show --json` use the same field names.
    """

    watch: str
    action: str
    at: str


class WatchResult(NamedTuple):
    """The result of a watch in an import or a sync. A watch is a saved view that acts on the papers that arrive.

    `watch` is the name of the watch, and `caught` the number of papers to which it applied `action`. `error` says why
    the watch cannot catch papers, or is None. `import --json` and `sync --json` use the same field names.
    """

    watch: str
    action: str
    caught: int = 0
    error: str | None = None


class Sighting(NamedTuple):
    """One stored appearance of a paper in a feed. `seen` is the ISO day.

    The commands `list --json` and `show --json` use the same field names.
    """

    feed: str
    seen: str
    rank: int | None
    upvotes: int | None
    comments: int | None
    submitted_by: str | None


class QueueRow(NamedTuple):
    """One row of a list of papers.

    - `authors`: one name per line
    - `tags`: separated by spaces
    - `added`, `decided`: times (UTC text)
    - `seen`: the ISO day of the newest sighting (appearance of the paper in a feed)
    - `feed`: the name of the feed of this sighting
    - `snoozed_until`, `due`: ISO days; `due` is the day of the next review, if the paper is in review
    - `interest`: the predicted interest of the reader, from 0 to 100, or None if it is not known
    - `watch`: the action (a value of Watch) of the watch that caught the paper, or None
    """

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
    venue: str | None = None
    feed: str | None = None
    due: str | None = None
    interest: int | None = None
    watch: str | None = None


class Paper(NamedTuple):
    """All data of one paper. The commands `list --json` and `show --json` use the same field names.

    `version` is the newest arXiv version that a source reported. `revised` is the day on which that version was first
    seen, or None for version 1. `interest` is the predicted interest of the reader, from 0 to 100, or None if it is not
    known. `watches` are the watches that caught the paper. `zotero` is the link that shows the paper in Zotero.
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
    interest: int | None = None
    watches: tuple[Caught, ...] = ()
    zotero: str | None = None


class ServiceState(NamedTuple):
    """The state of rate limiting for one web service. The library stores it between runs.

    `last_request` is the time of the last request, in milliseconds since 1970. If the service is blocked, no request is
    sent to it before the time `blocked_until` (UTC text), and `why` is the reason.
    """

    name: str
    last_request: int | None = None
    blocked_until: str | None = None
    why: str | None = None
