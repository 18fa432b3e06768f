"""Make the citation key of a paper from a template."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from readq.model.citation_keys import words
from readq.model.citation_keys.syntax import accepted_key, safe_key
from readq.model.values import Author
from readq.templates.key_template import SCHOLAR, KeyForm, Placeholder, Source

_LONGEST = 120
"""The maximum number of characters of a generated key, without the suffix that makes it unique."""
_WORDS_WITHOUT_AUTHOR = 3
_OF_AUTHORS = frozenset(("auth", "auths", "authall", "org"))


class _Paper(NamedTuple):
    authors: Sequence[Author]
    year: int | None
    title: str
    venue: str | None
    arxiv: str


def base_key(
    authors: Sequence[Author],
    year: int | None,
    title: str,
    *,
    venue: str | None = None,
    arxiv: str = "",
    form: KeyForm = SCHOLAR,
) -> str:
    """Return the citation key of a paper, made from the parsed template `form`.

    The default template gives the family name of the first author, the year, and the first word of the title. The key
    is safe (see `is_safe_key`). But if `form.is_native` is true, it can have letters that are not ASCII (see
    `is_accepted_key`). The key need not be unique: `unique_key` makes it unique.

    If the template asks for an author and the paper has no usable name of an author, or if the paper has none of the
    values that the template asks for, the key is made of the first three words of the title and the year. For a title
    without words, the key is the arXiv id. Without an arXiv id, the key is `untitled` and the year.
    """
    paper = _Paper(authors, year, title, venue, arxiv)
    texts = [part if isinstance(part, str) else _filled(part, paper, is_native=form.is_native) for part in form.parts]
    filled = [(part, text) for part, text in zip(form.parts, texts, strict=True) if isinstance(part, Placeholder)]
    is_usable = any(text for _, text in filled) and all(text or not _is_of_authors(part) for part, text in filled)
    key = "".join(texts) if is_usable else _without_author(paper, is_native=form.is_native)
    key = key[:_LONGEST].lstrip("_:./+-")
    if form.is_native and not key.isascii():
        return accepted_key(key)
    return safe_key(key or _without_author(paper, is_native=False))


def _is_of_authors(part: Placeholder) -> bool:
    return any(source.field in _OF_AUTHORS for source in part.sources)


def _without_author(paper: _Paper, *, is_native: bool) -> str:
    title = words.title_words(paper.title, is_native=is_native)[:_WORDS_WITHOUT_AUTHOR]
    if title:
        return f"{''.join(title)}{paper.year or ''}"
    return safe_key(paper.arxiv) if paper.arxiv.strip() else f"untitled{paper.year or ''}"


def _filled(part: Placeholder, paper: _Paper, *, is_native: bool) -> str:
    """Return the text of a placeholder for a paper. Return "" if the paper has none of its fields."""
    for source in part.sources:
        if not source.field:
            return source.text
        found = _FIELDS[source.field](paper, source, is_native and not part.is_ascii)
        if text := "".join(map(_CASES[part.case], found)):
            return text[: part.longest] if part.longest else text
    return ""


def _auth(paper: _Paper, _source: Source, is_native: bool) -> list[str]:
    return words.all_author_words(paper.authors[:1], is_native=is_native)


def _auths(paper: _Paper, source: Source, is_native: bool) -> list[str]:
    return words.all_author_words(paper.authors[: source.most], is_native=is_native)


def _authall(paper: _Paper, _source: Source, is_native: bool) -> list[str]:
    # More authors than these do not fit in a key.
    return words.all_author_words(paper.authors[:_LONGEST], is_native=is_native)


def _org(paper: _Paper, _source: Source, is_native: bool) -> list[str]:
    return words.group_words(paper.authors[0], is_native=is_native) if paper.authors else []


def _title(paper: _Paper, source: Source, is_native: bool) -> list[str]:
    return words.title_words(paper.title, is_native=is_native)[: source.most]


def _venue(paper: _Paper, _source: Source, is_native: bool) -> list[str]:
    return [words.venue_word(paper.venue, is_native=is_native)] if paper.venue else []


_FIELDS: Mapping[str, Callable[[_Paper, Source, bool], list[str]]] = {
    "auth": _auth,
    "auths": _auths,
    "authall": _authall,
    "org": _org,
    "year": lambda paper, _, __: [str(paper.year)] if paper.year else [],
    "yy": lambda paper, _, __: [f"{paper.year % 100:02d}"] if paper.year else [],
    "title": _title,
    "venue": _venue,
    "arxiv": lambda paper, _, __: [safe_key(paper.arxiv)] if paper.arxiv.strip() else [],
}
_CASES: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "title": str.capitalize}
