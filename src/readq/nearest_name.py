"""Suggest a known name in place of a misspelt one."""

from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str], rest: str = "") -> str:
    """Return a hint such as `did you mean queued?` for a `name` that is not one of the names `known`.

    `rest` is text to append to the hint. If no known name is similar to `name`, return `rest` alone. Case is ignored.
    """
    # Imported here: only a wrong name needs it.
    import difflib

    by_folded = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold()[:_LONGEST], by_folded, n=1)
    return " ".join(filter(None, (f"did you mean {by_folded[near[0]]}?" if near else "", rest)))


_LONGEST = 60
"""The number of characters of a name that are compared. The time of a comparison is quadratic in this number."""
