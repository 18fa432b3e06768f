import pytest

from readq.review.prompts import claim_lines, recall_line, without_unfilled
from readq.templates import note_template


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("", "claim: \nhow: \nuse: \n"),
        ("claim: it holds", "how: \nuse: \n"),
        ("- How: by magic\nuse:\nclaim: x", ""),
        ("They claim: nothing", "claim: \nhow: \nuse: \n"),
    ],
)
def test_a_note_lacks_lines(note: str, lines: str) -> None:
    assert claim_lines(note) == lines


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("claim: \nhow: \nuse: \n", ""),
        ("claim: \nhow: \nuse: \n\nAn older note", "An older note"),
        ("claim: it holds\nhow: \nuse:", "claim: it holds"),
        ("claim: it holds\nhow: \nuse: \n\nclaim:\nold", "claim: it holds\n\nclaim:\nold"),
        ("rewritten", "rewritten"),
    ],
)
def test_lines_that_were_not_filled_are_left_out(text: str, kept: str) -> None:
    assert without_unfilled(text, "claim: \nhow: \nuse: \n") == kept


def test_a_recall_is_one_dated_line() -> None:
    assert recall_line(" it\n holds ", "2026-11-23") == "2026-11-23: it holds"


def test_a_new_note_begins_with_the_lines_that_reviews_ask_for() -> None:
    assert claim_lines("") == note_template.DEFAULT
