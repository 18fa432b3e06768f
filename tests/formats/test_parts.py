"""A file that is read in parts gives what it gives as a whole, wherever it is cut."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats import json_array
from readq.formats.bibtex import reader
from readq.formats.bibtex.entry_parser import cut_before_entries
from readq.formats.tagged import nbib, ris
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rejected

Records = tuple[list[FetchedPaper], list[Rejected]]
SIZES = st.integers(1, 200)


def united(parts: Iterator[Records]) -> Records:
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for some, others in parts:
        papers += some
        rejected += others
    return papers, rejected


def chunks(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


BIB = st.lists(
    st.sampled_from(
        [
            "@article{a, title = {Ponds}, author = {Doe, Jane}, year = 2020, journal = jp}\n",
            "@string{jp = {Journal of Ponds}}\n",
            "@string(jx = jp # { and Lakes})\n",
            "@inproceedings{b, title = {Newts}, crossref = {proc}}\n",
            "@misc{x, title = {Toads}, xdata = {data,a}}\n",
            "@xdata{data, publisher = {Reed}}\n",
            "@control{bst, title = {yes}}\n",
            "@proceedings{proc, title = {Proceedings of Ponds}, year = 2019}\n",
            "@PROCEEDINGS{Proc, title = {Another Proc}, year = 2018}\n",
            "@comment{ @misc{hidden, title = {Hidden}} }\n",
            "@comment{\n@misc{shown, title = {Shown}}\n}\n",
            "@misc{title = {No key}, year = 2001}\n",
            '@misc{k="q=1, title = {Odd key}}\n',
            "@misc{cut, title = {Never {closed}\n",
            '@misc{quote, title = "Never closed}\n',
            "@misc{value, title = {A value with\n@misc{inside} it}}\n",
            "@misc{value2, abstract = {Two\n@misc{inner, and more}, title = {Inner}}\n",
            "@misc{twice, title = {One} title = {Two}}\n",
            "@book{,\n title = {Empty key}}\n",
            "@article(p, title = {Round})\n",
            "A remark % with @ signs @ and {braces}\n",
            "}\n",
            "\\{\n",
            "\r\n",
            "  @misc { spaced , title = {Spaced}}\n",
            "@misc\n{late, title = {Late brace}}\n",
        ]
    ),
    max_size=14,
).map("".join)


@given(BIB, SIZES, SIZES)
def test_a_bibliography(text: str, size: int, chunk: int) -> None:
    text = text.replace("\r\n", "\n")
    parts = list(reader.read_parts(lambda: cut_before_entries(chunks(text, chunk), size)))
    papers, rejected = united((some, bad) for some, bad, _ in parts)
    whole, others, left_out = reader.read_all(text)
    assert papers == whole
    assert [one for _, _, skipped in parts for one in skipped] == left_out
    # A line break that was taken out of a value before counts in parts only.
    without_lines = [[(part.where.partition(", line")[0], part.why) for part in found] for found in (rejected, others)]
    assert without_lines[0] == without_lines[1]


RIS = st.lists(
    st.sampled_from(
        [
            "TY  - JOUR\n",
            "TI  - Ponds\n",
            "AU  - Doe, Jane\n",
            "KW  - newts\ntoads\n",
            "ER  - \n",
            "\n",
            "prose\n",
            "TY  - BOOK\nTI  - Lakes\nER  - \n",
            "TI  - A title\nthat goes on\x0bTY  - JOUR\n",
        ]
    ),
    max_size=20,
).map("".join)
NBIB = st.lists(
    st.sampled_from(
        ["PMID- 12\n", "TI  - Ponds\n", "AU  - Doe J\n", "\n", "      goes on\n", "PMID- 13\nTI  - Lakes\n\n"]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(("module", "texts"), [(ris, RIS), (nbib, NBIB)], ids=["ris", "nbib"])
def test_tagged_records(module: Any, texts: st.SearchStrategy[str]) -> None:  # noqa: ANN401 - a module
    @given(texts, SIZES)
    def check(text: str, size: int) -> None:
        assert united(module.read_parts(io.StringIO(text), size)) == module.read(text)

    check()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    max_leaves=8,
)


def outcome(read: Callable[[], Any]) -> Any:  # noqa: ANN401 - any JSON
    try:
        return read()
    except ValueError as error:
        return str(error)


def read_array(text: str, size: int) -> list[Any]:
    found = json_array.parts(io.StringIO(text).read, size)
    assert found is not None
    return [item for part in found for item in part]


@given(st.lists(JSON), SIZES, st.none() | st.integers(0, 2), st.booleans())
def test_a_json_array(value: list[Any], size: int, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert read_array(text, size) == value


@given(st.lists(JSON), SIZES, st.integers(0, 400), st.sampled_from(["", ",", "]", "[", '"', "\n", "x", "\\", "1", "}"]))
def test_a_broken_json_array_has_the_message_of_the_whole(
    value: list[Any], size: int, place: int, inserted: str
) -> None:
    text = json.dumps(value, indent=1)
    place = 1 + place % len(text)
    # Without one character, or with one more: most of these are no JSON.
    broken = text[:place] + inserted + text[place + (not inserted) :]
    assert outcome(lambda: read_array(broken, size)) == outcome(lambda: json.loads(broken))


@given(st.sampled_from(["", " ", "{}", '{"a": [1]}', "12", '"["', "\ufeff{}"]), SIZES)
def test_another_document_is_no_array(text: str, size: int) -> None:
    assert json_array.parts(io.StringIO(text).read, size) is None
