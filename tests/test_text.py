"""`readq.text`: hostile characters are removed, plain text is unchanged."""

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readq import text
from readq.errors import UsageError

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
NASTY = st.text(
    st.sampled_from(
        "ab \n\t\r\x07\x1b[]\\;0mP_\x9b\x9d\x9c\x85\u200b\u200d\ufe0f\u202e\ud83d\u0301e\u2028👩🚀\U000e0041"
        "\ufffe\u0344\u20dd"
    ),
    max_size=40,
)


def is_forbidden(char: str) -> bool:
    """Return whether a character is forbidden by its Unicode category, without the tables of the tested module."""
    if char in "\n\t\u200d":
        return False
    visible_format_characters = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    if unicodedata.category(char) == "Cf":
        return (
            char not in visible_format_characters
            and not 0x13430 <= ord(char) <= 0x1345F
            and not 0x1BCA0 <= ord(char) <= 0x1BCA3
        )
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or 0xFE00 <= ord(char) <= 0xFE0F


@settings(max_examples=200)
@given(ANYTHING | NASTY)
@example("\x1b]2;OWNED\x1b\\title")
@example("👩\u200d\u200d🚀")
@example("e\u200b\u0301")
@example(" \ufe0f a")
def test_cleaning_leaves_nothing_forbidden_and_is_idempotent(raw: str) -> None:
    for function in (text.strip_controls, text.clean, text.join_lines, text.one_line):
        once = function(raw)
        assert not [char for char in once if is_forbidden(char)]
        assert text.is_printable(once)
        assert function(once) == once
    assert "  " not in text.clean(raw)
    assert "\n" not in text.one_line(raw)
    assert "\t" not in text.one_line(raw)


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), max_size=12))
def test_plain_text_is_unchanged(words: list[str]) -> None:
    plain = " ".join(words)
    assert text.clean(plain) is plain
    assert text.one_line(plain) == plain


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("\x1b]2;OWNED\x1b\\Attention", "Attention"),
        ("\x1b]52;c;cm0gLXJm\x07Attention", "Attention"),
        ("\x9d2;OWNED\x9cAttention", "Attention"),
        ("\x1bP1;2|payload\x1b\\Attention", "Attention"),
        ("\x1b[1;31mAttention\x1b[0m", "Attention"),
        ("\x9b7mAttention", "Attention"),
        ("\x1bcAttention\x1b(B", "Attention"),
        ("\x1b]2;never ended", "2;never ended"),
        ("a\x00b\x08c\x7fd\x85e", "abcd\ne"),
        ("safe \u202egnp.exe\u202c", "safe gnp.exe"),
        ("zero\u200bwidth\u2060 soft\u00adhyphen \ufeffBOM", "zerowidth softhyphen BOM"),
        ("flag\U000e0067\U000e0062", "flag"),
        ("\ud83d alone", "\ufffd alone"),
        ("not\ufffe a\uffff character\ufdd0\U0010ffff", "not a character"),
        ("Za" + "\u0327\u0301\u20dd" * 40 + "lgo", "Z\u00e1\u0327\u20dd\u0327\u0301\u20dd\u0327\u0301lgo"),
        ("Việt Nam" + "…" * 20, "Việt Nam" + "…" * 20),
        ("✔\ufe0f done", "✔ done"),
        ("👩\u200d🚀 in a\u200db", "👩\u200d🚀 in ab"),
        ("Gödel", "Gödel"),
        ("  two   spaces\u00a0\u2003here ", "two spaces here"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("first  \n \n\n\n  second", "first\n\nsecond"),
        ("a\tb", "a\tb"),
        ("自然言語 処理", "自然言語 処理"),
        ("Results on [/INST] [bold]tokens[/bold]", "Results on [/INST] [bold]tokens[/bold]"),
        ("", ""),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert text.clean(raw) == cleaned


def test_many_unclosed_sequences_are_cleaned_in_linear_time() -> None:
    assert text.clean("\x9d" * 200_000 + "\x1b]" * 200_000 + "\x1b[1;" * 100_000) == "1;" * 100_000


@pytest.mark.parametrize("marks", ["\u0327\u0301", "\U0001d165\u0301", "\u0344", "\u20dd", "\u0301\u200d"])
@pytest.mark.parametrize("clean", [text.strip_controls, text.clean, text.one_line, text.join_lines])
def test_a_megabyte_of_marks_is_cut_before_they_are_sorted(clean: Callable[[str], str], marks: str) -> None:
    # Sorting them all would take an hour.
    cleaned = clean("a" + marks * 500_000 + "b")
    assert len(cleaned) <= 10
    assert text.is_printable(cleaned)
    assert clean(cleaned) == cleaned


def test_one_line_joins_lines_and_tabs() -> None:
    assert text.one_line("Attention Is\n  All\tYou Need\n") == "Attention Is All You Need"


def test_join_lines_keeps_paragraphs() -> None:
    assert text.join_lines("We show\nthat it\nworks.\n\n  Twice\nover.") == "We show that it works.\n\nTwice over."


def test_strip_controls_keeps_the_layout_of_markdown() -> None:
    assert text.strip_controls("- a\n    code\x1b[0m\n\n\n\tb") == "- a\n    code\n\n\n\tb"


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Łukasz KAISER", "lukasz kaiser"),
        ("Gödel's Straße", "godel's strasse"),
        ("eﬃcient", "efficient"),
        ("が", "が"),
        ("Ångström Øre", "angstrom ore"),
    ],
)
def test_fold(raw: str, folded: str) -> None:
    assert text.fold(raw) == folded


