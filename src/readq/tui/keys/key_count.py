"""The count that a user types before a movement: `5j` moves five lines down.

A digit is part of a count only if it starts no action. In the list of papers, each digit shows a view, so a count must
be typed in the command palette: `:5j`.
"""

import re

LARGEST = 999_999
"""The largest count. Further digits are ignored."""

_COUNTED_KEY = re.compile(r"(\d{1,6})\s*(\S*)")


class KeyCount:
    """Collects the digits of a count while the user types it."""

    def __init__(self) -> None:
        self.digits = ""

    def add(self, key: str) -> bool:
        """Add a pressed key to the count. Return whether the key belongs to the count.

        A key that is not a digit, or a 0 at the beginning, does not belong to the count. A digit that would make the
        count larger than LARGEST belongs to it, but is ignored.
        """
        if len(key) != 1 or key not in "0123456789" or (key == "0" and not self.digits):
            return False
        if int(self.digits + key) <= LARGEST:
            self.digits += key
        return True

    def take(self) -> int | None:
        """Return the count and reset it. Return None if no digit was typed."""
        digits, self.digits = self.digits, ""
        return int(digits) if digits else None


def parse_count(text: str) -> tuple[int, str] | None:
    """Return the count at the beginning of `text`, and the key after the count, such as (5, "j") for `5j`.

    The key is "" if `text` is only a number. Return None if `text` has another form.
    """
    found = _COUNTED_KEY.fullmatch(text.strip())
    return (int(found[1]), found[2]) if found and int(found[1]) else None
