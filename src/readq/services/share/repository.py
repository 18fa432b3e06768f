"""Make commits of the dump in a shared folder, and read dumps from commits."""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence

from readq.errors import ReadqError
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files
from readq.services.dump.compared_dumps import DumpVersion, decoded
from readq.services.dump.read_folder import refuse_later_marker
from readq.services.share.git import Git, failure

ATTRIBUTES = ".gitattributes"
_FILES = (file_layout.MARKER, file_layout.RATINGS, file_layout.FEEDS, file_layout.VIEWS)
_FOLDERS = (file_layout.PAPERS_FOLDER, file_layout.NOTES)
OURS = (*_FILES, file_layout.PAPERS, *_FOLDERS, ATTRIBUTES)
"""The names of the files and folders that readq writes in a shared repository."""

_ATTRIBUTES = """\
# Files of readq are merged by readq, and their lines stay as they are.
* -text
papers.jsonl merge=readq
papers/*.jsonl merge=readq
ratings.csv merge=readq
feeds.json merge=readq
views.json merge=readq
notes/*.md merge=readq
"""
_FORMER_ATTRIBUTES = _ATTRIBUTES.replace("papers/*.jsonl merge=readq\n", "")

LIBRARY_REF = "refs/readq/library"
"""The git reference to the newest commit that was merged into the library. It keeps git from deleting this commit."""


