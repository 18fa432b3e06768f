"""The real program with standard streams that are closed, full, missing, or not a terminal; and its questions."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loopback import Loopback

from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing

Run = Callable[..., Any]


@contextlib.contextmanager
def closed_pipe() -> Iterator[int]:
    """Yield the writing end of a pipe whose reading end is closed."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)


@pytest.fixture
def many_papers(library: str, run_cli: Run, daily_file: Run) -> str:
    """Return a library whose list is longer than an output buffer."""
    run_cli("import", daily_file(400))
    return library


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("list", "--help"), ("--help",)], ids=" ".join)
def test_row_52_a_closed_pipe_is_silent(many_papers: str, readq: Run, words: tuple[str, ...]) -> None:
    with closed_pipe() as pipe:
        done = readq(*words, stdout=pipe)
    assert (done.returncode, done.stderr) == (0, b"")


def test_row_52_head_reads_the_first_line_only(many_papers: str) -> None:
    pipeline = f"{sys.executable} -m readq list; echo $? >&2"
    done = subprocess.run(
        ["sh", "-c", f"( {pipeline} ) | head -1"],
        env={**os.environ, "READQ_DB": many_papers},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b"0\n"


def test_a_list_whose_output_is_not_read_does_not_lock_the_library(
    library: str, run_cli: Run, daily_file: Run, daily_entry: Run
) -> None:
    # More than the buffer of a pipe.
    run_cli("import", daily_file([daily_entry(number, title=f"{number} " + "x" * 4000) for number in range(40)]))
    with subprocess.Popen(
        [sys.executable, "-m", "readq", "list"], env={**os.environ, "READQ_DB": library}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.read(1)
            with contextlib.closing(open_for_writing(library, 0)) as writer, writing(writer):
                writer.execute("UPDATE paper SET starred = 1")
        finally:
            # Leaving the block waits for the process, without a timeout.
            process.kill()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "words", [("list",), ("list", "--json"), ("list", "--limit", "1"), ("list", "--help")], ids=" ".join
)
def test_row_53_standard_output_on_a_full_disk_is_74(many_papers: str, readq: Run, words: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = readq(*words, stdout=full)
    assert done.returncode == 74
    assert done.stderr == b"error: standard output: No space left on device\n"


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-"])
def test_row_53_a_stream_that_is_closed_from_the_start(six_papers: str, stream: str) -> None:
    for words in ("list", "mark queued -", "show nowhere", ""):
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m readq {words} {stream}"],
            env={**os.environ, "READQ_DB": six_papers},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") <= 1
        assert done.returncode == (74 if stream == ">&-" else {"show nowhere": 1, "": 2}.get(words, 0))


def test_row_55_the_ui_without_a_terminal_is_refused_with_a_hint(six_papers: str, readq: Run) -> None:
    for words in ((), ("review",)):
        done = readq(*words)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"error: the UI needs a terminal (readq list, readq --help work without one)\n"


def test_standard_input_that_is_not_text(six_papers: str, readq: Run) -> None:
    done = readq("mark", "queued", "-", input=b"\xff\xfe\n2\n")
    assert done.returncode == 1
    assert done.stdout == b"1 paper changed (step 2)\n"
    assert done.stderr.startswith(b"error: no paper ")


def test_arguments_that_are_not_text(six_papers: str, readq: Run) -> None:
    for words in ((b"show", b"\xff"), (b"list", b"\xff"), (b"tag", b"1", b"-a", b"\xff"), (b"mark", b"\xff", b"1")):
        done = readq(*(os.fsdecode(word) for word in words))
        assert done.returncode in (1, 2)
        assert done.stderr.startswith(b"error: ")
        assert done.stderr.count(b"\n") == 1


def test_row_47_a_library_whose_path_is_not_text(tmp_path: os.PathLike[str], readq: Run, daily_file: Run) -> None:
    path = os.path.join(tmp_path, os.fsdecode(b"caf\xe9 ?#%41.db"))
    assert readq("import", daily_file(2), "--db", path).returncode == 0
    assert readq("list", "--count", "--db", path).stdout == b"2\n"
    assert os.path.exists(path)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "utf-8"])
