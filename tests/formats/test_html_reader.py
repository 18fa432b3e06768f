"""`readq.formats.html_reader`: HTML that the parser of the standard library fails for or takes long for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.html_reader import HtmlReader


class _Data(HtmlReader):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def data_of(text: str) -> str:
    reader = _Data()
    reader.read(text)
    return "".join(reader.found)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a<b>b</b>c", "abc"),
        ("a<!-- x --><b>b</b>", "ab"),
        ("a<!-- x <b>b</b>", "a x b"),
        ("a<![CDATA[x]]>b", "ab"),
        ("a<![nonsense x]>b", "ab"),
        ("a<![if !IE]>b<![endif]>c", "abc"),
        ("a<!DOCTYPE html>b", "ab"),
        ("<b>a &amp; b < c", "a & b < c"),
        ("<b>a</b><a href='x", "a<a href='x"),
        ("<b>a</b>&lt;", "a<"),
    ],
)
def test_data_of_odd_documents(text: str, data: str) -> None:
    assert data_of(text) == data


@given(st.lists(st.sampled_from(["<!", "<![", "<!--", "-->", "]>", "]]>", "<a", " b='", '"', ">", "</", "&#0;", "x"])))
def test_any_markup_is_read(parts: list[str]) -> None:
    data_of("".join(parts))
