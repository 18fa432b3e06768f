"""`readq.feeds.arxiv.rss`: an announcement, an empty day, and an error sent as a feed."""

from datetime import date

import pytest

from readq.errors import ReadqError
from readq.feeds.arxiv.rss import parse
from readq.model.values import Author, Rejected, Trust

HEAD = b"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel><title>cs.LG updates on arXiv.org</title>
<link>http://rss.arxiv.org/rss/cs.LG</link><lastBuildDate>Fri, 20 Nov 2026 05:00:02 +0000</lastBuildDate>
<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate><skipDays><day>Saturday</day><day>Sunday</day></skipDays>"""
TAIL = b"</channel></rss>"


def item(number: int, kind: str = "new", version: int = 1, pub_date: str = "Fri, 20 Nov 2026 00:00:00 -0500") -> bytes:
    return f"""<item><title>Paper {number}: $a &lt; b$</title><link>https://arxiv.org/abs/2611.{number:05}</link>
<description>arXiv:2611.{number:05}v{version} Announce Type: {kind}
Abstract: We show $x&lt;y$ &amp; more.</description>
<guid isPermaLink="false">oai:arXiv.org:2611.{number:05}v{version}</guid><category>cs.LG</category>
<category>stat.ML</category><pubDate>{pub_date}</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>
<arxiv:DOI>10.1000/X.{number}</arxiv:DOI><dc:creator>Ada Lovelace, Martin King, Jr., Li Wei</dc:creator>
</item>""".encode()


def test_new_papers_cross_lists_and_replacements() -> None:
    kinds = ("new", "cross", "replace", "replace-cross")
    body = HEAD + b"".join(item(n, kind, n // 2 + 1) for n, kind in enumerate(kinds, start=1)) + TAIL
    announcement = parse(body)
    new, cross = announcement.parsed.papers
    replaced, also = announcement.parsed.revisions
    assert (announcement.day, announcement.parsed.feed) == (date(2026, 11, 20), "arxiv-cs.LG")
    assert (new.title, new.abstract) == ("Paper 1: $a < b$", "We show $x<y$ & more.")
    assert new.authors == (Author("Ada Lovelace"), Author("Martin King, Jr."), Author("Li Wei"))
    assert new.identifiers == (("arxiv", "2611.00001"), ("doi", "10.1000/x.1"))
    assert (new.version, new.primary_class, new.trust) == (1, "cs.LG", Trust.ARXIV)
    assert cross.appearance
    assert (cross.appearance.day, cross.appearance.rank) == ("2026-11-20", 2)
    assert (replaced.version, also.version) == (2, 3)


def test_the_announcement_s_own_day_counts_and_not_that_of_its_file() -> None:
    body = HEAD + item(1, pub_date="Thu, 19 Nov 2026 00:00:00 -0500") + TAIL
    assert parse(body).day == date(2026, 11, 19)


def test_an_empty_day_is_not_an_error() -> None:
    announcement = parse(HEAD + TAIL)
    assert (announcement.parsed.papers, announcement.day) == ([], date(2026, 11, 20))


def test_an_unknown_category_is_an_error() -> None:
    body = HEAD.replace(b"cs.LG updates on arXiv.org", b"Feed error for query: cs.XX") + TAIL
    with pytest.raises(ReadqError, match=r"Feed error for query: cs\.XX"):
        parse(body)


def test_the_form_in_atom() -> None:
    body = b"""<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom"><title>cs.AI updates on arXiv.org</title>
<updated>2026-07-20T04:00:19.866337+00:00</updated>
<entry><id>oai:arXiv.org:2607.13426v2</id><title>T</title><updated>2026-07-20T04:00:19+00:00</updated>
<link href="https://arxiv.org/abs/2607.13426" rel="alternate" type="text/html"/>
<summary>arXiv:2607.13426v2 Announce Type: cross
Abstract: A.</summary><category term="cs.CL"/><published>2026-07-20T00:00:00-04:00</published>
<dc:creator>A B, C D</dc:creator></entry>
<entry><id>x</id></entry></feed>"""
    announcement = parse(body)
    (paper,) = announcement.parsed.papers
    assert (paper.version, paper.abstract, len(paper.authors)) == (2, "A.", 2)
    assert announcement.day == date(2026, 7, 20)
    assert announcement.parsed.rejected == [Rejected("entry 2", "no title")]
