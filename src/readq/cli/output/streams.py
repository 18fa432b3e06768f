"""Print results to standard output and messages to standard error. A message is one line without control characters."""

import sys
from typing import Any

from readq.text import one_line


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print `value` as one JSON document. Characters beyond ASCII are escaped unless standard output is UTF-8."""
    import json

    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8, indent=1))


def say(message: str) -> None:
    """Print a message to standard error, as one line."""
    print(one_line(message), file=sys.stderr)


def confirm(question: str) -> bool:
    """Ask a question on standard error. Return whether the answer on standard input is yes.

    The end of input (Ctrl-D) counts as no.
    """
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
