"""What a person set of a paper's metadata, and when: marks such as `title@2026-11-25T22:01:38Z`.

Of two corrections of one field on two laptops the later one counts. A mark without an instant is older than any.
"""

from collections.abc import Iterable


def mark(name: str, at: str) -> str:
    """A person has set the field `name` at the instant `at`."""
    return f"{name}@{at}"


def names(marks: Iterable[str]) -> frozenset[str]:
    """The fields that a person set."""
    return frozenset(one.partition("@")[0] for one in marks)


def latest(marks: Iterable[str]) -> dict[str, str]:
    """When each was set last; empty where that is not known."""
    found: dict[str, str] = {}
    for one in sorted(marks):
        name, _, at = one.partition("@")
        found[name] = max(at, found.get(name, ""))
    return found


def marked(when: dict[str, str]) -> tuple[str, ...]:
    """The marks that `latest` was made from, one a field, in order."""
    return tuple(sorted(mark(name, at) if at else name for name, at in when.items()))
