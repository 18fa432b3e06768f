"""Files of the user's own in a shared repository. They are not part of the dump, and readq does not write them."""

import os
from collections.abc import Iterable, Iterator, Mapping

from readq.merge.three_way.values import merge_mapping
from readq.services.dump import file_layout, regular_files
from readq.services.share.objects import Entry, Objects

Entries = Mapping[str, Entry]
"""Maps paths in a commit to entries."""

FOLDERS = (file_layout.PAPERS_FOLDER, file_layout.NOTES)
"""The names of the folders that readq writes in."""


def in_commit(objects: Objects, tree: str, ours: Iterable[str]) -> Entries:
    """Return the user's own files and folders in a commit. A folder of the user's own is one entry.

    `tree` is the hash of the folder that was committed. `ours` are the names in this folder that belong to readq.
    """
    root = objects.folder(tree)
    own = {*ours}
    found = {name: entry for name, entry in root.items() if name not in own}
    for folder in FOLDERS:
        if folder in root and root[folder].is_folder:
            inner = ((f"{folder}/{name}", entry) for name, entry in objects.folder(root[folder].name).items())
            found |= {path: entry for path, entry in inner if not (entry.is_file and is_of_dump(path))}
    return found


def in_folder(folder: str) -> Iterator[str]:
    """Yield the paths of the user's own files and folders among the notes and lists of papers in `folder`.

    They are for example the files of an editor.
    """
    for inner in FOLDERS:
        if regular_files.is_folder(folder, inner):
            with os.scandir(os.path.join(folder, inner)) as found:
                for one in found:
                    path = f"{inner}/{one.name}"
                    if not (is_of_dump(path) and one.is_file(follow_symlinks=False)):
                        yield path


def is_of_dump(path: str) -> bool:
    """Return whether `path`, in one of FOLDERS, is the path of a note or of a list of papers."""
    return file_layout.is_note_path(path) or file_layout.is_list_path(path)


def merged(objects: Objects, base: Entries, ours: Entries, theirs: Entries) -> Entries:
    """Merge the user's own files in the commits `ours` and `theirs`. `base` has the files of the common ancestor.

    The texts of two files are never joined. If both sides changed a file, the file in `theirs` is taken.
    """
    before, mine, other = (dict(_files(objects, entries)) for entries in (base, ours, theirs))
    return merge_mapping(before, mine, other, lambda _, their: their)


def index_lines(objects: Objects, before: Entries, after: Entries) -> str:
    """Return the input with which `git update-index -z --index-info` replaces the files `before` by `after`."""
    old, new = (dict(_files(objects, entries)) for entries in (before, after))
    lines = [f"0 {'0' * 40}\t{path}" for path in old if path not in new]
    lines += [f"{entry.mode} {entry.name}\t{path}" for path, entry in new.items() if old.get(path) != entry]
    return "".join(f"{line}\0" for line in lines)


def _files(objects: Objects, entries: Entries) -> Iterator[tuple[str, Entry]]:
    """Yield the path and the entry of each file, even those in folders of `entries`."""
    for path, entry in entries.items():
        if entry.is_folder:
            inner = {f"{path}/{name}": one for name, one in objects.folder(entry.name).items()}
            yield from _files(objects, inner)
        else:
            yield path, entry
