"""Which backups to let go: dense for the last days, ever thinner before."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from readq.store.files.backup import Backup

DAYS = 10
"""One a day is kept this long."""

WEEKS = 10
"""One a week is kept this much longer; before that, one a month."""

AT_LEAST = 3
"""The newest that neither the calendar nor the limit on their size takes away."""

MOST_BYTES = 10**9
"""What automatic backups may take together."""


def expired(backups: Sequence[Backup], now: datetime, keep: int, most_bytes: int = MOST_BYTES) -> list[Backup]:
    """Return the backups to delete so that at most `keep` are left: one a day, then one a week, then one a month.

    Days are those of the zone of `now`. Of a day, week or month the newest stays, so that thinning every day comes to
    the same as thinning once. The oldest go first where there are more than `keep` (1 or more) or than `most_bytes`
    together, but `AT_LEAST` stay however large they are. A date in the future, left by a clock that was wrong, counts
    as today's.
    """
    newest_first = sorted(backups, key=lambda one: (one.at, one.modified, one.path), reverse=True)
    best: dict[tuple[object, ...], Backup] = {}
    for one in newest_first:
        best.setdefault(_slot(one.at.astimezone(now.tzinfo), now), one)
    chosen = {*best.values(), *newest_first[:AT_LEAST]}
    kept = [one for one in newest_first if one in chosen][:keep]
    together = accumulate(one.size for one in kept)
    fitting = {one for place, (one, size) in enumerate(zip(kept, together, strict=True)) if size <= most_bytes
               or place < AT_LEAST}  # fmt: skip
    return [one for one in newest_first if one not in fitting]


def _slot(at: datetime, now: datetime) -> tuple[object, ...]:
    age = (now.date() - at.date()).days
    if age < DAYS:
        return ("day", at.date())
    if age < DAYS + 7 * WEEKS:
        return ("week", *at.isocalendar()[:2])
    return ("month", at.year, at.month)
