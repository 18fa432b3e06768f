"""The facts of a record that identify a paper: identifiers, title, authors, years and more.

Each fact is a set of values. The facts of several records are combined by union, so the order of the records does not
matter.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from readq.model.doi_kinds import is_preprint_doi
from readq.text import fold

Identifier = tuple[str, str]
Name = tuple[str, str]
"""A pair (source, text). The text is the name of a paper in this source.

The source is, for example, `file:/home/me/refs.bib` or `feed:hf-daily`. The name is a citation key, a guid or a link.
"""

_NUMBER = re.compile(r" #[0-9]+\Z")
_REUSED = " #reused"


def without_number(name: Name) -> Name:
    """Return the name of an entry without its number. For names of other sources than files, return `name`.

    Entries of a file with the same citation key are numbered in their order: `smith2020`, `smith2020 #2`.
    """
    source, text = name
    return (source, _NUMBER.sub("", text)) if source.startswith("file:") else name


def reused_name(name: Name) -> Name:
    """Return `name` with a mark that its source has used this name for another work before.

    The marked name differs from the names of all stored records. So an entry with this name is not taken for the
    earlier work.
    """
    return name[0], f"{name[1]}{_REUSED}"


def are_other_names(some: Collection[Name], others: Collection[Name]) -> bool:
    """Return whether two records have a common source but no common name.

    The mark of `reused_name` is ignored. Return False, too, if pages are the only common sources. A page states no
    names, so the names are made from titles and abstracts, and an abstract may change.
    """
    sources = {source for source, _ in some} & {source for source, _ in others}
    if all(source.startswith("page:") for source in sources):
        return False
    mine, theirs = ({(source, text.removesuffix(_REUSED)) for source, text in names} for names in (some, others))
    return mine.isdisjoint(theirs)


class Identity(NamedTuple):
    """The identifiers and titles of a stored paper.

    `titles` are the title keys of all titles that sources gave the paper. A title key is a title normalised for
    comparison.
    """

    identifiers: frozenset[Identifier]
    titles: frozenset[str]


_NOTHING: frozenset[str] = frozenset()


class Evidence(NamedTuple):
    """The facts that identify one work, gathered from one or more records.

    Each fact is a set of values. An empty set means that the fact is not known.
    """

    identifiers: frozenset[Identifier] = frozenset()
    titles: frozenset[str] = _NOTHING
    """Title keys, which are titles normalised by `readq.model.identifiers.title_key`."""
    families: frozenset[str] = _NOTHING
    """Words of the authors' family names, as `family_words` returns them."""
    years: frozenset[int] = frozenset()
    abstracts: frozenset[str] = _NOTHING
    """The abstracts, as plain text."""
    kinds: frozenset[str] = _NOTHING
    """Results of `kind_of`, such as `book`."""
    stages: frozenset[str] = _NOTHING
    """Results of `stage_of`, such as `preprint`."""
    details: frozenset[tuple[str, str]] = frozenset()
    """Pairs (name, value) that distinguish publications.

    The names are `edition`, `isbn`, `volume`, `number`, `page` (the first page), `part` and `chapter`.
    """
    names: frozenset[Name] = frozenset()
    """Pairs of a source and the key, guid or link by which the source names the work."""
    keys: frozenset[str] = _NOTHING
    """Citation keys, case-folded."""

    def united(self, other: "Evidence") -> "Evidence":
        """Return new evidence with all values of `self` and `other`. Each set of the result is a union of two sets."""
        return Evidence(
            self.identifiers | other.identifiers,
            self.titles | other.titles,
            self.families | other.families,
            self.years | other.years,
            self.abstracts | other.abstracts,
            self.kinds | other.kinds,
            self.stages | other.stages,
            self.details | other.details,
            self.names | other.names,
            self.keys | other.keys,
        )


