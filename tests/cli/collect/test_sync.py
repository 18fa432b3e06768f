"""`readq sync` and `readq feed`, for a person and for a script."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hugging_face import PATH, DailyPapers, made_up
from loopback import Loopback, Reply, Seen

from readq.cli.output.feed_table import print_table
from readq.clock import now
from readq.services.feeds.health import health
from readq.store.library import open_for_reading

Run = Callable[..., Any]
TODAY = date(2026, 11, 23)
RSS = (
    '<rss version="2.0"><channel><title>Notes</title>'
    "<item><title>On ships</title><link>https://notes.example/1</link></item>"
    "<item><title>On sails</title><link>https://notes.example/2</link></item></channel></rss>"
)


@pytest.fixture
def site(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """Return a server of Daily Papers with two papers each weekday, and of a feed with two entries."""
    days = {day: made_up(day, 2) for day in (TODAY - timedelta(days=back) for back in range(60)) if day.weekday() < 5}
    loopback.routes.update({PATH: DailyPapers(days, TODAY), "/notes": RSS})
    monkeypatch.setenv("READQ_HUGGINGFACE_URL", loopback.url)
    return loopback


def test_adding_a_feed_pulls_a_week_at_once(site: Loopback, run_cli: Run) -> None:
    added = run_cli("feed", "add", "hf:daily")
    assert (added.status, added.out) == (
        0,
        "added hf-daily: hf:daily (step 1)\n1 feed: 10 new, 0 updated, 0 unchanged\n",
    )
    again = run_cli("feed", "add", "hf:daily")
    assert (again.status, again.out, again.err) == (0, "", "hf-daily was already added: nothing changed\n")
    assert run_cli("list", "--count").out == "10\n"
    assert run_cli("sync").out == "1 feed: 0 new, 0 updated, 10 unchanged\n"


def test_feeds_are_listed_with_their_health(site: Loopback, run_cli: Run) -> None:
    assert (run_cli("feed", "list").out, run_cli("feed", "--json").json) == ("", [])
    run_cli("feed", "add", "hf:daily")
    run_cli("feed", "add", f"{site.url}/notes", "--name", "notes", "--no-sync")
    run_cli("feed", "add", f"{site.url}/nothing", "--name", "nothing")
    lines = [line.split("\t") for line in run_cli("feed", "list").out.splitlines()]
    assert [(line[0], line[2], line[4], line[5], line[6][:20]) for line in lines] == [
        ("hf-daily", "ok", "2026-11-23", "10", "ok"),
        ("notes", "new", "", "0", "not pulled yet"),
        ("nothing", "failed", "", "0", "failed since 09:00: "),
    ]
    daily, _, nothing = run_cli("feed", "list", "--json").json
    assert daily["last_success"] == "2026-11-23T08:00:00Z"
    assert (daily["status"], daily["error"], daily["next"]) == ("ok", None, None)
    assert nothing["next"] == "2026-11-23T08:05:00Z"
    assert "404" in nothing["error"]


def test_entries_that_join_or_resemble_papers_are_reported(site: Loopback, run_cli: Run) -> None:
    """Without authors and abstract, a distinctive title joins one paper; at another address of its host it does not."""
    run_cli("import", "-", stdin="@misc{ships, title = {On the stability of very long ships}, author = {Doe, Jane}}")
    address = f"{site.url}/about/sails/1"
    run_cli("import", "-", stdin=f"@misc{{sails, title = {{On the tension of very old sails}}, url = {{{address}}}}}")
    site.routes["/notes"] = (
        '<rss version="2.0"><channel><title>Notes</title>'
        "<item><title>On the stability of very long ships</title><link>https://notes.example/1</link></item>"
        f"<item><title>On the tension of very old sails</title><link>{site.url}/about/sails/2</link></item>"
        "</channel></rss>"
    )
    added = run_cli("feed", "add", f"{site.url}/notes", "--name", "notes")
    assert added.err.splitlines()[1:] == [
        "notes: entry 1 is the paper ships (same title, no author known of one)",
        "1 possible duplicate: #2 and #3 (readq doubles)",
    ]
    again = run_cli("sync", "--json").json
    assert (again["unchanged"], again["joined"], again["renamed"], again["look_alikes"]) == (2, [], [], 0)


def test_messages_of_a_sync_are_printed_with_json_too(site: Loopback, run_cli: Run) -> None:
    run_cli("feed", "add", f"{site.url}/notes", "--name", "notes", "--no-sync")
    run_cli("view", "save", "ships", "ships", "--watch", "raise")
    told = run_cli("sync", "--dry-run").err.splitlines()[1:]
    assert [line for line in told if "ships" in line]
    for words in (("--json",), ("--progress", "json")):
        assert run_cli("sync", "--dry-run", *words).err.splitlines() == told
    assert run_cli("sync", "--dry-run", "--json", "--quiet").err == ""


def test_a_feed_is_kept_when_its_first_pull_fails(site: Loopback, run_cli: Run) -> None:
    added = run_cli("feed", "add", f"{site.url}/nothing", "--name", "nothing")
    assert added.status == 1
    assert added.err.startswith("error: nothing: 127.0.0.1")
    assert "(next try 09:05)" in added.err
    assert run_cli("feed", "list", "--json").json[0]["name"] == "nothing"


def test_adding_and_removing_feeds_are_steps_and_keep_the_papers(site: Loopback, run_cli: Run) -> None:
    run_cli("feed", "add", "hf:daily")
    removed = run_cli("feed", "remove", "hf-daily", "other", "--json")
    assert (removed.status, removed.json["changed"], removed.json["missing"]) == (1, 1, ["other"])
    assert removed.err == "error: no feed 'other' (see readq feed list)\n"
    assert (run_cli("feed", "list").out, run_cli("list", "--count").out) == ("", "10\n")
    assert run_cli("undo", "--json").json["what"] == "removed feed hf-daily"
    assert run_cli("feed", "list", "--json").json[0]["last_success"] == "2026-11-23T08:00:00Z"
    assert run_cli("undo", "--json").json["what"] == "added feed hf-daily"
    assert (run_cli("feed", "list").out, run_cli("list", "--count").out) == ("", "10\n")
    assert run_cli("redo").status == 0
    assert run_cli("sync", "--json").json["unchanged"] == 10


def test_lists_of_feeds_are_exported_and_imported(site: Loopback, run_cli: Run, tmp_path: Any) -> None:  # noqa: ANN401
    for spec in ("hf:daily", "arxiv:cs.LG", f"{site.url}/notes"):
        run_cli("feed", "add", spec, "--no-sync")
    listed = run_cli("feed", "export").out
    assert "https://rss.arxiv.org/rss/cs.LG" in listed
    before = run_cli("feed", "list").out
    assert run_cli("feed", "import", "-", "--json", stdin=listed).json["unchanged"] == 3
    run_cli("feed", "remove", *(line.split("\t")[0] for line in before.splitlines()))
    imported = run_cli("feed", "import", "-", stdin=listed)
    assert (imported.status, imported.out) == (0, "3 feeds added (step 5); readq sync pulls them\n")
    assert run_cli("feed", "list").out == before
    for bad, status in ((tmp_path / "none", 1), ("-", 65)):
        refused = run_cli("feed", "import", bad, stdin="no list")
        assert (refused.status, refused.err.count("error: "), refused.err.count("\n")) == (status, 1, 1)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("feed", "add"), 2),
        (("feed", "add", "nonsense"), 2),
        (("feed", "add", "arxiv:cs.XX"), 2),
        (("feed", "add", "/etc/passwd"), 2),
        (("feed", "add", "file:///etc/passwd"), 2),
        (("feed", "add", "hf:daily", "--name", " x"), 2),
        (("feed", "what"), 2),
        (("feed", "list", "x"), 2),
        (("feed", "remove"), 2),
        (("feed", "list", "--name", "x"), 2),
        (("sync", "--since", "tomorrow"), 2),
        (("sync", "--since", "nonsense"), 2),
        (("sync", "--since", "7d"), 0),
        (("sync", "--since", "fri"), 0),
        (("sync", "--progress", "loud"), 2),
        (("sync", "nothing"), 1),
        (("sync",), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_one_line_and_creates_no_library(
    run_cli: Run, library: str, words: tuple[str, ...], status: int
) -> None:
    result = run_cli(*words)
    assert (result.status, result.err.count("\n")) == (status, int(status > 0))
    assert not os.path.exists(library)


def test_quiet_reports_only_feeds_that_have_failed_for_a_day(
    site: Loopback, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("feed", "add", f"{site.url}/notes", "--name", "notes", "--no-sync")
    run_cli("feed", "add", f"{site.url}/nothing", "--name", "nothing", "--no-sync")
    assert run_cli("sync", "--quiet") == (1, "", "")
    monkeypatch.setenv("READQ_NOW", "2026-11-24T09:00:00+01:00")
    later = run_cli("sync", "--quiet")
    assert (later.status, later.out) == (1, "")
    assert later.err.startswith("error: nothing: failing since Mon: ")
    # Nor are queued papers reported that cannot be completed.
    assert run_cli("add", "2611.00042").status == 0
    assert "queued papers: 2611.00042" in run_cli("sync").err
    assert run_cli("sync", "--quiet").err == later.err
    assert later.err.count("\n") == 1


def test_json_of_a_sync(site: Loopback, run_cli: Run) -> None:
    run_cli("feed", "add", "hf:daily", "--no-sync")
    run_cli("feed", "add", f"{site.url}/nothing", "--name", "nothing", "--no-sync")
    result = run_cli("sync", "--json")
    assert (result.status, result.err) == (1, "")
    report = result.json
    assert {name: report[name] for name in ("found", "new", "updated", "unchanged", "rejected")} == {
        "found": 10,
        "new": 10,
        "updated": 0,
        "unchanged": 0,
        "rejected": [],
    }
    daily, nothing = report["feeds"]["hf-daily"], report["feeds"]["nothing"]
    assert (daily["new"], daily["status"], daily["error"]) == (10, "ok", None)
    assert (nothing["found"], nothing["status"]) == (0, "failed")


def test_progress_for_programs_is_an_object_a_line(site: Loopback, run_cli: Run) -> None:
    run_cli("feed", "add", "hf:daily", "--no-sync")
    lines = [json.loads(line) for line in run_cli("sync", "--progress", "json").out.splitlines()]
    assert lines[0] == {"event": "started", "feed": "hf-daily", "requests": 14}
    assert {line["event"] for line in lines} == {"started", "progress", "ended", "end"}
    last = [line for line in lines if line["event"] == "progress"][-1]
    assert (last["feed"], last["new"], last["done"] <= last["requests"]) == ("hf-daily", 10, True)
    assert (lines[-2]["event"], lines[-2]["status"], lines[-2]["new"]) == ("ended", "ok", 10)
    assert (lines[-1]["new"], lines[-1]["interrupted"], list(lines[-1]["feeds"])) == (10, False, ["hf-daily"])


def test_entries_without_a_date_are_seen_once(site: Loopback, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run_cli("feed", "add", f"{site.url}/notes", "--name", "notes")
    monkeypatch.setenv("READQ_NOW", "2026-11-24T09:00:00+01:00")
    report = run_cli("sync", "--json").json["feeds"]["notes"]
    assert (report["updated"], report["unchanged"], report["status"]) == (0, 2, "stale")
    assert len(run_cli("show", 1, "--json").json["sightings"]) == 1


class Syncing:
    """The real program during a sync. The server stops answering after some days until it is told to continue."""

    def __init__(self, site: Loopback, library: str, *words: str) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        daily = site.routes[PATH]
        assert isinstance(daily, DailyPapers)

        def reply(seen: Seen) -> Reply:
            if seen.query["date"] == str(TODAY - timedelta(days=3)):
                self.reached.set()
                self.go_on.wait(60)
            return daily(seen)

        site.routes[PATH] = reply
        command = [sys.executable, "-m", "readq", "sync", *words]
        environ = {**os.environ, "READQ_DB": library, "READQ_NOW": "2026-11-23T09:00:00+01:00"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environ, text=True
        )

    def until_stored(self, papers: int) -> None:
        """Wait until so many new papers are stored; for a sync whose progress is for programs."""
        assert self.process.stdout is not None
        while json.loads(self.process.stdout.readline()).get("new") != papers:
            pass

    def end(self) -> tuple[int, str, str]:
        """Its status and what it said."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def syncing(site: Loopback, library: str, run_cli: Run) -> Iterator[Callable[..., Syncing]]:
    started: list[Syncing] = []

    def start(*words: str) -> Syncing:
        run_cli("feed", "add", "hf:daily", "--no-sync")
        started.append(Syncing(site, library, *words))
        assert started[-1].reached.wait(60)
        return started[-1]

    yield start
    for one in started:
        one.go_on.set()
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["INT", "TERM", "HUP"],
)
def test_row_50_the_first_signal_keeps_stored_papers(
    syncing: Callable[..., Syncing], library: str, run_cli: Run, number: signal.Signals, status: int
) -> None:
    one = syncing()
    one.process.send_signal(number)
    assert one.end()[:2] == (status, "interrupted: 1 feed: 6 new, 0 updated, 0 unchanged, 1 failed\n")
    assert run_cli("list", "--count").out == "6\n"
    assert run_cli("check").status == 0
    one.go_on.set()
    # Complete days are kept, incomplete ones are requested again.
    assert run_cli("sync", "--json").json["new"] == 4


