"""Arguments and checks that several commands share."""

import argparse
import sys
from collections.abc import Iterable, Sequence

from readq.errors import UsageError

_REF_FORMS = "number, citation key, arXiv id, DOI or URL"


def add_reference(parser: argparse.ArgumentParser) -> None:
    """Declare one REF, stored as `reference`."""
    parser.add_argument(
        "reference", metavar="REF", help="number, citation key, arXiv id, DOI or URL; . is the last opened"
    )


def add_references(parser: argparse.ArgumentParser) -> None:
    """Declare REFs, stored as `references`, or `--query` in their place."""
    parser.add_argument(
        "references",
        nargs="*",
        metavar="REF",
        help="number, citation key, arXiv id, DOI or URL; - reads REFs from stdin",
    )
    parser.add_argument("--query", metavar="QUERY", help="all papers that a query finds, in place of REFs")


def add_query(
    parser: argparse.ArgumentParser, help_text: str = "only papers that it finds (see readq list --help)"
) -> None:
    """Declare the words of a QUERY, stored as `query`."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help=help_text)


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """Declare `--dry-run`."""
    parser.add_argument("--dry-run", action="store_true", help="report what would be stored, and store nothing")


DRY_RUN_NOTE = " (dry run: nothing was stored)"
"""The end of a report on a dry run."""


def whole_number(text: str) -> int:
    """Parse a whole number, as `type` of an argument. Raises ArgumentTypeError."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def refuse_unknown(noun: str, value: str | None, allowed: Iterable[str]) -> None:
    """Raise UsageError, which lists the allowed values, when `value` is given and not one of them."""
    allowed = tuple(allowed)
    if value is not None and value not in allowed:
        raise UsageError(f"unknown {noun} {value!r}", f"one of {', '.join(allowed)}")


def expand_standard_input(references: Sequence[str]) -> list[str]:
    """Return the REFs with each `-` replaced by those on standard input: the first tab-separated field of each line."""
    expanded: list[str] = []
    for reference in references:
        if reference == "-":
            lines = (line.rstrip("\n").split("\t")[0] for line in sys.stdin)
            expanded += [line for line in lines if line.strip()]
        else:
            expanded.append(reference)
    return expanded
