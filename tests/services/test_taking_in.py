"""Taking in without a step, as a sync does: what counts as news, and that nothing a reader decided changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from readq.model.values import Appearance, Author, FetchedPaper, Status, Trust
from readq.services.taking_in import Entry, Taken, take_in

Run = Callable[..., Any]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]

TODAY, YESTERDAY = "2026-11-23", "2026-11-22"


def seen(number: int, day: str = TODAY, feed: str | None = "hf-daily", **changes: Any) -> Entry:  # noqa: ANN401
    """Paper `number` as a feed shows it."""
    values: dict[str, Any] = {
        "title": f"Paper {number}",
        "trust": Trust.HUGGINGFACE,
        "authors": (Author("Ada Lovelace"),),
        "published": "2026-11-20",
        "identifiers": (("arxiv", f"2611.{number:05}"),),
        "appearance": Appearance(day, number, 10),
        **changes,
    }
    return Entry(FetchedPaper(**values), feed, day)


def counts(taken: Taken) -> tuple[int, int, int, int, int]:
    """New, updated, refreshed, unchanged and rejected."""
    found = (taken.new, taken.updated, taken.refreshed, taken.unchanged, len(taken.rejected))
    assert taken.found == sum(found)
    return found


def test_counts_and_numbers(library: str, now: datetime) -> None:
    first = take_in(library, [seen(1), seen(2, YESTERDAY), seen(3, title="")], now)
    assert counts(first) == (2, 0, 0, 0, 1)
    assert (first.papers, first.new_papers, first.step) == ((1, 2, None), (1, 2), None)
    again = [seen(3), seen(2, YESTERDAY), seen(1, YESTERDAY), seen(1, appearance=Appearance(TODAY, 1, 99))]
    second = take_in(library, again, now)
    assert counts(second) == (1, 1, 1, 1, 0)
    assert (second.papers, second.new_papers) == ((3, 2, 1, 1), (3,))
    assert counts(take_in(library, [], now)) == (0, 0, 0, 0, 0)


def test_what_is_known_leaves_the_library_untouched(library: str, now: datetime, dump: Dump) -> None:
    take_in(library, [seen(1), seen(2)], now)
    before = dump(library)
    assert counts(take_in(library, [seen(1), seen(2)], now)) == (0, 0, 0, 2, 0)
    assert dump(library) == before


def test_no_step_comes_of_it_and_redo_survives(run_cli: Run, library: str, now: datetime) -> None:
    take_in(library, [seen(1)], now)
    assert run_cli("undo", "--list", "--json").json == []
    run_cli("star", 1)
    run_cli("undo")
    take_in(library, [seen(1, YESTERDAY, venue="A venue"), seen(2)], now)
    assert run_cli("redo").status == 0
    assert run_cli("show", 1, "--json").json["starred"]


@pytest.mark.parametrize("status", ["dropped", "done", "reading"])
def test_a_decision_stays(run_cli: Run, library: str, now: datetime, status: str) -> None:
    take_in(library, [seen(1)], now)
    run_cli("mark", status, 1)
    before = run_cli("show", 1, "--json").json
    taken = take_in(library, [seen(1, YESTERDAY), seen(1, "2026-11-24", "arxiv-cs.LG", trust=Trust.ARXIV)], now)
    assert counts(taken)[0] == 0
    after = run_cli("show", 1, "--json").json
    assert len(after.pop("sightings")) == 3
    before.pop("sightings")
    assert after == before
    assert run_cli("list", "status:inbox", "--count").out == "0\n"


def test_later_counts_replace_earlier_of_the_same_feed_and_day(run_cli: Run, library: str, now: datetime) -> None:
    take_in(library, [seen(1)], now)
    later = Appearance(TODAY, 4, 7, 2, "carol")
    taken = take_in(library, [seen(1, appearance=later), seen(1, feed="hf-trending")], now)
    assert counts(taken) == (0, 1, 1, 0, 0)
    by_feed = {one["feed"]: one for one in run_cli("show", 1, "--json").json["sightings"]}
    assert by_feed["hf-daily"] == {
        "feed": "hf-daily",
        "seen": TODAY,
        "rank": 4,
        "upvotes": 7,
        "comments": 2,
        "submitted_by": "carol",
    }
    assert by_feed["hf-trending"]["upvotes"] == 10


def test_a_dry_run_says_what_would_be(library: str, now: datetime, dump: Dump) -> None:
    take_in(library, [seen(1)], now)
    before = dump(library)
    assert counts(take_in(library, [seen(1), seen(2)], now, dry_run=True)) == (1, 0, 0, 1, 0)
    assert dump(library) == before


def test_the_status_of_a_new_paper(run_cli: Run, library: str, now: datetime) -> None:
    take_in(library, [seen(1)._replace(status=Status.QUEUED)], now, step="added")
    assert run_cli("show", 1, "--json").json["status"] == "queued"
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["added"]