class Repository:
    """The git repository of a shared dump."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._in_index: str | None = None

    @property
    def exists(self) -> bool:
        """Whether the folder is a git repository."""
        return os.path.isdir(self.git.git_folder)

    def branch(self) -> str:
        """Return the name of the branch that is checked out, such as `main`.

        Raises ReadqError if no branch is checked out.
        """
        ended = self.git.run("symbolic-ref", "--short", "HEAD")
        if ended.status:
            raise ReadqError(f"no branch is checked out in {self.git.folder}", "git switch BRANCH, then share again")
        return ended.out.decode(errors="replace").strip()

    def commit_of(self, name: str) -> str | None:
        """Return the hash of the commit with the name `name`, or None if there is no such commit.

        A name is a branch, a reference or a hash.
        """
        return self.commits_of([name])[0]

    def commits_of(self, names: Sequence[str]) -> list[str | None]:
        """Return the hash of the commit for each of `names`, or None in its place if there is no such commit.

        A name is a branch, a reference or a hash.
        """
        asked = "".join(f"{name}^{{commit}}\n" for name in names)
        printed = self.git.output("cat-file", "--batch-check", data=asked.encode(errors="surrogateescape"))
        facts = [line.split(" ") for line in printed.decode(errors="surrogateescape").splitlines()]
        return [words[0] if words[1:2] == ["commit"] else None for words in facts]

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether the commit `one` is an ancestor of the commit `other`, or is `other` itself."""
        return one == other or self.git.run("merge-base", "--is-ancestor", one, other).status == 0

    def merge_base(self, parents: Sequence[str], other: str) -> str | None:
        """Return the hash of the newest common ancestor of the commit `other` and any of the commits `parents`.

        Return None if they have no common ancestor, or if `parents` is empty.
        """
        if not parents:
            return None
        ended = self.git.run("merge-base", other, *parents)
        if ended.status > 1:
            raise failure(("merge-base",), ended)
        return ended.out.decode().strip() or None

    def changed_by_hand(self, head: str | None) -> list[str]:
        """Return the paths of readq's files in the folder that differ from the commit `head`.

        `head` is the newest commit of the branch. If it is None, return an empty list. Also return an empty list if
        readq was killed while it wrote the files, because the changes may then be its own.
        """
        if self.is_writing or head is None:
            return []
        self._read_index(head)
        self.git.run("update-index", "-q", "--refresh")
        names = self.git.output("diff-files", "--name-only", "-z").decode(errors="replace").split("\0")
        return [name for name in names if name and name.split("/")[0] in OURS]

    def restore(self, head: str | None) -> None:
        """Reset the files that a killed share wrote: they get the content that they have in the newest commit, `head`.

        Notes and lists of papers that the share added are removed. Other files of the reader are left unchanged.
        """
        self._read_index(head)
        self.git.run("update-index", "-q", "--refresh")
        for name in self._written_since():
            os.unlink(os.path.join(self.git.folder, name))
        changed = self.git.output("diff-files", "--name-only", "-z").decode(errors="surrogateescape")
        names = [name for name in changed.split("\0") if name.split("/")[0] in OURS]
        if names:
            listed = "\0".join([*names, ""]).encode(errors="surrogateescape")
            self.git.output("checkout-index", "-f", "-q", "-z", "--stdin", data=listed)

    def _written_since(self) -> list[str]:
        """Return the notes and lists that are in no commit, and were not in the folder when the share began to write.

        Return none if this is unknown: a reader may have put them there.
        """
        try:
            with open(self._mark, encoding="utf-8") as file:
                before = set(json.load(file))
        except (OSError, ValueError, TypeError):
            return []
        return [name for name in self._in_no_commit() if name not in before]

    def _in_no_commit(self) -> list[str]:
        """Return the paths of the notes and lists of papers in the folder that the index does not have."""
        names = self.git.output("ls-files", "--others", "-z", "--", *_FOLDERS).decode(errors="surrogateescape")
        return [name for name in names.split("\0") if file_layout.is_list_path(name) or file_layout.is_note_path(name)]

    def _read_index(self, commit: str | None) -> None:
        """Make the index contain the files of a commit. If `commit` is None, make it empty."""
        if commit is None:
            self.git.output("read-tree", "--empty")
        elif commit != self._in_index and self.git.run("read-tree", "-m", commit).status:
            # With -m, git keeps what it knows of files, and need not read them. Without, it reads no damaged index.
            self.git.output("read-tree", commit)
        self._in_index = commit

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of the file at `path` in a commit. Return None if the commit has no such file."""
        ended = self.git.run("cat-file", "blob", f"{commit}:{path}")
        return None if ended.status else ended.out

    @property
    def is_writing(self) -> bool:
        """Whether readq has begun to write files in the folder and has not finished.

        This is also true if a process of readq was killed while it wrote them.
        """
        return os.path.exists(self._mark)

    @property
    def _mark(self) -> str:
        return os.path.join(self.git.own_folder, "writing")

    def begin_writing(self) -> None:
        """Record that readq is writing files in the folder. The record remains if the process is killed.

        The record names the notes and lists of papers that are already in the folder, but in no commit.
        """
        os.makedirs(self.git.own_folder, exist_ok=True)
        write_atomically(self._mark, json.dumps(self._in_no_commit()))

    def end_writing(self) -> None:
        """Record that readq has finished writing. The files in the folder are then equal to those of the branch."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._mark)

    def commit(self, parents: Sequence[str], message: str) -> str:
        """Make a commit of readq's files in the folder, with the parents `parents`. Return the hash of the commit.

        Files in the parents that readq does not write are kept in the commit. A parent that is an ancestor of another
        parent is left out. If there is one parent and it has the same files, no commit is made, and the parent is
        returned. The branch is not moved.
        """
        kept = self._without_past(parents)
        self._read_index(kept[-1] if kept else None)
        for parent in kept[:-1]:
            self._keep_other_files(parent, kept[-1])
        self._stage(OURS)
        tree = self.git.text("write-tree")
        if len(kept) == 1 and self.git.text("rev-parse", f"{kept[0]}^{{tree}}") == tree:
            return kept[0]
        has_identity = self.git.run("var", "GIT_COMMITTER_IDENT").status == 0
        identity = () if has_identity else ("-c", "user.name=readq", "-c", "user.email=readq@localhost")
        made = [word for parent in kept for word in ("-p", parent)]
        self._in_index = self.git.text(*identity, "commit-tree", tree, *made, "-m", message)
        return self._in_index

    def _without_past(self, commits: Sequence[str]) -> list[str]:
        """Return the commits that are not in the past of another, in the same order."""
        if len({*commits}) < 2:
            return [*dict.fromkeys(commits)]
        newest = self.git.text("merge-base", "--independent", *commits).split()
        return [one for one in dict.fromkeys(commits) if one in newest]

    def _stage(self, names: Sequence[str]) -> None:
        """Add the files and folders `names` to the index, as they are in the folder now."""
        present = [name for name in names if os.path.lexists(os.path.join(self.git.folder, name))]
        if missing := [name for name in names if name not in present]:
            self.git.output("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", *missing)
        if present:
            self.git.output("add", "-A", "-f", "--", *present)
        self._in_index = None

    def _keep_other_files(self, first: str, second: str) -> None:
        """Add the files of the reader that only the first of two commits has. readq merges only its own files."""
        known = self._entries(second)
        lines = [
            f"100644 {blob}\t{path}"
            for path, blob in self._entries(first).items()
            if path not in known and path.partition("/")[0] not in OURS
        ]
        if lines:
            self.git.output(
                "update-index", "-z", "--index-info", data="\0".join([*lines, ""]).encode(errors="surrogateescape")
            )

    def keep(self, commit: str) -> None:
        """Record `commit` as the newest commit that was merged into the library. git then never deletes this commit."""
        self.git.output("update-ref", LIBRARY_REF, commit)

    def move_branch(self, commit: str) -> None:
        """Move the branch to `commit`, which must be the last result of the method `commit`.

        The index file that the reader's own git commands use is updated too.
        """
        self.git.output("update-ref", "-m", "readq share", "HEAD", commit)
        index = os.path.join(self.git.git_folder, "index")
        if not os.path.exists(f"{index}.lock"):
            # If a git process of the reader holds the lock, its index stays old until `git reset`.
            shutil.copyfile(os.path.join(self.git.own_folder, "index"), f"{index}.readq")
            os.replace(f"{index}.readq", index)

    def check_dump(self, commit: str, name: str) -> None:
        """Raise ReadqError if the commit `commit` has no dump, or a dump of a newer format.

        `name` is the name of the commit in messages.
        """
        marker = self.content(commit, file_layout.MARKER)
        if marker is None:
            raise ReadqError(f"{name} is a repository without a dump of readq", "share another; nothing was changed")
        where = f"{name}: {file_layout.MARKER}"
        refuse_later_marker(where, decoded(marker, where))

    def write_attributes(self) -> None:
        """Write the file that tells git to let readq merge the files of a dump, and to keep their line ends."""
        write_atomically(os.path.join(self.git.folder, ATTRIBUTES), _ATTRIBUTES)

    def renew_attributes(self) -> None:
        """Do what `write_attributes` does, but only if the file is one that an older version of readq wrote."""
        with contextlib.suppress(OSError), open(os.path.join(self.git.folder, ATTRIBUTES), encoding="utf-8") as file:
            if file.read() == _FORMER_ATTRIBUTES:
                self.write_attributes()

    def version(self, commit: str | None, name: str) -> DumpVersion:
        """Return the dump in a commit. Return an empty dump if `commit` is None.

        `name` is the name of the dump in messages. Raises ReadqError if the commit contains no dump, or a dump of a
        newer format.
        """
        if commit is None:
            texts = {
                file_layout.MARKER: file_layout.marker(is_split=True),
                file_layout.FEEDS: file_layout.feeds(()),
                file_layout.VIEWS: file_layout.views(()),
            }
            return DumpVersion(name, texts, {}, {}, lambda _: {})
        self.check_dump(commit, name)
        entries = self._entries(commit)

        def read_some(paths: Sequence[str]) -> dict[str, bytes]:
            return dict(zip(paths, self._blobs([entries[path] for path in paths]), strict=True))

        files = read_some([path for path in _FILES if path in entries])
        texts = {path: decoded(content, f"{name}: {path}") for path, content in files.items()}
        return DumpVersion(name, texts, _lists(entries), _notes(entries), read_some)

    def working_version(self, name: str) -> DumpVersion:
        """Return the dump in the folder, as readq has written it. `name` is the name of the dump in messages."""

        def read_some(paths: Sequence[str]) -> dict[str, bytes]:
            return {path: regular_files.read(self.git.folder, path) for path in paths}

        texts = {path: decoded(content, f"{name}: {path}") for path, content in read_some(_FILES).items()}
        self._stage(_FOLDERS)
        listed = _listed(self.git.output("ls-files", "-s", "-z", "--", *_FOLDERS))
        entries = {path: words[1] for path, words in listed}
        return DumpVersion(name, texts, _lists(entries), _notes(entries), read_some)

    def _blobs(self, names: Sequence[str]) -> list[bytes]:
        """Return the contents of blobs, in the same order."""
        if not names:
            return []
        printed = self.git.output("cat-file", "--batch", data="".join(f"{name}\n" for name in names).encode())
        found: list[bytes] = []
        start = 0
        for _ in names:
            # A line with name, kind and size, the content, and a line break.
            end = printed.index(b"\n", start)
            size = int(printed[start:end].rpartition(b" ")[2])
            found.append(printed[end + 1 : end + 1 + size])
            start = end + size + 2
        return found

    def _entries(self, commit: str) -> dict[str, str]:
        """Return the regular files of a commit: the hash of the content of each file, by path."""
        listed = _listed(self.git.output("ls-tree", "-r", "-z", "--full-tree", commit))
        return {path: words[2] for path, words in listed if words[1] == "blob" and words[0].startswith("100")}


def _listed(printed: bytes) -> list[tuple[str, list[str]]]:
    """Return the paths in a list of git, each with the words before it."""
    entries = filter(None, printed.decode(errors="surrogateescape").split("\0"))
    return [(path, facts.split(" ")) for facts, _, path in (entry.partition("\t") for entry in entries)]


def _lists(blobs: Mapping[str, str]) -> dict[str, str]:
    return {path: blob for path, blob in blobs.items() if file_layout.is_list_path(path)}


def _notes(blobs: Mapping[str, str]) -> dict[str, str]:
    return {path: blob for path, blob in blobs.items() if file_layout.is_note_path(path)}
