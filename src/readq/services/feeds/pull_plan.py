"""What to ask a feed for, when, and what to make of what it brought: decisions on values, nothing is fetched here."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.days import instant, local_day, parse_instant
from readq.feeds.source import Batch, PullOptions
from readq.model.identifiers import title_key
from readq.model.values import FetchedPaper
from readq.net.fetcher import Validators
from readq.store.feeds.pulls import Pull
from readq.text import one_line

FIRST_DAYS = 7
"""How many days, today among them, the first pull of a feed asks for."""

LONGEST_WAIT = timedelta(hours=24)
"""No failure keeps a feed from being asked for longer."""

INCOMPLETE = "the answer was cut off: incomplete"

_UNSEEN = "unseen"
"""Stands for a batch that a source says was an earlier day's, and of which it handed on nothing."""

_LONGEST_ERROR = 300


class Brought(NamedTuple):
    """What the batches of one pull came to, so far.

    `served`: something came that was not just "unchanged". `digest` is that of the last batch, None for an empty one.
    """

    batches: int = 0
    served: bool = False
    papers: int = 0
    rejected: int = 0
    complete: bool = True
    through: str | None = None
    newest: str | None = None
    digest: str | None = None
    validators: Validators = Validators()
    moved_to: str | None = None
    remark: str | None = None
    stale: bool | None = None

    def and_(self, batch: Batch) -> "Brought":
        """With one batch more."""
        papers = batch.parsed.papers
        whole = self.complete and batch.complete
        return Brought(
            self.batches + 1,
            self.served or not batch.unchanged,
            self.papers + len(papers),
            self.rejected + len(batch.parsed.rejected),
            whole,
            latest(self.through, batch.through.isoformat() if batch.through and whole else None),
            latest(self.newest, *map(day_shown, papers)),
            self.digest if batch.unchanged else digest(papers),
            batch.validators,
            batch.moved_to or self.moved_to,
            batch.remark or self.remark,
            batch.stale,
        )


def latest(*days: str | None) -> str | None:
    """The latest of some days or instants."""
    return max((day for day in days if day), default=None)


def day_shown(paper: FetchedPaper) -> str | None:
    """The day on which a feed showed a paper, as far as it says one: else that of its publication."""
    return (paper.appearance.day if paper.appearance else None) or paper.published


def digest(papers: Sequence[FetchedPaper]) -> str | None:
    """What tells whether the same papers are served again, whatever their order and votes; None for no papers."""
    if not papers:
        return None
    names = sorted(repr((sorted(paper.identifiers), title_key(paper.title))) for paper in papers)
    return hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:32]


def reason_to_wait(pull: Pull, now: datetime) -> str | None:
    """Why a feed is not to be asked at `now` unless the reader names it; None: ask."""
    if pull.paused:
        return "paused"
    if pull.next_try is None:
        return None
    wait = parse_instant(pull.next_try) - now
    # More than we ever wait for: the clock has been set back since.
    return "waiting" if timedelta() < wait <= LONGEST_WAIT else None


def wanted(pull: Pull, now: datetime, since: date | None = None) -> PullOptions:
    """What to ask a feed for: every day since the last one that was pulled whole, also when `since` is later.

    The first answer of each day is asked for whole: servers were seen to say "unchanged" of feeds that had changed.
    """
    today = local_day(now)
    last = _last_whole_day(pull, now)
    if last is None:
        return PullOptions(since or today - timedelta(days=FIRST_DAYS - 1), today, first=since is None, at=now)
    # A clock that was wrong once must not leave a hole, nor a first day after the last.
    missing = min(last + timedelta(days=1), today)
    seen_today = pull.succeeded is not None and _local_day_of(pull.succeeded, now) == today
    validators = Validators(pull.etag, pull.last_modified) if seen_today and since is None else Validators()
    return PullOptions(min(missing, since or missing), today, validators=validators, at=now)


def _last_whole_day(pull: Pull, now: datetime) -> date | None:
    if pull.through:
        return date.fromisoformat(pull.through)
    # A source that knows no days brought all it had when it last answered.
    return _local_day_of(pull.succeeded, now) - timedelta(days=1) if pull.succeeded else None


def _local_day_of(text: str, now: datetime) -> date:
    return local_day(parse_instant(text).astimezone(now.tzinfo))


def is_stale(pull: Pull, now: datetime) -> bool:
    """Whether the last good answer was that of an earlier day once more. An empty one is not."""
    if not (pull.batch and pull.batch_since and pull.succeeded):
        return False
    return pull.batch_since < _local_day_of(pull.succeeded, now).isoformat()


def succeeded(pull: Pull, brought: Brought, now: datetime) -> Pull:
    """How a feed stands after a pull that went well."""
    at = instant(now)
    batch, batch_since = _batch(pull, brought, now)
    keep = not brought.served and brought.validators == Validators()
    validators = Validators(pull.etag, pull.last_modified) if keep else brought.validators
    return Pull(
        tried=at,
        succeeded=at,
        through=latest(pull.through, brought.through),
        newest=latest(pull.newest, brought.newest),
        batch=batch,
        batch_since=batch_since,
        etag=validators.etag,
        last_modified=validators.last_modified,
        moved_to=brought.moved_to or pull.moved_to,
    )


def _batch(pull: Pull, brought: Brought, now: datetime) -> tuple[str | None, str | None]:
    """What was served last, and since when it has been the same; an empty answer is of no day."""
    today = local_day(now)
    if not brought.served:
        return pull.batch, pull.batch_since
    is_known = brought.digest is not None and brought.digest == pull.batch
    if is_known if brought.stale is None else brought.stale:
        before = _local_day_of(pull.succeeded, now) if pull.succeeded else today
        if brought.stale and before == today:
            before = today - timedelta(days=1)
        since = pull.batch_since or before.isoformat()
        return brought.digest or pull.batch or _UNSEEN, min(since, before.isoformat())
    # After an empty day the batch before it is kept, to be known when it is served once more.
    return (brought.digest, today.isoformat()) if brought.digest else (pull.batch, None)


def progressed(pull: Pull, brought: Brought) -> Pull:
    """How a feed stands after part of a pull: the days that are whole are not asked for again."""
    return pull._replace(through=latest(pull.through, brought.through), newest=latest(pull.newest, brought.newest))


def failed(pull: Pull, error: str, now: datetime, next_try: datetime, *, gone: bool = False) -> Pull:
    """How a feed stands after a pull that went wrong; `gone` pauses it until the reader names it."""
    at = instant(now)
    return pull._replace(
        tried=at,
        failed_since=pull.failed_since or at,
        failures=pull.failures + 1,
        error=error,
        next_try=instant(min(next_try, now + LONGEST_WAIT)),
        paused=gone,
    )


def in_words(error: BaseException) -> str:
    """A failure in one line; the class is named where the message is not meant for readers."""
    from readq.errors import ReadqError

    message = one_line(str(error))
    if not isinstance(error, ReadqError):
        message = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return message if len(message) <= _LONGEST_ERROR else message[: _LONGEST_ERROR - 1] + "…"
