"""Libraries are kept in step through real git repositories on disk."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from machines import TIMEOUT, Fault, Machine, begin, run_with_fault
from random_actions import Action
from template import Template

from readq.config import Config
from readq.errors import ReadqError, ShareRunningError, UsageError
from readq.model.records import PaperRecord
from readq.model.values import Rating
from readq.services.dump import write_folder
from readq.services.dump.dump_files import Content
from readq.services.review import ratings
from readq.services.review.ratings import RatingTargets
from readq.services.share.exchange import share
from readq.services.share.fingerprints import of_commit
from readq.services.share.locks import share_lock
from readq.services.share.start import start
from readq.store.journal import steps
from readq.store.library import open_for_changing, open_for_reading, open_for_writing
from readq.store.papers import key_lookup
from readq.store.records import read
from readq.store.records.read import PaperRows

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def records(machine: Machine) -> dict[str, tuple[object, ...]]:
    connection = open_for_reading(machine.library)
    found: dict[str, tuple[object, ...]] = {
        str(number): (paper.status, paper.tags, paper.note) for number, paper in read.papers(connection).items()
    }
    connection.close()
    return found


def numbered(machine: Machine) -> dict[int, PaperRecord]:
    with closing(open_for_reading(machine.library)) as connection:
        return dict(read.papers(connection))


def git(folder: Path | str, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_one_machine_took_away_stays_away_and_what_both_added_is_kept(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    here.act(Action("tag", ([1], ["a", "b"], [])), now)
    here.act(Action("note", (2, "claim: x\nhow: y")), now)
    for machine in (here, there):
        machine.share(now)
    here.act(Action("tag", ([1], [], ["a"])), now)
    here.act(Action("remove", ([3],)), now)
    here.act(Action("note", (2, "how: y")), now)
    there.act(Action("tag", ([1], ["c"], [])), now)
    there.act(Action("append", (2, "use: z")), now)
    for machine in (here, there, here):
        machine.share(now)
    assert here.dumped() == there.dumped()
    found = records(here)
    assert found["1"][1] == ("b", "c")
    assert found["2"][2] == "how: y\nuse: z"
    assert "3" not in found
    assert git(here.shared, "status", "--porcelain") == ""
    before = git(here.shared, "rev-parse", "HEAD")
    here.share(now)
    there.share(now)
    assert git(there.shared, "rev-parse", "HEAD") == before


def test_a_removed_paper_stays_if_the_other_side_touched_it(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    here.act(Action("remove", ([1, 2],)), now)
    there.act(Action("mark", ([2], "queued")), now)
    for machine in (here, there, here):
        machine.share(now)
    assert "1" not in records(there)
    titles = [paper.title for paper in read.papers(open_for_reading(here.library)).values()]
    assert sum(title.endswith("part 2") for title in titles) == 1
    assert here.dumped() == there.dumped()


def tag_in_step(pair: list[Machine], papers: list[int], now: datetime) -> None:
    """Add the tags a and b to papers, so that both machines have them."""
    here, there = pair
    here.share(now)
    here.act(Action("tag", (papers, ["a", "b"], [])), now)
    for machine in (here, there):
        machine.share(now)


def tags_in_step(pair: list[Machine], now: datetime) -> list[object]:
    """Share until both machines are equal. Return the tags of each paper that has some."""
    here, there = pair
    for machine in (here, there, here):
        machine.share(now)
    assert here.dumped() == there.dumped()
    return [paper[1] for paper in records(there).values() if paper[1]]


def test_what_was_taken_off_before_a_paper_was_removed_does_not_return_with_it(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    tag_in_step(pair, [1, 2], now)
    here.act(Action("tag", ([1, 2], [], ["a"])), now)
    here.share(now)
    # A later commit of the same machine still has them, with another tag.
    here.act(Action("tag", ([1, 2], ["c"], [])), now)
    here.share(now)
    here.act(Action("remove", ([1, 2],)), now)
    there.act(Action("star", ([1], True)), now)
    assert tags_in_step(pair, now) == [("b", "c")]


@pytest.mark.parametrize("action", [Action("key", (1, "renamed")), Action("merge", (2, 1))], ids=lambda one: one.kind)
def test_what_was_taken_off_a_paper_under_another_key_does_not_return_either(
    pair: list[Machine], now: datetime, action: Action
) -> None:
    here, there = pair
    tag_in_step(pair, [1], now)
    here.act(action, now)
    here.act(Action("tag", ([1], [], ["a"])), now)
    here.share(now)
    here.act(Action("remove", ([1],)), now)
    there.act(Action("star", ([1], True)), now)
    assert tags_in_step(pair, now) == [("b",)]


@pytest.mark.parametrize("action", [Action("key", (1, "renamed")), Action("merge", (2, 1))], ids=lambda one: one.kind)
def test_what_was_decided_of_a_paper_under_another_key_returns_with_it(
    pair: list[Machine], now: datetime, action: Action
) -> None:
    here, there = pair
    here.act(action, now)
    here.act(Action("star", ([1], True)), now)
    here.act(Action("mark", ([1], "reading")), now)
    here.share(now)
    here.act(Action("remove", ([1],)), now)
    there.act(Action("append", (1, "touched")), now)
    for machine in (here, there, here):
        machine.share(now)
    for machine in (here, there):
        with machine.opened() as library:
            (paper,) = [one for one in read.papers(library.connection).values() if one.note]
        assert (paper.starred, paper.status) == (True, "reading")


def test_what_was_taken_off_does_not_return_if_the_other_side_joined_the_removed_papers(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    tag_in_step(pair, [1, 2], now)
    here.act(Action("tag", ([1, 2], [], ["a"])), now)
    here.share(now)
    here.act(Action("remove", ([1, 2],)), now)
    there.act(Action("merge", (2, 1)), now)
    assert tags_in_step(pair, now) == [("b",)]


def test_what_was_taken_off_does_not_return_if_the_other_side_joined_the_removed_paper_with_another(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    tag_in_step(pair, [1], now)
    here.act(Action("tag", ([1], [], ["a"])), now)
    here.share(now)
    here.act(Action("remove", ([1],)), now)
    there.act(Action("merge", (2, 1)), now)
    assert tags_in_step(pair, now) == [("b",)]


@pytest.mark.parametrize("is_shared_before", [True, False])
@pytest.mark.parametrize("is_renamed", [True, False])
def test_what_was_taken_off_does_not_return_if_another_paper_took_the_key_of_the_removed_one(
    pair: list[Machine], now: datetime, is_shared_before: bool, is_renamed: bool
) -> None:
    here, there = pair
    here.act(Action("key", (1, "former")), now)
    here.act(Action("key", (1, "present")), now)
    tag_in_step(pair, [1], now)
    key = "present"
    if is_renamed:
        here.act(Action("key", (1, "former")), now)
        with here.opened() as library:
            library.connection.execute("DELETE FROM alias WHERE key = 'present'")
    here.act(Action("tag", ([1], [], ["a"])), now)
    here.share(now)
    here.act(Action("remove", ([1],)), now)
    if is_shared_before:
        here.share(now)
    here.act(Action("key", (2, key)), now)
    there.act(Action("star", ([1], True)), now)
    assert tags_in_step(pair, now) == [("b",)]


def test_what_was_taken_off_does_not_return_if_the_other_side_took_the_removed_paper_apart(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    there.act(Action("merge", (2, 1)), now)
    with there.opened() as library:
        merged = steps.newest_number(library.connection)
    there.share(now)
    tag_in_step(pair, [1], now)
    here.act(Action("tag", ([1], [], ["a"])), now)
    here.share(now)
    here.act(Action("remove", ([1],)), now)
    there.act(Action("undo a step", (merged,)), now)
    assert tags_in_step(pair, now) == [("b",)]


ENTRIES = {name: f"title = {{What is {name}}}, author = {{{name} Noether}}, year = {{2020}}" for name in "abcdef"}


def test_undo_of_an_import_keeps_what_a_person_changed_or_added_on_another_machine(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    here.act(Action("import bib", ([*ENTRIES.items()], ["mine"])), now)
    # Both add the paper e without knowing of each other.
    there.act(Action("import bib", ([("e", ENTRIES["e"])], ["mine"])), now)
    for machine in (here, there, here):
        machine.share(now)
    there.act(Action("undo", ()), now)
    numbers = {paper.key: number for number, paper in numbered(there).items()}
    there.act(Action("note", (numbers["a"], "thought")), now)
    there.act(Action("tag", ([numbers["b"]], ["own"], [])), now)
    there.act(Action("star", ([numbers["c"]], True)), now)
    there.act(Action("rate", ([numbers["d"]], 3)), now)
    for machine in (there, here):
        machine.share(now)
    assert {paper.key for paper in numbered(here).values()} >= {*ENTRIES}
    here.act(Action("undo", ()), now)
    for machine in (here, there):
        machine.share(now)
    assert here.dumped() == there.dumped()
    # That there added the paper e itself is known there only.
    assert {paper.key for paper in numbered(there).values()} & {*ENTRIES} == {*"abcd"}


def test_a_line_that_a_person_moved_to_another_list_does_not_end_a_share(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    tag_in_step(pair, [1], now)
    here.act(Action("key", (1, "renamed")), now)
    here.share(now)
    (path,) = [path for path in Path(here.shared).glob("papers/*") if '"key": "renamed"' in path.read_text()]
    path.rename(path.with_name("fff.jsonl" if path.name != "fff.jsonl" else "ffe.jsonl"))
    git(here.shared, "add", "-A")
    git(here.shared, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "moved")
    here.act(Action("remove", ([1],)), now)
    there.act(Action("star", ([1], True)), now)
    assert tags_in_step(pair, now) == [("a", "b")]


def test_a_restored_backup_takes_in_again_what_came_later(pair: list[Machine], now: datetime) -> None:
    """It must not look as if its reader had removed everything since."""
    here, there = pair
    shutil.copyfile(here.library, f"{here.library}.old")
    here.act(Action("append", (1, "later")), now)
    here.share(now)
    os.replace(f"{here.library}.old", here.library)
    here.share(now)
    there.share(now)
    assert records(here)["1"][2] == records(there)["1"][2] == "later"


def test_commits_made_by_hand_are_taken_in_and_uncommitted_changes_refused(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    here.act(Action("note", (1, "one\ntwo")), now)
    here.share(now)
    (note,) = Path(here.shared, "notes").iterdir()
    note.write_text("one\ntwo\nthree\n")
    with pytest.raises(ReadqError, match="was changed by hand"):
        here.share(now)
    git(here.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "by hand")
    here.act(Action("append", (1, "four")), now)
    here.share(now)
    assert records(here)["1"][2] == "one\ntwo\nfour\nthree"


def test_a_commit_that_lost_the_lists_of_papers_removes_nothing(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    before = here.dumped()
    with closing(open_for_reading(here.library)) as connection, pytest.raises(ReadqError, match="of readq share"):
        write_folder.dump(connection, here.shared)
    shutil.rmtree(Path(here.shared, "papers"))
    Path(here.shared, "readq-dump.json").write_text('{"format": 2}\n')
    git(here.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "edited")
    with pytest.raises(ReadqError, match=r"papers\.jsonl: missing"):
        here.share(now)
    assert here.dumped() == before
    git(here.shared, "push", "-q", "origin", "HEAD")
    with pytest.raises(ReadqError, match=r"papers\.jsonl: missing"):
        there.share(now)
    assert there.dumped() == before


@pytest.mark.parametrize("damage", ["<<<<<<< a\n=======\n>>>>>>> b\n", "{broken\n"])
def test_a_broken_dump_of_another_machine_changes_nothing(pair: list[Machine], now: datetime, damage: str) -> None:
    here, there = pair
    papers = next(Path(there.shared, "papers").iterdir())
    papers.write_text(papers.read_text() + damage)
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "broken")
    git(there.shared, "push", "-q", "origin", "main")
    before = here.dumped()
    with pytest.raises(ReadqError, match=rf"papers/{papers.name}"):
        here.share(now)
    assert here.dumped() == before
    assert here.problems(now) == []


def test_a_refused_share_leaves_the_folder_as_it_was(pair: list[Machine], now: datetime) -> None:
    """What the reader writes there afterwards must not be taken for files of a killed share."""
    here = pair[0]
    papers = next(Path(here.shared, "papers").iterdir())
    whole = papers.read_text()
    papers.write_text(f"{whole}<<<<<<< a\n=======\n>>>>>>> b\n")
    git(here.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "a conflict")
    here.act(Action("note", (1, "thought")), now)
    with pytest.raises(ReadqError, match=rf"^the branch main: papers/{papers.name} has a git conflict"):
        here.share(now)
    assert git(here.shared, "status", "--porcelain") == ""
    papers.write_text(whole)
    own = Path(here.shared, "notes", "own.md")
    own.parent.mkdir(exist_ok=True)
    own.write_text("of the reader")
    with pytest.raises(ReadqError, match="was changed by hand"):
        here.share(now)
    assert (papers.read_text(), own.read_text()) == (whole, "of the reader")
    own.unlink()
    git(here.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "resolved")
    here.share(now)
    assert [note.read_text() for note in Path(here.shared, "notes").iterdir()] == ["thought\n"]


@pytest.mark.parametrize(
    ("name", "damage", "why"),
    [
        ("notes/{key}.md", "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", "notes/{key}.md has a git conflict"),
        ("papers/{list}", '{{"key": "{key}", "status": "lost"}}\n', "papers/{list}: the paper {key}: "),
    ],
)
def test_the_place_of_a_damage_in_another_dump_is_named(
    pair: list[Machine], now: datetime, name: str, damage: str, why: str
) -> None:
    here, there = pair
    papers = next(Path(there.shared, "papers").iterdir())
    facts = {"key": json.loads(papers.read_text().partition("\n")[0])["key"], "list": papers.name}
    path = Path(there.shared, name.format(**facts))
    path.parent.mkdir(exist_ok=True)
    path.write_text(damage.format(**facts))
    git(there.shared, "add", "-A")
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "broken")
    git(there.shared, "push", "-q", "origin", "main")
    with pytest.raises(ReadqError, match=rf"remote.git: {why.format(**facts)}"):
        here.share(now)


def test_a_newer_format_is_refused(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    Path(there.shared, "readq-dump.json").write_text(json.dumps({"format": 99}))
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "newer")
    git(there.shared, "push", "-q", "origin", "main")
    with pytest.raises(ReadqError, match="update readq"):
        here.share(now)


def test_a_remote_that_is_gone_is_one_line(pair: list[Machine], now: datetime, tmp_path: Path) -> None:
    here = pair[0]
    shutil.rmtree(tmp_path / "remote.git")
    before = git(here.shared, "rev-parse", "HEAD")
    here.act(Action("star", ([1], True)), now)
    with pytest.raises(ReadqError, match="git fetch: fatal") as caught:
        here.share(now)
    assert "\n" not in str(caught.value)
    assert "connect its drive" in (caught.value.hint or "")
    assert git(here.shared, "rev-parse", "HEAD") == before


def test_without_a_network_it_commits_here_only(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    git(here.shared, "remote", "set-url", "origin", "http://127.0.0.1:1/reading.git")
    here.act(Action("star", ([1], True)), now)
    report = share(here.library, here.shared, TIMEOUT, now)
    assert (report.offline, report.sent) == (True, False)
    assert git(here.shared, "rev-parse", "HEAD") == report.commit


def test_a_foreign_repository_is_refused(tmp_path: Path, now: datetime, template: Template) -> None:
    foreign = tmp_path / "foreign"
    subprocess.run(["git", "init", "-q", "-b", "main", str(foreign)], check=True)
    (foreign / "main.tex").write_text("x")
    git(foreign, "add", "main.tex")
    git(foreign, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")
    with pytest.raises(ReadqError, match="without a dump of readq"):
        begin(tmp_path / "here", template.library, foreign, now)
    assert git(foreign, "log", "--format=%s") == "x"


def test_another_history_is_refused_until_both_are_joined_anew(
    pair: list[Machine], tmp_path: Path, now: datetime, template: Template
) -> None:
    here = pair[0]
    other = begin(tmp_path / "other", template.library, tmp_path / "other.git", now + timedelta(hours=1))
    other.act(Action("append", (1, "there")), now)
    other.share(now)
    git(here.shared, "remote", "set-url", "origin", str(tmp_path / "other.git"))
    before = here.dumped()
    with pytest.raises(ReadqError, match="does not have the history"):
        here.share(now)
    assert here.dumped() == before
    start(here.library, here.shared, None, TIMEOUT, now, anew=True)
    assert records(here)["1"][2] == "there"


def test_a_folder_of_another_history_says_what_joins_both(
    pair: list[Machine], tmp_path: Path, now: datetime, template: Template
) -> None:
    here = pair[0]
    begin(tmp_path / "other", template.library, tmp_path / "other.git", now + timedelta(hours=1))
    folder, url = tmp_path / "new", tmp_path / "other.git"
    with pytest.raises(ReadqError) as raised:
        start(here.library, str(folder), str(url), TIMEOUT, now)
    # Without the URL, a repository without a remote would be made.
    assert "readq share init [URL] --anew" in str(raised.value.hint)
    start(here.library, str(folder), str(url), TIMEOUT, now, anew=True)
    assert git(folder, "remote", "get-url", "origin") == str(url)


def test_a_worktree_of_another_repository_is_refused(pair: list[Machine], tmp_path: Path, now: datetime) -> None:
    here = pair[0]
    folder = tmp_path / "worktree"
    git(here.shared, "worktree", "add", "-q", "-b", "side", str(folder))
    before = sorted(folder.iterdir())
    with pytest.raises(ReadqError, match=r"worktree or a submodule of another repository .*share\.folder"):
        start(here.library, str(folder), None, TIMEOUT, now)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("url", ["", "-x", "ext::sh -c id", "https://me:secret@example.org/x.git"])
def test_addresses_that_are_refused(url: str, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(UsageError):
        start(str(tmp_path / "library.db"), str(tmp_path / "share"), url, TIMEOUT, now)
    assert list(tmp_path.iterdir()) == []


def test_only_one_share_runs_at_a_time(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    with share_lock(here.shared), pytest.raises(ShareRunningError):
        here.share(now)


def test_a_feed_with_a_secret_address_stays_on_its_machine_and_in_the_repository(
    pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    here.act(Action("feed", ("blog", "https://example.org/feed?token=abcdef123456")), now)
    for machine in (here, there, here, there):
        machine.share(now)
    assert "abcdef" not in Path(here.shared, "feeds.json").read_text()
    with open_for_reading(here.library) as connection:
        assert [feed.spec for feed in read.feeds(connection)] == ["https://example.org/feed?token=abcdef123456"]
    assert '"blog"' in Path(there.shared, "feeds.json").read_text()


@pytest.mark.parametrize("is_known", [True, False], ids=["remembered", "from an older version"])
def test_a_feed_with_a_secret_address_leaves_the_repository_when_its_reader_removes_it(
    pair: list[Machine], now: datetime, is_known: bool
) -> None:
    here, there = pair
    here.act(Action("feed", ("blog", "https://example.org/feed?token=abcdef123456")), now)
    for machine in (here, there):
        machine.share(now)
    if not is_known:
        Path(there.shared, ".git", "readq", "other-feeds.json").unlink()
    there.act(Action("star", ([1], True)), now)
    there.share(now)
    assert '"blog"' in Path(there.shared, "feeds.json").read_text()
    here.act(Action("feed", ("blog", None)), now)
    for machine in (here, there, here):
        machine.share(now)
        assert '"blog"' not in Path(machine.shared, "feeds.json").read_text()


def test_feeds_that_differ_in_their_secrets_only_do_not_end_a_share(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    for name in ("one", "two"):
        here.act(Action("feed", (name, f"https://example.org/feed?token={name}")), now)
    there.act(Action("star", ([1], True)), now)
    for machine in (here, there, here):
        machine.share(now)
    there.act(Action("feed", ("one", "https://example.org/feed?token=another")), now)
    for machine in (there, here, there):
        machine.share(now)
    assert specs(here) == {name: f"https://example.org/feed?token={name}" for name in ("one", "two")}
    assert specs(there) == {"one": "https://example.org/feed?token=another"}
    here.act(Action("feed", ("two", None)), now)
    for machine in (here, there):
        machine.share(now)
        assert '"two"' not in Path(machine.shared, "feeds.json").read_text()


@pytest.mark.parametrize("first", [0, 1])
def test_a_feed_with_a_secret_stays_beside_a_feed_of_the_same_name(
    pair: list[Machine], now: datetime, first: int
) -> None:
    here, there = pair
    here.act(Action("feed", ("blog", "https://example.org/feed?token=abcdef123456")), now)
    there.act(Action("feed", ("blog", "https://example.org/other")), now)
    for machine in (pair[first], pair[1 - first], here, there, here):
        machine.share(now)
    assert {*specs(here).values()} == {"https://example.org/feed?token=abcdef123456", "https://example.org/other"}
    assert {*specs(there).values()} == {"https://example.org/other"}
    assert Path(here.shared, "feeds.json").read_text() == Path(there.shared, "feeds.json").read_text()


def test_a_feed_with_a_secret_that_moved_stays(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    for address in ("https://example.org/feed?token=abcdef123456", "https://example.org/v2?token=abcdef123456"):
        here.act(Action("feed", ("blog", None)), now)
        here.act(Action("feed", ("blog", address)), now)
        here.share(now)
        there.act(Action("star", ([1], address.endswith("v2"))), now)
        for machine in (there, here):
            machine.share(now)
        assert specs(here) == {"blog": address}


def specs(machine: Machine) -> dict[str, str]:
    with closing(open_for_reading(machine.library)) as connection:
        return {feed.name: feed.spec for feed in read.feeds(connection)}


def test_git_itself_merges_by_the_merge_driver(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    here.act(Action("tag", ([1], ["a"], [])), now)
    here.act(Action("mark", ([1], "queued")), now)
    here.share(now)
    there.act(Action("tag", ([1], ["b"], [])), now)
    there.act(Action("star", ([2], True)), now)
    git(there.shared, "remote", "set-url", "origin", "http://127.0.0.1:1/x.git")
    there.share(now)
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "pull", "-q", "--no-rebase", "--no-edit",
        str(Path(there.shared).parent.parent / "remote.git"), "main")  # fmt: skip
    lists = [path.read_text() for path in Path(there.shared, "papers").iterdir()]
    lines = [json.loads(line) for text in lists for line in text.splitlines()]
    first = next(paper for paper in lines if paper["identifiers"] == [["arxiv", "2611.00001"]])
    assert (first["tags"], first["status"]) == (["a", "b"], "queued")
    there.share(now)
    assert records(there)["1"][:2] == ("queued", ("a", "b"))


def test_a_note_under_a_key_in_another_case_takes_the_place_of_the_first(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    here.act(Action("note", (1, "thought")), now)
    for key in ("Own", "own"):
        there.act(Action("key", (1, key)), now)
        for machine in (here, there, here):
            machine.share(now)
            assert machine.unlike_a_dump() == []
    assert [path.name for path in Path(here.shared, "notes").iterdir()] == ["own.md"]


@pytest.mark.parametrize("kind", ["kill", "full disk"])
def test_the_next_share_mends_what_a_fault_left(pair: list[Machine], now: datetime, kind: str) -> None:
    here, there = pair
    for round_, at in enumerate((70, 150, 200, 222, 234)):
        now += timedelta(hours=1)
        here.act(Action("append", (1, f"here {round_}")), now)
        there.act(Action("append", (1, f"there {round_}")), now)
        there.share(now)
        run_with_fault(lambda: here.share(now), Fault(kind, at))  # noqa: B023 - runs at once
        assert here.problems(now) == []
        git(here.shared, "fsck", "--no-dangling")
        for machine in (here, there):
            machine.share(now)
        assert here.dumped() == there.dumped()
        words = str(records(here)["1"][2])
        assert all(f"{name} {number}" in words for name in ("here", "there") for number in range(round_ + 1))


def test_a_note_that_a_stopped_share_wrote_goes_with_it(
    pair: list[Machine], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left behind, it would be read as the note of a paper whose key differs in case."""
    here, there = pair
    write = write_folder._write
    stop = pytest.raises(ReadqError, match="stopped")
    here.act(Action("note", (1, "thought")), now)

    def stopped(path: str, content: Content) -> bool:
        if path.endswith(".jsonl"):
            raise ReadqError("stopped")
        return write(path, content)

    with monkeypatch.context() as patched, stop:
        patched.setattr(write_folder, "_write", stopped)
        here.share(now)
    here.act(Action("note", (1, "")), now)
    own = Path(here.shared, "mine.txt")
    own.write_text("of the reader")
    for machine in (here, there):
        machine.share(now)
        assert [*Path(machine.shared).glob("notes/*.md")] == []
    assert own.read_text() == "of the reader"


