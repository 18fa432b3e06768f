"""`readq.feeds.syndication.journal_text`: the forms of publishers, and abstracts that only look like them."""

import pytest

from readq.feeds.syndication.journal_text import JournalText, dblp_title, journal_text
from readq.feeds.syndication.written_dates import WrittenDate

LAKE = ("Ada Heron", "Emmy Pond")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Publication date: March 2027\n\nSource: Lake Letters, Volume 161, Issue 2\n\n"
            "Author(s): Ada Heron, Emmy Pond",
            JournalText("", LAKE, "Lake Letters", "161", "2", date=WrittenDate(2027, 3)),
        ),
        (
            "Ada Heron, Emmy Pond; 27(1):1−30, 2026. We wait. Then again.",
            JournalText("We wait. Then again.", LAKE, "", "27", "1", "1--30", WrittenDate(2026)),
        ),
        (
            "Ada Heron and Emmy Pond in Proceedings of the Lake Conference. We wait.",
            JournalText("We wait.", LAKE, "Proceedings of the Lake Conference"),
        ),
        (
            "Lake, Published online: 20 November 2026; doi:10.1000/lake.1\n\nWe wait.",
            JournalText("We wait.", venue="Lake", date=WrittenDate(2026, 11, 20), doi="10.1000/lake.1"),
        ),
        (
            "Author(s): Ada Heron and Emmy Pond\n\nWe wait.\n\n[Lake Rev. X 13, 041001] Published Mon Oct 02, 2023",
            JournalText("We wait.", LAKE, "Lake Rev. X", "13", "", "041001", WrittenDate(2023, 10, 2)),
        ),
        ("ABSTRACT\nWe wait.", JournalText("We wait.")),
    ],
    ids=["Elsevier", "JMLR", "ACL", "Nature", "APS", "heading"],
)
def test_forms_of_publishers(text: str, expected: JournalText) -> None:
    assert journal_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We wait; it takes long.",
        "Source code is at the lake.",
        "Source: the lake. We wait in boats.",
        "Herons wait in Proceedings.",
        "",
    ],
)
def test_other_text_is_the_abstract(text: str) -> None:
    assert journal_text(text).abstract == text


def test_titles_of_dblp_begin_with_the_authors() -> None:
    assert dblp_title("Ada Heron, Emmy Pond 0002: Herons: A Survey.") == (LAKE, "Herons: A Survey")
    assert dblp_title("Herons wait.") == ((), "Herons wait.")
