"""The log: lines, no secrets, rotation by several processes at once, and none where it cannot be written."""

import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq import log, log_file


def clock() -> datetime:
    return datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "readq.log"


def test_lines_of_several_commands_follow_each_other(path: Path) -> None:
    for text in ("first", "second\nline\x1b[31m"):
        with log.opened(str(path), clock):
            log.message(text)
            log.said("said")
    lines = path.read_text().splitlines()
    assert [re.sub(r" \d+ ", " N ", line) for line in lines] == [
        "2026-11-23T08:00:00Z N info first",
        "2026-11-23T08:00:00Z N info said",
        "2026-11-23T08:00:00Z N info second line",
        "2026-11-23T08:00:00Z N info said",
    ]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert logging.getLogger("readq").handlers == []


def test_standard_error_gets_what_it_has_not_yet(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with log.opened(str(path), clock, is_shown=True):
        log.message("new")
        log.said("there")
    assert capsys.readouterr().err == "new\n"


def test_nothing_is_written_while_no_log_is_open(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.message("lost")
    assert capsys.readouterr() == ("", "")
    assert not path.exists()


def test_a_named_pipe_in_place_of_the_log_is_not_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with log.opened(str(path), clock):
        log.message("lost")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("GET https://ada:pw@example.org/feed/s3cret?token=s3cret#s3cret failed", "GET https://example.org/… failed"),
        ("cannot push to ssh://git:s3cret@host:22/x.git: no", "cannot push to ssh://host:22/… no"),
        ("Authorization: Bearer s3cret", "Authorization: ***"),
        ("password=s3cret, user=ada", "password=***, user=ada"),
        ("'api_key': 's3cret'", "'api_key': ***"),
        ("READQ_MAIL_PASSWORD=s3cret readq", "READQ_MAIL_PASSWORD=*** readq"),
        ("the secret of life", "the secret of life"),
    ],
)
def test_secrets_are_left_out(text: str, left: str) -> None:
    assert log_file.without_secrets(text) == left


@given(st.text(max_size=40), st.from_regex(r"[a-z0-9]{12,20}", fullmatch=True))
def test_no_part_of_an_address_but_its_host_is_kept(text: str, secret: str) -> None:
    for address in (f"https://{secret}@h.example/", f"https://h.example/{secret}", f"https://h.example?{secret}"):
        assert secret not in log_file.without_secrets(f"{text} {address}")


def test_a_traceback_is_indented_and_has_no_secret(path: Path) -> None:
    with log.opened(str(path), clock):
        try:
            raise KeyError("https://x:s3cret@example.org/")
        except KeyError as error:
            log.fault(error)
    first, *rest = path.read_text().splitlines()
    assert "error internal error" in first
    assert all(line.startswith("  ") for line in rest)
    assert "KeyError" in rest[-1]
    assert "s3cret" not in path.read_text()


def test_what_the_server_for_browsers_reports_stays_off_the_terminal(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log.opened(str(path), clock):
        try:
            raise ConnectionResetError("the tab was closed")
        except ConnectionResetError as error:
            logging.getLogger("textual-serve").exception(error)
    assert capsys.readouterr().err == ""
    assert "the tab was closed" in path.read_text()


def test_it_rotates_and_two_writers_lose_no_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MOST_BYTES", 400)
    monkeypatch.setattr(log_file, "OLD_FILES", 9)
    path.parent.mkdir()
    writers = [log_file._File(str(path), maxBytes=400, backupCount=9) for _ in range(2)]
    for number in range(40):
        record = logging.LogRecord("readq", logging.INFO, "x", 1, f"line {number:02}" + "." * 33, (), None)
        writers[number % 2].emit(record)
    for writer in writers:
        writer.close()
    files = sorted(path.parent.iterdir())
    assert len(files) > 3
    assert all(file.stat().st_size <= 400 and file.stat().st_mode & 0o777 == 0o600 for file in files)
    lines = sorted(line for file in files for line in file.read_text().splitlines())
    assert [line[:7] for line in lines] == [f"line {number:02}" for number in range(40)]


def test_a_log_that_cannot_be_written_is_left_out(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.parent.write_text("a file in its place")
    with log.opened(str(path), clock):
        log.message("x")
    path.parent.unlink()
    path.parent.mkdir()
    path.symlink_to("/dev/full")
    with log.opened(str(path), clock):
        log.message("x")
    assert capsys.readouterr() == ("", "")
