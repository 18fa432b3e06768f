"""Renewing readq's entries in a .bib file that others write too, and keeping files in step with the library."""

import contextlib
import errno
import os
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from readq.formats.bib_file.content import Content
from readq.services.citing import input_file
from readq.services.manuscripts.target_file import TargetFile

Run = Callable[..., Any]
THEIRS = '% our macros\n@string{jmlr = {JMLR}}\n\n@book{knuth1984, title = "The {\\TeX}book", year = 1984}\n'


class Parts(Content):
    """The content of a file that counts as large."""

    def __init__(self, size: int, read: Callable[[int, int], bytes], window: int = 40) -> None:
        super().__init__(size, read, window)


@pytest.fixture(autouse=True, params=["whole", "in parts"])
def size_in_memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every promise holds for a large file too, of which only a part is in memory."""
    if request.param == "in parts":
        monkeypatch.setattr(input_file, "_IN_MEMORY", 10)
        monkeypatch.setattr(input_file, "Content", Parts)


@pytest.fixture
def keys(six_papers: str, run_cli: Run) -> list[str]:
    return [paper["key"] for paper in sorted(run_cli("list", "--json").json, key=lambda paper: paper["id"])]


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    path = tmp_path / "refs.bib"
    path.write_text(THEIRS)
    return path


def retitle(run_cli: Run, tmp_path: Path, key: str, title: str) -> None:
    """Correct the title of a paper by a file that cites it."""
    bib = tmp_path / "correction.bib"
    bib.unlink(missing_ok=True)
    run_cli("export", f"key:{key}", "-o", bib)
    lines = bib.read_text().splitlines(keepends=True)
    bib.write_text("".join(f"  title = {{{title}}},\n" if "  title = " in line else line for line in lines))
    assert run_cli("export", f"key:{key}", "--update", bib, "--take", key).status == 0


def test_entries_are_added_and_renewed_and_nothing_else_changes(
    keys: list[str], run_cli: Run, bib: Path, tmp_path: Path
) -> None:
    done = run_cli("export", "--update", bib)
    assert (done.status, done.out) == (0, "")
    assert done.err == f"{bib}: 6 added, 0 unchanged\n"
    first = bib.read_text()
    assert first.startswith(THEIRS.rpartition("@book")[0])
    assert all(f"{{{key}," in first for key in keys)
    assert run_cli("export", "--update", bib).err == f"{bib}: nothing to change, 6 unchanged\n"
    assert bib.read_text() == first
    retitle(run_cli, tmp_path, keys[0], "Quite Another Title")
    assert run_cli("export", "--update", bib, "--json").json["renewed"] == [keys[0]]
    changed = {
        (before.partition(" = ")[0], after.partition(" = ")[0])
        for before, after in zip(first.splitlines(), bib.read_text().splitlines(), strict=True)
        if before != after
    }
    assert ("  title", "  title") in changed
    # A corrected entry is biblatex's, which spells the archive in lower case.
    assert changed <= {("  title", "  title"), ("  archiveprefix", "  archiveprefix")}


def test_an_edited_entry_is_left_until_it_is_taken_or_renewed(keys: list[str], run_cli: Run, bib: Path) -> None:
    run_cli("export", "--update", bib)
    title = run_cli("show", 1, "--json").json["title"]
    text = bib.read_text()
    start = text.index(f"{{{keys[0]},")
    line = next(line for line in text[start:].splitlines() if line.startswith("  title = "))
    edited = text[:start] + text[start:].replace(line, "  title = {My Title},", 1)
    bib.write_text(edited)
    done = run_cli("export", "--update", bib)
    assert done.status == 0
    assert f"'{keys[0]}' was edited in the file" in done.err
    assert bib.read_text() == edited
    assert run_cli("export", "--update", bib, "--take", keys[0]).status == 0
    assert run_cli("show", 1, "--json").json["title"] == "My Title"
    assert run_cli("undo").status == 0
    assert run_cli("show", 1, "--json").json["title"] == title
    assert run_cli("export", "--update", bib, "--renew", keys[0]).status == 0
    assert bib.read_text() == text


def edited_by_hand(run_cli: Run, bib: Path, keys: list[str]) -> None:
    """Write the entries of `keys` to the file, and give each a title by hand."""
    run_cli("export", "--update", bib)
    title = "  title = {Edited by hand},\n"
    lines = [title if line.startswith("  title = ") else line for line in bib.read_text().splitlines(keepends=True)]
    bib.write_text("".join(lines))


def hand_titles(run_cli: Run) -> int:
    return int(run_cli("list", "--count", "title:hand").out)


def test_entries_are_taken_as_one_step_with_its_number(keys: list[str], run_cli: Run, bib: Path) -> None:
    edited_by_hand(run_cli, bib, keys)
    done = run_cli("export", "--update", bib, "--take", keys[0], "--take", keys[1])
    assert done.err.startswith(f"2 papers corrected by {bib} (step 2)\n")
    assert hand_titles(run_cli) == 2
    assert run_cli("undo").out == "undone: edited, 2 papers (step 2)\n"
    assert hand_titles(run_cli) == 0
    assert run_cli("export", "--update", bib, "--take", keys[2], "--json").json["step"] == 3
    assert run_cli("export", "--update", bib, "--json").json["step"] is None


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize("style", ["", '[export]\nprotect = "title"\njournals = "short"\n'])
def test_every_field_of_an_entry_is_taken(run_cli: Run, bib: Path, tmp_path: Path, form: str, style: str) -> None:
    given, config = tmp_path / "given.bib", tmp_path / "config.toml"
    config.write_text(style)
    given.write_text(
        "@article{falk2001, title={On Moths}, author={Falk, Mia}, journal={Physical Review Letters}, year=2001,"
        " volume=3, address={Turku}, abstract={Dusk.}, note={old}}\n"
    )
    run_cli("import", given)
    options = ["export", "--update", bib, "--format", form, "--config", config]
    run_cli(*options)
    lines = [line for line in bib.read_text().splitlines() if not line.startswith("  note = ")]
    names = {line.partition(" = ")[0].strip(): line for line in lines if " = " in line}
    edits = {
        "title": "{On Small\n    Moths}",
        "journal" if form == "bibtex" else "journaltitle": 'jmlr # " B"',
        "year" if form == "bibtex" else "date": "{2002}",
        "address" if form == "bibtex" else "location": "{Oulu}",
        "volume": "{4}",
    }
    text = "\n".join(lines) + "\n"
    for name, value in edits.items():
        text = text.replace(names[name], f"  {name} = {value},")
    bib.write_text(text)
    done = run_cli(*options, "--take", "falk2001")
    assert (done.status, done.out) == (0, "")
    paper = run_cli("show", "falk2001", "--json").json
    assert (paper["title"], paper["venue"], paper["year"]) == ("On Small Moths", "JMLR B", 2002)
    assert (paper["abstract"], paper["authors"]) == ("Dusk.", ["Mia Falk"])
    written = run_cli("export", "key:falk2001").out
    assert "  address = {Oulu},\n" in written
    assert "  volume = {4},\n" in written
    assert "note" not in written
    assert run_cli(*options).err == f"{bib}: nothing to change, 1 unchanged\n"


@pytest.mark.parametrize("end", ["", "<<<<<<< HEAD\n", "@misc{open, title = {\n"])
def test_nothing_is_taken_if_a_key_or_the_file_is_refused(keys: list[str], run_cli: Run, bib: Path, end: str) -> None:
    edited_by_hand(run_cli, bib, keys)
    bib.write_text(bib.read_text() + end)
    text = bib.read_text()
    wrong = [] if end else ["--take", "nobody"]
    done = run_cli("export", "--update", bib, "--take", keys[0], *wrong)
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert hand_titles(run_cli) == 0
    assert run_cli("export", "nonsense:x", "--update", bib, "--take", keys[0]).status == 2
    assert hand_titles(run_cli) == 0
    assert bib.read_text() == text


def test_the_same_paper_under_another_key_is_named_and_not_doubled(keys: list[str], run_cli: Run, bib: Path) -> None:
    arxiv = run_cli("show", 1, "--json").json["arxiv_id"]
    bib.write_text(f"{THEIRS}@misc{{theirs, title={{X}}, eprint={{{arxiv}}}, archiveprefix={{arXiv}}}}\n")
    done = run_cli("export", "--update", bib)
    assert f"'{keys[0]}' was not added: 'theirs' in the file is the same paper" in done.err
    assert f"{{{keys[0]}," not in bib.read_text()


def test_a_new_key_of_a_paper_does_not_change_the_file(keys: list[str], run_cli: Run, bib: Path) -> None:
    run_cli("export", "--update", bib)
    first = bib.read_text()
    run_cli("key", 1, "another2026key")
    assert run_cli("export", "--update", bib).status == 0
    assert bib.read_text() == first


@pytest.mark.parametrize(
    "content",
    [
        "<<<<<<< HEAD\n@misc{a,}\n=======\n>>>>>>> other\n",
        "@misc{a, title = {never closed\n",
        "@misc{a, title = {caf\xe9}}\n".encode("latin-1"),
        "@misc{a,}".encode("utf-16"),
        b"\0",
    ],
)
def test_a_file_that_cannot_be_told_apart_is_refused(
    keys: list[str], run_cli: Run, bib: Path, content: str | bytes
) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    bib.write_bytes(data)
    done = run_cli("export", "--update", bib)
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert "nothing was written" in done.err
    assert bib.read_bytes() == data


def test_links_and_modes_stay(keys: list[str], run_cli: Run, bib: Path, tmp_path: Path) -> None:
    bib.chmod(0o640)
    link = tmp_path / "link.bib"
    link.symlink_to(bib)
    run_cli("export", "--update", link)
    assert link.is_symlink()
    assert stat.S_IMODE(bib.stat().st_mode) == 0o640
    assert keys[0] in bib.read_text()
    assert sorted(os.listdir(tmp_path))[-2:] == ["link.bib", "refs.bib"]


def test_wrong_usage(six_papers: str, run_cli: Run, bib: Path) -> None:
    for words in (
        ["--update", bib, "-o", bib],
        ["--keep"],
        ["--update", bib, "--kept"],
        ["--take", "x"],
        ["--update", bib, "--format", "csl-json"],
        ["tag:x", "-o", bib, "--kept"],
        ["--kept", "--take", "x"],
        ["--kept", "--format", "biblatex"],
        ["--kept", "--aux", "x.aux"],
        ["--kept", "--force"],
        ["--forget", bib, "--renew", "x"],
        ["--forget", bib, "tag:x"],
        ["--forget", bib, "--published"],
    ):
        assert run_cli("export", *words).status == 2, words
    assert run_cli("export", "--update", bib, "--take", "nobody").status == 1
    assert run_cli("export", "--forget", bib).status == 1
    assert bib.read_text() == THEIRS


def test_a_kept_file_follows_the_library(keys: list[str], run_cli: Run, bib: Path, tmp_path: Path) -> None:
    assert run_cli("export", "tag:thesis", "-o", bib, "--keep").status == 0
    assert bib.read_text() == THEIRS
    run_cli("tag", 1, 2, "-a", "thesis")
    assert all(f"{{{key}," in bib.read_text() for key in keys[:2])
    retitle(run_cli, tmp_path, keys[0], "Renewed By Itself")
    assert "Renewed By Itself" in bib.read_text().replace("{", "").replace("}", "")
    run_cli("tag", 2, "-r", "thesis")
    assert f"{{{keys[1]}," not in bib.read_text()
    run_cli("undo")
    assert f"{{{keys[1]}," in bib.read_text()
    before = os.stat(bib).st_mtime_ns
    run_cli("star", 1)
    assert os.stat(bib).st_mtime_ns == before
    assert [one["path"] for one in run_cli("export", "--kept", "--json").json] == [str(bib)]
    assert run_cli("export", "--forget", bib).status == 0
    text = bib.read_text()
    run_cli("tag", 3, "-a", "thesis")
    assert bib.read_text() == text
    assert run_cli("export", "--kept").err == "no file is kept (readq export -o refs.bib --keep)\n"


def test_a_kept_file_that_cannot_be_renewed_is_named_once(keys: list[str], run_cli: Run, bib: Path) -> None:
    run_cli("export", "-o", bib, "--keep")
    bib.write_text("<<<<<<< HEAD\n" + bib.read_text())
    text = bib.read_text()
    run_cli("tag", 1, "-a", "x")
    done = run_cli("mark", "dropped", 1)
    assert done.status == 0
    assert bib.read_text() == text
    assert "merge conflict" in run_cli("export", "--kept").err
    assert run_cli("export", "--kept").status == 1


def test_in_a_work_tree_of_git_a_file_is_renewed_on_demand(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    bib = tmp_path / "refs.bib"
    bib.write_text(THEIRS)
    run_cli("export", "-o", bib, "--keep")
    subprocess.run([*git, "add", "refs.bib"], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    retitle(run_cli, tmp_path, keys[0], "Renewed On Demand")
    assert "Demand" not in bib.read_text()
    assert run_cli("export", "--kept").status == 0
    assert "Demand" in bib.read_text()
    shown = subprocess.run([*git, "diff", "--numstat", "refs.bib"], check=True, capture_output=True, text=True)
    added, removed = map(int, shown.stdout.split()[:2])
    assert added == removed <= 2


def test_a_kept_file_of_what_a_document_cites(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    aux, bib = tmp_path / "main.aux", tmp_path / "refs.bib"
    aux.write_text(f"\\citation{{{keys[0]}}}\n")
    run_cli("export", "--aux", aux, "-o", bib, "--keep")
    assert bib.read_text().count("@") == 1
    aux.write_text(f"\\citation{{{keys[0]},{keys[2]},gone2020}}\n")
    done = run_cli("export", "--kept")
    assert done.status == 1
    assert "gone2020" in done.err
    assert bib.read_text().count("@") == 2


def test_an_export_that_nobody_edited_is_readqs(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    bib = tmp_path / "own.bib"
    run_cli("export", "-o", bib)
    retitle(run_cli, tmp_path, keys[0], "Renewed Export")
    assert run_cli("export", "--update", bib, "--json").json["renewed"] == [keys[0]]
    bib.unlink()
    assert len(run_cli("export", "--update", bib, "--json").json["added"]) == 6


def test_a_kept_file_that_is_gone_stays_gone(keys: list[str], run_cli: Run, bib: Path) -> None:
    run_cli("export", "-o", bib, "--keep")
    bib.unlink()
    assert "is gone" in run_cli("tag", 1, "-a", "x").err
    assert not bib.exists()
    assert "is gone" not in run_cli("tag", 2, "-a", "x").err
    assert run_cli("export", "--kept").status == 1
    assert run_cli("export", "-o", bib, "--keep").status == 0
    assert bib.read_text().count("@") == 6


def test_a_published_version_waits_for_the_reader(library: str, run_cli: Run, tmp_path: Path) -> None:
    preprint = "@misc{p, title={Ponds of the North}, author={Heron, Ada}, year=2020, eprint={2001.00001}}\n"
    published = preprint.replace("@misc", "@article").replace(
        "eprint=", "journal={Journal of Ponds}, volume=3, eprint="
    )
    bib, refs = tmp_path / "in.bib", tmp_path / "refs.bib"
    bib.write_text(preprint)
    run_cli("import", bib)
    run_cli("export", "--update", refs)
    first = refs.read_text()
    bib.write_text(published)
    run_cli("import", bib)
    done = run_cli("export", "--update", refs)
    assert "'p' was published since" in done.err
    assert refs.read_text() == first
    assert run_cli("export", "--update", refs, "--published").status == 0
    assert "Journal of Ponds" in refs.read_text()


def test_a_full_disk_leaves_the_file_whole(
    keys: list[str], run_cli: Run, bib: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("readq.paths.os.replace", full)
        done = run_cli("export", "--update", bib)
    assert (done.status, done.out, done.err.count("\n")) == (74, "", 1)
    assert bib.read_text() == THEIRS
    assert os.listdir(bib.parent).count("refs.bib") == 1
    assert not [name for name in os.listdir(bib.parent) if name.endswith(".new")]
    assert run_cli("export", "--update", bib).status == 0


def test_a_file_that_another_program_changes_meanwhile_stays_as_it_is(
    keys: list[str], run_cli: Run, bib: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited_meanwhile(target: TargetFile, parts: Iterable[bytes]) -> str:
        bib.write_text("@misc{x,}\n" + THEIRS)
        return write(target, parts)

    write = TargetFile.write
    monkeypatch.setattr(TargetFile, "write", edited_meanwhile)
    done = run_cli("export", "--update", bib)
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert "nothing was written" in done.err
    assert bib.read_text() == "@misc{x,}\n" + THEIRS
    assert not [name for name in os.listdir(bib.parent) if name.endswith(".new")]


def test_the_entries_of_an_export_are_known_after_its_first_update(
    keys: list[str], run_cli: Run, tmp_path: Path
) -> None:
    bib = tmp_path / "own.bib"
    run_cli("export", "-o", bib)
    assert run_cli("export", "--update", bib).err == f"{bib}: nothing to change, 6 unchanged\n"
    bib.write_text(bib.read_text() + "% mine\n")
    retitle(run_cli, tmp_path, keys[0], "Renewed Export")
    assert run_cli("export", "--update", bib, "--json").json["renewed"] == [keys[0]]


def test_an_edit_in_a_kept_file_stays_and_is_named_on_demand(keys: list[str], run_cli: Run, bib: Path) -> None:
    run_cli("export", "-o", bib, "--keep")
    text = bib.read_text()
    start = text.index(f"{{{keys[0]},")
    edited = text[:start] + text[start:].replace("  title = ", "  title  = ", 1)
    bib.write_text(edited)
    for _ in range(2):
        run_cli("tag", 1, "-a", "x")
        run_cli("tag", 1, "-r", "x")
        assert bib.read_text() == edited
    assert f"'{keys[0]}' was edited in the file" in run_cli("export", "--kept").err
    assert bib.read_text() == edited


def test_a_kept_file_may_be_updated_for_other_papers_too(
    keys: list[str], run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bib = tmp_path / "refs.bib"
    run_cli("tag", 1, "-a", "thesis")
    run_cli("export", "tag:thesis", "-o", bib, "--keep")
    with monkeypatch.context() as patched:
        patched.setattr("readq.cli.context.Context._renew_kept_files", lambda *_: None)
        retitle(run_cli, tmp_path, keys[0], "Seen Later")
        run_cli("export", f"key:{keys[1]}", "--update", bib)
    assert f"{{{keys[1]}," in bib.read_text()
    assert "Seen Later" not in bib.read_text()
    run_cli("star", 3)
    assert "Seen Later" in bib.read_text()


@pytest.mark.parametrize("choice", ['{"format": "gone"}', '{"unknown": 1}', "[]", '{"aux": "/nowhere/main.aux"}'])
def test_a_kept_file_for_what_cannot_be_read_fails_no_command(
    keys: list[str], run_cli: Run, bib: Path, six_papers: str, choice: str
) -> None:
    run_cli("export", "-o", bib, "--keep")
    text = bib.read_text()
    with contextlib.closing(sqlite3.connect(six_papers)) as connection, connection:
        connection.execute("UPDATE bib_file SET choice = ?", (choice,))
    done = run_cli("tag", 1, "-a", "x")
    assert (done.status, done.err.count("\n")) == (0, 1)
    assert run_cli("export", "--kept").status == 1
    assert bib.read_text() == text


def test_a_text_of_the_reader_in_a_taken_entry_is_no_edit_unless_it_was_edited(
    keys: list[str], run_cli: Run, bib: Path
) -> None:
    run_cli("tag", 1, "-a", "rl")
    run_cli("note", 1, "--append", "My own words.")
    chosen = ("--fields", "+abstract,+keywords,+note")
    run_cli("export", f"key:{keys[0]}", *chosen, "--update", bib)
    text = bib.read_text()
    assert "abstract = " in text
    line = next(line for line in text.splitlines() if line.startswith("  title = "))
    bib.write_text(text.replace(line, "  title = {My Title},").replace("keywords = {rl}", "keywords = {ml}"))
    before = run_cli("show", 1, "--json").json
    assert run_cli("export", f"key:{keys[0]}", *chosen, "--update", bib, "--take", keys[0]).status == 0
    after = run_cli("show", 1, "--json").json
    changed = {name for name in before if before[name] != after[name]}
    assert after["title"] == "My Title"
    assert after["tags"] == ["ml"]
    assert (after["abstract"], after["note"]) == (before["abstract"], before["note"])
    with contextlib.closing(sqlite3.connect(os.environ["READQ_DB"])) as connection:
        ((edited, fields),) = connection.execute("SELECT edited, fields FROM paper WHERE id = 1").fetchall()
    assert "abstract" not in edited, changed
    assert "My own words" not in (fields or "")


@pytest.mark.parametrize(
    ("own", "theirs", "is_double"),
    [
        ("doi = {10.1000/one}", "doi = {10.1000/one}", True),
        ("doi = {10.1000/one}", "doi = {10.1000/two}", False),
        ("volume = 4", "volume = 5", False),
        ("", "", True),
    ],
)
def test_an_entry_of_others_is_the_same_paper_as_an_import_decides(
    library: str, run_cli: Run, bib: Path, own: str, theirs: str, *, is_double: bool
) -> None:
    both = "title = {On the Growth of Trees in Cities}, author = {Doe, Ann}, year = 2001, journal = {Trees}"
    source = bib.with_name("own.bib")
    source.write_text(f"@article{{own, {both}, {own}}}\n")
    run_cli("import", source)
    bib.write_text(f"@article{{theirs, {both}, {theirs}}}\n")
    assert run_cli("export", "--update", bib, "--json").json["doubled"] == ({"own": "theirs"} if is_double else {})


def test_a_title_that_says_nothing_makes_no_entry_the_same_paper(library: str, run_cli: Run, bib: Path) -> None:
    both = "title = {Editorial}, author = {Doe, Ann}, year = 2001"
    source = bib.with_name("own.bib")
    source.write_text(f"@article{{own, {both}, journal = {{Trees}}}}\n")
    run_cli("import", source)
    bib.write_text(f"@article{{theirs, {both}, journal = {{Stones}}}}\n")
    assert run_cli("export", "--update", bib, "--json").json["added"] == ["own"]


def test_a_key_that_biber_refuses_takes_no_key_from_another_paper(run_cli: Run, bib: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.bib"
    given.write_text(
        "@book{O'Neil2016, title={Weapons of Math}, author={O'Neil, C.}, year=2016}\n"
        "@book{ONeil2016, title={The Sweeping Sea}, author={O'Neil, P.}, year=2016}\n"
    )
    run_cli("import", given)
    whole = run_cli("export", "--format", "biblatex").out
    for text in (whole, bib.read_text() if run_cli("export", "--format", "biblatex", "--update", bib) else ""):
        assert "@book{ONeil2016,\n  author = {O'Neil, P.}" in text
        assert "@book{ONeil2016a,\n  author = {O'Neil, C.}" in text
        assert "  ids = {O'Neil2016},\n" in text
    assert run_cli("export", "--format", "biblatex", "--update", bib).err == f"{bib}: nothing to change, 2 unchanged\n"


def test_commands_that_latex_lacks_are_defined_once(run_cli: Run, bib: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.bib"
    given.write_text("@book{heron1981, title={Ponds}, author={{\\noopsort{Z}}Heron, Ada}, year=1981}\n")
    run_cli("import", given)
    preamble = '@preamble{"\\providecommand{\\noopsort}[1]{}"}\n'
    kept = tmp_path / "kept.bib"
    for _ in range(2):
        run_cli("export", "--update", bib)
        run_cli("export", "-o", kept, "--keep")
        assert bib.read_text().count(preamble) == kept.read_text().count(preamble) == 1
    theirs = '@preamble{"\\newcommand{\\noopsort}[1]{}"}\n'
    bib.write_text(THEIRS + theirs)
    run_cli("export", "--update", bib, "--renew", "heron1981")
    assert "heron1981" in bib.read_text()
    assert preamble not in bib.read_text()
