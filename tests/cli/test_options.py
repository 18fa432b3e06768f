"""Options and arguments that begin with a hyphen, and options that stand where they are not meant."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq import __version__

Run = Callable[..., Any]


def test_the_value_of_an_option_may_begin_with_a_hyphen(six_papers: str, run_cli: Run) -> None:
    listed = run_cli("list", "--format", "{id}", "--sort", "-upvotes")
    assert listed.out.split() == ["1", "2", "3", "4", "5", "6"]
    assert run_cli("--sort", "-upvotes", "list", "--format", "{id}").out == listed.out
    assert run_cli("view", "save", "mine", "tag:rl", "--sort", "-year").status == 0
    assert run_cli("view", "list").out == "mine\ttag:rl\t-year\n"
    assert run_cli("star", "--query", "-recurrent", "--json").json["changed"] == 4
    assert run_cli("list", "--format", "-{id}", "--limit", 1).out == "-1\n"
    assert run_cli("list", "--limit", "-1").err == "error: --limit must not be negative\n"
    run_cli("note", 1, "--append", "-1 for the proof")
    run_cli("note", 1, "--append", "-yes")
    assert run_cli("note", 1).out.endswith("-1 for the proof\n-yes\n")


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--sort"),
        ("list", "--sort", "--json"),
        ("list", "--sort", "-0"),
        ("star", "--query", "-v"),
        ("star", "--query", "--jsonn"),
        ("export", "-o", "-format"),
        ("list", "--format", "--json"),
    ],
    ids=" ".join,
)
def test_an_option_is_not_the_value_of_the_option_before_it(
    six_papers: str, run_cli: Run, words: tuple[str, ...]
) -> None:
    result = run_cli(*words)
    assert (result.status, result.out) == (2, "")
    assert re.search(rf"argument {words[1]}\b.*: expected one argument", result.err)


def test_numbers_and_actions_may_stand_after_two_dashes(six_papers: str, run_cli: Run) -> None:
    run_cli("star", 1)
    assert run_cli("undo", "--", 2).out == "undone: starred, 1 paper (step 2)\n"
    assert "'x' is not a whole number" in run_cli("undo", "--", "x").err
    assert "is not shared yet" in run_cli("share", "--", "status").err
    assert run_cli("key", 1, "--", "a", "b").err == "error: unrecognized arguments: b (see readq key --help)\n"


def test_the_version_is_printed_before_any_command(library: str, run_cli: Run) -> None:
    assert run_cli("--version", "list") == (0, f"readq {__version__}\n", "")
    _, _, anywhere = run_cli("--help").out.partition("before or after the command")
    assert "--version" not in anywhere.partition("Option without a command")[0]


@pytest.mark.parametrize(
    "words", [("backup", "copy.db"), ("check",), ("list",), ("sync",), ("skill",)], ids=lambda words: words[0]
)
def test_verbose_names_the_files_once_whatever_the_command(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = run_cli(*words, "-v").err.splitlines()
    files = [f"config: {os.environ['XDG_CONFIG_HOME']}/readq/config.toml"]
    files += [f"log: {os.environ['XDG_STATE_HOME']}/readq/readq.log"]
    files += [] if words[0] == "skill" else [f"library: {six_papers}"]
    assert [lines.count(line) for line in files] == [1] * len(files)


def test_verbose_does_not_keep_a_broken_config_file_from_being_named(run_cli: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[")
    result = run_cli("config", "path", "--config", config, "-v")
    assert (result.status, result.out) == (0, f"{config}\n")


def test_a_bad_view_or_format_is_refused_before_anything_is_done(library: str, run_cli: Run, tmp_path: Path) -> None:
    for words in (("x", "bad:query"), ("x", "view:none"), ("x", "tag:y", "--sort", "nonsense"), ('"', "tag:y")):
        assert run_cli("view", "save", *words).status == 2
        assert not os.path.exists(library)
    dump = tmp_path / "dump"
    run_cli("import", "-", stdin="@misc{k, title={T}}")
    (tmp_path / "config.toml").write_text('open.pdf = "xpdf {file}"\n')
    run_cli("dump", dump, "--config", tmp_path / "config.toml")
    result = run_cli("import", dump, "--with-config", "--yes", "--format", "nonsense")
    assert (result.status, result.err.count("\n")) == (2, 1)
    assert result.err.startswith("error: unknown format 'nonsense'")


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-o", "WORD"),
        ("export", "-o", "WORD", "--keep"),
        ("export", "--format", "markdown", "-o", "WORD/"),
        ("export", "--update", "WORD"),
        ("pdf", "1", "--attach", "WORD"),
        ("key", "1", "WORD"),
        ("config", "set", "notes.folder", "WORD"),
    ],
)
def test_what_is_to_be_stored_must_be_utf_8(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = run_cli(*(word.replace("WORD", os.fsdecode(b"caf\xe9")) for word in words))
    assert (result.status, "is not UTF-8" in result.err) == (2, True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("add", "a\udcff", "title"),
        ("feed", "remove", "a\udcff"),
        ("list", "a\udcff"),
        ("list", "--format", "{key}\udcff"),
        ("note", "1", "--append", "a\udcff"),
        ("tag", "1", "--add", "a\udcff"),
        ("view", "remove", "a\udcff"),
        ("view", "save", "a\udcff", "tag:rl"),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused_in_texts(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words)
    assert (result.status, result.err.count("\n")) == (2, 1)
    assert "is not UTF-8" in result.err


def test_the_name_of_a_file_may_have_any_bytes(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a\udcff.bib"
    file.write_text("@misc{one, title = {On Looms}}", encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 1
    assert run_cli("import", file, "--json").json["unchanged"] == 1
    assert run_cli("add", file).status != 2


def test_a_kept_file_is_never_named_in_other_bytes_than_utf_8(six_papers: str, run_cli: Run) -> None:
    result = run_cli("export", "--forget", "a\udcff.bib")
    assert (result.status, "is not UTF-8" in result.err) == (2, True)
