"""The UI in a browser: a page and a websocket behind a token, for this computer and this page alone."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def started(library: str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "readq", "serve", "--json", "--db", library, *words]
    environ = {**os.environ, "READQ_NOW": "2026-11-23T08:00:00Z"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


@pytest.fixture
def address(six_papers: str) -> Iterator[str]:
    """Serve a library with six papers. Return the address that readq prints."""
    process = started(six_papers)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    try:
        yield json.loads("".join(lines))["address"]
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors


def get(address: str, **headers: str) -> httpx.Response:
    return httpx.get(address, headers=headers, trust_env=False)


def test_the_page_is_behind_the_token_and_for_this_host_alone(address: str) -> None:
    host = address.split("/")[2]
    assert address.startswith("http://127.0.0.1:")
    assert len(address.split("/")[3]) >= 32
    page = get(address)
    assert page.status_code == 200
    assert f"ws://{address.removeprefix('http://')}ws" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert get(f"{address}static/js/textual.js").status_code == 200
    assert get(f"http://{host}/").status_code == 404
    assert get(f"http://{host}/{'x' * 32}/ws").status_code == 404
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert get(address, **headers).status_code == 403


def test_the_ui_runs_over_the_websocket(address: str) -> None:
    assert asyncio.run(_driven(address)).count("Inbox") >= 1


async def _driven(address: str) -> str:
    """Open the UI as the page does, press q when the list is there, and return all that it drew."""
    socket_address = f"ws{address.removeprefix('http')}ws?width=100&height=30"
    drawn = ""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(socket_address, origin="https://evil.example")
        async with asyncio.timeout(60), session.ws_connect(socket_address) as opened:
            has_quit = False
            async for message in opened:
                drawn += message.data.decode(errors="replace") if message.type is aiohttp.WSMsgType.BINARY else ""
                if "Inbox" in drawn and not has_quit:
                    has_quit = True
                    await opened.send_json(["stdin", "q"])
    return drawn


def test_the_port_may_be_chosen_and_a_taken_one_is_an_error(library: str, run_cli: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run_cli("serve", "--port", port)
    assert (result.status, result.out) == (1, "")
    assert f"port {port} cannot be used" in result.err
    assert run_cli("serve", "--port", 70000).status == 2


def test_without_the_extra_it_says_what_to_install(
    run_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "readq.tui.app.web_server", None)
    monkeypatch.delattr("readq.tui.app.web_server", raising=False)
    result = run_cli("serve")
    assert (result.status, result.out) == (2, "")
    assert "install it where readq is installed: pip install textual-serve" in result.err


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_a_real_browser_draws_the_ui(address: str, tmp_path: Path) -> None:
    assert BROWSER is not None
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={tmp_path}",
    ]
    with subprocess.Popen(
        [BROWSER, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as browser:
        assert browser.stderr is not None
        try:
            started = (line for line in browser.stderr if "DevTools listening on " in line)
            asyncio.run(_wait_for_first_bytes(next(started).split("/")[2], address))
        finally:
            browser.kill()


async def _wait_for_first_bytes(debugger: str, address: str) -> None:
    """Wait until the page has the class that its script sets with the first bytes that the UI draws."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(120):
        page = None
        while page is None:
            async with session.get(f"http://{debugger}/json") as response:
                pages = await response.json()
            page = next((one["webSocketDebuggerUrl"] for one in pages if one["url"].startswith(address)), None)
        async with session.ws_connect(page) as opened:
            classes = ""
            while "-first-byte" not in classes:
                expression = {"expression": "document.body ? document.body.className : ''"}
                await opened.send_json({"id": 1, "method": "Runtime.evaluate", "params": expression})
                answer = await opened.receive_json()
                classes = answer["result"]["result"]["value"]
