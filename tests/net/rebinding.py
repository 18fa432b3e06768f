"""Let a name server give a public address first and a private one then, while the real program pulls a feed.

Run it in mount and network namespaces of its own: it replaces `/etc/resolv.conf`, and gives the loopback device a
public and an intranet address. Prints one JSON object with the outcome of each case.
"""

import fcntl
import http.server
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PUBLIC = "93.184.216.34"
PRIVATE = "127.0.0.1"
INTRANET = "10.0.0.1"
_HOST = "feeds.rebind.example"
_FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title><item>
<title>Recursive estimates of slow growth</title><link>http://feeds.rebind.example/1</link></item></channel></rss>"""

_SET_FLAGS, _SET_ADDRESS, _UP = 0x8914, 0x8916, 0x41
"""Requests of Linux's network devices (netdevice(7)): SIOCSIFFLAGS, SIOCSIFADDR; IFF_UP and IFF_RUNNING."""

_A, _IN = 1, 1


class NameServer(threading.Thread):
    """A DNS server that answers the n-th question for an IPv4 address with the n-th list, and the last list then.

    Answers may be kept for 0 seconds. Questions for other records have no answer.
    """

    def __init__(self, answers: Sequence[Sequence[str]]) -> None:
        super().__init__(daemon=True)
        self.answers = list(answers)
        self.questions = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((PRIVATE, 53))

    def run(self) -> None:
        """Answer questions until the process ends."""
        while True:
            question, client = self._socket.recvfrom(512)
            self._socket.sendto(self._reply(question), client)

    def _reply(self, question: bytes) -> bytes:
        end = question.index(0, 12) + 5
        records = b""
        number = 0
        if struct.unpack("!HH", question[end - 4 : end]) == (_A, _IN):
            addresses = self.answers[min(self.questions, len(self.answers) - 1)]
            self.questions += 1
            number = len(addresses)
            for address in addresses:
                records += struct.pack("!HHHIH", 0xC00C, _A, _IN, 0, 4) + socket.inet_aton(address)
        return question[:2] + struct.pack("!HHHHH", 0x8180, 1, number, 0, 0) + question[12:end] + records


class WebServer(threading.Thread):
    """A web server on port 80 of one address. `requests` counts what arrives.

    It answers with a feed, or with a redirect to `redirect`.
    """

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.requests = 0
        self.redirect: str | None = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests += 1
                self.send_response(302 if outer.redirect else 200)
                if outer.redirect:
                    self.send_header("Location", outer.redirect)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(_FEED)))
                self.end_headers()
                self.wfile.write(_FEED)

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self._server = http.server.ThreadingHTTPServer((address, 80), Handler)

    def run(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()


def set_up_network(folder: Path) -> None:
    """Bring the loopback device up with more addresses, and make this process's name server the only one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))
        for label, address in ((b"lo:1", PUBLIC), (b"lo:2", INTRANET)):
            packed = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(device, _SET_ADDRESS, struct.pack("16s16s", label, packed))
    configuration = folder / "resolv.conf"
    configuration.write_text(f"nameserver {PRIVATE}\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", configuration, "/etc/resolv.conf"], check=True)


def readq(folder: Path, *words: str) -> dict[str, Any]:
    """Run one command of the program; return its exit status and standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, "-m", "readq", *words],
        env={**kept, "HOME": str(folder), "READQ_DB": str(folder / "library.db")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {"status": done.returncode, "error": done.stderr}


def main() -> None:
    """Run all cases in this network."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        set_up_network(folder)
        names, public = NameServer([[PUBLIC]]), WebServer(PUBLIC)
        inside = WebServer(PRIVATE), WebServer(INTRANET)
        for server in (names, public, *inside):
            server.start()
        outcome = {}

        def case(title: str, answers: Sequence[Sequence[str]], *words: str) -> None:
            names.answers, names.questions = list(answers), 0
            for server in (public, *inside):
                server.requests = 0
            result = readq(folder, *words)
            outcome[title] = {**result, "public": public.requests, "private": sum(each.requests for each in inside)}

        case("public", [[PUBLIC]], "feed", "add", f"http://{_HOST}/feed", "--name", "rebound")
        again = ("sync", "rebound", "--since", "today")
        for address in (PRIVATE, INTRANET):
            case(f"rebound to {address}", [[address]], *again)
        case("both at once", [[PRIVATE, INTRANET, PUBLIC]], *again)
        public.redirect = f"http://other.{_HOST}/feed"
        case("rebound before a redirect is followed", [[PUBLIC], [PRIVATE]], *again)
        public.redirect = None
        (folder / "config.toml").write_text(f'sync.private_hosts = ["{_HOST}"]')
        case("listed by the reader", [[INTRANET]], "--config", str(folder / "config.toml"), *again)
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
