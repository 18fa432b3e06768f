import fcntl
import os
import pty
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from readq.errors import ConfigError
from readq.tui.app.theme import theme_name

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

PROGRAM = """\
import sys
from readq.config import Config
from readq.tui.app.start import run

sys.exit(run(sys.argv[1], Config()))
"""
RESIZED_WHILE_IT_READS_THE_SIZE = """\
import fcntl
import struct
import termios
from textual.drivers.linux_driver import LinuxDriver

read_size = LinuxDriver._get_terminal_size


def read_size_slowly(driver):
    size = read_size(driver)
    if size == (20, 5):
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    return size


LinuxDriver._get_terminal_size = read_size_slowly
"""
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


class Terminal:
    """The real program on a pseudo-terminal of 100 by 30."""

    def __init__(self, path: str, *, leads_session: bool = True, before: str = "", **environ: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "READQ_NOW": "2026-11-23T09:00:00+01:00", **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + PROGRAM, path],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if leads_session else None,
        )
        os.close(slave)
        self.output = b""

    def wait_for(self, expected: bytes, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while expected not in self.output:
            assert time.monotonic() < deadline, f"{expected!r} was not printed: {self.output[-2000:]!r}"
            self.read()

    def read(self) -> bool:
        if not select.select([self.master], [], [], 0.2)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += data
        return bool(data)

    def type(self, keys: str) -> None:
        self.output = b""
        os.write(self.master, keys.encode())

    def end(self, seconds: float = 10) -> int:
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read()
        while time.monotonic() < deadline and self.read() and select.select([self.master], [], [], 0.1)[0]:
            pass
        return self.process.wait(1)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_until_stopped(self, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while True:
            number, status = os.waitpid(self.process.pid, os.WNOHANG | os.WUNTRACED)
            if number:
                assert os.WIFSTOPPED(status), status
                return
            assert time.monotonic() < deadline, "it did not stop"
            self.read()

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if self.master >= 0:
            os.close(self.master)


@pytest.fixture
def terminal(library_path: str) -> Iterator[Terminal]:
    opened = Terminal(library_path)
    opened.wait_for(b"help")
    yield opened
    opened.close()


@pytest.mark.tty
@pytest.mark.parametrize(("signum", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)])
def test_row_49_a_signal_keeps_the_draft_and_restores_the_terminal(
    terminal: Terminal, raw: Raw, signum: signal.Signals, status: int
) -> None:
    terminal.type("n")
    terminal.wait_for(b"save the note")
    terminal.type("half a thought")
    terminal.wait_for(b"thought")
    terminal.process.send_signal(signum)
    assert terminal.end() == status
    assert LEAVE_ALTERNATE_SCREEN in terminal.output
    assert SHOW_CURSOR in terminal.output
    assert raw("SELECT paper_id, text FROM draft") == [(1, "half a thought")]


@pytest.mark.tty
def test_ctrl_q_ends_while_the_library_is_locked_and_names_what_was_not_saved(terminal: Terminal, raw: Raw) -> None:
    other = sqlite3.connect(raw("PRAGMA database_list")[0][2], isolation_level=None)  # type: ignore[call-overload]
    other.execute("BEGIN IMMEDIATE")
    before = termios.tcgetattr(terminal.master)
    terminal.type("*d")
    terminal.wait_for(b"dropped 5 papers")
    terminal.type("\x11")
    assert terminal.end() != 0
    other.close()
    assert LEAVE_ALTERNATE_SCREEN in terminal.output
    assert SHOW_CURSOR in terminal.output
    assert b"not saved" in terminal.output
    assert b"dropped 5 papers" in terminal.output
    assert before[3] & termios.ECHO == 0
    assert termios.tcgetattr(terminal.master)[3] & termios.ECHO
    assert raw("SELECT DISTINCT status FROM paper") == [("inbox",)]


@pytest.mark.tty
def test_row_49_the_draft_survives_a_closed_terminal(terminal: Terminal, raw: Raw) -> None:
    terminal.type("n")
    terminal.wait_for(b"save the note")
    terminal.type("half a thought")
    terminal.wait_for(b"thought")
    terminal.hang_up()
    assert terminal.process.wait(10) == 129
    assert raw("SELECT text FROM draft") == [("half a thought",)]


@pytest.mark.tty
def test_the_ui_ends_when_its_terminal_is_gone_and_no_signal_says_so(library_path: str, raw: Raw) -> None:
    terminal = Terminal(library_path, leads_session=False)
    try:
        terminal.wait_for(b"help")
        terminal.type("n")
        terminal.wait_for(b"save the note")
        terminal.type("half a thought")
        terminal.wait_for(b"thought")
        terminal.hang_up()
        assert terminal.process.wait(20) == 129
    finally:
        terminal.process.kill()
    assert raw("SELECT text FROM draft") == [("half a thought",)]


@pytest.mark.tty
def test_a_burst_of_keys_and_an_immediate_quit_lose_nothing(terminal: Terminal, raw: Raw) -> None:
    terminal.type("addsaq")
    assert terminal.end() == 0
    assert raw("SELECT id, status, starred FROM paper ORDER BY id LIMIT 4") == [
        (1, "queued", 0),
        (2, "dropped", 0),
        (3, "dropped", 0),
        (4, "queued", 1),
    ]


@pytest.mark.tty
def test_property_23_reports_of_the_terminal_change_the_colours_at_once(terminal: Terminal) -> None:
    """Typed characters they are not, and none are asked for once readq has ended."""
    terminal.wait_for(b"\x1b[?2031h\x1b[?996n")
    terminal.wait_for(b"5 papers")
    light = b"48;5;253m"
    assert light not in terminal.output
    os.write(terminal.master, b"\x1b[?997;2n")
    terminal.wait_for(light)
    assert b"does nothing" not in terminal.output
    os.write(terminal.master, b"q")
    assert terminal.end() == 0
    assert terminal.output.index(b"\x1b[?2031l") > terminal.output.index(light)


@pytest.mark.tty
@pytest.mark.parametrize("way", ["key", "signal"])
def test_row_51_a_stopped_process_holds_no_lock_and_resumes(terminal: Terminal, raw: Raw, way: str) -> None:
    terminal.type("a")
    terminal.wait_for(b"Queue 1")
    terminal.output = b""
    if way == "key":
        terminal.type("\x1a")
    else:
        terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_until_stopped()
    terminal.read()
    assert LEAVE_ALTERNATE_SCREEN in terminal.output
    raw("BEGIN EXCLUSIVE")
    raw("UPDATE paper SET starred = 1 WHERE id = 5")
    terminal.output = b""
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(b"Starred 1")
    for row in range(1, 31):
        terminal.wait_for(f"\x1b[{row};1H".encode())
    terminal.type("q")
    assert terminal.end() == 0


@pytest.mark.tty
def test_row_51_a_process_that_was_paused_draws_all_and_restores_the_terminal(terminal: Terminal) -> None:
    for _ in ("once", "twice"):
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.wait_until_stopped()
        while select.select([terminal.master], [], [], 0)[0]:
            assert terminal.read()
        terminal.output = b""
        terminal.process.send_signal(signal.SIGCONT)
        for row in range(1, 31):
            terminal.wait_for(f"\x1b[{row};1H".encode())
    terminal.type("q")
    assert terminal.end() == 0
    assert termios.tcgetattr(terminal.master)[3] & termios.ECHO


@pytest.mark.tty
def test_row_54_many_resizes_to_any_size(terminal: Terminal) -> None:
    for columns, rows in [(1, 1), (2, 1), (500, 200), *((20 + turn % 90, 5 + turn % 40) for turn in range(200))]:
        terminal.resize(columns, rows)
        while select.select([terminal.master], [], [], 0)[0]:
            assert terminal.read()
    terminal.resize(80, 24)
    terminal.type("5")
    terminal.wait_for(b"[5 All")
    terminal.type("q")
    assert terminal.end() == 0
    assert b"Traceback" not in terminal.output


@pytest.mark.tty
def test_a_resize_while_the_size_is_read_wins(library_path: str) -> None:
    terminal = Terminal(library_path, before=RESIZED_WHILE_IT_READS_THE_SIZE)
    try:
        terminal.wait_for(b"help")
        for _ in ("at the start", "after another program had the terminal"):
            terminal.output = b""
            terminal.resize(20, 5)
            terminal.wait_for(b"\x1b[40;1H")
            terminal.type("\x1a")
            terminal.wait_until_stopped()
            terminal.read()
            terminal.output = b""
            terminal.resize(100, 30)
            terminal.process.send_signal(signal.SIGCONT)
            terminal.wait_for(b"help")
        terminal.type("q")
        assert terminal.end() == 0
    finally:
        terminal.close()


@pytest.mark.tty
def test_row_62_two_uis_and_scripts_lose_nothing(library_path: str, raw: Raw) -> None:
    screens = [Terminal(library_path), Terminal(library_path)]
    scripts: list[subprocess.Popen[bytes]] = []
    try:
        for screen in screens:
            screen.wait_for(b"help")
        environ = {**os.environ, "READQ_DB": library_path}
        for writer in range(8):
            words = ["note", "1", "--append", f"line-{writer}"] if writer % 2 else ["tag", "1", "-a", f"t{writer}"]
            scripts.append(
                subprocess.Popen(
                    [sys.executable, "-m", "readq", *words],
                    env=environ,
                    stdout=subprocess.DEVNULL,
                    stdin=subprocess.DEVNULL,
                )
            )
        for screen in screens:
            screen.type("ssss" + "ad" * 5)
        assert [script.wait(30) for script in scripts] == [0] * 8
        for screen in screens:
            screen.type("q")
            assert screen.end(30) == 0
    finally:
        for script in scripts:
            script.kill()
            script.wait(10)
        for screen in screens:
            screen.close()
    assert sorted(str(raw("SELECT text FROM note")[0][0]).split()) == [f"line-{writer}" for writer in (1, 3, 5, 7)]
    assert raw("SELECT tag FROM paper_tag ORDER BY tag") == [("t0",), ("t2",), ("t4",), ("t6",)]
    # Every change applies to the row as stored, whatever each of the two UIs showed.
    for field in ("status", "starred"):
        chain = raw("SELECT paper_id, before, after FROM change WHERE field = ? ORDER BY paper_id, step_id", (field,))
        assert all(one[0] != two[0] or one[2] == two[1] for one, two in pairwise(chain))


@pytest.mark.tty
def test_ctrl_q_ends_during_an_import_and_names_it(terminal: Terminal, tmp_path: Path) -> None:
    endless = tmp_path / "refs.bib"
    os.mkfifo(endless)
    terminal.type(f"I{endless}\r")
    terminal.wait_for(b"importing")
    terminal.type("j")
    terminal.wait_for(b"importing refs.bib")
    terminal.type("\x11")
    assert terminal.end() == 0
    assert b"the import of refs.bib had not ended; import it again" in terminal.output


@pytest.mark.tty
def test_ctrl_c_twice_quits(terminal: Terminal) -> None:
    terminal.type("\x03")
    terminal.wait_for(b"press again to quit")
    terminal.type("\x03")
    assert terminal.end() == 0


@pytest.mark.tty
def test_row_57_the_terminal_is_restored_if_the_editor_cannot_be_started(library_path: str, raw: Raw) -> None:
    terminal = Terminal(library_path, VISUAL="/nonexistent/editor")
    try:
        terminal.wait_for(b"help")
        terminal.type("N")
        terminal.wait_for(b"/nonexistent/editor")
        terminal.type("aq")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]


