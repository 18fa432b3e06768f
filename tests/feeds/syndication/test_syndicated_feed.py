"""`readq.feeds.syndication.syndicated_feed`: every feed format, hostile feeds, and documents that are no feed."""

import contextlib
import gzip
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.errors import ReadqError
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import PullOptions
from readq.feeds.spec import source
from readq.feeds.syndication.syndicated_feed import parse
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Response, Validators
from readq.text import one_line

Network = Callable[..., Any]
TODAY = date(2026, 11, 23)


def papers(body: bytes, **options: str) -> list[FetchedPaper]:
    return parse(body, today=TODAY, **options).parsed.papers


def rss(*items: str, version: str = "2.0", head: str = "<title>Lake Letters</title>") -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="{version}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{head}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    ).encode()


def atom(*entries: str) -> bytes:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Lake</title>{inside}</feed>'.encode()


def test_a_journal_s_item() -> None:
    (paper,) = papers(
        rss(
            "<title>Herons &lt;i&gt;wait&lt;/i&gt; for CO&lt;sub&gt;2&lt;/sub&gt;</title>"
            "<link>https://www.example.org/articles/1?utm_source=rss</link><dc:creator>Ada Heron</dc:creator>"
            "<dc:creator>Emmy Pond</dc:creator><prism:doi>10.1000/LAKE.1</prism:doi>"
            "<prism:publicationName>Lake Letters</prism:publicationName>"
            "<description>&lt;p&gt;We wait for $a&amp;lt;b$.&lt;/p&gt;&lt;p&gt;Still.&lt;/p&gt;</description>"
            "<pubDate>Fri, 20 Nov 2026 23:30:00 -0500</pubDate>"
        )
    )
    assert paper == FetchedPaper(
        title="Herons wait for CO2",
        trust=Trust.SYNDICATION,
        where="entry 1",
        abstract="We wait for $a<b$.\n\nStill.",
        authors=(Author("Ada Heron"), Author("Emmy Pond")),
        published="2026-11-20",
        year=2026,
        venue="Lake Letters",
        url="https://www.example.org/articles/1?utm_source=rss",
        identifiers=(("doi", "10.1000/lake.1"), ("url", "https://example.org/articles/1")),
        appearance=Appearance(day="2026-11-20", rank=1),
        name="https://example.org/articles/1",
    )


def test_an_id_of_several_entries_is_nobodys() -> None:
    item = "<title>{0}</title><link>https://e.org/{0}</link><guid isPermaLink='false'>N/A</guid>"
    found = papers(rss(*(item.format(name) for name in ("one", "two", "three"))))
    assert [paper.name for paper in found] == [f"https://e.org/{name}" for name in ("one", "two", "three")]


def test_what_stands_behind_the_sign_of_a_fragment_tells_entries_of_one_page_apart() -> None:
    item = "<title>{0}</title><link>https://e.org/list#{0}</link>"
    found = papers(rss(item.format("one"), item.format("two"), "<title>x</title><link>https://e.org/x#top</link>"))
    addresses = [paper.identifiers for paper in found]
    assert addresses == [(("url", f"https://e.org/{end}"),) for end in ("list#one", "list#two", "x")]


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_and_new_rss(version: str) -> None:
    (paper,) = papers(rss("<title>T</title><link>https://e.org/1</link>", version=version))
    assert (paper.title, paper.url) == ("T", "https://e.org/1")


