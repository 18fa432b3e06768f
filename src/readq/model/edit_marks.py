"""Edit marks: the name of a field that a person set, and when (UTC): `title@2026-11-25T22:01:38Z`.

If one field was corrected on two machines, the later correction wins. A mark without a time, `title`, is older than
any other.
"""

from collections.abc import Iterable


def mark(name: str, at: str) -> str:
    """Return the mark of the field `name`, set at `at` (UTC text: `2026-11-25T22:01:38Z`)."""
    return f"{name}@{at}"


def names(marks: Iterable[str]) -> frozenset[str]:
    """Return the names of the fields in edit marks, without the times."""
    return frozenset(one.partition("@")[0] for one in marks)


def latest(marks: Iterable[str]) -> dict[str, str]:
    """Return the latest time (UTC text) of each marked field, "" if its marks have none."""
    found: dict[str, str] = {}
    for one in sorted(marks):
        name, _, at = one.partition("@")
        found[name] = max(at, found.get(name, ""))
    return found


def marked(when: dict[str, str]) -> tuple[str, ...]:
    """Return the sorted marks of fields, given their names and times as `latest` returns them."""
    return tuple(sorted(mark(name, at) if at else name for name, at in when.items()))
