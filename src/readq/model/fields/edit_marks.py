"""Write and parse edit marks. An edit mark is text that states which field a person edited, and when (in UTC).

An example is `title@2026-11-25T22:01:38Z`. If people corrected the same field on two computers, the later correction
wins. A mark without a time, such as `title`, counts as older than any mark with a time.
"""

from collections.abc import Iterable


def mark(name: str, at: str) -> str:
    """Return the edit mark of the field `name`, such as `title@2026-11-25T22:01:38Z`.

    `at` is the time of the edit (UTC text).
    """
    return f"{name}@{at}"


def names(marks: Iterable[str]) -> frozenset[str]:
    """Return the names of the fields in the edit marks `marks`, without the times.

    An edit mark is text such as `title@2026-11-25T22:01:38Z`: the name of a field that a person edited, and the time.
    """
    return frozenset(one.partition("@")[0] for one in marks)


def latest(marks: Iterable[str]) -> dict[str, str]:
    """Return a dict that maps the name of each edited field to the time (UTC text) of its latest edit.

    `marks` are edit marks. An edit mark is text such as `title@2026-11-25T22:01:38Z`: the name of a field that a person
    edited, and the time. A field whose marks have no times gets "" as its time.
    """
    found: dict[str, str] = {}
    for one in sorted(marks):
        name, _, at = one.partition("@")
        found[name] = max(at, found.get(name, ""))
    return found


def marked(when: dict[str, str]) -> tuple[str, ...]:
    """Return one edit mark for each field in `when`, sorted. This function is the inverse of `latest`.

    `when` maps the name of each edited field to the time of the edit (UTC text). An edit mark is text such as
    `title@2026-11-25T22:01:38Z`.
    """
    return tuple(sorted(mark(name, at) if at else name for name, at in when.items()))
