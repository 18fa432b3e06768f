"""Feeds whose prolog feedparser would search for hours: each of these tests has a megabyte or more of it."""

from datetime import date

import pytest

from readq.errors import ReadqError
from readq.feeds.syndication.syndicated_feed import parse as parse_feed

TODAY = date(2026, 11, 23)
FEED = b"<rss version='2.0'><channel><title>J</title><item><title>On growth</title><link>https://e.org/1</link></item>"
END = b"</channel></rss>"
DECLARED = b'<!DOCTYPE rss [<!ENTITY co "ponds">]>'


@pytest.mark.parametrize(
    "prolog",
    [
        b"\n" * 1_000_000,
        b" \n\t" * 400_000,
        b"<?xml version='1.0'?>" + b"\r\n" * 500_000 + b"<!-- note -->" + b" " * 500_000,
        b"<!DOCTYPE rss>" + b"\n" * 1_000_000,
        DECLARED + b"\n" * 1_000_000,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_white_space_before_the_feed(prolog: bytes, encoding: str) -> None:
    body = (prolog + FEED + END).decode().encode(encoding)
    assert [paper.title for paper in parse_feed(body, today=TODAY).parsed.papers] == ["On growth"]


@pytest.mark.parametrize("piece", [b"\n<!ENTITY", b"\n<!DOCTYPE", b"\n<!ENTITY a 'b' ", b"<!", b"<!--", b"\n<!["])
@pytest.mark.parametrize("before", [b"", b"<?xml version='1.0'?>", DECLARED])
def test_declarations_without_an_end(before: bytes, piece: bytes) -> None:
    try:
        parsed = parse_feed(before + piece * (1_000_000 // len(piece)) + FEED + END, today=TODAY).parsed
    except ReadqError:
        return
    assert {paper.title for paper in parsed.papers} <= {"On growth"}


@pytest.mark.parametrize("piece", [b"<![CDATA[", b"<!--", b"<![CDATA[ ]] >", b"<!-- -- >", b"&co", b"&"])
def test_sections_without_an_end_after_declared_entities(piece: bytes) -> None:
    try:
        parsed = parse_feed(DECLARED + FEED + piece * (1_000_000 // len(piece)) + END, today=TODAY).parsed
    except ReadqError:
        return
    assert {paper.title for paper in parsed.papers} <= {"On growth"}