_PARTICLES = frozenset(
    "af al am an auf av da dal das de del della den der des di do dos du e el het ibn la las le los of op s st te ten "  # noqa: SIM905
    "ter the und van vande vander ver vom von y zu zum zur jr sr ii iii iv others al".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"})


def family_words(families: Iterable[str]) -> frozenset[str]:
    """Return the words of family names, without case and accents, for the comparison of authors.

    Particles such as `van` are left out unless a name has no other word. A word with an umlaut is returned in two
    spellings: `muller` and `mueller` for `Müller`.
    """
    words: set[str] = set()
    for family in families:
        found = _WORD.findall(fold(family))
        if not family.isascii():
            found += _WORD.findall(fold(family.translate(_UMLAUTS)))
        proper = [word for word in found if word not in _PARTICLES]
        words.update(proper or found)
    return frozenset(words - {"others"})


_KINDS = {
    **dict.fromkeys(("phdthesis", "doctoralthesis"), "phd thesis"),
    **dict.fromkeys(("mastersthesis", "mathesis", "diplomathesis", "bachelorsthesis"), "master's thesis"),
    "thesis": "thesis",
    **dict.fromkeys(("book", "mvbook", "collection", "mvcollection", "reference", "mvreference"), "book"),
    **dict.fromkeys(("proceedings", "mvproceedings"), "proceedings"),
    **dict.fromkeys(("inbook", "incollection", "bookinbook", "suppbook", "inreference", "chapter"), "chapter"),
    **dict.fromkeys(("article", "inproceedings", "conference", "paper", "suppperiodical"), "paper"),
    **dict.fromkeys(("techreport", "report"), "report"),
    **dict.fromkeys(("dataset", "software", "patent", "manual", "video", "periodical"), ""),
}
_ALIKE = (frozenset(("paper", "report")), frozenset(("paper", "chapter")), frozenset(("book", "proceedings")))
_THESES = frozenset(("phd thesis", "master's thesis"))


def kind_of(entry_type: str | None) -> str:
    """Return the kind of work for a BibTeX entry type, such as `paper`, `book` or `phd thesis`.

    Entry types with the same meaning give the same kind. Return "" if the kind is unknown: for None, and for types such
    as `misc` or `online`.
    """
    kind = (entry_type or "").casefold()
    return _KINDS.get(kind, "") or (kind if kind in _KINDS else "")


def kinds_differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Return whether two works must be different because of their kinds, such as `paper` or `book`.

    `one` and `other` are the kinds that records of the two works state. For example, a thesis and a paper are different
    works, but a paper and a chapter may be the same work.
    """
    return not any(_alike(mine, theirs) for mine in one for theirs in other)


def _alike(one: str, other: str) -> bool:
    pair = frozenset((one, other))
    return one == other or pair in _ALIKE or ("thesis" in pair and not pair.isdisjoint(_THESES))


_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte",
    "première deuxième troisième quatrième cinquième",
    "primera segunda tercera cuarta quinta",
)
_ORDINALS = {fold(word): str(number) for words in _ORDINAL_WORDS for number, word in enumerate(words.split(), start=1)}
_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_DIGITS = re.compile(r"[0-9]+")
_DETAILS = {
    "edition": "edition",
    "volume": "volume",
    "number": "number",
    "issue": "number",
    "pages": "page",
    "page": "page",
    "eid": "page",
    "articleno": "page",
    "part": "part",
    "chapter": "chapter",
    "isbn": "isbn",
}


def details_of(fields: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the details of a publication from its BibTeX fields, as (name, value) pairs (see `Evidence.details`).

    `fields` maps field names in lower case to values. The details are normalised: the volume `Vol. 33` becomes `33`,
    the edition `Second` becomes `2`.
    """
    found: set[tuple[str, str]] = set()
    for name, detail in _DETAILS.items():
        if value := fields.get(name):
            found.update((detail, normal) for normal in _normal_details(detail, value))
    return frozenset(found)


def _normal_details(detail: str, value: str) -> Iterable[str]:
    if detail == "isbn":
        return isbns(value)
    text = fold(value).replace("{", "").replace("}", "").strip()
    if detail == "page":
        # The first page only: sources write the last in many ways, or not at all.
        first = re.match(r"[^\W_]+(?:[.:/][^\W_]+)*", text.lstrip("p. "))
        return (first[0].lstrip("0") or "0",) if first else ()
    return (_number(text),) if text else ()


def _number(text: str) -> str:
    """Return the number in a text as digits: `33` for `Vol. 33`, `2` for `2nd` and `Second edition`, `12` for `XII`.

    Text without a number is returned without its spaces.
    """
    if digits := _DIGITS.findall(text):
        return "-".join(part.lstrip("0") or "0" for part in digits)
    words = _WORD.findall(text)
    for word in words:
        if word in _ORDINALS:
            return _ORDINALS[word]
    last = words[-1] if words else ""
    return str(_roman(last)) if last and _ROMAN.fullmatch(last) else "".join(words) or text


def _roman(numeral: str) -> int:
    values = [_NUMERALS[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def isbns(text: str) -> tuple[str, ...]:
    """Return the ISBNs in `text` with 13 digits, each only once.

    ISBNs of 10 digits are converted to 13 digits. ISBNs with a wrong check digit are skipped.
    """
    found: dict[str, None] = {}
    for candidate in re.findall(r"(?<![0-9])(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx](?![0-9])", text):
        digits = re.sub(r"[- ]", "", candidate).upper()
        if len(digits) == 10 and sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(digits)) % 11 == 0:
            digits = f"978{digits[:9]}"
            digits += str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits)) % 10)
        if (
            len(digits) == 13
            and digits.isdigit()
            and not sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits)) % 10
        ):
            found[digits] = None
    return tuple(found)


def stage_of(identifiers: Iterable[Identifier], venue: str | None) -> str:
    """Return the stage of a record: `published`, `preprint`, or "" if it is unknown.

    A record with a venue or a publisher's DOI is `published`. Any other record with an arXiv id or a DOI is `preprint`.
    """
    if venue:
        return "published"
    schemes = {scheme for scheme, _ in identifiers}
    names = [value for scheme, value in identifiers if scheme == "doi"]
    if not all(map(is_preprint_doi, names)):
        return "published"
    return "preprint" if "arxiv" in schemes or names else ""