def test_what_was_removed_after_a_share_that_stopped_at_its_end_stays_away(
    pair: list[Machine], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit of the stopped share has it. The library must know that commit as its own, not as news."""
    here, there = pair
    here.act(Action("tag", ([1], ["a"], [])), now)
    stop = pytest.raises(OSError, match="full")
    with monkeypatch.context() as patched, stop:
        patched.setattr("readq.services.share.repository.shutil.copyfile", _full_disk)
        here.share(now)
    here.act(Action("tag", ([1], [], ["a"])), now)
    for machine in (here, there, here):
        machine.share(now)
        assert records(machine)["1"][1] == ()


def _full_disk(*_: object) -> None:
    raise OSError("full")


def test_a_note_that_a_reader_put_into_the_folder_is_refused_and_stays(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    here.act(Action("key", (1, "Mine")), now)
    here.act(Action("note", (1, "thought")), now)
    own = Path(here.shared, "notes", "Mine.md")
    own.parent.mkdir(exist_ok=True)
    own.write_text("another")
    for _ in range(2):
        with pytest.raises(ReadqError, match="a note that no dump wrote"):
            here.share(now)
        assert own.read_text() == "another"


def test_a_repository_with_one_list_of_papers_gets_several(pair: list[Machine], now: datetime, tmp_path: Path) -> None:
    here, there = pair
    with closing(open_for_writing(there.library)) as connection:
        write_folder.dump(connection, str(tmp_path / "dump"))
    shutil.rmtree(Path(there.shared, "papers"))
    shutil.copytree(tmp_path / "dump", there.shared, dirs_exist_ok=True)
    attributes = Path(there.shared, ".gitattributes")
    attributes.write_text(attributes.read_text().replace("papers/*.jsonl merge=readq\n", ""))
    assert not Path(there.shared, "papers").exists()
    git(there.shared, "add", "-A")
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "as readq 0.1 has it")
    git(there.shared, "push", "-q", "origin", "main")
    here.act(Action("star", ([1], True)), now)
    there.act(Action("tag", ([2], ["x"], [])), now)
    for machine in (here, there, here):
        machine.share(now)
        names = git(machine.shared, "ls-files").split()
        assert "papers.jsonl" not in names
        assert sum(name.startswith("papers/") for name in names) == 6
        assert "papers/*.jsonl merge" in Path(machine.shared, ".gitattributes").read_text()
    assert here.dumped() == there.dumped()
    assert records(here)["2"][1] == ("x",)


def test_what_a_share_takes_in_is_written_as_a_dump_writes_it(
    pair: list[Machine], now: datetime, tmp_path: Path
) -> None:
    here, there = pair
    for machine, number in ((here, 1), (there, 2)):
        machine.act(Action("rate", ([number], 3)), now)
        machine.act(Action("note", (number + 2, "thought")), now)
    there.share(now)
    there.act(Action("key", (4, "k1")), now)
    there.act(Action("remove", ([5],)), now)
    there.act(Action("import daily", ([7, 8], 21, 3, ["rl"])), now)
    for machine in (there, here):
        machine.share(now)
    with closing(open_for_writing(here.library)) as connection:
        write_folder.dump_in_lists(connection, str(tmp_path / "dump"))
    shared, dumped = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (Path(here.shared), tmp_path / "dump")
    )
    assert {path: text for path, text in shared.items() if not path.parts[0].startswith(".git")} == dumped
    assert len([path for path in dumped if path.parts[0] == "papers"]) == 7


def test_a_paper_whose_former_key_is_the_key_of_another_is_written_once(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    with here.opened() as library:
        key = key_lookup.present_keys(library.connection)[4]
        removal = (steps.newest_number(library.connection) or 0) + 1
    here.act(Action("remove", ([4],)), now)
    for new in (key, "k7"):
        here.act(Action("key", (5, new)), now)
    here.act(Action("undo a step", (removal,)), now)
    for machine in (here, there):
        machine.share(now)
    there.act(Action("star", ([4], True)), now)
    for machine in (there, here, there):
        machine.share(now)
        assert machine.unlike_a_dump() == []


def test_papers_that_one_machine_merged_stay_one_if_another_changed_them(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    here.act(Action("import bib", ([("mine", "title = {Of neither a number nor a year}")], [])), now)
    here.act(Action("append", (7, "mark1")), now)
    for machine in (here, there):
        machine.share(now)
    here.act(Action("merge", (2, 7)), now)
    here.act(Action("note", (2, "thought")), now)
    there.act(Action("tag", ([7], ["rl"], [])), now)
    for machine in (there, here, there):
        machine.share(now)
    assert here.dumped() == there.dumped()
    found = records(here)
    assert found["2"][1:] == (("rl",), "thought")
    assert sorted(found) == ["1", "2", "3", "4", "5", "6"]


def test_a_paper_moved_to_another_list_by_hand_is_taken_in(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    first, second, *_ = sorted(Path(there.shared, "papers").iterdir())
    text = first.read_text().replace('"starred": false', '"starred": true')
    second.write_text(second.read_text() + text)
    first.unlink()
    git(there.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "by hand")
    git(there.shared, "push", "-q", "origin", "main")
    here.share(now)
    papers = [json.loads(line) for line in here.dumped()["papers.jsonl"].splitlines()]
    assert sorted(paper["starred"] for paper in papers) == [False] * 5 + [True]
    # Each paper is in its own list again.
    assert first.name in [path.name for path in Path(here.shared, "papers").iterdir()]


def test_a_recalled_line_like_a_mark_of_git_is_no_conflict(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    targets = RatingTargets(ids=[1], recalled="a\n=======\nb")
    with closing(open_for_changing(here.library)) as connection:
        ratings.rate_all(connection, targets, Rating.GOOD, now, Config())
    for machine in (here, there, here):
        machine.share(now)
    assert here.dumped() == there.dumped()
    assert b"=======" in here.dumped()["ratings.csv"]


def test_ratings_that_get_other_numbers_in_a_merge_can_be_undone(pair: list[Machine], now: datetime) -> None:
    """The clock was set back between two ratings, so their numbers are not in the order of their times."""
    here, there = pair
    here.act(Action("rate", ([1], 3)), now + timedelta(hours=2))
    here.act(Action("rate", ([1], 1)), now + timedelta(hours=1))
    there.act(Action("rate", ([1], 2)), now + timedelta(minutes=1))
    for machine in (there, here):
        machine.share(now)
    # By the time of answers, the first step has the latest one, which goes first.
    for step, left in ((2, [2, 1]), (3, [2])):
        here.act(Action("undo a step", (step,)), now)
        with closing(open_for_reading(here.library)) as connection:
            assert [answer.rating for card in read.papers(connection)[1].cards for answer in card.answers] == left
    assert here.problems(now + timedelta(hours=3)) == []


def test_git_runs_no_module_that_another_machine_put_into_the_repository(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    here.share(now)
    package = Path(here.shared, "readq")
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("raise SystemExit('not this one')\n")
    driver = git(here.shared, "config", "merge.readq.driver").replace("%O %A %B %P", "--help")
    done = subprocess.run(driver, shell=True, cwd=here.shared, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_files_that_the_reader_commits_beside_the_dump_stay(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    for machine, name in ((here, "here.txt"), (there, "there.txt")):
        folder = Path(machine.shared, "mine")
        folder.mkdir()
        (folder / name).write_text(name)
        git(machine.shared, "add", "mine")
        git(machine.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", name)
    for number, machine in enumerate((here, there, here, there), 1):
        machine.act(Action("tag", ([number], ["a"], [])), now)
        machine.share(now)
    here.share(now)
    for machine in pair:
        assert git(machine.shared, "ls-tree", "--name-only", "HEAD:mine").split() == ["here.txt", "there.txt"]
    assert git(here.shared, "show", "HEAD:mine/here.txt") == "here.txt"
    assert here.dumped() == there.dumped()


def test_a_damaged_index_of_readq_is_made_again(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    index = Path(here.shared, ".git", "readq", "index")
    index.write_bytes(index.read_bytes()[:40])
    here.act(Action("star", ([1], True)), now)
    here.share(now)
    assert git(here.shared, "status", "--porcelain") == ""
    assert len(git(here.shared, "ls-files", "papers").split()) == 6


def test_without_a_branch_nothing_is_shared(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    git(here.shared, "checkout", "-q", "--detach")
    with pytest.raises(ReadqError, match="no branch is checked out"):
        here.share(now)


def test_the_reader_is_the_author_if_git_knows_the_name(pair: list[Machine], now: datetime) -> None:
    here = pair[0]
    for name in ("readq", "Ada"):
        if name != "readq":
            git(here.shared, "config", "user.name", name)
            git(here.shared, "config", "user.email", "ada@example.org")
        here.act(Action("append", (1, name)), now)
        here.share(now)
        assert git(here.shared, "show", "-s", "--format=%an") == name


def test_only_lists_with_changed_papers_are_made_anew(
    pair: list[Machine], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = pair
    there.act(Action("note", (2, "thought")), now)
    here.act(Action("rate", ([3], 3)), now)
    for machine in (there, here, there, here):
        machine.share(now)
    here.act(Action("tag", ([1], ["a"], [])), now)
    made: list[int] = []
    record = PaperRows.record

    def noted(rows: PaperRows, number: int) -> PaperRecord:
        made.append(number)
        return record(rows, number)

    with monkeypatch.context() as patched:
        patched.setattr(PaperRows, "record", noted)
        here.share(now)
    assert made == [1]
    assert here.unlike_a_dump() == []
    there.share(now)
    assert there.unlike_a_dump() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:50],
        lambda _: "[]",
        lambda text: text.replace('"commit": "', '"commit": "0'),
        lambda text: text.replace("Python 3.", "Python 2."),
        lambda _: None,
    ],
    ids=["cut off", "another file", "of another commit", "of another version", "missing"],
)
def test_fingerprints_that_cannot_be_trusted_are_not_used(
    pair: list[Machine], now: datetime, damage: Callable[[str], str | None]
) -> None:
    here = pair[0]
    path = Path(here.shared, ".git", "readq", "fingerprints.json")
    text = path.read_text()
    assert of_commit(str(path.parent), git(here.shared, "rev-parse", "HEAD"))
    path.unlink()
    if (damaged := damage(text)) is not None:
        path.write_text(damaged)
    assert of_commit(str(path.parent), git(here.shared, "rev-parse", "HEAD")) == {}
    here.act(Action("star", ([1], True)), now)
    here.share(now)
    assert here.unlike_a_dump() == []
    assert of_commit(str(path.parent), git(here.shared, "rev-parse", "HEAD"))


def test_lists_that_were_changed_by_hand_are_made_anew(pair: list[Machine], now: datetime) -> None:
    """Without this, a line that a person broke would stay."""
    here = pair[0]
    first, second, *_ = sorted(Path(here.shared, "papers").iterdir())
    second.write_text(second.read_text() + first.read_text())
    first.unlink()
    git(here.shared, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "by hand")
    here.share(now)
    assert here.unlike_a_dump() == []


def test_a_share_runs_few_commands_of_git(pair: list[Machine], now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """To start a process of git takes longer than what most of them do."""
    here, there = pair
    ran: list[str] = []
    popen = subprocess.Popen

    def counted(command: list[str], *arguments: Any, **named: Any) -> "subprocess.Popen[bytes]":  # noqa: ANN401 - as Popen takes them
        ran.append(" ".join(command))
        return popen(command, *arguments, **named)

    for machine in pair:
        machine.act(Action("star", ([1], True)), now)
    there.share(now)
    monkeypatch.setattr(subprocess, "Popen", counted)
    here.share(now)
    both = len(ran)
    here.share(now)
    assert (both, len(ran) - both) <= (12, 6), "\n".join(ran)
