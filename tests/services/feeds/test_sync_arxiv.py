"""Sync a category and a search of arXiv, with invented data, and with recorded data if present."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from arxiv_site import Announced, Category
from loopback import Loopback, Reply

Run = Callable[..., Any]
Days = Mapping[date, Sequence[Announced]]

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
MIRROR = SHARED / "3_arxiv_rss" / "json_mirror_cs.CV"
BODIES = SHARED / "2_arxiv_api"
DAYS = [date(2026, 4, day) for day in (21, 22, 23, 24, 27, 28, 29, 30)]


def invented() -> Days:
    return {
        day: [
            Announced(
                f"26{day:%m}.{day.day:02}{number:03}", f"Day {day} and paper {number}", "We look.", ["Ada Lovelace"]
            )
            for number in range(1, 8)
        ]
        for day in DAYS
    }


def recorded() -> Days:
    if not MIRROR.is_dir():
        pytest.skip(f"no recorded announcements at {MIRROR}")
    days = {}
    for day in DAYS:
        papers = json.loads((MIRROR / f"{day}.json").read_text(encoding="utf-8"))["papers"]
        days[day] = [
            Announced(one["arxiv_id"], one["title"], one["abstract"], one["authors"], one["announce_type"])
            for one in papers
        ]
    return days


@pytest.fixture
def arxiv(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    for name in ("ARXIV_API", "ARXIV_RSS"):
        monkeypatch.setenv(f"READQ_{name}_URL", loopback.url)
    return loopback


def shown(days: Days, *wanted: date) -> set[str]:
    """Return the new papers of some announcements."""
    return {paper.arxiv_id for day in wanted for paper in days[day] if not paper.kind.startswith("replace")}


@pytest.mark.parametrize(
    "make", [invented, pytest.param(recorded, marks=pytest.mark.recorded)], ids=["invented", "recorded"]
)
def test_announcements_are_stored_once_and_missed_ones_fetched_from_the_api(
    make: Callable[[], Days], arxiv: Loopback, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = make()
    site = Category("cs.CV", days, DAYS[1])
    arxiv.routes.update({"/rss/cs.CV": site.feed, "/api/query": site.api})

    def sync_on(day: date, *words: str) -> dict[str, Any]:
        site.today = day
        arxiv.log.clear()
        monkeypatch.setenv("READQ_NOW", datetime(day.year, day.month, day.day, 14, tzinfo=UTC).isoformat())
        result = run_cli(*(words or ("sync",)), "--json")
        assert (result.status, result.err) == (0, "")
        report: dict[str, Any] = result.json if not words else result.json["sync"]
        return report

    first = sync_on(DAYS[1], "feed", "add", "arxiv:cs.CV")
    assert first["new"] == len(shown(days, DAYS[1]))
    assert arxiv.targets() == ["/rss/cs.CV"]

    again = sync_on(DAYS[1])
    assert (again["new"], again["updated"], arxiv.targets()) == (0, 0, ["/rss/cs.CV"])

    next_day = sync_on(DAYS[2])
    assert next_day["new"] == len(shown(days, DAYS[2]) - shown(days, DAYS[1]))
    assert arxiv.targets() == ["/rss/cs.CV"]
    assert next_day["feeds"]["arxiv-cs.CV"]["status"] == "ok"

    back = sync_on(DAYS[-1])
    missed = DAYS[3:-1]
    assert back["new"] == len(shown(days, *DAYS[3:]) - shown(days, *DAYS[1:3]))
    # A request for each day, one for what moderators had held back, and pages of what was replaced.
    by_update = [seen for seen in arxiv.log if seen.query.get("sortBy") == "lastUpdatedDate"]
    assert len(arxiv.log) - len(by_update) <= 1 + len(missed) + 1
    assert len(by_update) <= 2
    everything = len(shown(days, *DAYS[1:]))
    assert run_cli("list", "--count", "feed:arxiv-cs.CV").out == f"{everything}\n"
    ((feed,),) = (run_cli("feed", "list", "--json").json,)
    assert (feed["status"], feed["newest"], feed["papers"]) == ("ok", str(DAYS[-1]), everything)


def test_a_new_version_is_noted_on_the_paper_and_no_news_of_others(
    arxiv: Loopback, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = dict(invented())
    known, unknown = days[DAYS[1]][0], Announced("2501.00001", "Of long ago", "We look.", ["Ada Lovelace"])
    days[DAYS[2]] = [*days[DAYS[2]], known._replace(kind="replace"), unknown._replace(kind="replace-cross")]
    site = Category("cs.CV", days, DAYS[1])
    arxiv.routes.update({"/rss/cs.CV": site.feed, "/api/query": site.api})
    monkeypatch.setenv("READQ_NOW", "2026-04-22T14:00:00+00:00")
    run_cli("feed", "add", "arxiv:cs.CV")
    run_cli("mark", "dropped", known.arxiv_id)
    site.today = DAYS[2]
    monkeypatch.setenv("READQ_NOW", "2026-04-23T14:00:00+00:00")
    report = run_cli("sync", "--json").json
    assert (report["new"], report["updated"]) == (7, 1)
    paper = run_cli("show", known.arxiv_id, "--json").json
    assert (paper["status"], paper["version"], len(paper["sightings"])) == ("dropped", 2, 1)
    assert run_cli("show", unknown.arxiv_id).status == 1


def test_yesterdays_announcement_an_empty_day_and_an_unknown_category_look_different(
    arxiv: Loopback, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Category("cs.CV", invented(), DAYS[1])
    nothing = Category("cs.CV", {}, DAYS[1])
    arxiv.routes.update({"/rss/cs.CV": site.feed, "/api/query": nothing.api})

    def state(day: date) -> tuple[str, str, str | None]:
        monkeypatch.setenv("READQ_NOW", datetime(day.year, day.month, day.day, 14, tzinfo=UTC).isoformat())
        run_cli("sync")
        *_, words = run_cli("feed", "list").out.rstrip("\n").split("\t")
        (feed,) = run_cli("feed", "list", "--json").json
        return feed["status"], words, feed["error"]

    run_cli("feed", "add", "arxiv:cs.CV", "--no-sync")
    assert state(DAYS[1]) == ("ok", "ok", None)
    # It goes on serving the announcement of the day before, and the API has nothing newer either.
    assert state(DAYS[2]) == ("stale", "same batch as yesterday", None)
    site.today = date(2026, 4, 25)
    assert state(site.today) == ("ok", "nothing today", None)
    refusal = '<rss version="2.0"><channel><title>Feed error for query: cs.CV</title></channel></rss>'
    arxiv.routes["/rss/cs.CV"] = refusal
    status, words, error = state(date(2026, 4, 27))
    assert (status, words[:19]) == ("failed", "failed since 14:00:")
    assert "Feed error for query: cs.CV" in str(error)


@pytest.mark.recorded
@pytest.mark.skipif(not BODIES.is_dir(), reason=f"no recorded answers at {BODIES}")
@pytest.mark.parametrize(
    ("name", "status", "new", "said"),
    [
        ("arxiv.py_bodies/q_testing_s0_m15_80c242b59d59.200.xml", 200, 15, None),
        ("pubs/export_arxiv_org_api_query_id_list_math_9501234.200.xml", 200, 1, None),
        ("xiv/arxiv_empty.xml", 200, 0, None),
        ("pubs/export_arxiv_org_api_query_id_list_INVALIDID.400.xml", 400, 0, "incorrect id format for INVALIDID"),
        # A result that is announced and does not come is a hole, not an empty result.
        ("transcribed/arxiv_api_empty_2025-08_total1_noentry.xml", 200, 0, "arXiv has 1 papers, but sent none"),
        ("theoj/not_found.xml", 200, 0, "no such version on arXiv"),
    ],
)
def test_recorded_answers_to_a_search(
    arxiv: Loopback, run_cli: Run, name: str, status: int, new: int, said: str | None
) -> None:
    body = (BODIES / name).read_bytes()
    # Some were recorded with their heads.
    body = body[body.find(b"<") :]
    # As if this page were all.
    body = re.sub(rb"(totalResults[^>]*>)\d{3,}", rb"\g<1>15", body)
    arxiv.routes["/api/query"] = Reply(body, status, content_type="application/atom+xml")
    run_cli("feed", "add", "arxiv:query?search_query=testing", "--name", "search", "--no-sync")
    report = run_cli("sync", "--since", "1990-01-01", "--json").json["feeds"]["search"]
    assert report["new"] == new
    if said is None:
        assert report["status"] != "failed", report["error"]
    else:
        assert report["status"] == "failed"
        assert said in report["error"]


def test_a_requested_pause_is_kept(arxiv: Loopback, run_cli: Run) -> None:
    arxiv.routes["/api/query"] = Reply(b"Rate exceeded.", 429, {"Retry-After": "3600"})
    arxiv.routes["/rss/cs.LG"] = Reply(b"", 200)
    run_cli("feed", "add", "arxiv:query?search_query=testing", "--name", "search", "--no-sync")
    assert run_cli("sync").status == 1
    run_cli("feed", "add", "arxiv:cs.LG", "--no-sync")
    arxiv.log.clear()
    # Neither by the name of the feed nor by another feed of the same service.
    assert run_cli("sync", "search").status == 1
    assert "10:00" in run_cli("sync", "arxiv-cs.LG").err
    assert arxiv.log == []
