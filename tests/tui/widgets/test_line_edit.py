import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.tui.widgets.line_edit import LineEdit


def type_keys(keys: str, text: str = "") -> LineEdit:
    edit = LineEdit(text)
    for key in keys.split():
        edit.press(key, key if len(key) == 1 else None)
    return edit


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("a b c", "abc"),
        ("a b backspace c", "ac"),
        ("a b left x", "axb"),
        ("a b home x end y", "xaby"),
        ("a b home delete", "b"),
        ("a b ctrl+u c", "c"),
        ("a b left ctrl+k", "a"),
        ("backspace delete left right", ""),
    ],
)
def test_keys_edit_the_line(keys: str, text: str) -> None:
    assert type_keys(keys).text == text


def test_ctrl_w_deletes_the_last_word() -> None:
    assert type_keys("ctrl+w", "tag:rl memory ").text == "tag:rl "


def test_pasted_line_breaks_become_spaces() -> None:
    edit = LineEdit()
    edit.insert("two\nlines")
    assert edit.text == "two lines"


def test_an_unknown_key_is_refused() -> None:
    edit = LineEdit("x")
    assert not edit.press("f5", None)
    assert not edit.press("alt+a", "a")
    assert edit.text == "x"


@given(st.text(), st.lists(st.sampled_from(["left", "right", "home", "end", "backspace", "delete", "ctrl+w", "x"])))
def test_the_cursor_stays_within_the_text(text: str, keys: list[str]) -> None:
    edit = LineEdit(text)
    for key in keys:
        edit.press(key, "x" if key == "x" else None)
        assert 0 <= edit.cursor <= len(edit.text)


@given(st.text(alphabet="ab 日e\u0301", max_size=60), st.integers(0, 60), st.integers(2, 30))
def test_the_visible_part_fits_and_has_the_cursor(text: str, cursor: int, width: int) -> None:
    edit = LineEdit(text, min(cursor, len(text)))
    part, at = edit.visible_part(width)
    assert cell_len(part) <= width
    assert part in f"{text} "
    assert part[at] == f"{text} "[edit.cursor]
    assert f"{text} ".index(part) == 0 or cell_len(f"{text} "[: edit.cursor + 1]) > width
