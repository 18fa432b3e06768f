"""Fixtures for all tests: an isolated environment at a fixed time, libraries, the program; which tests are fast."""

import contextlib
import functools
import gc
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
from loopback import Loopback, Route

pytest.register_assert_rewrite("random_histories", "undo_from_the_middle")

# A busy machine makes any example slow, so no property fails by the clock.
hypothesis.settings.register_profile("readq", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("readq")

NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=timezone(timedelta(hours=1)))
"""A Monday morning, 08:00 UTC."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

_USER_SETTINGS = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "VISUAL",
    "EDITOR",
    "BROWSER",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "TMUX",
    "COLUMNS",
    "LINES",
    "PYTHONIOENCODING",
    "LC_ALL",
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)


_MEMORY_FILES = Path("/dev/shm")
_LEAST_FREE = 4 * 2**30


def _keep_files_in_memory() -> None:
    # A test that writes to a library waits for the disk most of its time, and none is about losing power.
    if os.access(_MEMORY_FILES, os.W_OK) and shutil.disk_usage(_MEMORY_FILES).free >= _LEAST_FREE:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY_FILES))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Put the files of tests in memory where there is room, and distribute a run over all processors.

    It is not distributed if `-n` says otherwise or if pytest-xdist is not installed.

    Files named on the command line run in this process: they start at once, and a breakpoint works.
    """
    _keep_files_in_memory()
    is_chosen = config.getoption("numprocesses", None) is not None
    is_worker = hasattr(config, "workerinput")
    if is_chosen or is_worker or not config.pluginmanager.hasplugin("xdist"):
        return
    if not all(Path(argument.partition("::")[0]).is_file() for argument in config.args):
        # One more than processors, because many tests wait for a terminal or for other processes.
        config.option.numprocesses = (os.cpu_count() or 1) + 1
        config.option.dist = "worksteal"


SLOW_MARKS = ("slow", "tty", "tex", "recorded")
SLOW_PATHS = (
    # The program in processes and terminals.
    "services/share", "simulation", "test_newcomer.py", "cli/setup/test_contributing.py",
    "cli/setup/test_completion.py", "tui/app/test_web_server.py",
    "bench", "faults", "tex", "tty", "cli/collect/test_sync.py", "cli/test_lazy_imports.py", "cli/test_streams.py",
    "net/test_faults.py", "services/enrichment/test_add.py", "store/connection/test_write_access.py",
    # Screens, drawn in full.
    "tui/actions", "tui/app", "tui/screens",
    "tui/test_faults.py", "tui/test_hostile_titles.py", "tui/test_snapshots.py", "tui/test_unwritable.py",
    # Properties with many or large examples.
    "feeds/arxiv/test_category.py", "net/test_fuzz.py",
    "merge/test_libraries.py", "model/identity/test_works.py", "model/test_metadata.py",
    "services/dump/test_write_folder.py", "services/history/test_random_histories.py",
    "services/history/test_undo_property.py",
    "cli/collect/test_digest.py", "formats/digest", "net/test_smtp.py",
    "cli/collect/test_add.py", "cli/safety/test_safety_commands.py", "net/test_client.py", "tui/widgets",
    "services/feeds/test_sync.py", "services/feeds/test_sync_arxiv.py", "services/feeds/test_sync_hugging_face.py",
    "registries/test_citation_meta_tags.py", "registries/test_registries.py", "review/test_fsrs_formulae.py",
    "feeds/syndication/test_author_names.py", "services/dump/test_past_histories.py",
    # Much material.
    "services/importing/test_ordinary_files.py", "services/importing/test_recorded_libraries.py",
    "services/importing/test_sixty_days.py",
)  # fmt: skip
"""Folders and files of `tests` that `pytest -m fast` leaves out."""


