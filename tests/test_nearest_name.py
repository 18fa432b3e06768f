import time

import pytest

from readq.nearest_name import suggestion


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("qeued", ("inbox", "queued"), "did you mean queued?"),
        ("Status", ("status", "tag"), "did you mean status?"),
        ("hf-dialy", ("arxiv-cs.LG", "hf-daily"), "did you mean hf-daily?"),
        ("zebra", ("inbox", "queued"), ""),
        ("x", (), ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, known: tuple[str, ...], hint: str) -> None:
    assert suggestion(name, known) == hint
    assert suggestion(name, known, "one of a, b") == f"{hint} one of a, b".strip()


def test_a_long_name_takes_no_time() -> None:
    start = time.process_time()
    suggestion("a" * 100_000, ["a" * 30, "b"] * 20)
    assert time.process_time() - start < 0.5