def test_row_50_a_second_signal_ends_the_process_at_once(
    syncing: Callable[..., Syncing], library: str, run_cli: Run
) -> None:
    one = syncing()
    # The current write cannot be finished: another process holds the library.
    with contextlib.closing(sqlite3.connect(library, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        one.go_on.set()
        one.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.process.wait(0.5)
        one.process.send_signal(signal.SIGINT)
        returned, _, err = one.end()
    assert returned in (-signal.SIGINT, 130)
    assert "Traceback" not in err
    assert run_cli("check").status == 0
    assert run_cli("sync").status == 0


def test_a_program_that_reads_the_progress_can_end_the_sync_and_keep_stored_papers(
    syncing: Callable[..., Syncing], run_cli: Run
) -> None:
    one = syncing("--progress", "json")
    one.process.send_signal(signal.SIGTERM)
    status, out, _ = one.end()
    last = json.loads(out.splitlines()[-1])
    assert (status, last["event"], last["interrupted"], last["new"]) == (143, "end", True, 6)


def test_a_second_sync_names_the_running_process(syncing: Callable[..., Syncing], run_cli: Run) -> None:
    one = syncing("--progress", "json")
    one.until_stored(6)
    refused = run_cli("sync")
    assert (refused.status, refused.err) == (
        75,
        f"error: another sync is running (process {one.process.pid}) (try again when it is done)\n",
    )
    added = run_cli("feed", "add", "hf:trending")
    assert added.status == 1
    assert f"(process {one.process.pid})" in added.err
    assert [feed["name"] for feed in run_cli("feed", "list", "--json").json] == ["hf-daily", "hf-trending"]
    # Commands that read or decide do not wait for the sync.
    assert run_cli("mark", "queued", 1).status == 0


def test_row_62_a_sync_and_eight_writers_lose_nothing(
    syncing: Callable[..., Syncing], library: str, run_cli: Run
) -> None:
    one = syncing("--progress", "json")
    one.until_stored(6)
    environ = {**os.environ, "READQ_DB": library}
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "readq", "note", "1", "--append", f"line {number}"],
            env=environ,
            stdout=subprocess.DEVNULL,
        )
        for number in range(8)
    ]
    one.go_on.set()
    assert [writer.wait(60) for writer in writers] == [0] * 8
    status, out, err = one.end()
    assert (status, err) == (0, ""), out
    assert sorted(run_cli("note", 1).out.split("\n")) == ["", *(f"line {number}" for number in range(8))]
    assert run_cli("list", "--count").out == "10\n"
    assert run_cli("check").status == 0


def test_a_long_name_of_a_feed_is_not_cut_on_a_terminal(
    run_cli: Run, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "the-feed-of-a-reading-group-with-a-long-name"
    assert run_cli("feed", "add", "https://example.org/feed", "--name", name, "--no-sync").status == 0
    with contextlib.closing(open_for_reading(library)) as connection:
        print_table(health(connection, now()), now())
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == name
    assert shown[2].split()[0] == "never"
