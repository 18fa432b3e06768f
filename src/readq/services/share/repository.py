"""Make commits of the dump in a shared folder, and read dumps from commits."""

import contextlib
import os
import shutil
from collections.abc import Sequence

from readq.errors import ReadqError
from readq.services.dump import file_layout
from readq.services.dump.compared_dumps import DumpVersion, decoded
from readq.services.dump.read_folder import refuse_later_marker
from readq.services.share.git import Git, failure

ATTRIBUTES = ".gitattributes"
_FILES = (file_layout.MARKER, file_layout.PAPERS, file_layout.RATINGS, file_layout.FEEDS, file_layout.VIEWS)
OURS = (*_FILES, file_layout.NOTES, ATTRIBUTES)
"""The files and folders of a shared repository that readq writes."""

LIBRARY_REF = "refs/readq/library"
"""The git reference to the newest commit of the library. It only keeps git from deleting this commit."""


class Repository:
    """The git repository of a shared dump."""

    def __init__(self, git: Git) -> None:
        self.git = git

    @property
    def exists(self) -> bool:
        """Whether the folder is a git repository."""
        return os.path.isdir(self.git.git_folder)

    def branch(self) -> str:
        """Return the name of the branch, such as `main`. Raises ReadqError if no branch is checked out."""
        ended = self.git.run("symbolic-ref", "--short", "HEAD")
        if ended.status:
            raise ReadqError(f"no branch is checked out in {self.git.folder}", "git switch BRANCH, then share again")
        return ended.out.decode(errors="replace").strip()

    def commit_of(self, name: str) -> str | None:
        """Return the hash of the commit that `name` (a branch, reference or hash) names, or None if there is none."""
        ended = self.git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return None if ended.status else ended.out.decode().strip()

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether the commit `one` is an ancestor of the commit `other`, or is `other` itself."""
        return one == other or self.git.run("merge-base", "--is-ancestor", one, other).status == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest common ancestor of two commits. Return None if they have none."""
        ended = self.git.run("merge-base", one, other)
        if ended.status > 1:
            raise failure(("merge-base",), ended)
        return ended.out.decode().strip() or None

    def changed_by_hand(self) -> list[str]:
        """Return the paths of readq's files in the folder that differ from the newest commit of the branch.

        Return an empty list if there is no commit, or if a share was killed while it wrote the files. In the second
        case, the changes may be readq's own.
        """
        if self.is_writing or self.commit_of("HEAD") is None:
            return []
        self.git.output("read-tree", "HEAD")
        self.git.run("update-index", "-q", "--refresh")
        names = self.git.output("diff-files", "--name-only", "-z").decode(errors="replace").split("\0")
        return [name for name in names if name and name.split("/")[0] in OURS]

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of a file in a commit. Return None if there is no such file."""
        ended = self.git.run("cat-file", "blob", f"{commit}:{path}")
        return None if ended.status else ended.out

    @property
    def is_writing(self) -> bool:
        """Whether readq has begun to write files in the folder and has not finished, perhaps because it was killed."""
        return os.path.exists(self._mark)

    @property
    def _mark(self) -> str:
        return os.path.join(self.git.own_folder, "writing")

    def begin_writing(self) -> None:
        """Record that readq is writing files in the folder, in case the process is killed."""
        os.makedirs(self.git.own_folder, exist_ok=True)
        with open(self._mark, "wb"):
            pass

    def end_writing(self) -> None:
        """Record that readq has finished writing, and the files in the folder are those of the branch."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._mark)

    def commit(self, parents: Sequence[str], message: str) -> str:
        """Commit readq's files in the folder, and the other files of the parents. Return the hash of the commit.

        `parents` are at most two commits. If the first is an ancestor of the second, only the second becomes a parent.
        If there is one parent and its files are the same, no commit is made, and the parent is returned. The branch is
        not moved.
        """
        kept = list(parents)
        if len(kept) == 2 and self.is_ancestor(kept[0], kept[1]):
            del kept[0]
        if kept:
            self.git.output("read-tree", kept[-1])
        else:
            self.git.output("read-tree", "--empty")
        if len(kept) == 2:
            self._keep_other_files(*kept)
        present = [name for name in OURS if os.path.lexists(os.path.join(self.git.folder, name))]
        missing = [name for name in OURS if name not in present]
        self.git.output("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", *missing, *_nothing_else(missing))
        self.git.output("add", "-A", "-f", "--", *present)
        tree = self.git.text("write-tree")
        if len(kept) == 1 and self.git.text("rev-parse", f"{kept[0]}^{{tree}}") == tree:
            return kept[0]
        identity = () if self._has_identity() else ("-c", "user.name=readq", "-c", "user.email=readq@localhost")
        made = [word for parent in kept for word in ("-p", parent)]
        commit = self.git.text(*identity, "commit-tree", tree, *made, "-m", message)
        self.git.output("update-ref", LIBRARY_REF, commit)
        return commit

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

    def _has_identity(self) -> bool:
        return (
            self.git.run("var", "GIT_COMMITTER_IDENT").status == 0 and not self.git.run("config", "user.email").status
        )

    def move_branch(self, commit: str) -> None:
        """Move the branch to `commit`. The files of the commit must be in the folder already."""
        self.git.output("update-ref", "-m", "readq share", "HEAD", commit)
        self.git.output("read-tree", commit)
        self.git.run("update-index", "-q", "--refresh")
        index = os.path.join(self.git.git_folder, "index")
        if not os.path.exists(f"{index}.lock"):
            # If a git process of the reader holds the lock, its index stays old until `git reset`.
            shutil.copyfile(os.path.join(self.git.own_folder, "index"), f"{index}.readq")
            os.replace(f"{index}.readq", index)

    def version(self, commit: str | None, name: str) -> DumpVersion:
        """Return the dump in a commit. Return an empty dump if `commit` is None. `name` is its name in messages.

        Raises ReadqError if the commit contains no dump, or a dump of a newer format.
        """
        if commit is None:
            texts = {
                file_layout.MARKER: file_layout.marker(),
                file_layout.FEEDS: file_layout.feeds(()),
                file_layout.VIEWS: file_layout.views(()),
            }
            return DumpVersion(name, texts, {}, lambda _: {})
        entries = self._entries(commit)
        if file_layout.MARKER not in entries:
            raise ReadqError(f"{name} is a repository without a dump of readq", "share another; nothing was changed")
        notes = {path: blob for path, blob in entries.items() if _is_note(path)}

        def read_some(paths: Sequence[str]) -> dict[str, bytes]:
            return dict(zip(paths, self._blobs([entries[path] for path in paths]), strict=True))

        files = read_some([path for path in _FILES if path in entries])
        texts = {path: decoded(content, f"{name}: {path}") for path, content in files.items()}
        refuse_later_marker(f"{name}: {file_layout.MARKER}", texts[file_layout.MARKER])
        return DumpVersion(name, texts, notes, read_some)

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
        listed = self.git.output("ls-tree", "-r", "-z", "--full-tree", commit).decode(errors="surrogateescape")
        found: dict[str, str] = {}
        for entry in filter(None, listed.split("\0")):
            facts, _, path = entry.partition("\t")
            mode, kind, blob = facts.split(" ")
            if kind == "blob" and mode.startswith("100"):
                found[path] = blob
        return found


def _nothing_else(missing: Sequence[str]) -> tuple[str, ...]:
    """Return no path. If `missing` is empty, return a path that matches no file, because `git rm` needs a path."""
    return () if missing else ("readq-none",)


def _is_note(path: str) -> bool:
    folder, _, name = path.partition("/")
    return folder == file_layout.NOTES and "/" not in name and name.endswith(".md") and not name.startswith(".")
