"""Choose the backups to delete: keep one a day, then one a week, then one a month."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from readq.store.files.backup import Backup

DAYS = 10
"""Age in days up to which one backup a day is kept."""

WEEKS = 10
"""Weeks after that in which one backup a week is kept; of older ones, one a month."""

AT_LEAST = 3
"""Number of newest backups that are kept whatever their age and size."""

MAX_BYTES = 10**9
"""Most bytes that all automatic backups together may take."""


def expired(backups: Sequence[Backup], now: datetime, keep: int, max_bytes: int = MAX_BYTES) -> list[Backup]:
    """Return the backups to delete so that at most `keep` (1 or more) remain: one a day, a week, or a month by age.

    Days are those of the zone of `now`. The newest backup of each day, week or month remains, so that deleting daily
    gives the same result as deleting once. If more than `keep` or more than `max_bytes` remain, the oldest are deleted
    too, except the newest `AT_LEAST`. A date in the future (the clock was wrong) counts as today.
    """
    newest_first = sorted(backups, key=lambda one: (one.at, one.modified, one.path), reverse=True)
    best: dict[tuple[object, ...], Backup] = {}
    for one in newest_first:
        best.setdefault(_slot(one.at.astimezone(now.tzinfo), now), one)
    chosen = {*best.values(), *newest_first[:AT_LEAST]}
    kept = [one for one in newest_first if one in chosen][:keep]
    together = accumulate(one.size for one in kept)
    fitting = {one for place, (one, size) in enumerate(zip(kept, together, strict=True)) if size <= max_bytes
               or place < AT_LEAST}  # fmt: skip
    return [one for one in newest_first if one not in fitting]


def _slot(at: datetime, now: datetime) -> tuple[object, ...]:
    age = (now.date() - at.date()).days
    if age < DAYS:
        return ("day", at.date())
    if age < DAYS + 7 * WEEKS:
        return ("week", *at.isocalendar()[:2])
    return ("month", at.year, at.month)
