"""Conflicts that git writes into a file are found, with their lines."""

import pytest

from readq.services.dump.git_conflicts import conflict_in_data, conflict_in_prose

CONFLICT = "a\n<<<<<<< HEAD\nb\n||||||| base\nc\n=======\nd\n>>>>>>> theirs\ne\n"


@pytest.mark.parametrize(
    ("text", "in_data", "in_prose"),
    [
        ("", None, None),
        ("a\nb\n", None, None),
        (CONFLICT, (2, 8), (2, 8)),
        (CONFLICT.replace("\n", "\r\n"), (2, 8), (2, 8)),
        (CONFLICT + CONFLICT, (2, 8), (2, 8)),
        ("Heading\n=======\n" + CONFLICT, (2, 10), (4, 10)),
        ("Heading\n=======\n", (2, 2), None),
        ("======== eight\n<<<<<<<HEAD\n >>>>>>> a\n", None, None),
        ("a\n>>>>>>> theirs\n", (2, 2), None),
        ("<<<<<<< HEAD\na\n", (1, 1), None),
        (">>>>>>> theirs\n=======\n<<<<<<< HEAD\n", (1, 1), None),
    ],
)
def test_find_the_lines_of_the_first_conflict(
    text: str, in_data: tuple[int, int] | None, in_prose: tuple[int, int] | None
) -> None:
    assert (conflict_in_data(text), conflict_in_prose(text)) == (in_data, in_prose)
