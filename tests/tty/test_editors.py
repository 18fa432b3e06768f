"""Editors that fail, hang, stop, delete or replace their file, in a real terminal, in the UI and in `readq note`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

READQ = Path(sys.executable).with_name("readq")
OLD, NEW = "The first thought.", "A second thought."

pytestmark = pytest.mark.tty


class Case(NamedTuple):
    """An editor: its script, where `$1` is the file; then what the screen says, and the note in the end."""

    script: str
    says: str
    note: str


_SAVE = f'echo "{NEW}" > "$1"'
_CASES: Mapping[str, Case] = {
    "saves": Case(_SAVE, "note saved", NEW),
    "replaces": Case(f'echo "{NEW}" > "$1.new"; mv "$1.new" "$1"', "note saved", NEW),
    "leaves more files": Case(f'mkdir "$1.d"; echo x > "$1.d/swap"; {_SAVE}', "note saved", NEW),
    "fails": Case("exit 3", "the editor exited with an error: the note is unchanged", OLD),
    "fails after saving": Case(f"{_SAVE}; exit 3", "the editor failed with status 3", OLD),
    "is killed after saving": Case(f"{_SAVE}; kill -KILL $$", "the editor was killed by signal 9", OLD),
    "deletes": Case('rm "$1"', "the editor left no file", OLD),
    "deletes the folder": Case('rm -r "$(dirname "$1")"', "the editor left no file", OLD),
    "leaves a folder": Case('rm "$1"; mkdir "$1"', "not a regular file", OLD),
    "leaves a pipe": Case('rm "$1"; mkfifo "$1"', "not a regular file", OLD),
    "leaves a device": Case('ln -sf /dev/zero "$1"', "not a regular file", OLD),
    "saves another encoding": Case(r'printf "\377\376\000" > "$1"', "the text is not UTF-8", OLD),
    "saves too much": Case('head -c 5000000 /dev/zero | tr "\\0" x > "$1"', "the text is longer than 4 MiB", OLD),
    "leaves the terminal raw": Case(f"{_SAVE}; stty raw -echo", "note saved", NEW),
    "leaves modes on": Case(
        rf"{_SAVE}; printf '\033[?1049h\033[?25l\033[?1000h\033[?2004h\033[31m'", "note saved", NEW
    ),
    "ignores the keyboard": Case(f"trap '' INT QUIT; stty quit ^Q; {_SAVE}; sleep 0.1", "note saved", NEW),
}


@pytest.fixture
def library(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """Make a library of one paper with a note; return the environment, with `editor` as the editor."""
    file = tmp_path / "one.json"
    paper = {"id": "2611.00001", "title": "On the growth of networks", "authors": [{"name": "Ada Lovelace"}]}
    file.write_text(json.dumps([{"paper": paper}]))
    environment["EDITOR"] = str(tmp_path / "editor")
    for words in (["import", str(file)], ["note", "1", "--append", OLD]):
        subprocess.run([READQ, *words], env=environment, capture_output=True, check=True)
    return environment


def install(library: dict[str, str], script: str) -> None:
    """Install a script as the editor."""
    path = Path(library["EDITOR"])
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def note(library: dict[str, str]) -> str:
    """Return the stored note."""
    done = subprocess.run([READQ, "note", "1"], env=library, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")


def with_modes(tmp_path: Path, *command: str | Path) -> list[str]:
    """Return a command that writes the modes of the terminal to two files, before and after `command`."""
    words = " ".join(f"'{word}'" for word in command)
    return ["sh", "-c", f"trap : INT QUIT; stty -g > '{tmp_path}/before'; {words}; stty -g > '{tmp_path}/after'"]


def modes_are_restored(tmp_path: Path) -> bool:
    """Return whether the modes of the terminal are the same before and after."""
    return (tmp_path / "before").read_text() == (tmp_path / "after").read_text() != ""


@pytest.mark.parametrize("name", _CASES)
def test_an_editor_under_the_ui(
    name: str, tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    case = _CASES[name]
    install(library, case.script)
    terminal = open_terminal(200, 24)
    terminal.start(*with_modes(tmp_path, READQ))
    terminal.wait("On the growth")
    terminal.press("N")
    terminal.wait(case.says)
    terminal.press("s")
    terminal.wait("★")
    terminal.press("q")
    terminal.wait("exited with 0")
    assert modes_are_restored(tmp_path)
    assert note(library) == case.note


@pytest.mark.parametrize(
    "name", ["saves", "fails after saving", "deletes the folder", "leaves a pipe", "leaves the terminal raw"]
)
def test_an_editor_under_a_command(
    name: str, tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    case = _CASES[name]
    install(library, case.script)
    terminal = open_terminal(200, 24)
    terminal.start(*with_modes(tmp_path, READQ, "note", "1", "--edit"))
    screen = terminal.wait("exited with")
    if "note" not in case.says:
        assert case.says in screen
        assert "error: " in screen
    assert modes_are_restored(tmp_path)
    assert note(library) == case.note


@pytest.mark.parametrize("words", [(), ("note", "1", "--edit")])
def test_an_editor_that_hangs_can_be_killed(
    words: tuple[str, ...], tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    install(library, f"{_SAVE}; echo $$ > '{tmp_path}/pid'; echo hanging; exec sleep 1000")
    terminal = open_terminal(200, 24)
    terminal.start(*with_modes(tmp_path, READQ, *words))
    if not words:
        terminal.wait("On the growth")
        terminal.press("N")
    terminal.wait("hanging")
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
    terminal.wait("killed by signal 15")
    if not words:
        terminal.press("q")
    terminal.wait("exited with")
    assert modes_are_restored(tmp_path)
    assert note(library) == OLD


@pytest.mark.parametrize("words", [(), ("note", "1", "--edit")])
def test_ctrl_c_and_ctrl_backslash_belong_to_the_editor(
    words: tuple[str, ...], tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    install(
        library, f"trap 'echo interrupted' INT; trap '{_SAVE}; exit 0' QUIT; echo ready; while :; do sleep 0.02; done"
    )
    terminal = open_terminal(200, 24)
    terminal.start(*with_modes(tmp_path, READQ, *words))
    if not words:
        terminal.wait("On the growth")
        terminal.press("N")
    terminal.wait("ready")
    terminal.press("C-c")
    terminal.wait("interrupted")
    terminal.press("C-\\")
    if not words:
        terminal.wait("note saved")
        terminal.press("s")
        terminal.wait("★")
        terminal.press("q")
    terminal.wait("exited with 0")
    assert modes_are_restored(tmp_path)
    assert note(library) == NEW


@pytest.mark.parametrize("words", [(), ("note", "1", "--edit")])
def test_an_editor_that_is_stopped_gives_the_shell_back(
    words: tuple[str, ...], tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    """Ctrl+z in the editor stops readq too, and `fg` goes on with both."""
    install(library, f"echo ready; read line; {_SAVE}")
    terminal = open_terminal(200, 24)
    terminal.start("sh", "-im")
    terminal.wait("#")
    terminal.type(" ".join([str(READQ), *words]))
    terminal.press("Enter")
    if not words:
        terminal.wait("On the growth")
        terminal.press("N")
    terminal.wait("ready")
    terminal.press("C-z")
    terminal.wait("Stopped")
    terminal.type("echo the shell is b''ack")
    terminal.press("Enter")
    terminal.wait("the shell is back")
    terminal.type("fg")
    terminal.press("Enter")
    terminal.wait(lambda screen: "fg" in screen.rsplit("is back", 1)[-1])
    terminal.press("Enter")
    if not words:
        terminal.wait("note saved")
        terminal.press("q")
        terminal.wait("is back")
    terminal.type("exit")
    terminal.press("Enter")
    terminal.wait("exited with 0")
    assert note(library) == NEW


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_what_the_editor_saved_outlives_a_readq_that_is_ended(
    signum: signal.Signals, tmp_path: Path, library: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    library["TMPDIR"] = str(tmp_path / "temporary")
    (tmp_path / "temporary").mkdir()
    install(library, f"{_SAVE}; echo $PPID > '{tmp_path}/pid'; echo saved; exec sleep 1000")
    terminal = open_terminal(200, 24)
    terminal.start(READQ, "note", "1", "--edit")
    terminal.wait("saved")
    os.kill(int((tmp_path / "pid").read_text()), signum)
    terminal.wait("exited with")
    files = [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()]
    assert NEW in "".join(path.read_text() for path in files) + note(library)
