"""Sync Daily Papers, with invented days, and with recorded days if present."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hugging_face import PATH, DailyPapers, Entry, made_up, moved
from loopback import Loopback

Run = Callable[..., Any]

RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds" / "1_hf" / "daily_papers"
TODAY = date(2026, 11, 23)
AWAY = 9
BACK = TODAY + timedelta(days=AWAY)
WINDOW = 60


def window() -> list[date]:
    """Return the weekdays from sixty days before today to nine days after."""
    days = [BACK - timedelta(days=number) for number in range(WINDOW + AWAY)]
    return [day for day in sorted(days) if day.weekday() < 5]


def invented() -> dict[date, Sequence[Entry]]:
    days = {day: made_up(day, 3) for day in window()}
    # More than a page, and a paper that is shown again on a later day.
    days[TODAY - timedelta(days=10)] = made_up(TODAY - timedelta(days=10), 130)
    again = days[TODAY - timedelta(days=6)][0]
    days[TODAY] = [*days[TODAY], moved(again, TODAY)]
    return dict(days)


def recorded() -> dict[date, Sequence[Entry]]:
    """Return entries by day: recorded ones, moved to the day, on every second weekday, else invented ones."""
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded feeds at {RECORDED}")
    files = sorted(RECORDED.glob("*.json"))[-len(window()) :]
    days: dict[date, Sequence[Entry]] = {}
    for number, (day, path) in enumerate(zip(window(), files, strict=True)):
        entries = json.loads(path.read_text(encoding="utf-8"))
        days[day] = made_up(day, 12) if number % 2 else [moved(entry, day) for entry in entries]
    return days


def ids(days: Mapping[date, Sequence[Entry]], last: date) -> set[str]:
    return {entry["paper"]["id"] for day, entries in days.items() if day <= last for entry in entries}


@pytest.mark.parametrize(
    "make", [invented, pytest.param(recorded, marks=pytest.mark.recorded)], ids=["invented", "recorded"]
)
def test_days_are_stored_once_and_missed_days_are_filled_in(
    make: Callable[[], dict[date, Sequence[Entry]]],
    loopback: Loopback,
    run_cli: Run,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    days = make()
    site = DailyPapers(days, TODAY)
    loopback.routes[PATH] = site
    monkeypatch.setenv("READQ_HUGGINGFACE_URL", loopback.url)
    assert run_cli("feed", "add", "hf:daily", "--no-sync").status == 0
    assert loopback.log == []

    since = TODAY - timedelta(days=WINDOW - 1)
    report = run_cli("sync", "--since", since, "--json").json
    assert report["new"] == len(ids(days, TODAY))
    assert run_cli("list", "--count", "status:inbox").out == f"{len(ids(days, TODAY))}\n"
    assert (report["rejected"], report["feeds"]["hf-daily"]["status"]) == ([], "ok")
    assert report["found"] == sum(len(entries) for day, entries in days.items() if since <= day <= TODAY)

    again = run_cli("sync", "--since", since, "--json").json
    assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, report["found"])
    loopback.log.clear()
    nothing = run_cli("sync", "--json").json
    assert (nothing["new"], nothing["updated"]) == (0, 0)
    assert asked(loopback) == [TODAY - timedelta(days=number) for number in range(6, -1, -1)]

    site.today = BACK
    loopback.log.clear()
    run = run_at(run_cli, monkeypatch, now + timedelta(days=AWAY))
    report = run("sync", "--json").json
    assert report["new"] == len(ids(days, BACK) - ids(days, TODAY))
    assert run("list", "--count", "status:inbox").out == f"{len(ids(days, BACK))}\n"
    # The day of the last sync was not over then: it is asked for once more.
    assert asked(loopback) == [TODAY + timedelta(days=number) for number in range(AWAY + 1)]
    pages = sum(len(days.get(day, ())) // 100 + bool(len(days.get(day, ())) % 100) for day in asked(loopback))
    assert len(loopback.log) <= len(asked(loopback)) + pages


def asked(loopback: Loopback) -> list[date]:
    """Return the requested days in order."""
    return list(dict.fromkeys(date.fromisoformat(seen.query["date"]) for seen in loopback.log))


def run_at(run_cli: Run, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Run:
    monkeypatch.setenv("READQ_NOW", moment.isoformat())
    return run_cli
