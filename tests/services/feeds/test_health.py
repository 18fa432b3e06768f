"""`readq.services.feeds.health`: every state has a different description."""

from datetime import datetime, timedelta

import pytest

from readq.services.feeds.health import describe, status
from readq.store.feeds.pulls import Pull

GOOD = Pull(succeeded="2026-11-23T07:00:00Z", batch="b", batch_since="2026-11-23")


@pytest.mark.parametrize(
    ("pull", "state", "words"),
    [
        (Pull(), "new", "not pulled yet"),
        (GOOD, "ok", "ok"),
        (GOOD._replace(succeeded="2026-11-20T07:00:00Z", batch_since="2026-11-20"), "ok", "ok, pulled Fri"),
        (GOOD._replace(batch_since=None), "ok", "nothing today"),
        (Pull(succeeded="2026-11-22T07:00:00Z"), "ok", "nothing that day, pulled Sun"),
        (GOOD._replace(batch_since="2026-11-22"), "stale", "same batch as yesterday"),
        (GOOD._replace(batch_since="2026-11-20"), "stale", "same batch as on Fri"),
        (GOOD._replace(batch_since="2025-12-24"), "stale", "same batch as on 24 Dec 2025"),
        (
            Pull(failed_since="2026-11-23T07:30:00Z", failures=1, error="refused", next_try="2026-11-23T13:30:00Z"),
            "failed",
            "failed since 08:30: refused, next try 14:30",
        ),
        (
            Pull(failed_since="2026-11-16T07:30:00Z", failures=9, error="refused", next_try="2026-11-24T05:00:00Z"),
            "failed",
            "failed since 16 Nov: refused, next try Tue 06:00",
        ),
        (
            Pull(failed_since="2026-11-20T07:30:00Z", failures=1, error="gone", paused=True),
            "failed",
            "paused: gone; Enter in the list of feeds, or readq sync NAME, tries again",
        ),
    ],
)
def test_state_describe(pull: Pull, state: str, words: str, now: datetime) -> None:
    assert (status(pull, now), describe(pull, now)) == (state, words)


def test_a_day_begins_at_four(now: datetime) -> None:
    late = now + timedelta(hours=18)
    assert describe(GOOD._replace(succeeded="2026-11-24T02:30:00Z"), late) == "ok"
