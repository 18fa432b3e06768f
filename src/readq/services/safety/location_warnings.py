"""Warn about an unsafe location of the library: open to others, on a network file system, or in a synced folder.

Each warning is given once. The warnings that were given are listed in a file in the state folder. They are not listed
in the library, because commands that only read must not write to the library.
"""

import os
from collections.abc import Mapping

from readq.paths import write_atomically

_GIVEN = "told"
"""The name of a file in the state folder. It lists the warnings that were given, and the libraries that were checked.

Each line has two columns, separated by a tab. The second column is the path of a library. The first column is the kind
of a warning that was given, or the device and permissions that the library had when it was checked.
"""

_MAX_LINES = 200
"""The maximum number of lines in the file. The newest lines are kept."""


def warnings(library: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return all warnings about the location of the library. The keys are their kinds: `open`, `network` or `sync`.

    Return an empty mapping if the library does not exist.
    """
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
    """Return the warnings about the location that were not given before, and record them in the state folder `folder`.

    Warnings that cannot be recorded are not returned, because every later command would repeat them. `readq check`
    shows all warnings. To save time, a library is checked again only after its device or its permissions have changed.
    """
    path, place = os.path.join(folder, _GIVEN), os.path.realpath(library)
    try:
        checked = _line(_state(place), place)
        known = _read(path)
        if checked in known:
            return []
        found = {_line(kind, place): text for kind, text in warnings(library, environ).items()}
        new = [line for line in found if line not in known]
        _write(path, [*known, *new, checked])
    except OSError:
        return []
    return [found[line] for line in new]


def _state(place: str) -> str:
    """Return the state on which the warnings depend.

    It has the device of the library, and the permissions of the library and its folder.
    """
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


def _write(path: str, lines: list[str]) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    write_atomically(path, "".join(lines[-_MAX_LINES:]), mode=0o600)
