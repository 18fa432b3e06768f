"""`readq import` of feeds and pages that somebody saved, recognised by their content."""

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Lake Letters</title>
<item><title>Herons wait</title><link>https://arxiv.org/abs/2611.00001v2</link><dc:creator>Ada Heron</dc:creator>
<pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate></item>
<item><title>Ponds freeze</title><link>javascript:alert(1)</link></item><item><link>https://e.org</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Lake</title><entry><id>1</id><title>Herons wait</title>
<link href="https://doi.org/10.1000/lake.1"/></entry></feed>"""


@pytest.mark.parametrize("form", [None, "rss", "atom"])
def test_rss_comes_in_under_its_own_title(run_cli: Run, tmp_path: Path, form: str | None) -> None:
    path = tmp_path / "saved.xml"
    path.write_text(RSS, encoding="utf-8")
    report = run_cli("import", "--json", *(("--format", form) if form else ()), path)
    assert report.status == 1
    assert report.json["new"] == 2
    assert report.json["rejected"] == [{"where": f"{path}: entry 3", "why": "no title"}]
    herons, ponds = sorted(run_cli("list", "--json").json, key=lambda paper: str(paper["title"]))
    assert (herons["arxiv_id"], herons["status"], herons["authors"]) == ("2611.00001", "inbox", ["Ada Heron"])
    assert [(one["feed"], one["seen"], one["rank"]) for one in herons["sightings"]] == [
        ("Lake Letters", "2026-11-20", 1)
    ]
    assert ponds["url"] is None
    again = run_cli("import", "--json", path).json
    assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_the_reader_s_name_for_the_feed_counts_first(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(ATOM, encoding="utf-8")
    assert run_cli("import", "--feed", "mine", path).status == 0
    (paper,) = run_cli("list", "--json").json
    assert (paper["doi"], [one["feed"] for one in paper["sightings"]]) == ("10.1000/lake.1", ["mine"])


def test_a_feed_in_a_pipe(run_cli: Run) -> None:
    assert run_cli("import", "-", stdin=ATOM.encode("utf-16")).status == 0
    assert run_cli("list", "--count").out == "1\n"


def test_a_damaged_feed_is_one_line(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text("<rss><channel>", encoding="utf-8")
    result = run_cli("import", path)
    assert (result.status, result.out) == (65, "")
    assert result.err.count("\n") == 1
    assert "not a feed" in result.err


def test_a_list_of_feeds_is_shown_to_its_own_door(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text('<?xml version="1.0"?><opml version="2.0"><body/></opml>', encoding="utf-8")
    result = run_cli("import", path)
    assert result.status == 65
    assert "readq feed import" in result.err


def page_of(target: str, properties: object) -> str:
    attribute = html.escape(json.dumps(properties), quote=True)
    return (
        '<!doctype html><html class=""><head><link rel="canonical" href="https://huggingface.co/papers"></head><body>'
        f'<div class="SVELTE_HYDRATER contents" data-target="{target}" data-props="{attribute}"></div></body></html>'
    )


def test_a_saved_page_keeps_ids_authors_and_votes(run_cli: Run, tmp_path: Path, daily_entry: Run) -> None:
    path = tmp_path / "Daily Papers.html"
    listed = {"dailyPapers": [daily_entry(7), daily_entry(9)], "dateString": "2026-11-20", "isTrending": False}
    path.write_text(page_of("DailyPapers", listed), encoding="utf-8")
    assert run_cli("import", path).status == 0
    first, second = sorted(run_cli("list", "--json").json, key=lambda paper: str(paper["arxiv_id"]))
    assert (first["arxiv_id"], second["arxiv_id"]) == ("2611.00007", "2611.00009")
    assert first["authors"] == ["Ada Lovelace", "Emmy Noether"]
    assert first["sightings"] == [
        {"feed": "hf-page", "seen": "2026-11-20", "rank": 1, "upvotes": 70, "comments": 7, "submitted_by": "carol"}
    ]


def test_the_saved_page_of_one_paper_is_that_paper(run_cli: Run, tmp_path: Path, daily_entry: Run) -> None:
    path = tmp_path / "paper.html"
    path.write_text(page_of("PaperContent", {"paper": daily_entry(7)["paper"], "comments": []}), encoding="utf-8")
    assert run_cli("import", path).status == 0
    (paper,) = run_cli("list", "--json").json
    assert (paper["arxiv_id"], paper["sightings"][0]["upvotes"]) == ("2611.00007", 70)


def test_a_title_changed_at_the_same_address_of_a_journal_is_followed(run_cli: Run, tmp_path: Path) -> None:
    item = (
        '<rss xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>Lakes</title><item><title>TITLE</title><link>https://l.example/a/1</link>"
        "<guid>https://l.example/a/1</guid><dc:creator>Ada Heron</dc:creator><prism:volume>7</prism:volume>"
        "<prism:publicationName>Lakes</prism:publicationName></item></channel></rss>"
    )
    for title in ("Ponds that Freeze", "A Study of Ice on Lakes"):
        path = tmp_path / "feed.xml"
        path.write_text(item.replace("TITLE", title), encoding="utf-8")
        assert run_cli("import", path).status == 0
        assert [paper["title"] for paper in run_cli("list", "--json").json] == [title]
