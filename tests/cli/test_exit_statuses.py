"""The exit status of each kind of failure, which prints one line and never a traceback."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
OLD_NOTE = "what it said"


def assert_one_line(err: str) -> None:
    assert err.startswith("error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("lits",),
        ("list", "--no-such-option"),
        ("list", "--sort", "colour"),
        ("list", "--limit", "-1"),
        ("list", "--limit", "many"),
        ("list", "--format", "{colour}"),
        ("list", "colour:red"),
        ("list", "(unbalanced"),
        ("list", "-tag:x"),
        ("mark", "finished", "1"),
        ("mark", "done"),
        ("mark", "done", "1", "--query", "x"),
        ("mark", "done", "--query", "year:soon"),
        ("star",),
        ("tag", "1"),
        ("tag", "1", "-a", ""),
        ("tag", "1", "-a", "two words"),
        ("tag", "1", "-a", "-rl"),
        ("tag", "1", "-a", "rl", "-r", "rl"),
        ("rate", "splendid", "1"),
        ("rate", "5", "1"),
        ("rate", "good"),
        ("due", "year:soon"),
        ("note", "1", "--edit"),
        ("note", "1", "--append", "x", "--set", "f"),
        ("show",),
        ("show", "1", "2"),
        ("undo", "one"),
        ("import",),
        ("import", "--format", "opml", "x"),
        ("import", "--status", "new", "x"),
        ("import", "--tag", "a b", "x"),
        ("export", "--format", "word"),
        ("export", "--follow"),
        ("export", "--update", "refs.bib", "--force"),
        ("export", "-o", "refs.bib", "--keep", "--force"),
        ("config", "burn"),
        ("--db",),
        ("review",),
        (),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words)
    assert (result.status, result.out) == (2, "")
    assert_one_line(result.err)


def test_edit_without_a_terminal_names_the_option_that_needs_none(six_papers: str, run_cli: Run) -> None:
    said = "error: edit needs a terminal (--set takes the entry from a file)\n"
    assert run_cli("edit", 1) == (2, "", said)


def test_a_wrong_format_is_refused_in_an_empty_library(run_cli: Run) -> None:
    assert run_cli("list", "--format", "{colour}").status == 2


def test_a_mistyped_command_gets_a_suggestion(run_cli: Run) -> None:
    assert "did you mean list?" in run_cli("lits").err


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nowhere2020"),
        ("show", "#99"),
        ("show", "."),
        ("show", "99999999999999999999999999"),
        ("show", "\udcff"),
        ("note", "99", "--append", "x"),
        ("rate", "good", "card:7"),
        ("rate", "good", "card:99999999999999999999999"),
        ("rate", "good", "card:x"),
        ("undo", "77"),
        ("undo", "99999999999999999999999999"),
        ("note", "1", "--set", "/nowhere/note.md"),
        ("note", "1", "--set", "/"),
        ("import", "/nowhere/feed.json"),
        ("export", "-o", "/nowhere/refs.bib"),
    ],
    ids=lambda words: ascii(" ".join(words)),
)
def test_a_missing_ref_or_file_is_1(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words)
    assert result.status == 1
    assert_one_line(result.err)


def test_the_other_refs_are_handled_when_one_is_missing(six_papers: str, run_cli: Run) -> None:
    result = run_cli("mark", "queued", "1", "nowhere", "2")
    assert result == (1, "2 papers changed (step 2)\n", "error: no paper 'nowhere' (see readq list)\n")


def test_a_snooze_counts_papers_that_cannot_be_snoozed(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "done", 1, 2)
    said = "2 papers not snoozed: only inbox and queued papers can be\n"
    assert run_cli("snooze", "3d", 1, 2) == (0, "0 papers changed, 2 unchanged\n", said)
    assert run_cli("snooze", "3d", 1, 2, 3, "--json").json["changed"] == 1
    assert run_cli("snooze", "3d", 3) == (0, "0 papers changed, 1 unchanged\n", "")
    assert run_cli("snooze", "off", 1) == (0, "0 papers changed, 1 unchanged\n", "")


def test_the_other_files_are_imported_when_one_is_missing(run_cli: Run, daily_file: Run) -> None:
    result = run_cli("import", "/nowhere/feed.json", daily_file(2))
    assert (result.status, result.out) == (1, "3 papers: 2 new, 0 updated, 0 unchanged, 1 rejected (step 1)\n")
    assert_one_line(result.err)


def test_an_unreadable_note_file_changes_nothing(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("note", 1, "--append", OLD_NOTE)
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"caf\xe9")
    for name in (latin, "-"):
        assert run_cli("note", 1, "--set", name, stdin=b"caf\xe9").status == 1
    assert run_cli("note", 1).out == f"{OLD_NOTE}\n"


def test_a_note_is_changed_on_one_paper_only(six_papers: str, run_cli: Run) -> None:
    result = run_cli("note", "-", "--append", "x", stdin="1\n2\n")
    assert result.status == 2
    assert_one_line(result.err)


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-23", "2026-11-23T09:00:00", "2026-13-01T00:00:00Z"])
def test_an_unreadable_clock_is_2(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setenv("READQ_NOW", moment)
    result = run_cli("mark", "done", 1)
    assert result.status == 2
    assert "READQ_NOW" in result.err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("theme = \n", "line 1"),
        ('theme = "x"\n\nbusy_timeout = = 3\n', "line 3"),
        ('colour = "red"\n', "unknown setting colour"),
        ("[review]\ncolour = 1\n", "unknown setting review.colour"),
        ('busy_timeout = "long"\n', "busy_timeout must be seconds"),
        ("[keys]\nqueue = 3\n", "keys.queue"),
    ],
)
def test_row_46_a_broken_config_is_78(run_cli: Run, tmp_path: Path, text: str, named: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    result = run_cli("list", "--config", config)
    assert (result.status, result.out) == (78, "")
    assert_one_line(result.err)
    assert str(config) in result.err
    assert named in result.err


@pytest.mark.parametrize("content", [None, b"caf\xe9", "folder"], ids=["missing", "latin", "folder"])
def test_row_46_an_unreadable_config_is_78(run_cli: Run, tmp_path: Path, content: bytes | str | None) -> None:
    config = tmp_path / "config.toml"
    if content == "folder":
        config.mkdir()
    elif isinstance(content, bytes):
        config.write_bytes(content)
    result = run_cli("list", "--config", config)
    assert result.status == 78
    assert_one_line(result.err)


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("title,year\nx,2020\n")


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE paper (id INTEGER)")
    other.close()


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 78")
    newer.close()


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _damaged(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xa5" * (len(data) - 100))


@pytest.mark.parametrize(
    ("spoil", "from_library", "status"),
    [
        (_empty, False, 65),
        (_text, False, 65),
        (_foreign, False, 65),
        (_cut, True, 65),
        (_damaged, True, 65),
        (_newer, True, 78),
    ],
)
@pytest.mark.parametrize("words", [("list",), ("mark", "done", "1")], ids=["read", "write"])
def test_row_37_a_file_that_is_not_a_library_is_not_changed(
    six_papers: str,
    tmp_path: Path,
    run_cli: Run,
    spoil: Callable[[Path], None],
    from_library: bool,
    status: int,
    words: tuple[str, ...],
) -> None:
    path = tmp_path / "other.db"
    if from_library:
        shutil.copyfile(six_papers, path)
    spoil(path)
    before = path.read_bytes()
    result = run_cli(*words, "--db", path)
    assert (result.status, result.out) == (status, "")
    assert_one_line(result.err)
    assert path.read_bytes() == before
    assert sorted(name for name in os.listdir(tmp_path) if name.startswith("other")) == ["other.db"]


@pytest.mark.parametrize("kind", ["folder", "fifo", "dangling"])
def test_row_45_a_library_path_that_is_not_a_file_is_74(tmp_path: Path, run_cli: Run, kind: str) -> None:
    path = tmp_path / "odd.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "nowhere.db")
    for words in (("list",), ("mark", "done", "1"), ("import", "-")):
        result = run_cli(*words, "--db", path, stdin="@misc{k, title={T}}")
        assert result.status == 74
        assert_one_line(result.err)


@pytest.mark.parametrize(
    ("words", "status"),
    [(("config", "show", "--config"), 78), (("note", "1", "--set"), 1), (("edit", "1", "--set"), 1)],
    ids=lambda words: str(words),
)
def test_a_device_without_end_is_not_read_to_its_end(
    six_papers: str, run_cli: Run, words: tuple[str, ...], status: int
) -> None:
    result = run_cli(*words, "/dev/zero")
    assert result.status == status
    assert "er than" in result.err
    assert_one_line(result.err)


def test_a_folder_that_cannot_be_created_is_74(tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "file").touch()
    result = run_cli("import", "-", "--db", tmp_path / "file" / "library.db", stdin="@misc{k, title={T}}")
    assert result.status == 74
    assert_one_line(result.err)


@pytest.mark.parametrize("words", [("mark", "done", "1"), ("import", "-"), ("rate", "good", "1"), ("undo",)])
def test_row_35_a_library_that_stays_locked_is_75(
    six_papers: str, run_cli: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("busy_timeout = 0.05\n")
    other = sqlite3.connect(six_papers, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = run_cli("--config", config, *words, stdin="@misc{k, title={T}}")
        assert run_cli("--config", config, "list", "--count").out == "6\n"
    finally:
        other.close()
    assert result.status == 75
    assert_one_line(result.err)


@pytest.mark.parametrize("words", [("mark", "done", "1"), ("import", "-")], ids=" ".join)
def test_row_36_the_process_that_holds_the_lock_is_named(
    six_papers: str, run_cli: Run, tmp_path: Path, words: tuple[str, ...], hold: Callable[[str], Any]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("busy_timeout = 0.05\n")
    other = hold(six_papers)
    other.stop()
    result = run_cli("--config", config, *words, stdin="@misc{k, title={T}}")
    assert (result.status, result.out) == (75, "")
    assert_one_line(result.err)
    assert f"(pid {other.pid}, since " in result.err
    assert result.err.endswith(f"stopped) is writing to {six_papers} (kill -CONT {other.pid} lets it go on)\n")


def test_a_wait_for_the_lock_is_reported_on_stderr(
    six_papers: str, run_cli: Run, hold: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.store.connection.lock_wait.NOTICE_AFTER", 0.05)
    other = hold(six_papers)
    config = Path(six_papers).with_name("config.toml")
    config.write_text("busy_timeout = 0.2\n")
    result = run_cli("--config", config, "mark", "done", "1", "--json")
    waits, error = result.err.splitlines()
    assert waits.startswith("waiting for python")
    assert f"(pid {other.pid}, " in waits
    assert error.startswith("error: ")
    assert (result.status, result.out) == (75, "")


def test_nothing_readable_is_65(run_cli: Run, library: str) -> None:
    result = run_cli("import", "-", stdin="so what")
    assert (result.status, result.out) == (65, "")
    assert_one_line(result.err)
    assert not os.path.exists(library)


def test_row_50_ctrl_c_is_130(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("readq.cli.papers.list.run", interrupted)
    assert run_cli("list") == (130, "", "")


@pytest.mark.parametrize("words", [("list",), ("due",), ("show", "x"), ("undo", "--list"), ("note", "x"), ("export",)])
def test_reading_without_a_library_creates_none(library: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words)
    assert (result.status, result.out) == (1 if "x" in words else 0, "")
    assert not os.path.exists(library)


@pytest.mark.parametrize(
    "words", [("mark", "done"), ("tag", "1", "-a", "a b"), ("mark", "done", "1"), ("rate", "good", "1")]
)
def test_a_change_without_a_library_creates_none(library: str, run_cli: Run, words: tuple[str, ...]) -> None:
    assert run_cli(*words).status in (1, 2)
    assert not os.path.exists(library)


def test_an_empty_query_is_not_the_whole_library(run_cli: Callable[..., Any]) -> None:
    assert run_cli("mark", "dropped", "--query", " ").status == 2


@pytest.mark.parametrize("option", ["--db", "--config"])
def test_an_empty_path_is_refused(run_cli: Callable[..., Any], option: str) -> None:
    assert run_cli(option, "", "list").status == 2


@pytest.mark.parametrize("present", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_near_the_end_of_the_calendar_is_refused(
    run_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, present: str
) -> None:
    monkeypatch.setenv("READQ_NOW", present)
    assert [run_cli("list").status, run_cli("due").status, run_cli("mark", "done", "1").status] == [2, 2, 2]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a "])
def test_a_feed_has_a_name_of_one_line(run_cli: Callable[..., Any], six_papers: str, name: str) -> None:
    assert run_cli("import", "--feed", name, six_papers).status == 2


def test_a_key_that_latex_rejects_is_reported_with_its_replacement(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    bib = tmp_path / "own.bib"
    bib.write_text("@misc{a#b, title={One}, year={2001}}\n@misc{good, title={Two}, year={2002}}\n")
    result = run_cli("import", bib)
    assert "a#b cannot be a citation key: ab instead" in result.err
    assert "good" not in result.err
