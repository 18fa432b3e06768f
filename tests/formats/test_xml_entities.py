"""`readq.formats.xml_entities`, by itself and behind the formats and feeds that use it."""

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.syndication.syndicated_feed import parse as parse_feed
from readq.formats.acl_xml import read as read_acl
from readq.formats.xml_entities import EntityError, expand
from readq.formats.xml_tree import parse, text_of

BODY = "<a>{}</a>"

REFUSED = {
    "external": '<!ENTITY e SYSTEM "file:///etc/passwd">',
    "public": '<!ENTITY e PUBLIC "-//X//Y" "https://e.org/dtd">',
    "parameter": '<!ENTITY % p "x"> %p; <!ENTITY e "y">',
    "external parameter": '<!ENTITY % p SYSTEM "https://e.org/dtd"> %p;',
    "nested": '<!ENTITY f "ha"><!ENTITY e "&f;&f;">',
    "nested by a character": '<!ENTITY f "ha"><!ENTITY e "&#38;f;">',
    "itself": '<!ENTITY e "&e;">',
    "long name": f'<!ENTITY {"e" * 70_000} SYSTEM "file:///etc/passwd">',
    "too long": f'<!ENTITY e "{"a" * 70_000}">',
}


def document(declarations: str, body: str = "&e;") -> bytes:
    return f'<?xml version="1.0"?>\n<!DOCTYPE a [{declarations}]>{BODY.format(body)}'.encode()


@pytest.mark.parametrize("kind", REFUSED)
def test_external_nested_and_large_entities_are_refused_in_a_line(kind: str) -> None:
    with pytest.raises(EntityError, match="declares entities") as raised:
        expand(document(REFUSED[kind]))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


def test_a_small_value_that_is_repeated_without_end_is_refused() -> None:
    with pytest.raises(EntityError, match="grow"):
        expand(document(f'<!ENTITY e "{"a" * 1000}">', "&e;" * 100))


def test_small_entities_are_expanded_in_text_and_attributes_alone() -> None:
    declared = '<!ENTITY co "Ponds &amp; Rivers"><!ENTITY ue "&#252;">'
    expanded = expand(document(declared, '<b c="&co;"/><!-- &co; --><![CDATA[&co;]]>M&ue;nchen &lt; &other;'))
    assert expanded.endswith(b'<b c="Ponds &amp; Rivers"/><!-- &co; --><![CDATA[&co;]]>M&#252;nchen &lt; &other;</a>')
    assert b"DOCTYPE" not in expanded


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-16"])
def test_values_hold_in_any_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e "x\u044f">]><a>\u0436 &e;</a>'
    assert text_of(parse(text.encode(encoding))) == "\u0436 x\u044f"


def test_a_dtd_elsewhere_is_not_read() -> None:
    body = b'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://e.org/rss.dtd"><rss/>'
    assert expand(body) == body


@given(st.binary(max_size=200), st.sampled_from(sorted(REFUSED)))
def test_any_bytes_are_expanded_or_refused(data: bytes, kind: str) -> None:
    for text in (data, b"<!DOCTYPE a [<!ENTITY" + data, document(REFUSED[kind][:-1] + data.decode("latin-1"))):
        with contextlib.suppress(EntityError):
            assert len(expand(text)) <= len(text) + 64 * 1024


RSS = '<!DOCTYPE rss [{}]><rss version="2.0"><channel><title>J</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://e.org/{}</link></item>"


@pytest.mark.parametrize("kind", REFUSED)
def test_feeds_and_formats_refuse_them_too(kind: str, tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    feed = RSS.format(REFUSED[kind], ITEM.format("Ponds &e;", 1)).encode()
    with pytest.raises(EntityError):
        parse_feed(feed, today=date(2026, 11, 23))
    with pytest.raises(EntityError):
        read_acl(f'<!DOCTYPE c [{REFUSED[kind]}]><collection id="P19">&e;</collection>'.encode())
    (tmp_path / "feed.xml").write_bytes(feed)
    run = run_cli("import", "--format", "rss", tmp_path / "feed.xml")
    assert run.status == 65
    assert "declares entities" in run.err


def test_a_reference_that_cannot_be_resolved_is_no_title() -> None:
    items = [ITEM.format(title, number) for number, title in enumerate(("&nosuch;", "&a; &b;", "On &co;", "R&amp;D;"))]
    feed = parse_feed(RSS.format('<!ENTITY co "ponds">', "".join(items)).encode(), today=date(2026, 11, 23))
    assert [paper.title for paper in feed.parsed.papers] == ["On ponds", "R&D;"]
    assert [rejected.why for rejected in feed.parsed.rejected] == ["no title", "no title"]
