"""Feeds whose address has changed: permanent redirects that are taken back, and two names of one address."""

from collections.abc import Callable
from typing import Any

from loopback import Loopback, Reply

Run = Callable[..., Any]

MOVED = Reply(status=301, headers={"Location": "/new"})


def feed(*titles: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://notes.example/{title[-1]}</link></item>" for title in titles
    )
    return f'<rss version="2.0"><channel><title>Notes</title>{items}</channel></rss>'


def moved(loopback: Loopback, run_cli: Run) -> str:
    """Add a feed whose server redirects permanently to another address. Return the URL of the feed."""
    loopback.routes.update({"/old": MOVED, "/new": feed("On ships 1")})
    assert run_cli("feed", "add", f"{loopback.url}/old", "--name", "notes").status == 0
    loopback.log.clear()
    return f"{loopback.url}/old"


def test_a_redirect_to_an_address_that_is_gone_is_taken_back(loopback: Loopback, run_cli: Run) -> None:
    moved(loopback, run_cli)
    loopback.routes.update({"/new": Reply(status=404), "/old": feed("On ships 1", "On sails 2")})
    assert run_cli("sync").out == "1 feed: 1 new, 0 updated, 1 unchanged\n"
    assert loopback.targets() == ["/new", "/old"]
    loopback.log.clear()
    assert run_cli("sync").status == 0
    assert loopback.targets() == ["/old"]


def test_a_redirect_to_an_address_that_became_a_web_page_is_taken_back(loopback: Loopback, run_cli: Run) -> None:
    moved(loopback, run_cli)
    page = Reply(b"<!DOCTYPE html><html><body>This domain is for sale</body></html>", content_type="text/html")
    loopback.routes.update({"/new": page, "/old": feed("On ships 1", "On sails 2")})
    assert run_cli("sync").out == "1 feed: 1 new, 0 updated, 1 unchanged\n"


def test_a_moved_feed_stays_moved_if_its_former_address_is_gone_too(loopback: Loopback, run_cli: Run) -> None:
    moved(loopback, run_cli)
    loopback.routes.update({"/new": Reply(status=410), "/old": Reply(status=404)})
    failed = run_cli("sync")
    assert (failed.status, "410 Gone" in failed.err) == (1, True)
    loopback.routes["/new"] = feed("On ships 1", "On sails 2")
    assert run_cli("sync", "notes").out == "1 feed: 1 new, 0 updated, 1 unchanged\n"
    assert loopback.targets() == ["/new", "/old", "/new"]


def test_a_server_that_is_down_for_a_while_is_no_reason_to_take_a_redirect_back(
    loopback: Loopback, run_cli: Run
) -> None:
    moved(loopback, run_cli)
    loopback.routes["/new"] = Reply(status=429, headers={"Retry-After": "600"})
    assert run_cli("sync").status == 1
    assert loopback.targets() == ["/new"]


def test_the_address_of_a_moved_feed_is_added_once(loopback: Loopback, run_cli: Run) -> None:
    moved(loopback, run_cli)
    again = run_cli("feed", "add", f"{loopback.url}/new")
    assert (again.status, again.err) == (0, "notes was already added: nothing changed\n")
    outline = f'<opml version="2.0"><body><outline xmlUrl="{loopback.url}/new"/></body></opml>'
    assert run_cli("feed", "import", "-", stdin=outline).out == "0 feeds added, 1 unchanged\n"
    assert [one["name"] for one in run_cli("feed", "list", "--json").json] == ["notes"]


def test_a_feed_that_redirects_to_another_feed_is_named(loopback: Loopback, run_cli: Run) -> None:
    loopback.routes.update({"/old": MOVED, "/new": feed("On ships 1")})
    run_cli("feed", "add", f"{loopback.url}/new", "--name", "notes")
    second = run_cli("feed", "add", f"{loopback.url}/old", "--name", "more")
    assert second.status == 0
    assert "warning: more leads to the same feed as notes (readq feed remove more)\n" in second.err
    assert "warning" not in run_cli("feed", "add", f"{loopback.url}/other", "--name", "other", "--no-sync").err
