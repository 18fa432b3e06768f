"""`readq.net.client.Client` against a server on loopback."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fake_time import FakeTime
from loopback import Loopback, Reply, Seen

from readq import __version__
from readq.errors import ConfigError
from readq.model.values import ServiceState
from readq.net.client import Client, Limits
from readq.net.endpoints import Endpoints
from readq.net.fetcher import FetchError, Request, Response, Validators

Make = Callable[..., Client]


def asking(server: Loopback, target: str, **options: Any) -> Request:  # noqa: ANN401 - handed on
    return Request(server.url + target, "feeds", **{"user_url": server.url, **options})


async def fetched(make: Make, request: Request, **options: Any) -> Response:  # noqa: ANN401 - handed on
    async with make(**options) as client:
        return await client.fetch(request)


async def failure(make: Make, request: Request, **options: Any) -> FetchError:  # noqa: ANN401 - handed on
    with pytest.raises(FetchError) as caught:
        await fetched(make, request, **options)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


async def test_a_good_answer(client: Make, loopback: Loopback) -> None:
    loopback.routes["/feed"] = Reply(b"body", headers={"ETag": 'W/"1"', "Last-Modified": "then"}, content_type="a/b")
    answer = await fetched(client, asking(loopback, "/feed?x=1", accept="a/*"))
    assert answer == Response(f"{loopback.url}/feed?x=1", 200, b"body", "a/b", Validators('W/"1"', "then"), None)
    (seen,) = loopback.log
    assert (seen.method, seen.target) == ("GET", "/feed?x=1")
    assert {name for name in seen.headers if name != "connection"} == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
    }
    assert seen.headers["user-agent"] == f"readq/{__version__}"
    assert seen.headers["accept"] == "a/*"
    assert seen.headers["accept-encoding"] == "gzip"


async def test_the_contact_is_in_the_user_agent(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = b""
    await fetched(client, asking(loopback, "/"), contact="ada+readq@example.org")
    assert loopback.log[0].headers["user-agent"] == f"readq/{__version__} (mailto:ada+readq@example.org)"


@pytest.mark.parametrize("contact", ["ada", "a@b\r\nX-Evil: 1", "a b@c", "ä@example.org", "a)@example.org"])
def test_an_invalid_contact_is_a_config_error(client: Make, contact: str) -> None:
    with pytest.raises(ConfigError, match=r"sync\.contact is not an e-mail address"):
        client(contact=contact)


async def test_json_is_posted(client: Make, loopback: Loopback) -> None:
    loopback.routes["/batch"] = lambda seen: seen.body
    answer = await fetched(client, asking(loopback, "/batch", json={"ids": ["ARXIV:1"]}))
    assert json.loads(answer.body) == {"ids": ["ARXIV:1"]}
    assert (loopback.log[0].method, loopback.log[0].headers["content-type"]) == ("POST", "application/json")


async def test_validators_are_sent_and_a_304_keeps_them(client: Make, loopback: Loopback) -> None:
    loopback.routes["/feed"] = Reply(status=304, headers={"ETag": '"2"'})
    asked = Validators('"1"', "Mon, 23 Nov 2026 08:00:00 GMT")
    answer = await fetched(client, asking(loopback, "/feed", validators=asked))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.validators == Validators('"2"', "Mon, 23 Nov 2026 08:00:00 GMT")
    assert loopback.log[0].headers["if-none-match"] == '"1"'
    assert loopback.log[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 08:00:00 GMT"


async def test_validators_that_cannot_be_sent_back_are_neither_kept_nor_sent(client: Make, loopback: Loopback) -> None:
    loopback.routes["/feed"] = Reply(b"x", headers={"ETag": '"' + "a" * 2000 + '"', "Last-Modified": "caf\xe9"})
    answer = await fetched(client, asking(loopback, "/feed", validators=Validators("a\r\nX-Evil: 1", "é")))
    assert answer.validators == Validators()
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(loopback.log[0].headers)


async def test_no_cookie_is_kept(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = Reply(b"x", headers={"Set-Cookie": "id=1; Path=/"})
    async with client() as opened:
        for _ in range(2):
            await opened.fetch(asking(loopback, "/"))
    assert "cookie" not in loopback.log[1].headers


async def test_credentials_in_an_address_reach_their_host_and_nothing_else(client: Make, loopback: Loopback) -> None:
    loopback.routes.update({"/": Reply(status=302, headers={"Location": "/in"}), "/in": b"x"})
    address = loopback.url.replace("//", "//ada:secret@")
    answer = await fetched(client, Request(f"{address}/", "feeds", user_url=address))
    assert loopback.log[1].headers["authorization"].startswith("Basic ")
    assert answer.url == f"{loopback.url}/in"
    error = await failure(client, Request(f"{address}/none", "feeds", user_url=address))
    assert "secret" not in str(error)


async def test_headers_of_a_request_stay_with_its_host(
    client: Make, loopback: Loopback, loopbacks: Callable[..., Loopback]
) -> None:
    other = loopbacks({"/": b"there"})
    loopback.routes.update(
        {
            "/away": Reply(status=302, headers={"Location": other.url + "/"}),
            "/here": Reply(status=302, headers={"Location": "/end"}),
            "/end": b"here",
        }
    )
    secret = (("X-Api-Key", "s3cret"),)
    for target in ("/away", "/here"):
        await fetched(client, asking(loopback, target, headers=secret), allow_private=True)
    assert [seen.headers.get("x-api-key") for seen in loopback.log] == ["s3cret"] * 3
    assert "s3cret" not in str(other.log)


@pytest.mark.parametrize(
    ("statuses", "is_moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((), False)]
)
async def test_only_permanent_redirects_move(
    client: Make, loopback: Loopback, statuses: tuple[int, ...], is_moved: bool
) -> None:
    for number, status in enumerate(statuses):
        loopback.routes[f"/{number}"] = Reply(status=status, headers={"Location": f"/{number + 1}"})
    loopback.routes[f"/{len(statuses)}"] = b"x"
    answer = await fetched(client, asking(loopback, "/0"))
    assert answer.url == f"{loopback.url}/{len(statuses)}"
    assert answer.moved_to == (answer.url if is_moved else None)


@pytest.mark.parametrize(("hops", "fits"), [(5, True), (6, False)])
async def test_five_redirects_and_no_more(client: Make, loopback: Loopback, hops: int, fits: bool) -> None:
    for number in range(hops):
        loopback.routes[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    loopback.routes[f"/{hops}"] = b"x"
    if fits:
        assert (await fetched(client, asking(loopback, "/0"))).body == b"x"
    else:
        assert "redirects more than 5 times" in str(await failure(client, asking(loopback, "/0")))


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("file:///etc/passwd", "redirects to file:///etc/passwd (not a web URL)"),
        ("gopher://x/", "not a web URL"),
        ("javascript:alert(1)", "not a web URL"),
        ("https://user:pw@", "redirects to https:// (not"),
        ("", "does not say where to"),
        ("//169.254.169.254/latest", "redirects, and 169.254.169.254 is a private address"),
        ("http://[::1]:22/", "[::1]:22 is a private address"),
        ("http://0x7f.1:1/", "is a private address: 127.0.0.1"),
        ("http://10.0.0.1/", "10.0.0.1 is a private address"),
        ("http://a:99999999/", "not a web URL"),
    ],
)
async def test_redirects_that_are_not_followed(client: Make, loopback: Loopback, location: str, said: str) -> None:
    loopback.routes["/"] = Reply(status=302, headers={"Location": location})
    error = await failure(client, asking(loopback, "/"))
    assert said in str(error)
    assert "pw" not in str(error)
    assert loopback.targets() == ["/"]


async def test_a_private_server_is_contacted_only_if_the_reader_named_it(
    client: Make, loopback: Loopback, loopbacks: Callable[..., Loopback]
) -> None:
    inside = loopbacks({"/": b"inside"})
    loopback.routes["/"] = Reply(status=302, headers={"Location": f"{inside.url}/"})
    await failure(client, asking(loopback, "/"))
    await failure(client, Request(f"{inside.url}/", "x"))
    await failure(client, Request(f"{inside.url}/", "x", user_url="https://papers.example/"))
    await failure(client, Request(f"{inside.url}/", "x", user_url=f"http://localhost:{inside.port}/"))
    assert inside.log == []
    endpoints = Endpoints()._replace(doi=inside.url)
    for options in ({"allow_private": True}, {"endpoints": endpoints}):
        assert (await fetched(client, asking(loopback, "/"), **options)).body == b"inside"


async def test_a_name_that_leads_inside_is_refused(client: Make, loopback: Loopback) -> None:
    async def look_up(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    url = f"http://papers.example:{loopback.port}/"
    for home in (None, url):
        error = await failure(client, Request(url, "x", user_url=home), resolve=look_up)
        assert "is a private address: 127.0.0.1" in str(error)
    assert loopback.log == []


async def test_a_private_connection_is_not_reused_for_another_feed(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = b"x"
    async with client() as opened:
        await opened.fetch(asking(loopback, "/"))
        with pytest.raises(FetchError, match="private address"):
            await opened.fetch(Request(f"{loopback.url}/", "feeds"))
    assert len(loopback.log) == 1


@pytest.mark.parametrize(
    "url",
    ["", "ftp://papers.example/", "https://", "/etc/passwd", "file:///etc/passwd", "http://a\r\nb/", "http://x:99999/"],
)
async def test_other_addresses_than_http_are_refused(client: Make, url: str) -> None:
    assert "not a web URL" in str(await failure(client, Request(url, "x")))


async def test_odd_addresses_fail_with_one_line(client: Make) -> None:
    async def look_up(host: str, port: int) -> list[str]:
        raise OSError(f"no {host}")

    for url in ("http://a b/", "http://" + "a" * 70 + ".example/", "http://p\u0430pers.example/\x00", "http://\u2603/"):
        await failure(client, Request(url, "x"), resolve=look_up)


async def test_an_unknown_host(client: Make, fake_time: FakeTime) -> None:
    import socket

    async def look_up(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    error = await failure(client, Request("https://papers.example/", "x"), resolve=look_up)
    assert str(error).startswith("papers.example was not found, or there is no network")
    assert fake_time.slept == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_transient_status_is_retried_twice(
    client: Make, loopback: Loopback, fake_time: FakeTime, status: int
) -> None:
    loopback.routes["/"] = lambda seen: Reply(b"x", status if len(loopback.log) < 3 else 200)
    assert (await fetched(client, asking(loopback, "/"))).body == b"x"
    assert len(loopback.log) == 3
    assert [0.5 <= pause <= 2.0 for pause in fake_time.slept] == [True, True]
    loopback.routes["/"] = Reply(b"why", status)
    error = await failure(client, asking(loopback, "/"))
    assert (error.status, error.body, error.gone, len(loopback.log)) == (status, b"why", False, 6)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 410, 418, 501, 299 + 1, 999])
async def test_an_error_status_is_not_retried(client: Make, loopback: Loopback, status: int) -> None:
    loopback.routes["/"] = Reply(b"y" * 100_000, status)
    error = await failure(client, asking(loopback, "/"))
    assert (error.status, error.body, error.gone) == (status, b"y" * 65536, status == 410)
    assert str(error).startswith(f"127.0.0.1:{loopback.port} answered {status} ")
    assert len(loopback.log) == 1


async def test_a_slow_failure_is_not_retried(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = Reply(b"x", 503)
    await failure(client, asking(loopback, "/"), limits=Limits(retry_within=-1.0))
    assert len(loopback.log) == 1


async def test_a_quota_that_is_used_up_stops_the_service_before_the_next_request(
    client: Make, loopback: Loopback
) -> None:
    kept: list[ServiceState] = []

    async def save(state: ServiceState) -> None:
        kept.append(state)

    loopback.routes["/"] = Reply(b"x", headers={"RateLimit": '"api";r=0;t=123'})
    async with client(save=save) as opened:
        assert (await opened.fetch(asking(loopback, "/"))).body == b"x"
        with pytest.raises(FetchError, match=r"feeds is paused until 09:02.* its quota is used up") as refused:
            await opened.fetch(asking(loopback, "/"))
    assert refused.value.retry_after == 123
    assert kept == [ServiceState("feeds", None, "2026-11-23T09:02:03Z", "said that its quota is used up")]
    await failure(client, asking(loopback, "/"), states=kept)
    assert len(loopback.log) == 1


async def test_a_short_quota_is_waited_out(client: Make, loopback: Loopback, fake_time: FakeTime) -> None:
    loopback.routes["/"] = Reply(b"x", headers={"RateLimit": '"api";r=0;t=2', "Retry-After": "600"})
    async with client() as opened:
        for _ in range(3):
            await opened.fetch(asking(loopback, "/"))
    assert fake_time.slept == [2.0, 2.0]


async def test_a_pause_applies_to_the_redirect_target_that_requested_it(
    client: Make, loopback: Loopback, loopbacks: Callable[..., Loopback]
) -> None:
    other = loopbacks({"/": Reply(b"x", 429, headers={"Retry-After": "600"})})
    loopback.routes.update({"/": Reply(status=302, headers={"Location": f"{other.url}/"}), "/fine": b"x"})
    async with client(allow_private=True) as opened:
        with pytest.raises(FetchError) as refused:
            await opened.fetch(asking(loopback, "/"))
        await opened.fetch(asking(loopback, "/fine"))
        with pytest.raises(FetchError, match=f"127.0.0.1:{other.port} is paused until 09:10"):
            await opened.fetch(asking(loopback, "/"))
    assert refused.value.retry_after == 600
    assert len(other.log) == 1


async def test_a_refused_connection_is_tried_again(client: Make, fake_time: FakeTime) -> None:
    closed = Loopback()
    with closed.running():
        pass
    error = await failure(client, asking(closed, "/"))
    assert str(error).startswith(f"127.0.0.1:{closed.port} refused the connection (check the URL")
    assert len(fake_time.slept) == 2


async def test_429_without_retry_after_pauses_the_service(
    client: Make, loopback: Loopback, fake_time: FakeTime
) -> None:
    loopback.routes["/"] = Reply(b"Rate exceeded.", 429)
    async with client() as opened:
        for _ in range(2):
            with pytest.raises(FetchError):
                await opened.fetch(asking(loopback, "/"))
    assert len(loopback.log) == 1
    assert fake_time.slept == []


async def test_a_cancelled_request_ends_at_once_without_a_failure(client: Make, loopback: Loopback) -> None:
    asked = threading.Event()

    def hold(seen: Seen) -> Reply:
        asked.set()
        return Reply(raw=b"", hold=True)

    loopback.routes["/"] = hold
    async with client() as opened:
        task = asyncio.create_task(opened.fetch(asking(loopback, "/")))
        assert await asyncio.to_thread(asked.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        loopback.routes["/"] = b"after"
        assert (await opened.fetch(asking(loopback, "/"))).body == b"after"
    assert len(loopback.log) == 2


async def test_the_deadline_holds_for_all_redirects_together(client: Make, loopback: Loopback) -> None:
    loopback.routes.update(
        {
            "/": Reply(status=302, headers={"Location": "/slow"}),
            "/slow": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", hold=True),
        }
    )
    error = await failure(client, asking(loopback, "/"), limits=Limits(seconds=0.3))
    assert "took too long" in str(error)


async def test_a_silent_server_times_out(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = Reply(raw=b"", hold=True)
    assert "stopped answering" in str(await failure(client, asking(loopback, "/"), limits=Limits(read=0.2)))
    assert len(loopback.log) == 1


async def test_silent_servers_do_not_block_other_requests(client: Make, loopback: Loopback) -> None:
    all_asked = threading.Event()

    def hold(seen: Seen) -> Reply:
        if len(loopback.log) == 25:
            all_asked.set()
        return Reply(raw=b"", hold=True)

    loopback.routes.update({"/silent": hold, "/": b"x"})
    async with client() as opened, asyncio.TaskGroup() as group:
        silent = [
            group.create_task(opened.fetch(asking(loopback, "/silent")._replace(service=str(number))))
            for number in range(25)
        ]
        assert await asyncio.to_thread(all_asked.wait, 20)
        assert (await opened.fetch(asking(loopback, "/"))).body == b"x"
        for task in silent:
            task.cancel()


async def test_headers_that_cannot_be_sent_are_one_failure(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = b"x"
    await failure(client, asking(loopback, "/", headers=(("X-Key", "a\r\nX-Evil: 1"),)))
    assert loopback.log == []
    await fetched(client, asking(loopback, "/", headers=(("X-Key", "k\u20acy\u00e4"),)))
    assert loopback.log[0].headers["x-key"] == "k?y\u00e4"


async def test_a_body_has_a_limit_announced_or_not(client: Make, loopback: Loopback) -> None:
    loopback.routes.update({"/fits": b"x" * 1000, "/long": b"x" * 1001})
    loopback.routes["/unannounced"] = Reply(raw=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001)
    limits = Limits(body=1000)
    assert len((await fetched(client, asking(loopback, "/fits"), limits=limits)).body) == 1000
    for target in ("/long", "/unannounced"):
        assert "sent more than 1000 bytes" in str(await failure(client, asking(loopback, target), limits=limits))


async def test_a_partial_response_is_refused(client: Make, loopback: Loopback) -> None:
    loopback.routes["/"] = Reply(b"x", 206)
    assert "sent a partial response" in str(await failure(client, asking(loopback, "/")))


async def test_a_post_request_is_not_redirected(client: Make, loopback: Loopback) -> None:
    loopback.routes.update({"/": Reply(status=302, headers={"Location": "/end"}), "/end": b"x"})
    assert "redirects a POST request" in str(await failure(client, asking(loopback, "/", json=[])))
    loopback.routes["/"] = Reply(status=307, headers={"Location": "/end"})
    await fetched(client, asking(loopback, "/", json=[1]))
    assert (loopback.log[-1].method, loopback.log[-1].body) == ("POST", b"[1]")


async def test_a_proxy_gets_the_whole_address(client: Make, loopback: Loopback) -> None:
    loopback.routes["http://papers.example/feed"] = b"by proxy"
    environ = {"HTTP_PROXY": f"http://ada:pw@127.0.0.1:{loopback.port}"}
    assert (await fetched(client, Request("http://papers.example/feed", "x"), environ=environ)).body == b"by proxy"
    assert loopback.log[0].headers["proxy-authorization"].startswith("Basic ")
    for private in ("http://10.0.0.1/", "http://router.local/"):
        assert "private address" in str(await failure(client, Request(private, "x"), environ=environ))
    assert len(loopback.log) == 1


async def test_a_proxy_that_wants_a_password_is_blamed_itself(client: Make, loopback: Loopback) -> None:
    loopback.routes["http://papers.example/feed"] = Reply(status=407)
    error = await failure(client, Request("http://papers.example/feed", "x"), environ={"HTTP_PROXY": loopback.url})
    assert (error.message, error.status) == ("the proxy refused the request to papers.example (status 407)", 407)
    assert "USER:PASSWORD" in str(error.hint)


async def test_a_proxy_that_cannot_be_used_is_named(client: Make) -> None:
    for proxy in ("socks5://127.0.0.1:1", "http://[", "ftp://x"):
        error = await failure(client, Request("http://papers.example/", "x"), environ={"HTTP_PROXY": proxy})
        assert "HTTP_PROXY" in str(error)


async def test_the_environment_is_not_looked_at(
    client: Make, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    loopback.routes["/"] = b"x"
    assert (await fetched(client, asking(loopback, "/"))).body == b"x"
