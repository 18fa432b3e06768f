"""Warnings of where a library lies: open to others, on a network file system, in a folder that a service syncs.

Each is given once. Which were is remembered in the state folder: a library that is only looked at is not written to.
"""

import os
from collections.abc import Mapping

from readq.paths import write_whole

_TOLD = "told"
"""The file in the state folder: a line for each warning that was given, its kind and its library after a tab, and for
each library that was looked at."""

_MOST_LINES = 200
"""The newest that are kept."""


def warnings(library: str, environ: Mapping[str, str]) -> dict[str, str]:
    """All that there is to say of where the library lies, by kind; nothing of one that is not there."""
    from readq.store.files import location

    try:
        open_to = location.access_warning(library)
    except OSError:
        return {}
    place = os.path.realpath(library)
    found = {"open": open_to} if open_to else {}
    if kind := location.network_file_system(place, location.mounts()):
        found["network"] = (
            f"{library} is on a network file system ({kind}), where locks cannot be relied on: use it from one computer"
            " at a time, and keep copies with readq backup FILE"
        )
    if service := location.sync_service(place, environ, os.path.lexists):
        found["sync"] = (
            f"{library} is in a folder that {service} syncs, which may copy it half written or bring back an old one:"
            " keep it elsewhere, and have readq dump DIR or readq backup FILE synced"
        )
    return found


def new_warnings(library: str, environ: Mapping[str, str], folder: str) -> list[str]:
    """The warnings that were not given before, remembered now in the state folder `folder`.

    Where nothing can be remembered nothing is said, for it would be said every time; `readq check` says all of it. A
    library that lies where it did, as open as it was, is not looked at again: that would cost every command a
    millisecond.
    """
    path, place = os.path.join(folder, _TOLD), os.path.realpath(library)
    try:
        seen = _line(_state_of(place), place)
        known = _read(path)
        if seen in known:
            return []
        found = {_line(kind, place): text for kind, text in warnings(library, environ).items()}
        new = [line for line in found if line not in known]
        _remember(path, [*known, *new, seen])
    except OSError:
        return []
    return [found[line] for line in new]


def _state_of(place: str) -> str:
    """What a look depends on: the device, and who may do what with the library and its folder."""
    file, folder = os.stat(place), os.stat(os.path.dirname(place))
    return f"{file.st_dev:x}:{file.st_mode:o}:{folder.st_mode:o}"


def _line(what: str, place: str) -> str:
    return f"{what}\t{place!a}\n"


def _read(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readlines()
    except FileNotFoundError:
        return []


def _remember(path: str, lines: list[str]) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    write_whole(path, "".join(lines[-_MOST_LINES:]), mode=0o600)
