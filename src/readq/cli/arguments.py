"""Command-line arguments and checks that several commands share.

A REF names a paper by number, citation key, arXiv id, DOI or URL. A QUERY is a search; `readq list --help` explains its
language.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence

from readq.errors import ReadqError, UsageError
from readq.paths import is_utf8
from readq.text import quoted


def add_reference(parser: argparse.ArgumentParser, *, is_optional: bool = False) -> None:
    """Declare the argument REF, which names one paper. Its text is stored as `reference`.

    If `is_optional` is true, REF may be left out. `reference` is then None.
    """
    parser.add_argument(
        "reference",
        nargs="?" if is_optional else None,
        metavar="REF",
        help="number, citation key, arXiv id, DOI or URL; . for the last opened in the UI",
    )


def add_references(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments `REF…`, stored as the list `references`, and the option `--query`, stored as `query`.

    A command line has either REFs or a query. `Context.choose` checks that.
    """
    parser.add_argument(
        "references",
        nargs="*",
        metavar="REF",
        help="number, citation key, arXiv id, DOI or URL; - reads REFs from stdin",
    )
    parser.add_argument("--query", metavar="QUERY", help="act on all papers that QUERY finds, instead of REFs")


def add_query(
    parser: argparse.ArgumentParser,
    help_text: str = "only the papers that it finds, such as key:KEY (see readq list --help)",
) -> None:
    """Declare the argument `QUERY…`, the words of one query. They are stored as the list `query`.

    `help_text` is the line of help for the argument.
    """
    parser.add_argument("query", nargs="*", metavar="QUERY", help=help_text)


def query_of(words: Sequence[str]) -> str:
    """Return the query that the arguments QUERY of a command make. Return "" if there are none.

    Raises UsageError if there are arguments, but all are blank, for example because a variable in a script is not set.
    A blank query would find the whole library. Commands that change something or ask a server use this function.
    """
    from readq.services.views import join_words

    query = join_words(words)
    if words and not query.strip():
        raise UsageError("QUERY is empty", "leave it out for the whole library")
    return query


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """Declare the option `--dry-run`, stored as `dry_run`.

    With it, a command reports the changes and stores nothing.
    """
    parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")


DRY_RUN_NOTE = " (dry run: nothing was stored)"
"""The text that is appended to the report of a dry run. It says that nothing was stored."""


def whole_number(text: str) -> int:
    """Convert `text` to an int. This function is the `type` of an argparse argument.

    Raises ArgumentTypeError if `text` is not a whole number.
    """
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a whole number") from None


def utf8_path(path: str) -> str:
    """Return `path` unchanged. This function is the `type` of an argparse argument for a path that readq stores.

    Raises ArgumentTypeError if the bytes of the absolute path are not UTF-8. `-`, which is no path, is accepted.
    """
    whole = os.path.abspath(path)
    if path != "-" and not is_utf8(whole):
        raise argparse.ArgumentTypeError(f"{quoted(whole)} is not UTF-8")
    return path


def refuse_standard_output(path: str | None, command: str, noun: str) -> None:
    """Raise UsageError if `path` is `-`, which stands for standard output in other commands.

    `command` is the name of the command. `noun` is what it writes, such as `folder`. Both are for the message.
    """
    if path == "-":
        raise UsageError(f"{command} cannot write to standard output", f"name a {noun}; ./- is one with this name")


def refuse_unknown(noun: str, value: str | None, allowed: Iterable[str]) -> None:
    """Raise UsageError if `value` is not None and is not one of `allowed`.

    The message suggests the nearest of the allowed values, and lists them all. `noun` names the kind of value in the
    message, such as `status`.
    """
    allowed = tuple(allowed)
    if value is not None and value not in allowed:
        from readq.nearest_name import suggestion

        raise UsageError(f"unknown {noun} {quoted(value)}", suggestion(value, allowed, f"one of {', '.join(allowed)}"))


def expand_standard_input(references: Sequence[str]) -> list[str]:
    """Return the REFs, with each `-` replaced by the REFs read from standard input.

    Each line of standard input gives one REF: the text before its first tab. Blank lines are skipped.
    """
    expanded: list[str] = []
    for reference in references:
        if reference == "-":
            lines = (line.rstrip("\n").split("\t")[0] for line in sys.stdin)
            expanded += [line for line in lines if line.strip()]
        else:
            expanded.append(reference)
    return expanded


_LARGEST_TEXT = 16_000_000
"""The maximum size of a text, in bytes. A device such as /dev/zero has no end."""


def read_text(path: str, unchanged: str) -> str:
    """Return the text of the file at `path`, or of standard input if `path` is `-`.

    Raises ReadqError if the file cannot be read, is larger than 16 MB or is not UTF-8. The error has `unchanged` as its
    hint, for example `nothing was changed`.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(_LARGEST_TEXT + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(_LARGEST_TEXT + 1)
        if len(data) > _LARGEST_TEXT:
            raise ReadqError(f"{path} is larger than {_LARGEST_TEXT // 1_000_000} MB", unchanged)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ReadqError(f"cannot read {path}: {error.strerror}", unchanged) from error
    except UnicodeDecodeError as error:
        raise ReadqError(f"{path} is not UTF-8 text", unchanged) from error
