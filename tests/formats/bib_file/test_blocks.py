"""The places of entries in the bytes of a .bib file."""

import pytest

from readq.formats.bib_file.blocks import BROKEN, ENTRY, blocks, line_of
from readq.formats.bib_file.entry_search import entries


def found(data: bytes) -> list[tuple[str, str, bytes]]:
    return [(block.kind, block.key, data[block.start : block.end]) for block in blocks(data)]


@pytest.mark.parametrize(
    "entry",
    [
        b"@misc{a, title = {x}}",
        b"@misc{a,\n  title = {x},\n}",
        b"@misc{a,\r\n  title = {x},\r\n}",
        b'@Misc ( a , title = "x)" # {)} )',
        b'@misc{a, title = "a { } quoted @misc{b, } text"}',
        b"@misc{a, title = {a \\{ b } c}}",
        b"@misc{a}",
        b"@misc{a,\n  note = {\n}\n@x{b,\n},\n}",
    ],
)
def test_an_entry_ends_where_bibtex_ends_it(entry: bytes) -> None:
    for before, after in ((b"", b""), (b"text % here\n", b"\nmore } text"), (b"\xff\n", b"\n@misc{z, title={}}")):
        data = before + entry + after
        assert found(data)[0] == (ENTRY, "a", entry)


def test_macros_comments_and_preambles_are_no_entries() -> None:
    data = b'@string{j = "J"}\n@preamble{ {\\x} }\n@comment{jabref-meta: {@misc{no, }}}\n@misc{yes,}\n'
    assert [kind for kind, _, _ in found(data)] == ["string", "preamble", "comment", ENTRY]


def test_an_entry_behind_a_percent_sign_is_a_comment() -> None:
    data = b"% @misc{a,\n%  title = {x}\n%}\n@misc{b, title={y}}\n"
    assert [(block.key, block.is_commented) for block in blocks(data)] == [("a", True), ("b", False)]


@pytest.mark.parametrize("broken", [b"@misc{a, title = {x}", b"@misc(a, title = }", b'@misc{a, title = "x}', b"@misc{"])
def test_a_block_without_an_end_ends_before_the_next_entry(broken: bytes) -> None:
    data = b"\n" + broken + b"\n\n@misc{b, title={y}}\n"
    assert blocks(data)[0].kind == BROKEN
    assert [block.key for block in blocks(data) if block.kind == ENTRY] == ["b"]
    assert line_of(data, blocks(data)[0].start) == 2


def test_many_blocks_without_an_end_take_time_that_grows_with_the_file() -> None:
    assert blocks(b"@misc{a, {\n" * 20_000)[-1].kind == BROKEN


@pytest.mark.parametrize("blanks", [b" ", b"\t", b" \t"])
def test_indented_lines_of_a_block_without_an_end_take_time_that_grows_with_them(blanks: bytes) -> None:
    # Each way to divide the blanks of each line was tried.
    line = blanks * 20 + b"\n"
    assert [block.kind for block in blocks(b"@misc{a,\n" + 2_000 * line + b"x")] == [BROKEN]


def test_no_entry_has_a_key_that_is_no_text() -> None:
    assert entries(b"@misc{a,}\n", ["\udc80"]) == [None]


@pytest.mark.parametrize(
    "data",
    [
        b"@misc{a,\n  title = {x},\n}\n\n@misc{b,}\n",
        b"@misc{a,}\n@misc{A,}\n@misc{b,}\n",
        b"% @misc{a,}\n@misc{b, note = {\n@misc{a,}\n}}\n",
        b"@comment{\n@misc{a,}\n}\n@misc{b,}\n@misc{a, title = {y}}\n",
        b"@comment(\n@misc{a,}\n)\n@misc{b,}\n",
        b"@misc{a,}\n@misc{b, title = {\n",
    ],
)
def test_a_few_entries_are_found_where_all_blocks_tell_them(data: bytes) -> None:
    told = {key: [block for block in blocks(data) if block.key == key] for key in ("a", "b", "c")}
    many = entries(data, ["a", "b", "c"] * 20)
    for key, found, among in zip(told, entries(data, list(told)), many, strict=False):
        assert found is None or told[key] == [found]
        assert among is None or told[key] == [among]
    assert many[3:6] == many[:3]


def test_many_entries_are_found_too() -> None:
    data = b"".join(b"@misc{k%d,\n  title = {x},\n}\n\n" % number for number in range(30))
    keys = [f"k{number}" for number in range(30)]
    assert entries(data, keys) == [entries(data, [key])[0] for key in keys] == blocks(data)
