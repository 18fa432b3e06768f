"""Marks of the fields that a person set, with the instant: `title@2026-11-25T22:01:38Z`.

Of two corrections of one field on two machines the later one wins. A mark without an instant is older than any other.
"""

from collections.abc import Iterable


def mark(name: str, at: str) -> str:
    """Return the mark of the field `name`, set at the instant `at`."""
    return f"{name}@{at}"


def names(marks: Iterable[str]) -> frozenset[str]:
    """Return the names of the marked fields."""
    return frozenset(one.partition("@")[0] for one in marks)


def latest(marks: Iterable[str]) -> dict[str, str]:
    """Return the latest instant of each marked field; empty if unknown."""
    found: dict[str, str] = {}
    for one in sorted(marks):
        name, _, at = one.partition("@")
        found[name] = max(at, found.get(name, ""))
    return found


def marked(when: dict[str, str]) -> tuple[str, ...]:
    """Return the marks for the result of `latest`, one for each field, sorted."""
    return tuple(sorted(mark(name, at) if at else name for name, at in when.items()))