def test_row_56_letters_that_the_output_encoding_lacks(library: str, readq: Run, run_cli: Run, encoding: str) -> None:
    run_cli("import", "-", stdin="@misc{k, title = {Ω and the Grüneisen law}, author = {Ångström, A}}")
    for words in (("list",), ("list", "--json"), ("show", "k")):
        done = readq(*words, env={"PYTHONIOENCODING": encoding})
        assert (done.returncode, done.stderr) == (0, b"")
        done.stdout.decode(encoding)
    assert "\\u03a9" in readq("list", "--json", env={"PYTHONIOENCODING": "ascii"}).stdout.decode()


@pytest.mark.parametrize("progress", ["json", "plain"])
def test_row_52_a_sync_goes_on_when_nobody_reads_its_progress(
    library: str, readq: Run, run_cli: Run, loopback: Loopback, progress: str
) -> None:
    loopback.routes["/feed"] = "<rss><channel><item><title>On ships</title></item></channel></rss>"
    for name in ("one", "two"):
        run_cli("feed", "add", f"{loopback.url}/feed?{name}", "--name", name, "--no-sync")
    with closed_pipe() as pipe:
        done = readq("sync", "--progress", progress, stdout=pipe)
    assert (done.returncode, b"Error" in done.stderr) == (0, False)
    assert [feed["status"] for feed in run_cli("feed", "list", "--json").json] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("export", "--format", "csl-json"), "Ω and the Grüneisen law"),
        (("export", "--format", "biblatex"), "Ångström"),
        (("feed", "export"), "Übersicht Ω"),
        (("digest", "--format", "html"), "Ω and the Grüneisen law"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_row_56_a_printed_file_is_utf_8_as_its_format_wants(
    library: str, readq: Run, run_cli: Run, words: tuple[str, ...], part: str
) -> None:
    entry = "@misc{k, title = {Ω and the Grüneisen law}, author = {Ångström, A}}"
    run_cli("import", "--status", "inbox", "-", stdin=entry)
    run_cli("feed", "add", "https://notes.example/feed", "--name", "Übersicht Ω", "--no-sync")
    assert part in readq(*words, env={"PYTHONIOENCODING": "iso-8859-1"}).stdout.decode("utf-8")


def _ended_by(process: "subprocess.Popen[bytes]", number: int) -> int:
    """Return the exit status. Repeats the signal: one that arrives between two reads is handled at the next read."""
    for _ in range(60):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=0.5)
    raise AssertionError("the process did not end")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGHUP, -1)])
def test_row_50_signals_end_a_command(library: str, number: int, status: int) -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "readq", "import", "-"],
        env={**os.environ, "READQ_DB": library},
        stdin=reader,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(reader)
        # More than the buffer of a pipe: once this is written, the program has started to read and waits for more.
        os.write(writer, b"@misc{k, title={T}}\n" * 4000)
        try:
            assert _ended_by(process, number) == status
        finally:
            # Leaving the block waits for the process, without a timeout.
            process.kill()
            os.close(writer)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert not os.path.exists(library)


@contextlib.contextmanager
def terminal_with_answer(answer: bytes) -> Iterator[int]:
    """Yield a terminal with a typed answer; Ctrl-D ends the input."""
    master, terminal = os.openpty()
    try:
        os.write(master, answer)
        yield terminal
    finally:
        os.close(master)
        os.close(terminal)


@pytest.fixture(params=["remove", "restore"])
def questioning_command(request: pytest.FixtureRequest, six_papers: str) -> tuple[str, ...]:
    """Return a command line that asks for confirmation."""
    if request.param == "remove":
        return "remove", "1"
    return "restore", shutil.copy(six_papers, f"{six_papers}.copy")


@pytest.mark.parametrize("answer", [b"\n", b"no\n", b"\x04"], ids=["Enter", "no", "Ctrl-D"])
def test_a_question_answered_with_no_changes_nothing(
    six_papers: str, readq: Run, dump: Run, questioning_command: tuple[str, ...], answer: bytes
) -> None:
    before = dump(six_papers)
    with terminal_with_answer(answer) as terminal:
        done = readq(*questioning_command, stdin=terminal)
    assert done.stdout == b""
    assert re.fullmatch(rb"(Remove 1 paper|Replace .*)\? \[y/N\] nothing was changed\n", done.stderr)
    assert dump(six_papers) == before


def test_a_question_is_not_printed_to_stdout(readq: Run, questioning_command: tuple[str, ...]) -> None:
    with terminal_with_answer(b"Y\n") as terminal:
        done = readq("--json", *questioning_command, stdin=terminal)
    assert done.returncode == 0
    assert json.loads(done.stdout)
    assert b"? [y/N] " in done.stderr