@settings(max_examples=200)
@given(ANYTHING)
def test_fold_is_idempotent(raw: str) -> None:
    once = text.fold(raw)
    assert text.fold(once) == once


@pytest.mark.parametrize(
    ("raw", "tag"), [("RL", "rl"), ("Straße", "strasse"), ("é", "é"), ("multi-agent", "multi-agent"), ("c++", "c++")]
)
def test_tag_name(raw: str, tag: str) -> None:
    assert text.normalise_tag(raw) == tag


@pytest.mark.parametrize(
    "raw", ["", "a b", "a,b", "a:b", "(a", "a)", '"a"', "it's", "-a", "a\u200bb", "a\x1b[0m", "a\n"]
)
def test_a_wrong_tag_is_refused(raw: str) -> None:
    with pytest.raises(UsageError, match="tag"):
        text.normalise_tag(raw)


@settings(max_examples=200)
@given(ANYTHING)
def test_a_normalised_tag_stays_the_same(raw: str) -> None:
    try:
        tag = text.normalise_tag(raw)
    except UsageError:
        return
    assert text.normalise_tag(tag) == tag


def test_numbers_have_separators_and_their_noun_its_number() -> None:
    assert [text.counted(number, "paper") for number in (0, 1, 2230)] == ["0 papers", "1 paper", "2,230 papers"]
    assert text.counted(3, "entry", "entries") == "3 entries"


def is_unsafe(char: str) -> bool:
    """Return whether a character steers a terminal or the direction of text, by its properties in Unicode."""
    directions = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    is_control = unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} and char not in "\n\t"
    return is_control or unicodedata.bidirectional(char) in directions or char in "\u061c\u200e\u200f"


@settings(max_examples=200)
@given(ANYTHING | NASTY)
def test_filtered_output_has_nothing_unsafe_and_keeps_the_rest(raw: str) -> None:
    filtered = text.filter_output(raw)
    assert not any(map(is_unsafe, filtered))
    assert text.filter_output(filtered) == filtered
    if not any(map(is_unsafe, raw)):
        assert {ord(char) for char in raw} - {ord(char) for char in filtered} <= set(range(0x206A, 0x2070))


@settings(max_examples=200)
@given(st.recursive(ANYTHING | NASTY | st.none() | st.integers(), lambda inner: st.dictionaries(ANYTHING, inner)))
def test_escaped_json_has_nothing_unsafe_and_keeps_its_values(value: object) -> None:
    for ascii_only in (True, False):
        document = text.escape_json(json.dumps(value, ensure_ascii=ascii_only, indent=1))
        assert not any(map(is_unsafe, document))
        assert json.loads(document) == json.loads(json.dumps(value))


def test_removing_characters_keeps_braces_in_balance() -> None:
    assert text.filter_output("{a \x1b]0;}\x07 b}{\r\nc\rd}") == "{a ]0;} b}{\nc d}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a pond", "'a pond'"),
        ("a\npond\x1b[2J", "'a pond'"),
        ("x" * 80, f"'{'x' * 80}'"),
        ("x" * 81, f"'{'x' * 80}…'"),
        (12, "12"),
        (["x" * 90], f"['{'x' * 78}…"),
    ],
)
def test_a_quoted_value_is_short_and_on_one_line(value: object, shown: str) -> None:
    assert text.quoted(value) == shown
