"""`readq.feeds.opml`: read and write lists of feeds; refuse other files."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import NothingReadableError
from readq.feeds.opml import MAX_SIZE, Outline, read, write
from readq.feeds.spec import normalised, public_address

LIST = """<?xml version="1.0" encoding="{}"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="Papers"><outline text="Lake &amp; Pond" type="rss" xmlUrl="https://e.org/a" htmlUrl="https://e.org"/>
<outline TITLE="É" xmlurl=" https://e.org/b "/></outline>
<outline text="again" xmlUrl="https://e.org/a"/><outline text="a note"/><outline xmlUrl=""/></body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_feeds_are_found_in_folders_and_in_any_encoding(encoding: str) -> None:
    assert read(LIST.format(encoding).encode(encoding)) == [
        Outline("https://e.org/a", "Lake & Pond"),
        Outline("https://e.org/b", "É"),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no element found"),
        (LIST.format("utf-8").encode()[:-30], "in line 5"),
        (b"<html><body>Log in</body></html>", "begins with <html>"),
        (b"not XML", "syntax error|not well-formed"),
        (b'<!DOCTYPE opml [<!ENTITY a "x">]><opml><body><outline xmlUrl="&a;"/></body></opml>', "declares entities"),
        (b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "declares entities"),
        (b'<?xml version="1.0" encoding="klingon-8"?><opml/>', "no OPML"),
        (b"<opml>" + b"<outline>" * 200 + b"</outline>" * 200 + b"</opml>", "deep"),
        (b" " * (MAX_SIZE + 1), "larger than 4 MiB"),
        (b"<opml>" + b"".join(b'<outline xmlUrl="%d"/>' % n for n in range(10_001)) + b"</opml>", "more than 10,000"),
    ],
)
def test_other_files_are_refused_with_a_one_line_message(data: bytes, why: str) -> None:
    with pytest.raises(NothingReadableError, match=why) as refused:
        read(data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["x" * 9_000, "utf-" + "1" * 9_000])
def test_a_message_does_not_repeat_a_long_text_of_the_file(name: str) -> None:
    with pytest.raises(NothingReadableError) as refused:
        read(f'<?xml version="1.0" encoding="{name}"?><opml/>'.encode())
    assert len(str(refused.value)) < 300


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"<opml>{text}</opml>".encode()))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    with contextlib.suppress(NothingReadableError):
        assert isinstance(read(data), list)


_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30)


@given(st.lists(st.tuples(_WORDS.map("https://e.org/{}".format), _WORDS), unique_by=lambda pair: pair[0], max_size=5))
def test_a_written_list_can_be_read(pairs: list[tuple[str, str]]) -> None:
    outlines = read(write([Outline(*pair) for pair in pairs]))
    assert read(write(outlines)) == outlines
    assert len(outlines) == len({outline.address for outline in outlines}) <= len(pairs)


def test_feeds_of_every_kind_survive_the_way_out_and_in() -> None:
    specs = [
        "hf:daily",
        "hf:search?q=a+%26+b",
        "arxiv:cs.LG+hep-th",
        'arxiv:query?search_query=ti:"x"',
        "https://e.org/",
    ]
    written = write([Outline(public_address(normalised(spec)), f"feed {spec}") for spec in specs])
    assert [normalised(outline.address) for outline in read(written)] == [normalised(spec) for spec in specs]
    assert b'title="feed hf:daily"' in written
