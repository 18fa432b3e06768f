"""Properties of the backups that expire, for any history."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from readq.store.files.backup import Backup
from readq.store.files.backup_retention import AT_LEAST, DAYS, MAX_BYTES, WEEKS, expired

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=1)))


def backup(days_ago: float, size: int = 1000) -> Backup:
    at = (NOW - timedelta(days=days_ago)).astimezone(UTC)
    return Backup(f"automatic-{at:%Y%m%dT%H%M%SZ}-library.db", "automatic", at, size, 0)


histories = st.lists(
    st.builds(backup, st.floats(min_value=-3, max_value=1500), st.integers(min_value=1, max_value=MAX_BYTES // 2)),
    max_size=80,
    unique_by=lambda one: one.path,
)
counts = st.integers(min_value=1, max_value=40)


def left(history: list[Backup], keep: int, now: datetime = NOW) -> list[Backup]:
    gone = expired(history, now, keep)
    return [one for one in history if one not in gone]


@settings(max_examples=200)
@given(histories, counts)
def test_kept_backups_satisfy_the_limits(history: list[Backup], keep: int) -> None:
    kept = left(history, keep)
    newest_first = sorted(history, key=lambda one: (one.at, one.path), reverse=True)
    assert len(kept) <= keep
    assert set(newest_first[: min(AT_LEAST, keep)]) <= set(kept)
    assert sum(one.size for one in kept) <= MAX_BYTES or len(kept) <= AT_LEAST
    assert expired(kept, NOW, keep) == []


@settings(max_examples=100)
@given(histories, counts, st.randoms(use_true_random=False))
def test_the_order_of_backups_does_not_matter(history: list[Backup], keep: int, random: Random) -> None:
    shuffled = [*history]
    random.shuffle(shuffled)
    assert expired(history, NOW, keep) == expired(shuffled, NOW, keep)


def test_a_backup_every_day_leaves_days_weeks_and_months() -> None:
    """Three years of daily backups, with expired ones deleted every day."""
    history: list[Backup] = []
    for ago in range(1000, -1, -1):
        day = NOW - timedelta(days=ago)
        history = left([*history, backup(ago)], 30, day)
    ages = sorted(round((NOW - one.at) / timedelta(days=1)) for one in history)
    assert ages[:DAYS] == list(range(DAYS))
    weeks = [age for age in ages if DAYS <= age < DAYS + 7 * WEEKS]
    assert all(later - earlier <= 7 for earlier, later in pairwise([DAYS - 1, *weeks]))
    months = [age for age in ages if age >= DAYS + 7 * WEEKS]
    assert len(months) >= 8
    # The newest of one month that remains of its weeks, and the newest of the next month.
    assert all(later - earlier <= 31 + 7 for earlier, later in pairwise(months))
    assert len(history) == 30


def test_the_oldest_large_backups_are_deleted_first() -> None:
    history = [backup(ago, MAX_BYTES // 4) for ago in range(8)]
    assert left(history, 30) == history[:4]
    assert left([one._replace(size=MAX_BYTES) for one in history], 30)[-1].at == history[AT_LEAST - 1].at


def test_a_wrong_clock_does_not_expire_the_newest() -> None:
    history = [backup(-4000), backup(0), backup(1)]
    assert left(history, 30) == history
