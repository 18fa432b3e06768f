"""Sort the arguments of `readq add` into identifiers, URLs, citation keys and PDFs, or join them to one title."""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.model.identifiers import identifiers_in
from readq.model.values import Rejected


class AddTarget(NamedTuple):
    """A paper to add."""

    reference: str
    """An identifier of the paper (such as a DOI), a URL, a citation key or a paper id."""
    where: str
    """The argument on the command line that names the paper, for messages."""
    pdf: str | None = None
    """The path of the PDF that contains the reference, or None if the reference is not from a PDF."""


class AddRequest(NamedTuple):
    """The sorted arguments of `readq add`."""

    targets: tuple[AddTarget, ...] = ()
    """The papers to add."""
    rejected: tuple[Rejected, ...] = ()
    """The arguments that name no paper."""
    title: str | None = None
    """The title to search for, made of all arguments. None if at least one argument names a paper."""


def parse_arguments(
    words: Sequence[str], is_known: Callable[[str], bool], reference_of_pdf: Callable[[str], str]
) -> AddRequest:
    """Parse `words`, the arguments of `readq add`. Return the papers to add, or the title to search for.

    `is_known` returns whether the library has a paper with a given citation key or paper id. `reference_of_pdf` returns
    the arXiv id or DOI in the PDF at a given path. It raises ReadqError for a file that contains neither.
    """
    targets: list[AddTarget] = []
    rejected: list[Rejected] = []
    others: list[str] = []
    for word in words:
        if identifiers_in(word):
            targets.append(AddTarget(word, word))
        elif _is_path(word):
            try:
                targets.append(AddTarget(reference_of_pdf(word), word, word))
            except ReadqError as error:
                rejected.append(Rejected(word, str(error)))
        else:
            others.append(word)
    if others and not targets and not rejected and not (len(others) == 1 and is_known(others[0])):
        title = " ".join(others)
        if any(char.isalpha() for char in title):
            return AddRequest(title=title)
    for word in others:
        if is_known(word):
            targets.append(AddTarget(word, word))
        else:
            rejected.append(Rejected(word, "neither an id nor a URL nor a PDF"))
    return AddRequest(tuple(targets), tuple(rejected))


def _is_path(word: str) -> bool:
    """Return whether an argument is the path of a file. A plain word is not, because it may be a word of a title."""
    return word.lower().endswith(".pdf") or (os.path.isfile(word) and ("." in word or os.sep in word))
