"""Parse every recorded feed, and compare well-formed ones with the results of feedparser and others."""

import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import feedparser
import pytest

from readq.errors import ReadqError
from readq.feeds import opml
from readq.feeds.arxiv import atom_api, rss
from readq.feeds.arxiv.api_client import title_searches
from readq.feeds.huggingface import json_api, page
from readq.feeds.parsed_feed import abstract_of
from readq.feeds.syndication import syndicated_feed
from readq.feeds.syndication.html_text import text_of_html
from readq.model.identifiers import title_key
from readq.text import one_line

SHARED = Path(os.path.normpath(Path(__file__).resolve().parents[2] / ".." / "shared" / "feeds"))
TODAY = date(2026, 11, 23)

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"no recorded feeds at {SHARED}"),
]


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (SHARED / folder).rglob("*") if path.is_file())


def expected(body: bytes) -> Any:  # noqa: ANN401 - feedparser is untyped
    """Return the result of feedparser for a well-formed feed with entries, else None."""
    read = feedparser.parse(io.BytesIO(body))
    return None if read.bozo or not read.entries else read


def title_of(entry: Any) -> str:  # noqa: ANN401 - feedparser is untyped
    """Return the title of an entry as text, converted from the type that feedparser reports."""
    title: str = entry.get("title", "")
    is_html = entry.get("title_detail", {}).get("type") in ("text/html", "application/xhtml+xml")
    return one_line(text_of_html(title) if is_html else title)


