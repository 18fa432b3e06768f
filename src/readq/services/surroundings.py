"""Warnings of where a library lies: open to others, on a network file system, in a folder that a service syncs.

Each is given once. Which were is remembered in the state folder: a library that is only looked at is not written to.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from readq.store import surroundings

_TOLD = "told"
"""The file in the state folder: a line for each warning that was given, its kind and its library, after a tab."""


class Warned(NamedTuple):
    """A warning: what kind it is, and what to read."""

    kind: str
    text: str


def warnings(library: str, environ: Mapping[str, str]) -> list[Warned]:
    """All that there is to say of where the library lies; nothing of one that is not there."""
    try:
        open_to = surroundings.open_to_others(library)
    except OSError:
        return []
    place = os.path.realpath(library)
    found = [Warned("open", open_to)] if open_to else []
    if kind := surroundings.network_file_system(place, surroundings.mounts()):
        text = (
            f"{library} is on a network file system ({kind}), where locks cannot be relied on: use it from one computer"
            " at a time, and keep copies with readq backup FILE"
        )
        found.append(Warned("network", text))
    if service := surroundings.sync_service(place, environ, os.path.lexists):
        text = (
            f"{library} is in a folder that {service} syncs, which may copy it half written or bring back an old one:"
            " keep it elsewhere, and have readq dump DIR or readq backup FILE synced"
        )
        found.append(Warned("sync", text))
    return found


def untold(library: str, environ: Mapping[str, str], folder: str) -> list[Warned]:
    """The warnings that were not given before, remembered now in the state folder `folder`.

    Where nothing can be remembered nothing is said, for it would be said every time; `readq check` says all of it.
    """
    found = warnings(library, environ)
    if not found:
        return []
    path = os.path.join(folder, _TOLD)
    place = os.path.realpath(library)
    lines = {one: f"{one.kind}\t{_in_a_line(place)}\n" for one in found}
    try:
        told = _read(path)
        new = [one for one in found if lines[one] not in told]
        if new:
            _append(path, "".join(lines[one] for one in new))
    except OSError:
        return []
    return new


def _in_a_line(path: str) -> str:
    return path.encode("unicode_escape", "surrogatepass").decode()


def _read(path: str) -> set[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return set(file)
    except FileNotFoundError:
        return set()


def _append(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(text)