FIRST = ("test_quality.py", "tty", "faults/test_runs.py")
"""Files and folders of `tests` that run first: the long tests, so that no worker is left alone with one at the end.

Most wait for other processes, and one worker begins with all of them, while the others use the processors.
"""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the garbage collector, which would visit all tests again and again, and let it leave them out."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, and mark as fast every test that is not slow by its mark or its place."""
    slow = {Path(__file__).parent / part for part in SLOW_PATHS}
    if missing := sorted(str(path) for path in slow if not path.exists()):
        raise pytest.UsageError(f"SLOW_PATHS names what is not there: {', '.join(missing)}")

    # Each worker asks for some ten thousand tests, of a few hundred files.
    @functools.cache
    def has_slow_place(file: Path) -> bool:
        return not slow.isdisjoint((file, *file.parents))

    first = {Path(__file__).parent / part for part in FIRST}
    items.sort(key=lambda item: first.isdisjoint((item.path, *item.path.parents)))
    for item in items:
        is_slow = any(item.get_closest_marker(mark) for mark in SLOW_MARKS)
        if not is_slow and not has_slow_place(item.path):
            item.add_marker(pytest.mark.fast)


_COUNTS = "counts"


@pytest.fixture
def report_counts(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Add a line to the report at the end of the run: how much recorded material a test has seen."""
    return lambda line: record_property(_COUNTS, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines of `report_counts`."""
    for report in terminalreporter.getreports("passed"):
        for name, line in report.user_properties:
            if name == _COUNTS and report.when == "call":
                terminalreporter.write_line(line)


class Result(NamedTuple):
    """The result of a command line: exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session", autouse=True)
def _default_signal_handlers() -> Iterator[None]:
    """Restore signals that the parent process ignores, as for a job in the background: child processes inherit that."""
    ignored = [number for number in _STOP_SIGNALS if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(autouse=True)
def _isolated_environment(tmp_path: Path) -> Iterator[None]:
    """Set a home of its own, a locale and a time zone, and no setting of the user."""
    home = tmp_path / "home"
    with pytest.MonkeyPatch.context() as environment:
        for name in [*(name for name in os.environ if name.startswith("READQ_")), *_USER_SETTINGS]:
            environment.delenv(name, raising=False)
        environment.setenv("HOME", str(home))
        for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
            environment.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        environment.setenv("LANG", "C.UTF-8")
        environment.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def now() -> datetime:
    """The time in every test of the command line."""
    return NOW


@pytest.fixture
def library(tmp_path: Path) -> str:
    """Return the path of a library that does not exist yet."""
    return str(tmp_path / "library.db")


@pytest.fixture
def connection(library: str) -> Iterator[sqlite3.Connection]:
    """Open a new, empty library for writing."""
    from readq.store.library import open_for_writing

    with contextlib.closing(open_for_writing(library)) as opened:
        yield opened


class _Stream(io.TextIOWrapper):
    """A standard stream in memory, over a buffer of bytes as a real one."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", newline="\n", write_through=True)

    def written(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


@pytest.fixture
def loopbacks() -> Iterator[Callable[..., Loopback]]:
    """Return a function that starts a web server on 127.0.0.1 until the end of the test; see `loopback.Loopback`."""
    with contextlib.ExitStack() as stack:

        def start(routes: Mapping[str, Route] | None = None, **options: Any) -> Loopback:  # noqa: ANN401
            return stack.enter_context(Loopback(routes, **options).running())

        yield start


@pytest.fixture
def loopback(loopbacks: Callable[..., Loopback]) -> Loopback:
    """Start one web server on 127.0.0.1; set its `routes`, read its `log`."""
    return loopbacks()


@pytest.fixture
def run_cli(library: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs a command line in this process over `library` at NOW, with no stream a terminal.

    Its `stdin` is text or bytes.
    """
    from readq.cli.main import main

    monkeypatch.setenv("READQ_DB", library)
    monkeypatch.setenv("READQ_NOW", NOW.isoformat())

    def run(*words: object, stdin: str | bytes = b"") -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = _Stream(), _Stream()
        with monkeypatch.context() as streams:
            streams.setattr(sys, "stdin", _Stream(data))
            streams.setattr(sys, "stdout", out)
            streams.setattr(sys, "stderr", err)
            # A command that gives way to others would slow down all tests after it.
            streams.setattr(os, "nice", lambda by: by)
            status = main([str(word) for word in words])
        return Result(status, out.written(), err.written())

    return run


@pytest.fixture
def readq(library: str) -> Callable[..., "subprocess.CompletedProcess[bytes]"]:
    """Return a function that runs readq in a process over `library` at NOW; keywords go to subprocess.run."""

    def run(*words: object, **options: Any) -> "subprocess.CompletedProcess[bytes]":  # noqa: ANN401
        environ = {**os.environ, "READQ_DB": library, "READQ_NOW": NOW.isoformat(), **options.pop("env", {})}
        if "stdout" not in options:
            options["stdout"] = subprocess.PIPE
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        command = [sys.executable, "-m", "readq", *map(str, words)]
        return subprocess.run(command, stderr=subprocess.PIPE, env=environ, timeout=60, check=False, **options)

    return run


def _entry(number: int, **changes: object) -> dict[str, Any]:
    title = f"On the {_WORDS[number % len(_WORDS)]} of {_THINGS[number % len(_THINGS)]} networks, part {number}"
    paper: dict[str, Any] = {
        "id": f"2611.{number:05}",
        "title": title,
        "summary": f"We look at {_THINGS[number % len(_THINGS)]} networks\nfor the time number {number}.",
        "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
        "publishedAt": "2026-11-18T12:00:00.000Z",
        "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
        "upvotes": 10 * number,
    }
    paper.update(changes)
    return {
        "paper": paper,
        "title": paper["title"],
        "numComments": number,
        "submittedBy": {"name": "carol", "fullname": "Carol"},
    }


_WORDS = ("growth", "decay", "symmetry", "cost", "training", "memory", "shape")
_THINGS = ("sparse", "recurrent", "graph", "deep", "causal")


@pytest.fixture
def daily_entry() -> Callable[..., dict[str, Any]]:
    """Return a function that makes entry `number` of a daily list; keywords replace fields of its paper."""
    return _entry


@pytest.fixture
def daily_file(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes a daily list of so many entries, or of the given ones, and returns its path."""

    def write(entries: int | list[dict[str, Any]] = 6, name: str = "daily.json") -> str:
        listed = [_entry(number) for number in range(1, entries + 1)] if isinstance(entries, int) else entries
        path = tmp_path / name
        path.write_text(json.dumps(listed), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture(scope="session")
def _six_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library of six papers, once for all tests."""
    from readq.services.importing.import_files import ImportOptions, import_paths

    folder = tmp_path_factory.mktemp("six")
    feed = folder / "daily.json"
    feed.write_text(json.dumps([_entry(number) for number in range(1, 7)]), encoding="utf-8")
    import_paths(str(folder / "library.db"), [str(feed)], ImportOptions(), NOW)
    return folder / "library.db"


@pytest.fixture
def six_papers(_six_papers: Path, library: str) -> str:
    """Return `library` with papers 1 to 6 in the inbox, imported by step 1."""
    shutil.copy(_six_papers, library)
    return library


@pytest.fixture
def dump() -> Callable[[str], dict[str, list[tuple[Any, ...]]]]:
    """Return a function that reads every row of every table of a library, to compare."""

    def rows(path: str) -> dict[str, list[tuple[Any, ...]]]:
        with contextlib.closing(sqlite3.connect(path)) as opened:
            tables = opened.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND name NOT GLOB '*_search*' AND name <> 'sqlite_sequence' ORDER BY name"
            ).fetchall()
            return {name: sorted(opened.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for (name,) in tables}

    return rows


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


class LockHolder(NamedTuple):
    """A process that holds the write lock of a library."""

    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self.process.pid

    def stop(self) -> None:
        """Suspend it, as Ctrl-Z does."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)

    def release(self) -> None:
        """Let it roll back and exit; wait for it."""
        self.process.communicate()


@pytest.fixture
def hold() -> Iterator[Callable[[str], LockHolder]]:
    """Return a function that takes the write lock of a library in another process, until released or the test ends."""
    started: list[subprocess.Popen[bytes]] = []

    def take(path: str) -> LockHolder:
        process = subprocess.Popen([sys.executable, "-c", _HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        return LockHolder(process)

    yield take
    for process in started:
        process.kill()
        process.communicate()
