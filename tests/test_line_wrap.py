from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.line_wrap import wrap


def test_breaks_between_words() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]


def test_keeps_an_indent() -> None:
    assert wrap("  - a list item", 9) == ["  - a", "  list", "  item"]


def test_later_lines_are_indented_by_hang() -> None:
    assert wrap("x, y       drop all undecided papers", 24, 11) == [
        "x, y       drop all",
        "           undecided",
        "           papers",
    ]
    assert wrap("x, y       drop all the papers", 20, 11) == ["x, y drop all the", "papers"]


def test_wide_characters_count_twice() -> None:
    assert wrap("日本語 日本", 6) == ["日本語", "日本"]


@given(st.text(alphabet="ab 日\U0001f600é-"), st.integers(4, 30), st.integers(0, 12))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int, hang: int) -> None:
    lines = wrap("* ".ljust(hang) + text, width, hang)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "*" + "".join(text.split())