def test_all_feeds_of_all_kinds(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("4_feeds", "3_arxiv_rss"):
        if path.suffix == ".opml":
            continue
        body = path.read_bytes()
        counts["files"] += 1
        try:
            feed = syndicated_feed.parse(body, today=TODAY)
        except ReadqError:
            counts["no feeds"] += 1
            assert expected(body) is None, path
            continue
        counts["feeds"] += 1
        counts["papers"] += len(feed.parsed.papers)
        counts["without a title"] += len(feed.parsed.rejected)
        if (read := expected(body)) is not None:
            counts["compared"] += 1
            _agrees(path, read, feed, counts)
    report_counts(f"recorded feeds: {dict(counts)}")
    assert counts["compared"] > 300
    assert counts["titles"] > 1000


def _agrees(path: Path, read: Any, feed: syndicated_feed.SyndicatedFeed, counts: Counter[str]) -> None:  # noqa: ANN401
    ours = {paper.where: paper for paper in feed.parsed.papers}
    ids = [entry.get("id") or (entry.get("link"), entry.get("title")) for entry in read.entries]
    if len(set(ids)) < len(ids):
        counts["with one id twice"] += 1
        return
    assert len(ours) + len(feed.parsed.rejected) == len(read.entries), path
    for number, entry in enumerate(read.entries, start=1):
        paper = ours.get(f"entry {number}")
        if paper is None:
            assert not title_of(entry), path
            continue
        assert title_key(paper.title) == title_key(title_of(entry)), path
        counts["titles"] += 1
        if paper.url:
            assert paper.url == entry.link.strip(), path
            counts["links"] += 1
        else:
            link = entry.get("link", "")
            assert not re.match(r"(?i)https?://[a-z0-9.-]+(/\S*)?\Z", link) or "@" in link, (path, link)


def test_json_feeds_agree_with_their_json(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("4_feeds"):
        try:
            data = json.loads(path.read_bytes()) if path.suffix == ".json" else None
        except ValueError:
            continue
        if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version")):
            continue
        feed = syndicated_feed.parse(path.read_bytes(), today=TODAY)
        titles = [one_line(item["title"]) for item in data["items"] if isinstance(item.get("title"), str)]
        assert [paper.title for paper in feed.parsed.papers] == [title for title in titles if title], path
        links = {item.get("url") or item.get("external_url") for item in data["items"]}
        assert {paper.url for paper in feed.parsed.papers} - {None} <= links, path
        counts.update(files=1, papers=len(feed.parsed.papers))
    report_counts(f"recorded JSON feeds: {dict(counts)}")
    assert counts["files"] >= 3


def test_answers_of_arxiv_s_api(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("2_arxiv_api"):
        body = path.read_bytes()
        is_answer = b"Query: " in body[:1500] and path.suffix == ".xml"
        answer = _answer(body)
        if not isinstance(answer, atom_api.Page):
            counts["errors" if isinstance(answer, atom_api.RefusedError) else "no answers"] += 1
            assert isinstance(answer, atom_api.RefusedError) or not is_answer, path
            continue
        if not is_answer:
            counts["other XML"] += 1
            continue
        # One was saved with the head of its answer.
        read = feedparser.parse(io.BytesIO(body[body.index(b"<?xml") :]))
        counts.update(answers=1, papers=len(answer.parsed.papers), rejected=len(answer.parsed.rejected))
        titles = [one_line(entry.title) for entry in read.entries if entry.get("title")]
        assert list(map(title_key, titles)) == [title_key(paper.title) for paper in answer.parsed.papers], path
        for paper, entry in zip(answer.parsed.papers, [one for one in read.entries if one.get("title")], strict=True):
            assert dict(paper.identifiers)["arxiv"] in entry.id, path
            assert [author.name for author in paper.authors] == [one_line(one.name) for one in entry.authors], path
            assert entry.id.endswith(f"v{paper.version}"), path
    report_counts(f"recorded answers of arXiv's API: {dict(counts)}")
    assert counts["papers"] > 150


def _answer(body: bytes) -> atom_api.Page | ReadqError:
    try:
        return atom_api.parse(body)
    except ReadqError as error:
        return error


def test_arxiv_s_feeds_of_the_day(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("3_arxiv_rss"):
        if path.suffix != ".xml":
            continue
        announcement = rss.parse(path.read_bytes())
        parsed = announcement.parsed
        counts.update(files=1, papers=len(parsed.papers), revisions=len(parsed.revisions))
        assert announcement.day, path
        assert all(paper.identifiers and paper.identifiers[0][0] == "arxiv" for paper in parsed.papers), path
    report_counts(f"recorded feeds of the day: {dict(counts)}")
    assert counts["papers"] > 300


def test_mirrored_days_survive_conversion_to_rss(
    report_counts: Callable[[str], None],
) -> None:
    counts: Counter[str] = Counter()
    for path in files("3_arxiv_rss"):
        if path.suffix != ".json":
            continue
        data = json.loads(path.read_bytes())["papers"]
        parsed = rss.parse(_feed_of_the_day(data)).parsed
        counts.update(days=1, papers=len(parsed.papers), revisions=len(parsed.revisions))
        found = {dict(paper.identifiers)["arxiv"]: paper for paper in (*parsed.papers, *parsed.revisions)}
        for one in data:
            paper = found[one["arxiv_id"]]
            assert paper.title == one_line(one["title"])
            assert [author.name for author in paper.authors] == [one_line(name) for name in one["authors"]]
            assert paper.abstract == abstract_of(one["abstract"])
            assert (paper in parsed.revisions) == one["announce_type"].startswith("replace")
    report_counts(f"mirrored days: {dict(counts)}")


def _feed_of_the_day(papers: list[dict[str, Any]]) -> bytes:
    """Return the papers in the format of arXiv's RSS feed."""
    items = "".join(
        f"<item><title>{escape(one['title'])}</title><link>https://arxiv.org/abs/{one['arxiv_id']}</link>"
        f"<description>arXiv:{one['arxiv_id']}v1 Announce Type: {one['announce_type']} \n"
        f"Abstract: {escape(one['abstract'])}</description><guid>oai:arXiv.org:{one['arxiv_id']}v1</guid>"
        f"<dc:creator>{escape(', '.join(one['authors']))}</dc:creator></item>"
        for one in papers
    )
    head = (
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>x updates on arXiv.org</title>'
    )
    return f"{head}<title>x updates on arXiv.org</title>{items}</channel></rss>".encode()


def test_hugging_face_s_answers_and_pages(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("1_hf"):
        body = path.read_bytes()
        counts["files"] += 1
        if path.suffix in (".html", ".md"):
            parsed = page.parse(body.decode(), today=TODAY)
        else:
            try:
                data = json.loads(body)
            except ValueError:
                counts["broken"] += 1
                continue
            parsed = json_api.parse_daily(data, day=None)
        counts.update(papers=len(parsed.papers), rejected=len(parsed.rejected))
        counts["with an id"] += sum(bool(paper.identifiers) for paper in parsed.papers)
    report_counts(f"recorded answers of Hugging Face: {dict(counts)}")
    assert counts["with an id"] > 2_000


def test_lists_of_feeds(report_counts: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    for path in files("4_feeds"):
        if path.suffix == ".opml":
            try:
                counts["feeds"] += len(opml.read(path.read_bytes()))
                counts["lists"] += 1
            except ReadqError as error:
                counts[f"{path.name}: {error}"] += 1
    report_counts(f"recorded lists of feeds: {dict(counts)}")
    assert counts["lists"] >= 4


def test_the_titles_of_a_saved_page_make_eight_searches() -> None:
    papers = page.parse((SHARED / "trending-page.txt").read_text(encoding="utf-8"), today=TODAY).papers
    searches = list(title_searches(paper.title for paper in papers))
    assert (len(papers), len(searches)) == (80, 8)
