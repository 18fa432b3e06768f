"""`loopback`: the web server that other tests use."""

import urllib.request

from loopback import Loopback, Reply, Seen


def ask(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
    return body


def test_replies_by_path_and_by_target_and_keeps_a_log(loopback: Loopback) -> None:
    loopback.routes.update({"/list": "all", "/list?p=1": b"more", "/whole": Reply(b"x", headers={"ETag": '"1"'})})
    loopback.routes["/mirror"] = lambda seen: str(sorted(seen.query.items()))
    assert ask(f"{loopback.url}/list?p=0") == b"all"
    assert ask(f"{loopback.url}/list?p=1") == b"more"
    assert ask(f"{loopback.url}/mirror?b=2&a=") == b"[('a', ''), ('b', '2')]"
    assert loopback.targets() == ["/list?p=0", "/list?p=1", "/mirror?b=2&a="]
    assert isinstance(loopback.log[0], Seen)
    assert loopback.log[0].headers["host"] == f"127.0.0.1:{loopback.port}"
