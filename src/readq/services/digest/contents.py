"""Read the contents of a digest from the library."""

import re
import sqlite3
from datetime import date, datetime
from typing import NamedTuple

from readq.config import Config
from readq.days import local_day, parse_instant
from readq.formats.digest.contents import Digest, DigestPaper, Section
from readq.latex.decode import to_unicode
from readq.model.identifiers import arxiv_url, is_safe_link
from readq.model.values import Paper
from readq.review.queue import count_day
from readq.services.digest.period import Period
from readq.store.connection.transactions import reading
from readq.store.papers import queries
from readq.store.references import reference_to_key
from readq.store.review.cards import count_due
from readq.store.search.builtin_views import view_selection
from readq.store.search.new_papers import highest_id, new_papers
from readq.text import one_line

_ORDER = "interest"
"""The sort key of new papers. Papers without a number of interest follow by upvotes, then the newest first."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,39}")


class Reading(NamedTuple):
    """What was read for a digest: its contents, all data of the new papers in it, and the highest id of any paper."""

    digest: Digest
    papers: tuple[Paper, ...]
    oldest: Paper | None
    newest_id: int


def read(connection: sqlite3.Connection, period: Period, now: datetime, config: Config) -> Reading:
    """Read a digest of the present day. It lists at most `digest_limit` new papers and counts the others."""
    today = local_day(now)
    with reading(connection):
        new = new_papers(period.since, period.newest_id, today.isoformat())
        queue = view_selection("queue", today.isoformat())
        ids = queries.list_ids(connection, new, _ORDER, config.digest_limit)
        waiting = queries.list_ids(connection, queue, "-decided", 1)
        papers = tuple(queries.papers(connection, ids))
        oldest = next(iter(queries.papers(connection, waiting)), None)
        cards = count_day(*count_due(connection, today.isoformat()), config.a_day)
        since = parse_instant(period.since).astimezone(now.tzinfo)
        section = Section(
            noun="new paper",
            papers=tuple(map(_digest_paper, papers)),
            total=queries.count(connection, new),
            query=f"status:inbox added:{local_day(since).isoformat()}..",
        )
        # Papers that a watch caught are further sections.
        digest = Digest(
            day=today,
            since=since,
            sections=(section,),
            queued=queries.count(connection, queue),
            oldest=_digest_paper(oldest) if oldest else None,
            oldest_days=_days_waiting(oldest, today, now) if oldest else 0,
            due=cards.due,
            due_today=cards.today,
        )
        return Reading(digest, papers, oldest, highest_id(connection))


def as_json(read: Reading) -> dict[str, object]:
    """Return the digest as the JSON object that `readq digest --json` prints."""
    digest = read.digest
    oldest = queries.as_json(read.oldest) if read.oldest else None
    return {
        "day": digest.day.isoformat(),
        "since": digest.since.isoformat(),
        "new": {"count": digest.new.total, "papers": list(map(queries.as_json, read.papers))},
        "queue": {"count": digest.queued, "oldest": oldest, "days": digest.oldest_days},
        "due": {"count": digest.due, "today": digest.due_today},
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
    """Return the citation key, or the number if the key is long, or has characters that mean something to a shell."""
    key = reference_to_key(paper.key)
    return key if _PLAIN_WORD.fullmatch(key) else str(paper.id)