def test_rss_1_0() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://e.org"><title>Old</title></channel>
<item rdf:about="https://e.org/1"><title>T</title><link>https://e.org/1</link>
<dc:identifier>doi:10.1000/1</dc:identifier><dc:date>2026-11-20</dc:date></item></rdf:RDF>"""
    feed = parse(body, today=TODAY)
    (paper,) = feed.parsed.papers
    assert feed.title == "Old"
    assert (paper.published, paper.identifiers) == ("2026-11-20", (("doi", "10.1000/1"), ("url", "https://e.org/1")))


def test_atom() -> None:
    first, second = papers(
        atom(
            "<id>oai:arXiv.org:2611.00001v2</id><title>a &lt; b</title><link href='/x'/><author><name>A B</name>"
            "</author><author><name>C D</name></author><updated>2026-11-20T10:00:00Z</updated>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One <b>two</b> &lt; 3</p></div>"
            "</content>",
            "<id>urn:2</id><title type='html'>x &amp;amp; &lt;b&gt;y&lt;/b&gt;</title>"
            "<link rel='alternate' href='https://huggingface.co/papers/2611.00002'/>",
        ),
        url="https://lake.example.org/feeds/all.atom",
    )
    assert (first.title, first.abstract, len(first.authors)) == ("a < b", "One two < 3", 2)
    assert first.identifiers == (("arxiv", "2611.00001"), ("url", "https://lake.example.org/x"))
    assert (second.title, second.identifiers) == ("x & y", (("arxiv", "2611.00002"),))


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feed(version: str) -> None:
    authors = {"author": {"name": "A B"}} if version == "1" else {"authors": [{"name": "A B"}, {"name": "C D"}, 3]}
    items = [
        {"id": 7, "url": "https://arxiv.org/abs/2611.00001", "title": "T", "content_html": "<p>We &amp; you</p>",
         "date_published": "2026-11-20T01:00:00+02:00", **authors},
        {"id": "8", "title": None}, 9, {"id": "10", "title": "U", "summary": "S", "date_published": 12},
    ]  # fmt: skip
    body = json.dumps({"version": f"https://jsonfeed.org/version/{version}", "title": "J", "items": items}).encode()
    feed = parse(b"\xef\xbb\xbf" + body, today=TODAY)
    first, third = feed.parsed.papers
    assert (feed.title, feed.parsed.rejected) == (
        "J",
        [Rejected("entry 2", "no title"), Rejected("entry 3", "not an object with the fields of a paper")],
    )
    assert (first.abstract, first.published, len(first.authors)) == (
        "We & you",
        "2026-11-20",
        1 if version == "1" else 2,
    )
    assert first.identifiers == (("arxiv", "2611.00001"),)
    assert (third.title, third.abstract, third.published) == ("U", "S", None)


def test_an_address_that_is_not_the_entry_s_own_identifies_nothing() -> None:
    found = papers(
        rss(
            "<title>A</title><link>https://e.org/</link><guid isPermaLink='false'>1</guid>",
            "<title>B</title><link>https://e.org/today</link><guid isPermaLink='false'>2</guid>",
            "<title>C</title><link>https://e.org/today</link><guid isPermaLink='false'>3</guid>",
            head="<title>x</title><link>https://e.org/</link>",
        )
    )
    assert [(paper.title, paper.identifiers) for paper in found] == [("A", ()), ("B", ()), ("C", ())]
    assert found[1].url == "https://e.org/today"


def test_two_arxiv_ids_in_one_entry_are_not_both_believed() -> None:
    entry = "<id>oai:arXiv.org:2611.00002v1</id><title>T</title><link href='https://arxiv.org/abs/2611.00001'/>"
    assert papers(atom(entry))[0].identifiers == (("arxiv", "2611.00001"),)


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "javascript:alert(1)", "--help", "http://user:pw@e.org/", "data:text/html,x",
     "http://e.org/\"'$(id)`id`;&amp;|", "http://e.org/%0d%0aX: 1", "", "http://e.org:99999/"],
)  # fmt: skip
def test_only_safe_links_are_kept(link: str) -> None:
    (paper,) = papers(atom(f'<id>urn:1</id><title>T</title><link href="{link.replace(chr(34), "&quot;")}"/>'))
    assert paper.url is None or paper.url.startswith("http")
    assert "pw" not in (paper.url or "")
    assert not any(bad in (paper.url or "") for bad in ("passwd", "javascript", "--help"))


def test_days_that_cannot_be_are_dropped_and_days_ahead_are_no_days_of_appearance() -> None:
    dates = ["0000-00-00", "99999-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "yesterday", "",
             "9999-12-31T23:59:59+14:00", "1" * 5000, "2024-02-29T12:00:00Z", "2027-03-01T00:00:00Z"]  # fmt: skip
    found = papers(atom(*(f"<id>{n}</id><title>T{n}</title><updated>{day}</updated>" for n, day in enumerate(dates))))
    assert [paper.published for paper in found] == [None] * 8 + ["2024-02-29", "2027-03-01"]
    assert [paper.appearance and paper.appearance.day for paper in found[8:]] == ["2024-02-29", None]


def test_a_date_in_an_unknown_form_is_not_completed_with_the_present_month() -> None:
    dates = ["2026-W12-5", "2026年3月2日", "2026-11-20Z", "20261120T120000Z", "Πεμ, 20 Νοέ 2026 12:00:00 EST"]
    found = papers(rss(*(f"<title>T{n}</title><pubDate>{day}</pubDate>" for n, day in enumerate(dates))))
    assert [paper.published for paper in found] == [None, None, "2026-11-20", "2026-11-20", "2026-11-20"]
    assert {paper.year for paper in found} == {2026}


def test_relative_links_of_a_json_feed_are_resolved_against_its_address() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": "https://saved.example/f/feed.json",
        "items": [{"id": "1", "title": "Ponds", "url": "../p/1"}, {"id": "2", "title": "Bogs", "url": "http://[x/"}],
    }
    body = json.dumps(feed).encode()
    assert [paper.url for paper in papers(body, url="https://e.org/f/feed.json")] == ["https://e.org/p/1", None]
    assert papers(body)[0].url == "https://saved.example/p/1"


def test_of_entries_with_one_id_the_last_counts() -> None:
    found = papers(atom(*(f"<id>same</id><title>Version {n}</title>" for n in range(5))))
    assert [paper.title for paper in found] == ["Version 4"]
    found = papers(rss(*["<title>Same title</title>"] * 5))
    assert [paper.title for paper in found] == ["Same title"]


def test_more_entries_than_a_feed_may_have() -> None:
    feed = parse(rss(*(f"<title>{n}</title>" for n in range(5_002))), today=TODAY)
    assert len(feed.parsed.papers) == 5_000
    assert feed.parsed.rejected == [Rejected("the feed", "more than 5,000 entries: the others were left out")]


def test_documents_that_are_slow_to_parse_are_refused_before_parsing() -> None:
    attributes = " ".join(f'a{n}="x"' for n in range(50_000))
    for item in (f"<title {attributes}>T</title>", "<a>" * 100_000 + "</a>" * 100_000):
        with pytest.raises(ReadqError, match="take too long to parse"):
            parse(rss(item), today=TODAY)


@pytest.mark.parametrize("element", ["author", "dc:creator", "managingEditor"])
@pytest.mark.parametrize("text", ["a" * 1_000_000, "&#97;" * 200_000, "<![CDATA[]]>" + "a" * 500_000])
def test_a_long_word_in_a_name_is_cut_before_an_e_mail_address_is_searched_in_it(element: str, text: str) -> None:
    namespace = ' xmlns:dc="http://purl.org/dc/elements/1.1/"' if ":" in element else ""
    (paper,) = papers(rss(f"<title>T</title><{element}{namespace}>{text}</{element}>"))
    assert paper.title == "T"


def test_of_a_huge_broken_feed_the_beginning_is_read() -> None:
    feed = parse(rss("<title>First</title>", f"<title>Second</title></broken> {'x' * 4_000_000}"), today=TODAY)
    assert [paper.title for paper in feed.parsed.papers] == ["First"]
    assert not feed.complete


def test_references_to_no_character_are_marked() -> None:
    titles = ("&#xD800;a", "&#55296;b", "&#x110000;c", "&#233;d")
    found = papers(atom(*(f"<id>{n}</id><title>{title}</title>" for n, title in enumerate(titles))))
    assert [paper.title for paper in found] == ["\ufffda", "\ufffdb", "\ufffdc", "éd"]


def test_huge_and_hostile_text_is_cut_and_inert() -> None:
    body = rss(
        f"<title>{'x' * 1_000_000}</title>", "<title>a&#27;[2Jb \u202ec\u200b</title>", "<title>be\0fore</title>"
    )
    huge, hostile, nul = papers(body)
    assert len(huge.title) == 1_000
    assert "\x1b" not in hostile.title
    assert "\u202e" not in hostile.title
    assert "\0" not in nul.title


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "an empty response"),
        (b" \n\x00", "an empty response"),
        (b"%PDF-1.4\n%%EOF\n", "a PDF"),
        (b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>", "a web page"),
        (gzip.compress(atom("<title>T</title>"), mtime=0), "compressed data"),
        (b"<opml version='2.0'><body/></opml>", "neither RSS"),
        (b"just text", "neither RSS"),
        (b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"Half a ti', "broken JSON"),
        (b'{"items": 3}', "not a JSON Feed"),
        (b'{"version": "2", "items": []}', "not a JSON Feed"),
        (b"[1]", "not a JSON Feed"),
        (b"[" * 100_000, "broken JSON"),
        (atom("<title>T</title>")[:70], "broken XML"),
    ],
)
def test_the_error_for_another_document_names_its_kind(body: bytes, what: str) -> None:
    with pytest.raises(ReadqError, match=f"not a feed: .*{what}"):
        parse(body, today=TODAY)


def test_a_web_page_that_names_its_feed_gives_a_hint() -> None:
    body = b'<html><head><link rel="alternate" type="application/rss+xml" href="https://e.org/rss"></head></html>'
    with pytest.raises(ReadqError) as refused:
        parse(body, today=TODAY)
    assert refused.value.hint == "the page names a feed: https://e.org/rss"


def test_a_hint_does_not_repeat_a_long_address() -> None:
    address = f"https://e.org/{'x' * 1_900}"
    body = f'<html><head><link rel="alternate" type="application/rss+xml" href="{address}"></head></html>'.encode()
    with pytest.raises(ReadqError, match="a web page") as refused:
        parse(body, today=TODAY)
    assert len(str(refused.value)) < 300
    assert getattr(refused.value, "feed", None) == address


@pytest.mark.parametrize("piece", [b"<link", b"<link type=application/rss+xml "])
def test_a_web_page_of_unfinished_links_takes_no_time(piece: bytes) -> None:
    with pytest.raises(ReadqError, match="a web page"):
        parse(b"<html>" + piece * (1 << 16), today=TODAY)


def test_a_web_page_names_its_feed_without_quotation_marks() -> None:
    body = b"<html><head><link rel=alternate type=application/rss+xml href=https://e.org/index.xml></head></html>"
    with pytest.raises(ReadqError, match="a web page") as refused:
        parse(body, today=TODAY)
    assert refused.value.hint == "the page names a feed: https://e.org/index.xml"


@pytest.mark.parametrize("address", ["http://[", "//[x]/rss", "http://\u2100.com/", "javascript:x", ""])
def test_a_web_page_that_names_no_address_gives_none(address: str) -> None:
    body = f'<html><head><link rel="alternate" type="application/rss+xml" href="{address}"></head></html>'.encode()
    with pytest.raises(ReadqError, match="a web page") as refused:
        parse(body, today=TODAY)
    assert refused.value.hint is None


@pytest.mark.parametrize("title", ["\\u0000", "\u202e", "\\u001b[2J", " \u200b ", "\ufeff", "\u2028"])
def test_a_title_of_invisible_characters_is_no_title(title: str) -> None:
    items = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"id": "1", "title": "{title}"}}]}}'
    assert parse(items.encode(), today=TODAY).parsed == ParsedFeed([], [Rejected("entry 1", "no title")])


def test_names_of_authors_of_a_json_feed_are_clean() -> None:
    names = ["\x1b]52;c;eA==\x07Ada", "\u202eEmmy", "Kurt\nGödel"]
    item = {"id": "1", "title": "T", "authors": [{"name": name} for name in names]}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()
    (paper,) = papers(body)
    assert [author.name for author in paper.authors] == ["Ada", "Emmy", "Kurt Gödel"]


@pytest.mark.parametrize("mark", ["\n", "\r\n", "&#13;&#10;", "\t", "\u202e", "\u200b", "\u2028"])
@pytest.mark.parametrize("item", ["<link>https://e.org/{}1</link>", "<guid>a{}b</guid>", "<link>x{}y</link>"])
def test_the_name_of_an_entry_is_one_clean_line(item: str, mark: str) -> None:
    (paper,) = papers(rss(f"<title>T</title>{item.format(mark)}"))
    assert paper.name is not None
    assert one_line(paper.name) == paper.name


@pytest.mark.parametrize("body", [rss(), atom(), b'{"version":"https://jsonfeed.org/version/1","items":[]}'])
def test_an_empty_feed_is_fine(body: bytes) -> None:
    assert parse(body, today=TODAY).parsed == ParsedFeed([], [])


def test_of_a_feed_that_was_cut_the_whole_entries_are_kept() -> None:
    whole = atom(*(f"<id>{n}</id><title>T{n}</title><summary>Some words.</summary>" for n in range(3)))
    feed = parse(whole[:-60], today=TODAY)
    assert [paper.title for paper in feed.parsed.papers] == ["T0", "T1"]
    assert not feed.complete
    assert parse(whole, today=TODAY).complete
    # Not well-formed, but whole.
    assert parse(whole.replace(b"Some words.", b"A&nbsp;<b>word."), today=TODAY).complete


def test_the_line_that_wordpress_appends_is_no_abstract_and_hides_no_ellipsis() -> None:
    line = "&lt;p&gt;The post &lt;a&gt;On lakes&lt;/a&gt; appeared first on &lt;a&gt;Notes&lt;/a&gt;.&lt;/p&gt;"
    whole = f"<content:encoded>&lt;p&gt;Lakes are wet.&lt;/p&gt;{line}</content:encoded>"
    for summary, abstract in (("Lakes are […]", "Lakes are wet."), ("Briefly: wet.", "Briefly: wet.")):
        item = f"<title>On lakes</title><description>&lt;p&gt;{summary}&lt;/p&gt;{line}</description>{whole}"
        (paper,) = papers(rss(item))
        assert paper.abstract == abstract


def test_a_file_in_an_atom_entry_is_no_abstract() -> None:
    file = '<content type="application/pdf">JVBERi0xLjQ=</content>'
    text = '<content type="text">Lakes are wet.</content>'
    for content, abstract in ((file, None), (text, "Lakes are wet.")):
        (paper,) = papers(atom(f"<id>1</id><title>On lakes</title>{content}"))
        assert paper.abstract == abstract


def test_marks_of_affiliations_are_no_names() -> None:
    creator = "Ada Lovelace&lt;sup&gt;1,2&lt;/sup&gt;, Emmy Noether&lt;sup&gt;2&lt;/sup&gt;"
    (paper,) = papers(rss(f"<title>On lakes</title><dc:creator>{creator}</dc:creator>"))
    assert [author.name for author in paper.authors] == ["Ada Lovelace", "Emmy Noether"]


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        (atom("<title>Schrödinger 量子</title>"), "application/atom+xml; charset=iso-8859-1", "Schrödinger 量子"),
        (atom("<title>é</title>"), "application/atom+xml; charset=klingon-8", "é"),
        (atom("<title>café Ü</title>").replace(b"caf\xc3\xa9", b"caf\xe9"), "", "caf\ufffd Ü"),
        (atom("<title>é</title>").decode().encode("utf-16"), "", "é"),
        (atom("<title>plain</title>").decode().encode("utf-16"), "", "plain"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + atom("<title>é</title>").decode().encode("latin-1"), "", "é"),
        (atom("<title>é</title>").decode().encode("latin-1"), "text/xml; charset=iso-8859-1", "é"),
        (atom("<title>é</title>"), "image/png", "é"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + atom("<title>é</title>"), "", "é"),
        (b'<?xml version="1.0" encoding="utf-8"?>' + atom("<title>é</title>").decode().encode("cp1252"), "", "é"),
        (
            b'<?xml version="1.0" encoding="utf-8"?>' + atom("<title>Й</title>").decode().encode("koi8-r"),
            "text/xml; charset=koi8-r",
            "Й",
        ),
        (
            b'<?xml version="1.0" encoding="Shift_JIS"?>' + atom("<title>深層①</title>").decode().encode("cp932"),
            "",
            "深層①",
        ),
        (atom("<title>深層①</title>").decode().encode("cp932"), "text/xml; charset=Shift_JIS", "深層①"),
    ],
)
def test_letters_are_right_or_marked_as_wrong(body: bytes, content_type: str, title: str) -> None:
    (paper,) = papers(body, content_type=content_type)
    assert paper.title == title


ENTITIES = {
    "billion": "".join(f'<!ENTITY e{n} "{(f"&e{n - 1};" if n else "ha") * 10}">' for n in range(9)),
    "quadratic": f'<!ENTITY e8 "{"a" * 100_000}">',
    "file": '<!ENTITY e8 SYSTEM "file:///etc/passwd">',
}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_are_neither_expanded_nor_opened(kind: str) -> None:
    body = f"<!DOCTYPE feed [{ENTITIES[kind]}]>".encode() + atom(f"<title>T {'&e8;' * 1000}</title>")
    with contextlib.suppress(ReadqError):
        assert all(len(paper.title) <= 5_000 and "root:" not in paper.title for paper in papers(body))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_an_error(body: bytes) -> None:
    with contextlib.suppress(ReadqError):
        assert isinstance(parse(body, today=TODAY).parsed, ParsedFeed)


_WHOLE = (
    rss("<title>T &lt;b&gt;</title><link>https://e.org/1</link><pubDate>Fri, 20 Nov 2026 01:00:00 GMT</pubDate>"),
    atom("<id>1</id><title type='html'>T</title><link href='https://e.org'/><updated>2026-11-20</updated>"),
    b'{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"title":"T","authors":[{"name":"A, B"}]}]}',
)


@given(st.sampled_from(_WHOLE), st.data())
@settings(max_examples=300)
def test_any_damage_leaves_a_feed_or_an_error(body: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 20))
    damaged = body[:start] + data.draw(st.binary(max_size=20)) + body[start + length :]
    with contextlib.suppress(ReadqError):
        feed = parse(damaged, today=TODAY)
        assert all(paper.title for paper in feed.parsed.papers)
        assert all(paper.url is None or paper.url.lower().startswith("http") for paper in feed.parsed.papers)


async def test_a_pull_returns_validators_and_redirects_of_the_response(network: Network) -> None:
    validators = Validators(etag='"1"')
    body = atom("<id>1</id><title>T</title><link href='x'/>", "<id>2</id><title>U</title>")

    def answer(url: str) -> Response:
        return Response("https://e.org/new/feed", 200, body, "text/xml", validators, moved_to="https://e.org/new/feed")

    fetcher = network(answer)
    feed = source("https://e.org/feed", Endpoints())
    (batch,) = [one async for one in feed.pull(fetcher, PullOptions(TODAY, TODAY, validators=Validators(etag='"0"')))]
    assert (batch.validators, batch.moved_to, batch.complete) == (validators, "https://e.org/new/feed", True)
    assert batch.parsed.papers[0].url == "https://e.org/new/x"
    (request,) = fetcher.asked
    assert (request.user_url, request.validators.etag) == ("https://e.org/feed", '"0"')
    body = body[:-20]
    (batch,) = [one async for one in feed.pull(fetcher, PullOptions(TODAY, TODAY))]
    assert (batch.validators, batch.moved_to, batch.complete) == (Validators(), None, False)
    body = atom()
    (batch,) = [one async for one in feed.pull(fetcher, PullOptions(TODAY, TODAY))]
    assert batch.remark == "the feed is empty"


async def test_an_unchanged_feed_yields_an_unchanged_batch(network: Network) -> None:
    fetcher = network(lambda url: Response(url, 304, b""))
    (batch,) = [one async for one in source("https://e.org/feed", Endpoints()).pull(fetcher, PullOptions(TODAY, TODAY))]
    assert batch.unchanged


def test_an_item_of_ieee_has_authors_volume_issue_and_pages_in_elements_of_its_own() -> None:
    (paper,) = papers(
        rss(
            "<title>T</title><authors>Ada Heron;Emmy Pond</authors><pubYear>2026</pubYear><volume>12</volume>"
            "<issue>3</issue><startPage>5</startPage><endPage>9</endPage><pubDate>2026</pubDate>"
        )
    )
    assert [author.name for author in paper.authors] == ["Ada Heron", "Emmy Pond"]
    assert paper.fields == (("volume", "12"), ("number", "3"), ("pages", "5--9"))
    assert (paper.year, paper.published) == (2026, None)


def test_a_month_without_a_day_is_kept_and_makes_no_day() -> None:
    (paper,) = papers(rss("<title>T</title><pubDate>2026-11</pubDate>"))
    assert (paper.year, paper.published, paper.fields) == (2026, None, (("month", "nov"),))


def test_mathml_in_a_title_is_text() -> None:
    (paper,) = papers(
        rss("<title>Made of &lt;mml:math&gt;&lt;mml:mi&gt;α&lt;/mml:mi&gt;&lt;/mml:math&gt; things</title>")
    )
    assert paper.title == "Made of α things"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Herons <jats:italic>in vivo</jats:italic>", "Herons in vivo"),
        (r"Herons <inline-formula><tex-math id='M1'>$\alpha$</tex-math></inline-formula>", r"Herons $\alpha$"),
        (
            "Herons <math><semantics><mi>α</mi><annotation encoding='TeX'>x</annotation></semantics></math>",
            "Herons α",
        ),
        ("If $a<b$ and $c>d$", "If $a<b$ and $c>d$"),
    ],
)
def test_a_title_loses_the_markup_of_publishers(markup: str, title: str) -> None:
    (paper,) = papers(rss(f"<title><![CDATA[{markup}]]></title>"))
    assert paper.title == title


@pytest.mark.parametrize("element", ["&lt;br&gt;", "&lt;br /&gt;", "<![CDATA[<BR/>]]>"])
def test_a_line_break_in_a_title_is_a_space(element: str) -> None:
    (paper,) = papers(rss(f"<title>Herons{element}A study</title>"))
    assert paper.title == "Herons A study"


def test_a_feed_of_dblp_names_the_authors_in_its_titles() -> None:
    (paper,) = papers(rss("<title>Ada Heron: Herons.</title>", head="<title>dblp: lake</title>"))
    assert (paper.title, [author.name for author in paper.authors]) == ("Herons", ["Ada Heron"])


PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2"></head></html>'


async def test_a_web_page_that_names_its_feed_is_followed_once_and_remembered(network: Network) -> None:
    fetcher = network(lambda url: PAGE if url == "https://e.org/journal" else rss("<title>T</title>"))
    (batch,) = [
        one async for one in source("https://e.org/journal", Endpoints()).pull(fetcher, PullOptions(TODAY, TODAY))
    ]
    assert [paper.title for paper in batch.parsed.papers] == ["T"]
    assert (fetcher.urls, batch.moved_to) == (
        ["https://e.org/journal", "https://e.org/rss?a=1&b=2"], "https://e.org/rss?a=1&b=2",
    )  # fmt: skip


async def test_a_web_page_in_place_of_a_feed_that_was_pulled_before_is_an_error(network: Network) -> None:
    fetcher = network(lambda url: PAGE if url == "https://e.org/journal" else rss("<title>Other</title>"))
    wanted = PullOptions(TODAY, TODAY, has_succeeded=True)
    with pytest.raises(ReadqError, match="a web page"):
        _ = [one async for one in source("https://e.org/journal", Endpoints()).pull(fetcher, wanted)]
    assert fetcher.urls == ["https://e.org/journal"]


async def test_a_web_page_that_names_another_page_is_an_error(network: Network) -> None:
    fetcher = network(lambda url: PAGE)
    with pytest.raises(ReadqError, match="a web page"):
        _ = [one async for one in source("https://e.org/journal", Endpoints()).pull(fetcher, PullOptions(TODAY, TODAY))]
    assert len(fetcher.urls) == 2


@pytest.mark.parametrize("piece", [b'="UTF', b"encoding=''", b'encoding="a', b"?>", b" "])
def test_a_first_line_of_any_length_takes_no_time(piece: bytes) -> None:
    line = b'<?xml version="1.0" encoding="UTF' + piece * (1 << 18)
    with pytest.raises(ReadqError):
        parse(line, today=TODAY)
    feed = b'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>A</title><item><title>'
    feed += b"encoding='a'?&gt;" * (1 << 12) + b"</title></item></channel></rss>"
    assert [paper.title[:14] for paper in parse(feed, today=TODAY).parsed.papers] == ["encoding='a'?>"]
