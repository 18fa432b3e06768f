"""`readq.feeds.syndication.ampersands`: ampersands that begin no reference."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.syndication.ampersands import escaped
from readq.feeds.syndication.syndicated_feed import parse


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Q&A on AT&T", "Q&A on AT&T"),
        ("R&D, S&P 500 & more", "R&D, S&P 500 & more"),
        ("x &amp; y &#38; z & w", "x & y & z & w"),
        ("p &lt 0.05 &gt; 0 & so on", "p < 0.05 > 0 & so on"),
        ("Caf&eacute;s & R&D", "Cafés & R&D"),
        ("<![CDATA[Q&A]]> & R&D", "Q&A & R&D"),
        ("<!-- Q&A -->R&D", "R&D"),
    ],
)
def test_a_bare_ampersand_is_text(written: str, title: str) -> None:
    link = "https://shop.example/?a=1&b=2"
    body = f'<rss version="2.0"><channel><item><title>{written}</title><link>{link}</link></item></channel></rss>'
    (paper,) = parse(body.encode(), today=date(2026, 11, 30)).parsed.papers
    assert (paper.title, paper.url) == (title, link)


@pytest.mark.parametrize(
    "body", [b"<a>&lt;&#1;&x.y;</a>", b"<![CDATA[ & ]]>", b"<!-- & ", b"&\x00", b"\x1b$B&\x1b(B", b"&lt <"]
)
def test_references_sections_and_other_encodings_stay(body: bytes) -> None:
    assert escaped(body) == body


@given(st.lists(st.sampled_from(["&", "amp;", "lt", "#", "x", ";", "<!--", "-->", "<![CDATA[", "]]>", " "])))
def test_only_ampersands_change(parts: list[str]) -> None:
    body = "".join(parts).encode()
    assert escaped(body).replace(b"&amp;", b"&") == body.replace(b"&amp;", b"&")


def test_many_ampersands_take_no_time_and_little_memory() -> None:
    assert len(escaped(b"&" * 1_000_000)) == 1_800_000
    assert escaped(b"<!---->&" * 1_000_000) != b"<!---->&" * 1_000_000
    assert escaped(b"&lt" * 1_000_000) == b"&lt" * 1_000_000
