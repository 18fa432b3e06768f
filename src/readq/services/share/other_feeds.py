"""Keep feeds of other machines in a shared dump if this library cannot have them.

In a dump, secrets in the URL of a feed are masked. A library that does not know the secret cannot pull the feed, and
does not store the feed. But readq must keep the feed in the dump. Without it, the other machines would think that the
user had removed the feed.
"""

import json
import os
from collections.abc import Iterable, Sequence
from itertools import count

from readq.errors import ReadqError
from readq.feeds.secrets import is_masked
from readq.model.records import FeedRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files, validation
from readq.services.dump.masked_feeds import pair_masked
from readq.services.dump.three_way.compared_dumps import DumpVersion
from readq.services.share.repository import Repository

_NAME = "other-feeds.json"


class OtherFeeds:
    """The feeds that only the libraries of other machines have. One run of `readq share` makes one such object.

    A file inside the folder `.git` keeps the names of these feeds until the next run.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._path = os.path.join(repository.git.own_folder, _NAME)
        self._names = self._remembered()
        self._feeds: dict[str, FeedRecord] = {}
        self._own: list[FeedRecord] = []
        """The feeds of this library, with masked secrets."""
        self._is_read = False

    def _remembered(self) -> frozenset[str] | None:
        """Return the names in the file.

        Return None if there is no file, because then all feeds may be of other machines.
        """
        try:
            with open(self._path, encoding="utf-8") as file:
                return frozenset(map(str, json.load(file)))
        except (OSError, ValueError, TypeError):
            return None

    def complete(self, parents: Sequence[str]) -> None:
        """Add the feeds of other machines to the file feeds.json, which so far has the feeds of this library only.

        The first call reads the feeds of other machines from `parents`, the commits that were merged into the library.
        Later calls ignore `parents`. A feed of another machine with the name of a feed of this library gets a number in
        its name. Raises ReadqError if a list of feeds cannot be read.
        """
        self._own = _parsed(regular_files.read(self._repository.git.folder, file_layout.FEEDS))
        if not self._is_read:
            contents = [self._repository.content(one, file_layout.FEEDS) or b"[]" for one in parents]
            present = {feed.name: feed for content in contents for feed in _masked(content)}
            known = present if self._names is None else self._names
            own = pair_masked(present.values(), self._own)
            self._feeds |= {name: feed for name, feed in present.items() if name in known and name not in own}
            self._is_read = True
        self._feeds = self._beside_own()
        if self._names is not None and not self._feeds.keys() <= self._names:
            self._write({*self._names, *self._feeds})
        if self._feeds:
            path = os.path.join(self._repository.git.folder, file_layout.FEEDS)
            write_atomically(path, file_layout.feeds([*self._own, *self._feeds.values()]))

    def _beside_own(self) -> dict[str, FeedRecord]:
        """Return the feeds of other machines that the library lacks, by names that no feed of the library has."""
        specs = {feed.name: feed.spec for feed in self._own}
        used = {*specs, *self._feeds}
        found: dict[str, FeedRecord] = {}
        for name, feed in self._feeds.items():
            if specs.get(name) == feed.spec:
                continue
            if name in specs:
                name = next(one for number in count(2) if (one := f"{name}-{number}") not in used)
                used.add(name)
            found[name] = feed._replace(name=name)
        return found

    def merge(self, base: DumpVersion, theirs: DumpVersion) -> None:
        """Update this object after another machine has added, changed or removed feeds.

        `theirs`, the dump of the other machine, is compared with `base`, the dump of the common ancestor. Raises
        ReadqError if a list of feeds cannot be read.
        """
        before, after = (
            {feed.name: feed for feed in _masked(version.texts.get(file_layout.FEEDS, "[]"))}
            for version in (base, theirs)
        )
        own = pair_masked(after.values(), self._own)
        self._feeds = {name: feed for name, feed in self._feeds.items() if name in after or name not in before}
        self._feeds |= {name: feed for name, feed in after.items() if before.get(name) != feed and name not in own}
        # Remembered before the library knows of them: after a crash they would look as if it had had and removed them.
        self._write({*(self._names or ()), *self._feeds})

    def remember(self) -> None:
        """Store the names of the feeds of other machines in a file, for the next run of `readq share`."""
        if self._names is None or self._names != self._feeds.keys():
            self._write(self._feeds)

    def _write(self, names: Iterable[str]) -> None:
        write_atomically(self._path, json.dumps(sorted(names)) + "\n")
        self._names = frozenset(names)


def _masked(content: bytes | str) -> list[FeedRecord]:
    return [feed for feed in _parsed(content) if is_masked(feed.spec)]


def _parsed(content: bytes | str) -> list[FeedRecord]:
    try:
        return [validation.feed(value) for value in json.loads(content)]
    except (ValueError, TypeError) as error:
        raise ReadqError(f"{file_layout.FEEDS} of the shared repository cannot be read", file_layout.REMEDY) from error
