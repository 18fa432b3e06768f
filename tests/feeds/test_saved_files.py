"""`readq.feeds.saved_files`: recognise and parse saved feeds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import ReadqError
from readq.feeds.saved_files import parse, recognise
from readq.model.values import Rejected

TODAY = date(2026, 11, 23)

RSS = b"""<?xml version="1.0"?><!-- saved --><rss version="2.0"><channel><title>Lake  Letters</title>
<item><title>Herons</title><link>https://arxiv.org/abs/2611.00001</link></item></channel></rss>"""
DAY = b"""<rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0"><channel>
<title>cs.LG updates on arXiv.org</title>
<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate>
<item><title>New</title><guid>oai:arXiv.org:2611.00001v1</guid><arxiv:announce_type>new</arxiv:announce_type></item>
<item><title>Old</title><guid>oai:arXiv.org:2511.00001v2</guid><arxiv:announce_type>replace</arxiv:announce_type></item>
</channel></rss>"""
API = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query: search_query=x</title>
<entry><id>http://arxiv.org/abs/2611.00001v3</id><title>T</title><published>2026-11-19T01:00:00Z</published></entry>
</feed>"""
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": 1, "title": "T"}]}'


@pytest.mark.parametrize(
    ("data", "form", "feed", "papers"),
    [
        (RSS, "rss", "Lake Letters", 1),
        (DAY, "rss", "arxiv-cs.LG", 2),
        (API, "atom", None, 1),
        (JSON, "jsonfeed", "J", 1),
        (b'<!DOCTYPE rdf:RDF [<!ENTITY a "b">]><rdf:RDF xmlns="http://purl.org/rss/1.0/"/>', "rss", None, None),
    ],
)
def test_a_saved_feed_is_recognised_and_read(data: bytes, form: str, feed: str | None, papers: int | None) -> None:
    assert recognise(data.decode()) == recognise("\ufeff \n" + data.decode()) == form
    if papers is not None:
        parsed = parse(data, today=TODAY)
        assert (parsed.feed, len(parsed.papers), parsed.rejected, parsed.revisions) == (feed, papers, [], ())


def test_rdf_of_a_reference_manager_is_no_feed() -> None:
    """The import then says which formats to save it as."""
    names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:bib="http://purl.org/net/biblio#"'
    item = "<bib:Article><itemType>journalArticle</itemType></bib:Article>"
    assert recognise(f"<rdf:RDF\n {names}>{item}</rdf:RDF>") is None


def test_arxiv_s_own_forms_keep_the_version_and_the_day() -> None:
    new, old = parse(DAY, today=TODAY).papers
    assert (old.version, old.appearance and old.appearance.day) == (2, "2026-11-20")
    (paper,) = parse(API, today=TODAY).papers
    assert (paper.version, paper.published) == (3, "2026-11-19")
    assert new.version == 1


def test_a_truncated_feed_is_parsed_and_reported() -> None:
    parsed = parse(DAY[:-60], today=TODAY)
    assert [paper.title for paper in parsed.papers] == ["New"]
    assert parsed.rejected == [Rejected("entry 2", "cut off: the file ends in it")]


def test_a_feed_truncated_after_an_entry_is_parsed_and_reported() -> None:
    parsed = parse(DAY[: DAY.index(b"</item>") + len(b"</item>")], today=TODAY)
    assert [paper.title for paper in parsed.papers] == ["New"]
    assert parsed.rejected == [Rejected("the end", "is missing: the part before it was read")]


@pytest.mark.parametrize(
    "text",
    ["", "<html><feed>", "rss", "<rssx>", "{}", '[{"paper": {}}]', "@article{x,", "<!--" * 9000, "<!-- -->" * 9000],
)
def test_other_text_is_not_a_feed(text: str) -> None:
    assert recognise(text) is None


@given(st.text('<>!-?[]rsfed {}"', max_size=300))
def test_recognising_ends(text: str) -> None:
    assert recognise(text) in (None, "rss", "atom", "jsonfeed")


def test_no_feed_is_an_error() -> None:
    with pytest.raises(ReadqError, match="not a feed"):
        parse(b"<rss", today=TODAY)
