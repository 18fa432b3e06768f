"""Objects of a git repository are read through one process."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from readq.services.share.ancestry import Ancestry
from readq.services.share.git import Git, GitError
from readq.services.share.objects import Objects

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

_AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@x")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    git = Git(str(tmp_path), "2026-11-23T08:00:00Z")
    git.output("init", "-q", "-b", "main")
    Path(git.own_folder).mkdir()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a b \xe9\n.jsonl").write_bytes(b"one\n\0two")
    (tmp_path / "empty").write_bytes(b"")
    git.output("add", "-A")
    _commit(git, "first")
    return git


@pytest.fixture
def objects(git: Git) -> Iterator[Objects]:
    with closing(Objects(git)) as objects:
        yield objects


def _commit(git: Git, message: str) -> str:
    git.output(*_AUTHOR, "commit", "-q", "--allow-empty", "-m", message)
    return git.text("rev-parse", "HEAD")


def test_commits_folders_and_files_are_read(git: Git, objects: Objects) -> None:
    first = objects.commit("HEAD")
    assert first is not None
    assert (first.name, first.parents) == (git.text("rev-parse", "HEAD"), ())
    root = objects.folder(first.tree)
    assert [*root] == ["empty", "papers"]
    assert (root["empty"].is_file, root["papers"].is_folder) == (True, True)
    ((name, entry),) = objects.folder(root["papers"].name).items()
    assert name == "a b \xe9\n.jsonl"
    assert objects.files([entry.name, root["empty"].name] * 150) == [b"one\n\0two", b""] * 150
    # A reference that moves while the process runs.
    second = _commit(git, "second")
    moved = objects.commit("HEAD")
    assert moved is not None
    assert (moved.name, moved.parents, moved.tree) == (second, (first.name,), first.tree)


@pytest.mark.parametrize("name", ["none", "HEAD:none", "HEAD:papers", "0" * 40, "a name with words"])
def test_what_is_missing_or_no_file_is_none(objects: Objects, name: str) -> None:
    assert objects.file(name) is None
    assert objects.file("HEAD:empty") == b""


def test_a_missing_object_is_an_error_with_the_words_of_git(objects: Objects) -> None:
    with pytest.raises(GitError, match="git cat-file: fatal"):
        objects.files(["1" * 40])
    assert objects.file("HEAD:empty") == b""


def test_a_process_that_ended_is_an_error_and_another_is_begun(objects: Objects) -> None:
    assert objects.file("HEAD:empty") == b""
    process = objects._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(GitError, match="cannot be read"):
        objects.file("HEAD:empty")
    assert objects.file("HEAD:empty") == b""


def test_commits_far_apart_and_apart_are_related_as_git_says(git: Git, objects: Objects) -> None:
    ancestry = Ancestry(git, objects)
    line = [git.text("rev-parse", "HEAD"), *(_commit(git, str(number)) for number in range(25))]
    git.output("checkout", "-q", "-b", "side", line[3])
    side = _commit(git, "side")
    git.output("checkout", "-q", "--orphan", "other")
    other = _commit(git, "other")
    pairs = [
        (one, two)
        for one in (line[0], line[3], line[24], line[25], side, other)
        for two in (line[0], line[25], side, other)
    ]
    for one, two in pairs:
        asked = subprocess.run(
            ["git", "-C", git.folder, "merge-base", one, two], capture_output=True, text=True, check=False
        )
        assert ancestry.merge_base([one], two) == (asked.stdout.strip() or None)
        assert ancestry.is_ancestor(one, two) == (asked.stdout.strip() == one)
    assert ancestry.without_past([line[3], side, line[25], side, line[0]]) == [side, line[25]]
    assert ancestry.merge_base([], side) is None
