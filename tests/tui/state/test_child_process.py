"""readq as a program in the background: its lines, its end, and its ending by the UI."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from readq.tui.state.child_process import ReadqProcess


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for readq: a file that the tests fill with Python, run in place of `python -m readq`."""
    script = tmp_path / "program.py"
    starter = tmp_path / "python"
    starter.write_text(f'#!/bin/sh\nshift 2\nexec {sys.executable} {script} "$@"\n')
    starter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(starter))
    return script


async def run(words: list[str]) -> tuple[int, str, list[Mapping[str, Any]]]:
    heard: list[Mapping[str, Any]] = []
    status, complaint = await ReadqProcess("/the/library.db", "/the/config.toml").run(words, heard.append)
    return status, complaint, heard


async def test_each_line_is_an_object_and_the_rest_is_passed_over(program: Path) -> None:
    program.write_text("print('{\"a\": 1}\\nno json\\n[2]\\n{\"b\": \"' + 'x' * 100000 + '\"}')")
    status, complaint, heard = await run([])
    assert (status, complaint) == (0, "")
    assert [list(line) for line in heard] == [["a"], ["b"]]


async def test_it_works_on_the_library_and_settings_of_the_ui(program: Path) -> None:
    program.write_text(
        "import json, os, sys\n"
        "print(json.dumps({'words': sys.argv[1:], 'db': os.environ['READQ_DB'], 'config': os.environ['READQ_CONFIG']}))"
    )
    _, _, heard = await run(["sync", "--progress", "json"])
    assert heard == [{"words": ["sync", "--progress", "json"], "db": "/the/library.db", "config": "/the/config.toml"}]


async def test_the_last_complaint_and_the_status_are_kept(program: Path) -> None:
    program.write_text("import sys\nsys.stderr.write('first\\nerror: it broke\\n\\n')\nsys.exit(75)")
    assert await run([]) == (75, "error: it broke", [])


async def test_a_line_without_end_is_passed_over(program: Path) -> None:
    program.write_text("print('x' * 3_000_000)\nprint('{\"after\": 1}')")
    _, _, heard = await run([])
    assert heard == [{"after": 1}]


async def test_it_is_ended_as_a_reader_would(program: Path) -> None:
    program.write_text(
        "import signal, sys\n"
        "def end(*_): print('{\"kept\": 1}', flush=True); sys.exit(143)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('{\"ready\": 1}', flush=True)\n"
        "signal.pause()"
    )
    background, heard = ReadqProcess("/the/library.db", None), asyncio.Queue[Mapping[str, Any]]()
    running = asyncio.create_task(background.run([], heard.put_nowait))
    assert await heard.get() == {"ready": 1}
    assert background.running
    await background.stop(30)
    assert await running == (143, "")
    assert heard.get_nowait() == {"kept": 1}
    assert not background.running
    await background.stop(30)


async def test_one_that_does_not_end_is_left_alone(program: Path) -> None:
    program.write_text(
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('{\"ready\": 1}', flush=True)\n"
        "signal.sigwait({signal.SIGUSR1})"
    )
    background, heard = ReadqProcess("/the/library.db", None), asyncio.Queue[Mapping[str, Any]]()
    running = asyncio.create_task(background.run([], heard.put_nowait))
    await heard.get()
    await background.stop(0.01)
    assert not running.done()
    assert background._process is not None
    background._process.kill()
    assert (await running)[0] == -9
