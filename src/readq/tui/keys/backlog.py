"""Recognise a flood of keys: more keys than can be handled soon, such as a long text that arrives as single keys."""

MAX_AGE = 10.0
"""Seconds after which a key that still waits is dropped, because the user no longer expects the key to act."""

_FRESH_AGE = 0.25
"""If a key is handled within this number of seconds after it was pressed, it ends a flood of keys.

This key is not dropped. The keys of the flood wait for longer before they are handled.
"""


class Backlog:
    """Decides which keys to drop. A key that was not handled for 10 seconds after it was pressed is dropped.

    After a dropped key, all keys that were waiting with it are dropped too. They belong to one sequence, and could mean
    something else without its beginning.
    """

    def __init__(self) -> None:
        self.is_flooded = False
        """Whether the last key was dropped."""

    def drops(self, pressed_at: float, now: float) -> bool:
        """Return whether to drop a key that was pressed at the time `pressed_at`. `now` is the present time.

        Both times are in seconds.
        """
        self.is_flooded = now - pressed_at > (_FRESH_AGE if self.is_flooded else MAX_AGE)
        return self.is_flooded
