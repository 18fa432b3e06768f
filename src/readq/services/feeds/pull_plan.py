"""Decide when to pull a feed and which days to request, and compute its new state from the response.

The functions are pure: they send no requests, and neither read nor write the library.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.days import instant, local_day, parse_instant
from readq.feeds.source import Batch, PullOptions
from readq.model.fetched_paper import FetchedPaper
from readq.model.field_limits import is_day
from readq.model.identifiers import title_key
from readq.net.fetcher import Validators
from readq.store.feeds.pulls import Pull
from readq.text import one_line

FIRST_DAYS = 7
"""The number of days, including today, that the first pull of a feed requests."""

MAX_WAIT = timedelta(hours=24)
"""The maximum time from a failed pull to the next try."""

INCOMPLETE = "the response is incomplete"

_UNKNOWN_DIGEST = "unseen"
"""The text that is stored in place of a hash of the papers in a response, if readq does not know these papers.

The papers are not known if the server repeated the papers of an earlier day, and the code that reads the feed dropped
them.
"""

_MAX_ERROR = 300


class PullResult(NamedTuple):
    """The sum of all batches of one pull so far. A batch is the content of one response."""

    batches: int = 0
    """The number of batches."""
    has_content: bool = False
    """False as long as all responses have the status 304 (not modified)."""
    papers: int = 0
    """The number of papers in all batches."""
    rejected: int = 0
    """The number of rejected entries in all batches."""
    complete: bool = True
    """False if a response was truncated."""
    through: str | None = None
    """The last ISO day up to which all papers of the feed have been received, or None."""
    newest: str | None = None
    """The newest ISO day on which a paper appeared in the feed, or None. The caller sets it."""
    digest: str | None = None
    """The result of the function `digest` for the papers in the last batch. None if the last batch was empty."""
    validators: Validators = Validators()
    """The headers for the next conditional request."""
    moved_to: str | None = None
    """The new URL of the feed after permanent redirects, or None."""
    remark: str | None = None
    """A message for the user, or None."""
    stale: bool | None = None
    """Whether the server repeated the papers of an earlier day. None if the source cannot tell."""

    def with_batch(self, batch: Batch) -> "PullResult":
        """Return a new result that includes `batch` too."""
        papers = batch.parsed.papers
        complete = self.complete and batch.complete
        return PullResult(
            self.batches + 1,
            self.has_content or not batch.unchanged,
            self.papers + len(papers),
            self.rejected + len(batch.parsed.rejected),
            complete,
            latest(self.through, batch.through.isoformat() if batch.through and complete else None),
            self.newest,
            self.digest if batch.unchanged else digest(papers),
            batch.validators,
            batch.moved_to or self.moved_to,
            batch.remark or self.remark,
            batch.stale,
        )


def latest(*days: str | None) -> str | None:
    """Return the latest of `days`. Each of them is an ISO day, an ISO time or None.

    None values are ignored. Return None if there are no other values.
    """
    return max((day for day in days if day), default=None)


def appearance_day(paper: FetchedPaper, today: str) -> str | None:
    """Return the ISO day on which a paper appeared in its feed. If it is unknown, return the day of publication.

    Return None if both are unknown, or if the paper will be published after the ISO day `today`.
    """
    if paper.appearance and paper.appearance.day and is_day(paper.appearance.day):
        return paper.appearance.day
    return paper.published if paper.published and is_day(paper.published) and paper.published <= today else None


def digest(papers: Sequence[FetchedPaper]) -> str | None:
    """Return a hash of the identifiers and titles of the papers. Return None if there are no papers.

    The order and the votes of the papers do not change the hash.
    """
    if not papers:
        return None
    names = sorted(repr((sorted(paper.identifiers), title_key(paper.title))) for paper in papers)
    return hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:32]


def reason_not_to_pull(pull: Pull, now: datetime) -> str | None:
    """Return the reason why a sync of all feeds skips a feed at the time `now`, or None if it pulls the feed.

    The reason is `paused`, or `waiting` if the next try is not due yet. A feed that the user names in `sync` is
    pulled even if it is paused or waiting.
    """
    if pull.paused:
        return "paused"
    if pull.next_try is None:
        return None
    wait = parse_instant(pull.next_try) - now
    # A longer wait means that the clock was set back.
    return "waiting" if timedelta() < wait <= MAX_WAIT else None


def pull_options(pull: Pull, now: datetime, since: date | None = None) -> PullOptions:
    """Return the options of the next pull of a feed. The pull requests all days after the last complete day.

    If `since` is before these days, the pull begins with `since`. A later `since` is ignored, so that no day is
    skipped. The first pull of a feed begins with `since`, or requests FIRST_DAYS days if `since` is None. The first
    pull on a day sends unconditional requests, because some servers answer "unchanged" for changed feeds.
    """
    today = local_day(now)
    last = _last_complete_day(pull, now)
    if last is None:
        return PullOptions(since or today - timedelta(days=FIRST_DAYS - 1), today, first=since is None, at=now)
    # If the clock was wrong once, the last complete day may be in the future.
    first_missing = min(last + timedelta(days=1), today)
    pulled_today = pull.succeeded is not None and _local_day_of(pull.succeeded, now) == today
    validators = Validators(pull.etag, pull.last_modified) if pulled_today and since is None else Validators()
    return PullOptions(
        min(first_missing, since or first_missing),
        today,
        has_succeeded=pull.succeeded is not None,
        validators=validators,
        at=now,
    )


def _last_complete_day(pull: Pull, now: datetime) -> date | None:
    if pull.through:
        return date.fromisoformat(pull.through)
    # A source without days returned all its papers at its last response.
    return _local_day_of(pull.succeeded, now) - timedelta(days=1) if pull.succeeded else None


def _local_day_of(text: str, now: datetime) -> date:
    return local_day(parse_instant(text).astimezone(now.tzinfo))


def is_stale(pull: Pull, now: datetime) -> bool:
    """Return whether the last response repeated the papers of an earlier day. False after an empty response."""
    if not (pull.batch and pull.batch_since and pull.succeeded):
        return False
    return pull.batch_since < _local_day_of(pull.succeeded, now).isoformat()


def succeeded(pull: Pull, result: PullResult, now: datetime) -> Pull:
    """Return the state of a feed after a successful pull.

    `pull` is the state before the pull, `result` the sum of all its batches.
    """
    at = instant(now)
    batch, batch_since = _batch(pull, result, now)
    keep_validators = not result.has_content and result.validators == Validators()
    validators = Validators(pull.etag, pull.last_modified) if keep_validators else result.validators
    return Pull(
        tried=at,
        succeeded=at,
        through=latest(pull.through, result.through),
        newest=latest(pull.newest, result.newest),
        batch=batch,
        batch_since=batch_since,
        etag=validators.etag,
        last_modified=validators.last_modified,
        moved_to=result.moved_to or pull.moved_to,
    )


def _batch(pull: Pull, result: PullResult, now: datetime) -> tuple[str | None, str | None]:
    """Return the digest of the last papers, and the day since which all responses have this digest.

    The day is None after a response without papers.
    """
    today = local_day(now)
    if not result.has_content:
        return pull.batch, pull.batch_since
    is_repeated = result.digest is not None and result.digest == pull.batch
    if is_repeated if result.stale is None else result.stale:
        before = _local_day_of(pull.succeeded, now) if pull.succeeded else today
        if result.stale and before == today:
            before = today - timedelta(days=1)
        since = pull.batch_since or before.isoformat()
        return result.digest or pull.batch or _UNKNOWN_DIGEST, min(since, before.isoformat())
    # After an empty response the earlier digest is kept, to recognise the same papers later.
    return (result.digest, today.isoformat()) if result.digest else (pull.batch, None)


def progressed(pull: Pull, result: PullResult) -> Pull:
    """Return the state of a feed after a part of a pull was stored.

    `pull` is the state before the pull, `result` the sum of the batches so far. The complete days in `result` are not
    requested again.
    """
    return pull._replace(through=latest(pull.through, result.through), newest=latest(pull.newest, result.newest))


def failed(pull: Pull, error: str, now: datetime, next_try: datetime, *, gone: bool = False) -> Pull:
    """Return the state of a feed after a failed pull. `pull` is the state before the pull.

    The time of the next try is `next_try`, but at most 24 hours after `now`. `gone` is True if the server answered that
    the feed is gone for good. Such a feed is paused until the user names it in `sync`.
    """
    at = instant(now)
    return pull._replace(
        tried=at,
        failed_since=pull.failed_since or at,
        failures=pull.failures + 1,
        error=error,
        next_try=instant(min(next_try, now + MAX_WAIT)),
        paused=gone,
    )


def error_text(error: BaseException) -> str:
    """Return the message of `error` as one line of at most 300 characters.

    If the error is not a ReadqError, the line begins with the name of its class.
    """
    from readq.errors import ReadqError

    message = one_line(str(error))
    if not isinstance(error, ReadqError):
        message = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return message if len(message) <= _MAX_ERROR else message[: _MAX_ERROR - 1] + "…"
