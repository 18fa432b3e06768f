"""A readq command as a child process: its output, its exit, and stopping it."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from readq.tui.state.background.child_process import ReadqProcess


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace `python -m readq` by a script; return the path at which a test writes it."""
    script = tmp_path / "program.py"
    starter = tmp_path / "python"
    starter.write_text(f'#!/bin/sh\nshift 3\nexec {sys.executable} {script} "$@"\n')
    starter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(starter))
    return script


async def run(arguments: list[str]) -> tuple[int, str, list[Mapping[str, Any]]]:
    objects: list[Mapping[str, Any]] = []
    status, last_error = await ReadqProcess("/the/library.db", "/the/config.toml").run(arguments, objects.append)
    return status, last_error, objects


async def test_objects_are_passed_on_and_other_lines_skipped(program: Path) -> None:
    program.write_text("print('{\"a\": 1}\\nno json\\n[2]\\n{\"b\": \"' + 'x' * 100000 + '\"}')")
    status, last_error, objects = await run([])
    assert (status, last_error) == (0, "")
    assert [list(line) for line in objects] == [["a"], ["b"]]


async def test_it_uses_the_library_and_config_of_the_ui(program: Path) -> None:
    program.write_text(
        "import json, os, sys\n"
        "paths = os.environ['READQ_DB'], os.environ['READQ_CONFIG']\n"
        "print(json.dumps({'arguments': sys.argv[1:], 'db': paths[0], 'config': paths[1]}))"
    )
    _, _, objects = await run(["sync", "--progress", "json"])
    assert objects == [
        {"arguments": ["sync", "--progress", "json"], "db": "/the/library.db", "config": "/the/config.toml"}
    ]


async def test_the_last_line_of_stderr_and_the_status_are_returned(program: Path) -> None:
    program.write_text("import sys\nsys.stderr.write('first\\nerror: it broke\\n\\n')\nsys.exit(75)")
    assert await run([]) == (75, "error: it broke", [])


async def test_a_line_over_the_limit_is_skipped(program: Path) -> None:
    program.write_text("print('x' * 3_000_000)\nprint('{\"after\": 1}')")
    _, _, objects = await run([])
    assert objects == [{"after": 1}]


async def test_stop_sends_sigterm(program: Path) -> None:
    program.write_text(
        "import signal, sys\n"
        "def end(*_): print('{\"kept\": 1}', flush=True); sys.exit(143)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('{\"ready\": 1}', flush=True)\n"
        "signal.pause()"
    )
    process, objects = ReadqProcess("/the/library.db", None), asyncio.Queue[Mapping[str, Any]]()
    running = asyncio.create_task(process.run([], objects.put_nowait))
    assert await objects.get() == {"ready": 1}
    assert process.running
    await process.stop(30)
    assert await running == (143, "")
    assert objects.get_nowait() == {"kept": 1}
    assert not process.running
    await process.stop(30)


async def test_stop_returns_after_its_timeout(program: Path) -> None:
    program.write_text(
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('{\"ready\": 1}', flush=True)\n"
        "signal.sigwait({signal.SIGUSR1})"
    )
    process, objects = ReadqProcess("/the/library.db", None), asyncio.Queue[Mapping[str, Any]]()
    running = asyncio.create_task(process.run([], objects.put_nowait))
    await objects.get()
    await process.stop(0.01)
    assert not running.done()
    assert process._process is not None
    process._process.kill()
    assert (await running)[0] == -9
