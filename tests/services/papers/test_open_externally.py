"""URLs open in the reader's browser without a shell and without waiting."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from readq.errors import ReadqError
from readq.services.papers.open_externally import browser_command, open_file, open_link

Browser = Callable[[str], dict[str, str]]


_PATIENCE = 20
"""Timeout in seconds for the browser to start."""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return the file to which the browser writes its arguments."""
    return tmp_path / "report"


@pytest.fixture
def browser(tmp_path: Path, report: Path) -> Browser:
    """Return an environment whose browser writes its pid and arguments, then runs `body`."""

    def environment(body: str) -> dict[str, str]:
        script = tmp_path / "browser.py"
        script.write_text(
            "import os, sys, time\n"
            f"with open({str(report)!r} + '.new', 'w') as file:\n"
            "    print(os.getpid(), *sys.argv[1:], sep='\\n', file=file)\n"
            f"os.rename({str(report)!r} + '.new', {str(report)!r})\n{body}\n"
        )
        return {"BROWSER": f"{sys.executable} -S {script}"}

    return environment


@pytest.mark.parametrize("body", ["", "sys.exit(3)", "time.sleep(600)"])
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_row_58_a_browser_is_not_waited_for(browser: Browser, report: Path, body: str) -> None:
    assert open_link("https://example.org/", browser(body)) is None
    deadline = time.monotonic() + _PATIENCE
    while not report.exists():
        assert time.monotonic() < deadline, "no browser came"
    number, *arguments = report.read_text().splitlines()
    # A browser that has ended may have been reaped already, by whatever started a process meanwhile.
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(int(number), signal.SIGKILL)
        os.waitpid(int(number), 0)
    assert arguments == ["https://example.org/"]


@pytest.mark.parametrize("setting", ["/nowhere/browser", "'unbalanced"])
def test_row_58_a_browser_that_cannot_be_started_is_an_error(setting: str) -> None:
    with pytest.raises(ReadqError, match=r"(?i)browser"):
        open_link("https://example.org/", {"BROWSER": setting})


@pytest.mark.parametrize("setting", ["/nowhere/editor {file}", "'unbalanced"])
@pytest.mark.parametrize("name", ["open.pdf", "notes.open"])
def test_an_error_of_a_command_that_opens_files_names_its_setting(setting: str, name: str) -> None:
    with pytest.raises(ReadqError) as refused:
        open_file("/a", setting, {}, name)
    assert name in str(refused.value)


def test_row_58_without_a_display_the_address_is_shown() -> None:
    assert browser_command({}) is None or sys.platform in ("darwin", "win32")
    if browser_command({}) is None:
        assert open_link("https://example.org/", {}) == "https://example.org/"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "--help", "https://", "x"])
def test_only_addresses_are_opened(url: str) -> None:
    with pytest.raises(ReadqError, match="not a URL"):
        open_link(url, {"BROWSER": "/nowhere/browser"})
