"""A name that is not known is answered with the nearest name that is."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("mrak", "done", "1"), "mark"),
        (("mark", "qeued", "1"), "queued"),
        (("rate", "esay", "1"), "easy"),
        (("list", "--sotr=title"), "--sort"),
        (("list", "--sort", "tilte"), "title"),
        (("list", "--format", "{titel}"), "title"),
        (("list", "staus:queued"), "status"),
        (("list", "status:qeued"), "queued"),
        (("list", "is:stared"), "starred"),
        (("sync", "hf-dialy"), "hf-daily"),
        (("feed", "remove", "hf-dialy"), "hf-daily"),
        (("config", "shwo"), "show"),
    ],
)
def test_the_nearest_name_is_suggested(run_cli: Callable[..., Any], words: tuple[str, ...], near: str) -> None:
    run_cli("feed", "add", "hf:daily", "--no-sync")
    result = run_cli(*words)
    assert result.status in (1, 2)
    assert f"did you mean {near}?" in result.err
