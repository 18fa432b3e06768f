"""Links in notes are found, and get new keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.model.note_links import find_links, linked_keys, open_link, with_new_keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("see [[a2020]] and [[@b2021]]", ("a2020", "b2021")),
        ("[[a|the text]] [[a#heading]] [[b#h|t]]", ("a", "b")),
        ("[[]] [[ ]] [[a\nb]] [a] [[a]", ()),
        ("`[[a]]` ``x ` [[b]]`` [[c]]", ("c",)),
        ("```\n[[a]]\n```\n[[b]]\n~~~\n[[c]]", ("b",)),
        (r"| [[a\|the text]] | [[b#h\|text]] |", ("a", "b")),
        ("[[DBLP:conf/x/Y]]", ("DBLP:conf/x/Y",)),
        ("[" * 1000 + "a]]", ("a",)),
    ],
)
def test_links_are_found_outside_code(text: str, keys: tuple[str, ...]) -> None:
    assert linked_keys(text) == keys


def test_only_links_get_new_keys() -> None:
    text = r"a [[a]] [[@A|a]] `[[a]]` [[ab]] [[b#a]] [[a\|a]]"
    assert with_new_keys(text, {"a": "new", "b": "a"}) == r"a [[new]] [[@new|a]] `[[a]]` [[ab]] [[a#a]] [[new\|a]]"


@given(st.text(alphabet="[]@|#`a\n~ "))
def test_a_place_of_a_link_is_that_of_its_key(text: str) -> None:
    assert all(text[link.start : link.end].strip() == link.key for link in find_links(text))
    assert with_new_keys(text, {}) == text


@pytest.mark.parametrize(
    ("line", "typed"), [("see [[va", "va"), ("[[@", ""), ("[[a]] x", None), ("[[a|b", None), ("[a", None)]
)
def test_the_beginning_of_a_link_is_found_while_it_is_typed(line: str, typed: str | None) -> None:
    assert open_link(line) == typed
