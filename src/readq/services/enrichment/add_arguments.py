"""What a reader means by the words behind `add`: ids and addresses, PDFs, or the words of one title."""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.model.identifiers import identifiers_in
from readq.model.values import Rejected


class Named(NamedTuple):
    """One thing to add: a REF, how the reader named it, and the file that it was found in, if it was."""

    reference: str
    where: str
    pdf: str | None = None


class Meant(NamedTuple):
    """Papers that are named, words that name none; or a title, when no word names anything."""

    named: tuple[Named, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    title: str | None = None


def meant(words: Sequence[str], is_known: Callable[[str], bool], reference_of_pdf: Callable[[str], str]) -> Meant:
    """Sort out `words`. `is_known`: whether the library has a paper of that key or number.

    `reference_of_pdf` raises ReadqError for a file that does not say which paper it is.
    """
    named: list[Named] = []
    rejected: list[Rejected] = []
    others: list[str] = []
    for word in words:
        if identifiers_in(word):
            named.append(Named(word, word))
        elif word.lower().endswith(".pdf") or os.path.isfile(word):
            try:
                named.append(Named(reference_of_pdf(word), word, word))
            except ReadqError as error:
                rejected.append(Rejected(word, str(error)))
        else:
            others.append(word)
    if others and not named and not rejected and not (len(others) == 1 and is_known(others[0])):
        title = " ".join(others)
        if any(char.isalpha() for char in title):
            return Meant(title=title)
    for word in others:
        if is_known(word):
            named.append(Named(word, word))
        else:
            rejected.append(Rejected(word, "neither an id nor an address nor a PDF"))
    return Meant(tuple(named), tuple(rejected))
