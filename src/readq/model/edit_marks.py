"""Edit marks. An edit mark is text that records the name of a field that a person edited, and the time (UTC).

An example is `title@2026-11-25T22:01:38Z`. If people corrected one field on two machines, the later correction wins. A
mark without a time, such as `title`, counts as older than a mark with a time.
"""

from collections.abc import Iterable


def mark(name: str, at: str) -> str:
    """Return the edit mark of the field `name`, such as `title@2026-11-25T22:01:38Z`.

    `at` is the time of the edit as UTC text.
    """
    return f"{name}@{at}"


def names(marks: Iterable[str]) -> frozenset[str]:
    """Return the names of the fields in `marks`, without the times.

    A mark is text such as `title@2026-11-25T22:01:38Z`: the name of a field that a person edited, and the time.
    """
    return frozenset(one.partition("@")[0] for one in marks)


def latest(marks: Iterable[str]) -> dict[str, str]:
    """Return a mapping from each field name in `marks` to its latest time, as UTC text.

    A mark is text such as `title@2026-11-25T22:01:38Z`: the name of a field that a person edited, and the time. If no
    mark of a field has a time, the time in the mapping is "".
    """
    found: dict[str, str] = {}
    for one in sorted(marks):
        name, _, at = one.partition("@")
        found[name] = max(at, found.get(name, ""))
    return found


def marked(when: dict[str, str]) -> tuple[str, ...]:
    """Return the sorted edit marks for `when`, a mapping from field names to times.

    A mark is text such as `title@2026-11-25T22:01:38Z`. This function is the inverse of `latest`.
    """
    return tuple(sorted(mark(name, at) if at else name for name, at in when.items()))
