"""Completers: which candidates there are for a text, and the part of it that they replace."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.store.search.vocabulary import Vocabulary
from readq.tui.state import completion
from readq.tui.state.completion import Candidate, Completion

TAGS = [("rl", 41), ("robotics", 12), ("world-models", 3)]
NAMES = Vocabulary(TAGS, ["hf-daily", "arxiv-cs.LG"], ["thesis", "to read"])


def query(text: str, cursor: int | None = None) -> tuple[int, list[str]]:
    at = len(text) if cursor is None else cursor
    found = completion.complete_query(NAMES, lambda prefix: [f"{prefix}key"], text, at)
    return found.start, [candidate.text for candidate in found.candidates]


def tags(text: str, present: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    found = completion.complete_tags(NAMES, present, text, len(text))
    return found.start, [candidate.text for candidate in found.candidates]


@pytest.mark.parametrize(
    ("text", "start", "candidates"),
    [
        ("tag:r", 4, ["rl", "robotics"]),
        ("tag:rl,ro", 7, ["robotics"]),
        ("deep -tag:w", 10, ["world-models"]),
        ("(tag:rl OR feed:ARX", 16, ["arxiv-cs.LG"]),
        ("status:q", 7, ["queued"]),
        ("is:sn", 3, ["snoozed"]),
        ("has:p", 4, ["pdf"]),
        ("view:th", 5, ["thesis"]),
        ("view:to", 5, ['"to read"']),
        ('view:"to r', 5, ['"to read"']),
        ("key:noe", 4, ["noekey"]),
        ("key:", 4, []),
        ("upvotes:5", 8, ["50.."]),
        ("stat", 0, ["status:"]),
        ("-aut", 1, ["author:"]),
        ("transformer", 0, []),
        ("nofield:x", 8, []),
        ('"a phrase st', 12, []),
        ("tag:models", 4, ["world-models"]),
    ],
)
def test_parts_of_a_query(text: str, start: int, candidates: list[str]) -> None:
    found = query(text)
    assert found[1] == candidates
    assert not candidates or found[0] == start


def test_an_empty_query_offers_the_fields() -> None:
    assert {"status:", "tag:", "author:", "view:"} <= set(query("")[1])


def test_only_the_text_before_the_cursor_counts() -> None:
    assert query("tag:ro status:done", 6) == (4, ["robotics"])


def test_tags_come_by_use_without_those_that_are_there() -> None:
    assert tags("") == (0, ["rl", "robotics", "world-models"])
    assert tags("r", ("rl",)) == (0, ["robotics"])
    assert tags("rl ", ()) == (3, ["robotics", "world-models"])
    assert tags("#ro") == (1, ["robotics"])
    found = completion.complete_tags(NAMES, (), "rob", 3)
    assert found.candidates == [Candidate("robotics", "12")]


def test_a_minus_offers_the_tags_to_remove() -> None:
    assert tags("nlp -", ("rl", "nlp")) == (5, ["rl", "nlp"])
    assert tags("-n", ("rl", "nlp")) == (1, ["nlp"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    for name in ("papers", "Pictures", ".cache"):
        (home / name).mkdir(parents=True)
    for name in ("pages.txt", "refs.bib", ".hidden", "new\nline"):
        (home / name).touch()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    return home


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("", ["papers/", "Pictures/", "pages.txt", "refs.bib"]),
        ("pa", ["papers/", "pages.txt"]),
        ("~/r", ["refs.bib"]),
        ("~", ["~/"]),
        ("./.", [".cache/", ".hidden"]),
        ("refs.bib", []),
        ("nowhere/x", []),
        ("no\0where/x", []),
        ("\udcff/x", []),
        ("new", []),
    ],
)
def test_paths(folder: Path, text: str, candidates: list[str]) -> None:
    found = completion.complete_path(text, len(text))
    assert [candidate.text for candidate in found.candidates] == candidates
    assert not candidates or found.start == text.rfind("/") + 1


@given(st.text(alphabet='ab:,"()- tagsview#/~.', max_size=30), st.integers(0, 30))
def test_a_completer_replaces_only_text_before_the_cursor(text: str, at: int) -> None:
    cursor = min(at, len(text))
    completers: list[Callable[[str, int], Completion]] = [
        lambda text, cursor: completion.complete_query(NAMES, lambda prefix: [prefix], text, cursor),
        lambda text, cursor: completion.complete_tags(NAMES, ("rl",), text, cursor),
        lambda text, cursor: completion.complete_line([Candidate("tag")], text, cursor),
    ]
    for complete in completers:
        assert 0 <= complete(text, cursor).start <= cursor
