"""A feed that gives its entries other ids and links, for example because the site got another domain."""

from collections.abc import Callable
from typing import Any

from loopback import Loopback

Run = Callable[..., Any]

TITLES = ("On the stability of long ships", "On the tension of old sails", "Lights of distant harbours")
ABSTRACT = "We look at {} for many years, with instruments of our own, and report what we saw."


def feed(host: str, *numbers: int, day: str = "20 Nov 2026", abstract: str = ABSTRACT) -> str:
    items = "".join(
        f"<item><title>{TITLES[number]}</title><link>https://{host}/posts/{number}</link>"
        f"<guid>https://{host}/?p={number}</guid><pubDate>Fri, {day} 09:00:00 GMT</pubDate>"
        f"<description>{abstract.format(TITLES[number])}</description></item>"
        for number in numbers
    )
    return f'<rss version="2.0"><channel><title>Notes</title>{items}</channel></rss>'


def added(loopback: Loopback, run_cli: Run) -> None:
    loopback.routes["/feed"] = feed("old.example", 0, 1)
    assert run_cli("feed", "add", f"{loopback.url}/feed", "--name", "notes").status == 0
    run_cli("mark", "dropped", 1)


def test_entries_of_a_site_with_another_domain_are_no_new_papers(loopback: Loopback, run_cli: Run) -> None:
    added(loopback, run_cli)
    loopback.routes["/feed"] = feed("new.example", 0, 1, 2)
    assert run_cli("sync").out == "1 feed: 1 new, 2 updated, 0 unchanged\n"
    assert run_cli("sync").out == "1 feed: 0 new, 0 updated, 3 unchanged\n"
    assert run_cli("list", "--count").out == "2\n"


def test_entries_whose_ids_change_with_each_pull_are_one_paper(loopback: Loopback, run_cli: Run) -> None:
    added(loopback, run_cli)
    for number in range(3):
        page = "<link>https://old.example/list</link>"
        item = f"<title>{TITLES[2]}</title>{page}<guid isPermaLink='false'>{number}</guid>"
        items = "".join(
            f"<item>{item}<pubDate>20 Nov 2026</pubDate></item>" for item in (item, f"<title>B</title>{page}")
        )
        loopback.routes["/feed"] = f"<rss><channel>{items}</channel></rss>"
        run_cli("sync")
    assert run_cli("list", "title:harbours", "--count").out == "1\n"


def test_an_entry_of_another_day_and_one_beside_its_namesake_are_papers_of_their_own(
    loopback: Loopback, run_cli: Run
) -> None:
    added(loopback, run_cli)
    loopback.routes["/feed"] = feed("new.example", 0, day="27 Nov 2026", abstract="Another year.")
    assert run_cli("sync").out == "1 feed: 1 new, 0 updated, 0 unchanged\n"
    both = feed("old.example", 1).replace("</channel></rss>", "") + feed("new.example", 1).partition("</title>")[2]
    loopback.routes["/feed"] = both
    assert run_cli("sync").out == "1 feed: 1 new, 0 updated, 1 unchanged\n"