@pytest.mark.tty
def test_ctrl_c_in_the_editor_does_not_reach_readq(library_path: str, raw: Raw, tmp_path: Path) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nkill -INT $PPID\nprintf "written" > "$1"\n')
    script.chmod(0o700)
    terminal = Terminal(library_path, VISUAL=str(script))
    try:
        terminal.wait_for(b"help")
        terminal.type("N")
        terminal.wait_for(b"note saved")
        terminal.type("aq")
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert raw("SELECT text FROM note") == [("written",)]
    assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]


async def test_quitting_waits_for_no_read_and_its_result_is_not_missed(open_ui: OpenUi, library_path: str) -> None:
    began = threading.Event()

    def endless(connection: sqlite3.Connection) -> object:
        connection.create_function("began", 0, began.set)
        numbers = "WITH RECURSIVE number (n) AS (SELECT began() UNION ALL SELECT 1 FROM number)"
        return connection.execute(f"{numbers} SELECT max(n) FROM number").fetchall()

    async with open_ui(library_path) as ui:
        ui.app.session.read(endless, lambda _: None)
        await ui.wait_until(began.is_set)
        await ui.press("ctrl+q")
        assert ui.app.return_code == 0


async def test_a_draft_left_by_a_crash_is_offered_and_continued(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("INSERT INTO draft VALUES (3, 'half a thought', 0, '2026-11-22T08:00:00Z')")
    async with open_ui(library_path) as ui:
        assert "draft of an unfinished note" in ui.text()
        assert ui.app.session.list_state.current == 3
        await ui.type("n, whole")
        assert "half a thought, whole" in ui.text()
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [("half a thought, whole",)]
        assert raw("SELECT count(*) FROM draft") == [(0,)]


async def test_typed_text_is_saved_as_a_draft_within_two_seconds(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nthought")
        await ui.wait_until(lambda: raw("SELECT text FROM draft") == [("thought",)], seconds=2)


async def test_a_note_is_edited_in_the_users_editor(
    open_ui: OpenUi, library_path: str, raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf "written outside" >> "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    async with open_ui(library_path) as ui:
        with pytest.MonkeyPatch.context() as patch:
            # A headless driver has no terminal that it could lend.
            patch.setattr(type(ui.app._driver), "can_suspend", property(lambda _: True))
            await ui.press("N", "N")
        assert raw("SELECT text FROM note") == [("written outside\nwritten outside",)]


async def test_text_saved_by_a_killed_editor_is_kept_in_a_file(
    open_ui: OpenUi, library_path: str, raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\necho halfway > "$1"\nkill -9 $$\n')
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_ui(library_path) as ui:
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(ui.app._driver), "can_suspend", property(lambda _: True))
            await ui.press("N")
        (kept,) = tmp_path.glob("readq-*/*.md")
        assert errors == [f"the editor was killed by signal 9 (nothing was changed; what it saved is in {kept})"]
        assert kept.read_text() == "halfway\n"
        assert raw("SELECT count(*) FROM note") == raw("SELECT count(*) FROM draft") == [(0,)]


async def test_row_63_two_editors_on_one_note_keep_both_texts(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nmine")
        raw(
            "INSERT INTO note (paper_id, text, version, created, updated)"
            " VALUES (1, 'theirs', 1, '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z')"
        )
        await ui.press("escape")
        ((text,),) = raw("SELECT text FROM note")
        assert "mine" in str(text)
        assert "theirs" in str(text)


async def test_no_color_shows_no_colour_but_every_mark(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_ui(library_path) as ui:
        await ui.press("a", "space")
        assert "✓" in ui.lines()[2]
        assert " •" in ui.lines()[3]
        strips = ui.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert all(style.color is None or style.color.is_default for style in styles)
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in styles)


@pytest.mark.parametrize(
    ("setting", "colorfgbg", "theme"),
    [
        ("", None, "textual-dark"),
        ("", "15;0", "textual-dark"),
        ("", "0;15", "textual-light"),
        ("light", None, "textual-light"),
        ("nord", "0;15", "nord"),
    ],
)
def test_theme(setting: str, colorfgbg: str | None, theme: str) -> None:
    assert theme_name(setting, {"COLORFGBG": colorfgbg} if colorfgbg else {}) == theme


def test_an_unknown_theme_is_an_error() -> None:
    with pytest.raises(ConfigError, match="mauve"):
        theme_name("mauve", {})


async def test_a_backup_is_made_after_a_delay(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.maintenance._BACKUP_DELAY", 0.01)
    folder = Path(library_path).parent / "backups"
    async with open_ui(library_path) as ui:
        await ui.wait_until(lambda: list(folder.glob("automatic-*.db")))
    assert len(list(folder.glob("automatic-*.db"))) == 1
