import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.bibtex.verbatim_fields import (
    bare_doi,
    first_address,
    is_one_web_address,
    several,
    spelled_as_in,
    verbatim_text,
)


@pytest.mark.parametrize(
    ("value", "doi"),
    [
        (r"10.5555/moth-978\_70", "10.5555/moth-978_70"),
        (r"10.5555/moth{\_}70", "10.5555/moth_70"),
        ("10.5555/moth{_}70", "10.5555/moth_70"),
        (r"{{10.5555/moth\%2870}}", "10.5555/moth(70"),
        ("10.5555/a&lt;1::B&gt;2", "10.5555/a<1::B>2"),
        ("doi:10.5555/moth.", "10.5555/moth"),
        ("10.5555/moth 10.5555/lamp", "10.5555/moth"),
        ("https://doi.org/10.5555/moth%3C1", "10.5555/moth<1"),
        ("https://doi.org/10.5555/moth?ref=x#wings", "10.5555/moth"),
        (r"10.5555/moth\textunderscore 7{\textless}8{\textgreater}9", "10.5555/moth_7<8>9"),
        (r"10.5555/moth$\_$7$<$8$>$9", "10.5555/moth_7<8>9"),
    ],
)
def test_a_doi_is_read_without_latex(value: str, doi: str) -> None:
    assert bare_doi(value) == doi


@pytest.mark.parametrize(
    ("name", "value", "first"),
    [
        ("doi", "10.5555/Moth 10.5555/lamp", "10.5555/Moth"),
        ("doi", "10.5555/Moth;10.5555/lamp", "10.5555/Moth"),
        ("doi", "10.5555/Moth,\n https://doi.org/10.5555/lamp", "10.5555/Moth"),
        ("doi", "10.5555/Moth 10.5555/moth", ""),
        ("doi", "10.1002/a<1::b>3.0.CO;2-2", ""),
        ("doi", "n/a, none", ""),
        ("url", "https://a.example/x https://b.example/y", "https://a.example/x"),
        ("url", "https://a.example/x;\nHTTP://b.example/y", "https://a.example/x"),
        ("url", "https://a.example/x, y", ""),
    ],
)
def test_several_dois_or_addresses_are_told(name: str, value: str, first: str) -> None:
    assert several(name, value) == first
    assert first_address("https://a.example/ https://b.example/") == "https://a.example/"


def test_a_doi_gets_the_capitals_of_the_address_that_holds_it() -> None:
    assert spelled_as_in("10.5555/moth", ["x", "https://doi.org/10.5555/Moth"]) == "10.5555/Moth"
    assert spelled_as_in("10.5555/moth", ["https://doi.org/10.5555%2FMoth"]) == "10.5555/moth"


PIECES = st.sampled_from(["10.5555/", "10.12/", "a", "/", ";", ",", " ", "\n", "doi:"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_of_several_dois_the_first_is_read(value: str) -> None:
    before = re.split(r"[\s,;]+(?=\S*10\.[0-9]{4,}/)", value.strip(), maxsplit=1)[0]
    assert bare_doi(value) == bare_doi(before)


@pytest.mark.parametrize("piece", ["a;", "a, ", "; ", "10.5555/;", "10.5;", "doi:"])
def test_a_long_field_takes_time_in_proportion(piece: str) -> None:
    # The pattern for the next DOI was tried at each separator: a megabyte took hours.
    assert len(bare_doi(piece * (1_000_000 // len(piece)))) <= 1_000_000


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (r"https://moths.example/a\_b\%20c", "https://moths.example/a_b%20c"),
        (r"{https://moths.example/{\_}a{\textasciitilde}b}", "https://moths.example/_a~b"),
        (r"\url{https://moths.example/2020A&A..1}", "https://moths.example/2020A&A..1"),
    ],
)
def test_an_address_is_read_without_latex(value: str, address: str) -> None:
    assert verbatim_text(value) == address
    assert is_one_web_address(value)


def test_prose_with_an_address_is_no_address() -> None:
    assert not is_one_web_address("see https://moths.example/")
