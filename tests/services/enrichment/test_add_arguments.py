"""`readq.services.enrichment.add_arguments`: ids, files, keys, or a title."""

from pathlib import Path

import pytest

from readq.errors import ReadqError
from readq.services.enrichment.add_arguments import AddRequest, AddTarget, parse_arguments


def pdf(path: str) -> str:
    if path == "bad.pdf":
        raise ReadqError("not a PDF", "name a PDF")
    return "10.1000/inside"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["Attention Is All You Need"], "Attention Is All You Need"),
        (["attention", "is", "all", "you", "need"], "attention is all you need"),
        (["12", "Angry", "Men"], "12 Angry Men"),
        (["Growth"], "Growth"),
    ],
)
def test_words_that_name_nothing_are_a_title(words: list[str], title: str) -> None:
    assert parse_arguments(words, {"12"}.__contains__, pdf) == AddRequest(title=title)


def test_a_word_of_a_title_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("all", "scan.1"):
        (tmp_path / name).write_text("x")
    words = ["attention", "is", "all", "you", "need"]
    assert parse_arguments(words, set[str]().__contains__, pdf).title == "attention is all you need"
    assert [one.pdf for one in parse_arguments(["./all", "scan.1"], set[str]().__contains__, pdf).targets] == [
        "./all",
        "scan.1",
    ]


def test_papers_are_named_by_ids_files_and_keys() -> None:
    words = ["2401.00001", "doi:10.1000/1", "paper.PDF", "https://example.org/x"]
    assert parse_arguments(words, {"ada2024growth"}.__contains__, pdf).targets == (
        AddTarget("2401.00001", "2401.00001"),
        AddTarget("doi:10.1000/1", "doi:10.1000/1"),
        AddTarget("10.1000/inside", "paper.PDF", "paper.PDF"),
        AddTarget("https://example.org/x", "https://example.org/x"),
    )
    assert parse_arguments(["ada2024growth"], {"ada2024growth"}.__contains__, pdf).targets == (
        AddTarget("ada2024growth", "ada2024growth"),
    )


def test_other_words_among_names_are_rejected() -> None:
    mixed = parse_arguments(["2401.00001", "12", "nonsense", "bad.pdf"], {"12"}.__contains__, pdf)
    assert [one.reference for one in mixed.targets] == ["2401.00001", "12"]
    assert [part.where for part in mixed.rejected] == ["bad.pdf", "nonsense"]
    assert parse_arguments(["1706.0376"], set[str]().__contains__, pdf).title is None
    assert parse_arguments(["bad.pdf"], set[str]().__contains__, pdf).targets == ()
