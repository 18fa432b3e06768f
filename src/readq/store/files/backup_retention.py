"""Choose the backups to delete, so that one backup for each recent day, earlier week and earlier month is kept."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from readq.store.files.backup import Backup

DAYS = 10
"""The number of days up to today for which one backup a day is kept."""

WEEKS = 10
"""The number of weeks before the last DAYS days for which one backup a week is kept.

For the time before these weeks, one backup a month is kept.
"""

AT_LEAST = 3
"""The number of newest backups that are kept whatever their dates and sizes, unless the caller keeps fewer."""

MAX_BYTES = 10**9
"""The maximum size of all automatic backups together, in bytes. The newest AT_LEAST may exceed it."""


def expired(backups: Sequence[Backup], now: datetime, keep: int, max_bytes: int = MAX_BYTES) -> list[Backup]:
    """Return the backups to delete, newest first. They are all backups except those that these three rules keep.

    1. Backups to keep are the newest AT_LEAST backups, the newest backup of each of the last DAYS days, of each of the
       WEEKS weeks before these days, and of each month before these weeks.
    2. If these are more than `keep` (1 or more), only the newest `keep` of them are kept.
    3. If these take more than `max_bytes` bytes, the oldest of them are not kept. But the newest AT_LEAST of them are
       kept, whatever their sizes.

    Days are in the time zone of `now`. A backup with a date in the future, made by a wrong clock, counts as one of the
    last days.
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
