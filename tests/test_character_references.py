"""`readq.character_references`, and the parsers that read references of foreign documents."""

import html
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.character_references import decode_references, limit_references
from readq.feeds.syndication.html_text import text_of_html
from readq.feeds.syndication.syndicated_feed import parse as parse_feed
from readq.formats.bibtex.verbatim_fields import bare_doi
from readq.formats.html_reader import HtmlReader
from readq.formats.jats_text import plain_abstract
from readq.registries.csl_json import parse as parse_records

MANY = "9" * 5_000
ZEROS = "0" * 5_000


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("a &lt; b &amp;amp; c", "a < b &amp; c"),
        ("caf&#233; caf&#xE9; caf&#233", "café café café"),
        (f"a &#{MANY}; b &#{MANY} c", "a \ufffd b \ufffd c"),
        (f"a &#x{MANY}; b", "a \ufffd b"),
        (f"a &#{ZEROS}65; b &#x{ZEROS}41; c", "a A b A c"),
        (f"a &#{ZEROS}; b", "a \ufffd b"),
        ("a &#99999999; b &#1114112; c &#xD800; d", "a \ufffd b \ufffd c \ufffd d"),
        ("no reference & none", "no reference & none"),
    ],
)
def test_decodes_references(text: str, decoded: str) -> None:
    assert decode_references(text) == decoded


@given(st.lists(st.sampled_from(["&#", "&#x", "0", "65", "1234567", ";", "&amp;", " ", "99999999"])).map("".join))
def test_a_short_text_is_decoded_as_the_standard_library_does(text: str) -> None:
    assert decode_references(text) == html.unescape(text)


@pytest.mark.parametrize("reference", [f"&#{MANY};", f"&#x{MANY};", "&#99999999;", "&#xD800;", f"&#{ZEROS}65;"])
def test_a_number_that_is_no_character_fails_no_parser(reference: str) -> None:
    item = "<item><title>{}</title><link>https://e.example/{}</link></item>"
    items = item.format(f"On growth {reference}", 1) + item.format("On decay", 2)
    feed = f"<rss version='2.0'><channel><title>J</title>{items}</channel></rss>"
    for body in (feed, feed.removesuffix("</rss>"), feed.replace("<title>J", "<title>&bullet; J")):
        titles = [paper.title for paper in parse_feed(body.encode(), today=date(2026, 11, 23)).parsed.papers]
        assert titles[0].startswith("On growth")
        assert titles[1:] == ["On decay"]
    records = [{"title": f"On growth {reference}", "abstract": reference}, {"title": "On decay"}]
    assert len(parse_records(json.dumps(records).encode())) == 2
    assert text_of_html(f"<p>growth {reference}</p>").strip().startswith("growth")
    assert (plain_abstract(f"<p>growth {reference} &lt;b&gt;</p>") or "").startswith("growth")
    assert bare_doi(f"10.1000/{reference}").startswith("10.1000/")
    HtmlReader().read(f"<p>growth {reference}</p>")


def test_limits_only_long_numbers() -> None:
    text = "&#12345678; &#0000065; &#00000065; &#x110000; &lt;"
    assert limit_references(text) == "\ufffd &#0000065; &#65; &#x110000; &lt;"
