"""Print results to standard output and messages to standard error. A message is one line without control characters.

While a command runs, both streams are FilteredStreams, which pass all output through `readq.text.filter_output`.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO, cast

from readq import log
from readq.text import escape_json, filter_output, indented_array, one_line

if TYPE_CHECKING:
    from readq.spool import Spool


class FilteredStream:
    """A text stream that writes to another text stream, and removes unsafe characters with `filter_output` first.

    All other methods and attributes are those of the other stream.
    """

    def __init__(self, unfiltered: TextIO) -> None:
        self.unfiltered = unfiltered

    def write(self, text: str) -> int:
        """Write the text without unsafe characters. Return the number of characters in `text`."""
        self.unfiltered.write(filter_output(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write the lines without unsafe characters. Each line must contain its own line end, because none is added."""
        self.unfiltered.writelines(map(filter_output, lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the other stream has
        return getattr(self.unfiltered, name)


def filtered(stream: TextIO) -> TextIO:
    """Return a stream that writes to `stream` without control characters. A filtered stream is returned as it is."""
    return stream if isinstance(stream, FilteredStream) else cast(TextIO, FilteredStream(stream))


def unfiltered(stream: TextIO) -> TextIO:
    """Return the stream that the filtered `stream` writes to. A stream that is not filtered is returned as it is.

    This is for output that needs control characters, such as a progress bar. The caller must filter the text in that
    output with `filter_output`.
    """
    return stream.unfiltered if isinstance(stream, FilteredStream) else stream


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print `value` as one JSON document. Characters beyond ASCII are escaped unless standard output is UTF-8.

    Control characters, and characters that change the direction of text, are always escaped.
    """
    unfiltered(sys.stdout).write(f"{as_json(value)}\n")


def as_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return the text that `print_json` prints for `value`, without the line end."""
    import json

    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return escape_json(json.dumps(value, ensure_ascii=not is_utf8, indent=1))


def json_array(values: Iterable[Any]) -> Iterator[str]:
    """Yield, in parts, the text that `print_json` prints for a list of `values`.

    Only one value is held in memory at a time.
    """
    return indented_array(map(as_json, values))


def print_json_with_text(value: dict[str, Any], text: "Spool") -> None:
    """Print the JSON object `value` with the content of the buffer `text` under one more key, `"text"`.

    The buffer is read in parts, because its content can be long.
    """
    head = as_json({**value, "text": ""})
    end = '"\n}'
    output = unfiltered(sys.stdout)
    output.write(head.removesuffix(end))
    output.writelines(as_json(part)[1:-1] for part in text.texts())
    output.write(f"{end}\n")


def print_json_line(value: dict[str, object]) -> None:
    """Print `value` as a JSON object on one line, in ASCII.

    The line is flushed, so that another program can read it at once.
    """
    import json

    print(escape_json(json.dumps(value)), flush=True)


def filtered_lines(lines: Iterable[str], end: str = "\n") -> Iterator[str]:
    """Yield each line without unsafe characters (see `filter_output`), followed by `end`.

    `end` itself is not filtered, so it can be NUL.
    """
    return (filter_output(line) + end for line in lines)


def print_spool(spool: "Spool") -> None:
    """Print the text in the buffer `spool` to standard output, unfiltered.

    The text must already be without unsafe characters (see `filter_output`).
    """
    unfiltered(sys.stdout).writelines(spool.texts())


def use_utf8() -> None:
    """Write standard output in UTF-8 from now on, unless it is a terminal.

    Call this function before printing a file in a format that is UTF-8, such as OPML. In the encoding of the locale,
    other programs could not read the file, and letters that this encoding lacks would be lost.
    """
    stream = unfiltered(sys.stdout)
    if not stream.isatty() and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")


def say(message: str) -> None:
    """Print a message to standard error, as one line. If the log is open, also write the message to the log."""
    print(one_line(message), file=sys.stderr)
    log.said(message)


def confirm(question: str) -> bool:
    """Ask a question on standard error. Return whether the answer on standard input is yes.

    The end of input (Ctrl-D) counts as no.
    """
    print(f"{one_line(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
