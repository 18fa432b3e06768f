"""Measure the processor time of a function within this process."""

import time
from collections.abc import Callable


def cpu_seconds(act: Callable[[], object]) -> float:
    """Call `act` once, and return the seconds of processor time that it took."""
    began = time.process_time()
    act()
    return time.process_time() - began
