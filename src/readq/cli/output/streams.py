"""Print results to standard output and messages to standard error. A message is one line without control characters.

While a command runs, both streams are FilteredStreams, so that no output can bypass `readq.text.filter_output`.
"""

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from readq.text import escape_json, filter_output, one_line


class FilteredStream:
    """A text stream that writes to another one, without the characters that `filter_output` removes.

    Everything else is that of the other stream.
    """

    def __init__(self, unfiltered: TextIO) -> None:
        self.unfiltered = unfiltered

    def write(self, text: str) -> int:
        """Write the text, filtered. Return the number of characters in `text`."""
        self.unfiltered.write(filter_output(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write the lines, filtered. They contain their line ends."""
        self.unfiltered.writelines(map(filter_output, lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the other stream has
        return getattr(self.unfiltered, name)


def filtered(stream: TextIO) -> TextIO:
    """Return a stream that writes to `stream` without control characters. A filtered stream is returned as it is."""
    return stream if isinstance(stream, FilteredStream) else cast(TextIO, FilteredStream(stream))


def unfiltered(stream: TextIO) -> TextIO:
    """Return the stream that the filtered `stream` writes to. A stream that is not filtered is returned as it is.

    For output that needs control characters, such as a progress bar. Text in it must be filtered by itself.
    """
    return stream.unfiltered if isinstance(stream, FilteredStream) else stream


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print `value` as one JSON document. Characters beyond ASCII are escaped unless standard output is UTF-8.

    Control characters and direction controls are always escaped.
    """
    import json

    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    document = json.dumps(value, ensure_ascii=not is_utf8, indent=1)
    unfiltered(sys.stdout).write(f"{escape_json(document)}\n")


def print_json_line(value: dict[str, object]) -> None:
    """Print `value` as a JSON object on a line of its own, in ASCII, and flush it: a program reads it at once."""
    import json

    print(escape_json(json.dumps(value)), flush=True)


def print_lines(lines: Iterable[str], end: str = "\n") -> None:
    """Print the lines to standard output, filtered, each followed by `end`, which may be NUL."""
    unfiltered(sys.stdout).writelines(filter_output(line) + end for line in lines)


def say(message: str) -> None:
    """Print a message to standard error, as one line."""
    print(one_line(message), file=sys.stderr)


def confirm(question: str) -> bool:
    """Ask a question on standard error. Return whether the answer on standard input is yes.

    The end of input (Ctrl-D) counts as no.
    """
    print(f"{one_line(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
