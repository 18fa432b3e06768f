"""Files that a person, an editor or a file manager puts into a shared folder, or commits there."""

import json
import shutil
import subprocess
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from machines import Machine
from random_actions import Action

from readq.errors import ReadqError
from readq.services.dump import file_layout
from readq.services.dump.write_folder import dump
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.share.exchange import share
from readq.services.share.start import start
from readq.services.share.status import status
from readq.store.library import open_for_reading
from readq.store.records import read

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

TIMEOUT = 30.0


def git(machine: Machine, *words: str) -> str:
    command = ["git", "-C", machine.shared, "-c", "user.name=x", "-c", "user.email=x@x", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def write(machine: Machine, path: str, text: str) -> Path:
    file = Path(machine.shared, path)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def note(machine: Machine, number: int) -> str | None:
    with closing(open_for_reading(machine.library)) as connection:
        return read.papers(connection)[number].note


def heads(pair: list[Machine]) -> set[str]:
    return {git(machine, "rev-parse", "HEAD") for machine in pair}


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("path", ["notes/.DS_Store", "notes/a.md~", "notes/sub/a.md", "papers/.000.jsonl.swp"])
def test_files_of_others_among_notes_and_lists_do_not_keep_machines_out_of_step(
    path: str, is_committed: bool, pair: list[Machine], now: datetime
) -> None:
    here, there = pair
    write(here, "notes/.keep", "")
    file = Path(here.shared, path)
    file.parent.mkdir(exist_ok=True)
    file.write_text("of others")
    if is_committed:
        git(here, "add", "-f", path)
        git(here, "commit", "-qm", "mine")
    for number, machine in enumerate((here, there), 1):
        machine.act(Action("note", (number, "thought")), now)
    for machine in (here, there, here, there):
        machine.share(now)
    (settled,) = heads(pair)
    for machine in (here, there):
        machine.share(now)
    assert heads(pair) == {settled}
    assert here.dumped() == there.dumped()
    assert file.read_text() == "of others"
    assert (path in git(there, "ls-tree", "-r", "--name-only", "HEAD").split("\n")) == is_committed


@pytest.mark.parametrize("kind", ["note", "list"])
def test_a_file_of_a_dump_that_no_dump_wrote_is_refused_until_it_is_committed(
    kind: str, pair: list[Machine], now: datetime
) -> None:
    """The commit of a share says what the library has. The next one would remove what the library never had."""
    here, there = pair
    here.act(Action("key", (1, "first")), now)
    here.share(now)
    path, text = ("notes/first.md", "by hand\n") if kind == "note" else ("papers/abc.jsonl", "")
    file = write(here, path, text)
    with pytest.raises(ReadqError, match=f"{path} is a {kind} that no dump wrote") as raised:
        here.share(now)
    assert f"git add {path} && git commit" in str(raised.value.hint)
    with closing(open_for_reading(here.library)) as connection:
        assert status(connection, here.shared).changed == (path,)
    assert file.read_text() == text
    git(here, "add", path)
    git(here, "commit", "-qm", "edited")
    for machine in (here, there, here):
        machine.share(now)
    assert note(here, 1) == note(there, 1) == ("by hand" if kind == "note" else None)


def test_what_each_side_did_to_its_own_files_is_done(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    for name in ("kept", "changed", "removed", "both"):
        write(here, f"mine/{name}", "one")
    git(here, "add", "mine")
    git(here, "commit", "-qm", "mine")
    for machine in (here, there, here):
        machine.share(now)
    for name in ("changed", "both", "new"):
        write(here, f"mine/{name}", "two")
    git(here, "rm", "-q", "mine/removed")
    git(here, "add", "mine")
    git(here, "commit", "-qm", "more")
    write(there, "mine/other", "three")
    git(there, "add", "mine/other")
    git(there, "commit", "-qm", "another", "--only", "mine/other")
    for number, machine in enumerate((there, here), 1):
        machine.act(Action("star", ([number], True)), now)
        machine.share(now)
    there.share(now)
    assert len(heads(pair)) == 1
    names = git(there, "ls-tree", "--name-only", "HEAD:mine").split()
    assert {name: git(there, "show", f"HEAD:mine/{name}") for name in names} == {
        "both": "two",
        "changed": "two",
        "kept": "one",
        "new": "two",
        "other": "three",
    }


def test_a_note_of_no_paper_is_named_and_leaves_the_repository(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    file = write(here, "notes/nobody.md", "text\n")
    git(here, "add", "notes")
    git(here, "commit", "-qm", "edited")
    report = share(here.library, here.shared, TIMEOUT, now)
    (rejected,) = report.taken.rejected
    assert rejected.where == "the branch main: notes/nobody.md"
    assert not file.exists()
    for machine in (there, here):
        assert share(machine.library, machine.shared, TIMEOUT, now).taken.rejected == ()
    assert len(heads(pair)) == 1
    assert git(here, "log", "--format=%s", "--", "notes/nobody.md").split() == ["readq", "share", "edited"]


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_paper_with_two_lines_stays_one_paper(pair: list[Machine], now: datetime, *, is_changed: bool) -> None:
    """A person who merges by hand can keep the line with the former key beside the line with the new one."""
    here, there = pair
    with closing(open_for_reading(here.library)) as connection:
        number, paper = next((n, one) for n, one in read.papers(connection).items() if one.identifiers)
    lists = [*Path(here.shared, "papers").iterdir()]
    (line,) = (line for one in lists for line in one.read_text().splitlines() if f'"key": "{paper.key}"' in line)
    second = {**json.loads(line), "key": "renamed", "aliases": [paper.key], "tags": ["second"]}
    own = write(here, file_layout.list_path(file_layout.note_path("renamed")), "")
    own.write_text(f"{json.dumps(second, ensure_ascii=False)}\n")
    git(here, "add", "papers")
    git(here, "commit", "-qm", "merged by hand")
    if is_changed:
        here.act(Action("note", (number, "thought")), now)
    for machine in (here, there, here):
        machine.share(now)
        assert machine.problems(now) == []
    assert here.dumped() == there.dumped()
    with closing(open_for_reading(there.library)) as connection:
        found = read.papers(connection)[number]
    assert {found.key, *found.aliases} >= {paper.key, "renamed"}
    assert (found.tags, found.note) == (("second",), "thought" if is_changed else None)


def test_a_merge_of_git_that_is_not_finished_is_refused(pair: list[Machine], now: datetime) -> None:
    here, there = pair
    for machine in pair:
        write(machine, "mine/a", machine.shared)
        git(machine, "add", "mine")
        git(machine, "commit", "-qm", "mine")
    there.share(now)
    git(here, "fetch", "-q", "origin")
    with pytest.raises(subprocess.CalledProcessError):
        git(here, "merge", "origin/main")
    with pytest.raises(ReadqError, match=r"a merge of git in .* is not finished"):
        here.share(now)
    git(here, "merge", "--abort")
    here.share(now)
    there.share(now)
    assert len(heads(pair)) == 1


def answers(machine: Machine, number: int) -> list[int]:
    with closing(open_for_reading(machine.library)) as connection:
        papers = read.papers(connection)
    return [answer.rating for card in papers[number].cards for answer in card.answers]


@pytest.mark.parametrize("is_rated", [False, True])
@pytest.mark.parametrize("is_sent", [False, True])
def test_a_paper_that_git_removed_beside_its_new_rating_or_note_stays(
    pair: list[Machine], now: datetime, *, is_rated: bool, is_sent: bool
) -> None:
    """git merges file by file: the paper goes with one side, and what the other side changed of it stays."""
    here, there = pair
    here.act(Action("rate", ([1], 3)), now)
    here.act(Action("note", (1, "one")), now)
    for machine in pair:
        machine.share(now)
    here.act(Action("remove", ([1],)), now)
    here.share(now)
    remote = git(there, "remote", "get-url", "origin")
    if is_rated:
        there.act(Action("rate", ([1], 1)), now + timedelta(days=9))
    else:
        there.act(Action("append", (1, "two")), now)
    git(there, "remote", "set-url", "origin", "http://127.0.0.1:1/x.git")
    there.share(now)
    git(there, "remote", "set-url", "origin", remote)
    git(there, "fetch", "-q", "origin")
    if is_rated:
        git(there, "merge", "-q", "--no-edit", "origin/main")
    else:
        with pytest.raises(subprocess.CalledProcessError):
            git(there, "merge", "-q", "--no-edit", "origin/main")
        git(there, "add", "notes")
        git(there, "commit", "-qm", "the note stays")
    if is_sent:
        git(there, "push", "-q", "origin", "main")
        here.share(now)
    for machine in (there, here, there):
        assert share(machine.library, machine.shared, TIMEOUT, now).taken.rejected == ()
    assert here.dumped() == there.dumped()
    assert len(heads(pair)) == 1
    assert (note(there, 1), answers(there, 1)) == ("one" if is_rated else "one\ntwo", [3, 1] if is_rated else [3])


def test_a_repository_that_the_user_cloned_is_set_up_by_share_init(
    pair: list[Machine], tmp_path: Path, now: datetime
) -> None:
    here = pair[0]
    folder = tmp_path / "cloned"
    subprocess.run(["git", "clone", "-q", git(here, "remote", "get-url", "origin"), folder], check=True)
    for act in (share_in, status_of):
        with pytest.raises(ReadqError, match=r"is not shared yet \(readq share init"):
            act(here, folder, now)
    assert not start(here.library, str(folder), None, TIMEOUT, now).taken.rejected
    assert git(here, "-C", str(folder), "status", "--porcelain") == ""


def share_in(machine: Machine, folder: Path, now: datetime) -> None:
    share(machine.library, str(folder), TIMEOUT, now)


def status_of(machine: Machine, folder: Path, _: datetime) -> None:
    with closing(open_for_reading(machine.library)) as connection:
        status(connection, str(folder))


def test_a_note_by_hand_in_a_dump_that_becomes_the_shared_folder_is_refused(
    pair: list[Machine], tmp_path: Path, now: datetime
) -> None:
    here = pair[0]
    folder = tmp_path / "dump"
    here.act(Action("key", (1, "first")), now)
    here.act(Action("note", (2, "of the dump")), now)
    with closing(open_for_reading(here.library)) as connection:
        dump(connection, str(folder))
    file = folder / "notes" / "first.md"
    file.write_text("by hand\n")
    with pytest.raises(ReadqError, match=r"first.md is a note that no dump wrote \(run readq import"):
        start(here.library, str(folder), None, TIMEOUT, now, anew=True)
    import_paths(here.library, [str(folder)], ImportOptions(), now)
    start(here.library, str(folder), None, TIMEOUT, now, anew=True)
    assert (note(here, 1), file.read_text()) == ("by hand", "by hand\n")


def test_the_mode_of_a_file_does_not_matter(pair: list[Machine], now: datetime) -> None:
    """Some file systems show each file as a program."""
    here, there = pair
    for file in Path(here.shared, "papers").iterdir():
        file.chmod(0o755)
    here.act(Action("star", ([1], True)), now)
    for machine in (here, there):
        machine.share(now)
    assert len(heads(pair)) == 1
    assert {line.split()[0] for line in git(here, "ls-tree", "HEAD", "papers/").split("\n")} == {"100644"}
