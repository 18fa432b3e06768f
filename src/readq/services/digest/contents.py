"""Read the contents of a digest from the library."""

import re
import shlex
import sqlite3
from datetime import date, datetime
from typing import NamedTuple

from readq.config import Config
from readq.days import local_day, parse_instant
from readq.formats.digest.contents import Digest, DigestPaper, Section
from readq.latex.decode import to_unicode
from readq.model.identifiers import arxiv_url, is_safe_link
from readq.model.values import Paper, Watch
from readq.review.queue import count_day
from readq.services import watches
from readq.services.digest.period import Period
from readq.services.digest.question import find_question
from readq.services.views import own_view
from readq.store.connection.transactions import reading
from readq.store.feeds import feeds_and_views
from readq.store.papers import queries
from readq.store.papers.queries import Selection
from readq.store.references import reference_to_key
from readq.store.review.cards import count_due
from readq.store.search.builtin_views import view_selection
from readq.store.search.new_papers import caught_by, dropped_papers, highest_id, new_papers, other_than
from readq.text import one_line

_ORDER = "interest"
"""The sort key of new papers: the highest score of interest first. Papers without a score come last, by upvotes."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,39}")


class CaughtPapers(NamedTuple):
    """The new papers that one watch caught. A watch is a saved view with an action on the new papers that match it."""

    watch: str
    """The name of the view."""
    action: str
    """The value of the enum `Watch` for the action: the papers are raised, lowered or dropped."""
    papers: tuple[Paper, ...]
    """The papers that the digest lists under the watch. Empty unless the watch raises papers."""
    section: Section
    """The section of the digest about the watch."""


class Reading(NamedTuple):
    """The data of a digest, as read from the library."""

    digest: Digest
    """The contents to send or print."""
    papers: tuple[Paper, ...]
    """The new papers in the digest, without the papers in `caught`."""
    oldest: Paper | None
    """The paper that has been in the queue longest, or None if the queue is empty."""
    newest_id: int
    """The highest id of any paper in the library."""
    caught: tuple[CaughtPapers, ...] = ()
    """The papers that watches caught, with an entry for each watch. A watch is a saved view that acts on new papers."""


def read(
    connection: sqlite3.Connection, period: Period, now: datetime, config: Config, *, with_question: bool = False
) -> Reading:
    """Return the digest of the day of `now`, with the papers that arrived in `period`.

    The digest states the number of all new papers. It lists at most as many new papers as the setting `digest_limit`
    allows, those that watches raise before the others. If `with_question` is true, the digest also has a review
    question whose answer is in the user's notes. The digest has no question if there is no such question.
    """
    today = local_day(now)
    since = parse_instant(period.since).astimezone(now.tzinfo)
    first_day = local_day(since).isoformat()
    with reading(connection):
        new = new_papers(period.since, period.newest_id, today.isoformat())
        dropped = dropped_papers(period.since, period.newest_id)
        caught = _caught(connection, _Arrivals(new, dropped, first_day), config.digest_limit)
        raised = {paper.id for one in caught for paper in one.papers}
        left = config.digest_limit - sum(len(one.papers) for one in caught)
        ids = queries.list_ids(connection, new.and_(other_than(raised)), _ORDER, left)
        papers = tuple(queries.papers(connection, ids))
        queue = view_selection("queue", today.isoformat())
        waiting = queries.list_ids(connection, queue, "-decided", 1)
        oldest = next(iter(queries.papers(connection, waiting)), None)
        cards = count_day(*count_due(connection, today.isoformat()), config.a_day)
        section = Section(
            noun="new paper",
            papers=tuple(map(_digest_paper, papers)),
            total=queries.count(connection, new),
            query=f"status:inbox added:{first_day}..",
            elsewhere=len(raised),
        )
        digest = Digest(
            day=today,
            since=since,
            sections=(section, *(one.section for one in caught)),
            queued=queries.count(connection, queue),
            oldest=_digest_paper(oldest) if oldest else None,
            oldest_days=_days_waiting(oldest, today, now) if oldest else 0,
            due=cards.due,
            due_today=cards.today,
            question=find_question(connection, now, config) if with_question else None,
        )
        return Reading(digest, papers, oldest, highest_id(connection), caught)


class _Arrivals(NamedTuple):
    """The undecided and the dropped papers that arrived since the local ISO day `first_day`."""

    new: Selection
    dropped: Selection
    first_day: str


def _caught(connection: sqlite3.Connection, arrivals: _Arrivals, limit: int) -> tuple[CaughtPapers, ...]:
    """Return what each watch caught, in the order of the views. Papers are read only for watches that raise papers.

    At most `limit` papers are read, for all watches together.
    """
    found: list[CaughtPapers] = []
    for view in feeds_and_views.views(connection):
        if view.watch is None:
            continue
        is_dropping = view.watch == Watch.DROP
        selection = caught_by(view.id, view.watch).and_(arrivals.dropped if is_dropping else arrivals.new)
        total = queries.count(connection, selection)
        left = limit - sum(len(one.papers) for one in found)
        ids = queries.list_ids(connection, selection, _ORDER, left) if view.watch == Watch.RAISE else ()
        papers = tuple(queries.papers(connection, ids))
        status = "dropped" if is_dropping else "inbox"
        query = shlex.join([own_view(view.name), f"status:{status}", f"added:{arrivals.first_day}.."])
        deed = f"{watches.PAST[view.watch]} by watch {one_line(view.name)}"
        section = Section("paper", tuple(map(_digest_paper, papers)), total, query, deed, one_line(view.name))
        if total:
            found.append(CaughtPapers(view.name, view.watch, papers, section))
    return tuple(found)


def as_json(read: Reading) -> dict[str, object]:
    """Return the digest as the JSON object that `readq digest --json` prints."""
    digest = read.digest
    oldest = queries.as_json(read.oldest) if read.oldest else None
    return {
        "day": digest.day.isoformat(),
        "since": digest.since.isoformat(),
        "new": {"count": digest.new.total, "papers": list(map(queries.as_json, read.papers))},
        "watches": [
            {
                "watch": one.watch,
                "action": one.action,
                "count": one.section.total,
                "papers": list(map(queries.as_json, one.papers)),
            }
            for one in read.caught
        ],
        "queue": {"count": digest.queued, "oldest": oldest, "days": digest.oldest_days},
        "due": {"count": digest.due, "today": digest.due_today},
        "question": digest.question._asdict() if digest.question else None,
    }


def _days_waiting(paper: Paper, today: date, now: datetime) -> int:
    queued = parse_instant(paper.decided or paper.added).astimezone(now.tzinfo)
    return max(0, (today - local_day(queued)).days)


def _digest_paper(paper: Paper) -> DigestPaper:
    address = arxiv_url(paper.arxiv_id) if paper.arxiv_id else paper.url
    is_safe = address is not None and is_safe_link(address)
    votes = [sighting.upvotes for sighting in paper.sightings if sighting.upvotes is not None]
    return DigestPaper(
        title=one_line(to_unicode(paper.title)),
        authors=tuple(one_line(to_unicode(name)) for name in paper.authors),
        # Angle brackets end an address in Markdown and in plain text.
        address=address.replace("<", "%3C").replace(">", "%3E") if address and is_safe else None,
        interest=paper.interest,
        upvotes=max(votes, default=None),
        feed=one_line(paper.sightings[0].feed) if paper.sightings else "",
        reference=_reference(paper),
    )


def _reference(paper: Paper) -> str:
    """Return a REF of a paper that needs no quotes in a shell: the citation key if possible, else the id."""
    key = reference_to_key(paper.key)
    return key if _PLAIN_WORD.fullmatch(key) else str(paper.id)
