"""Make citation keys in the form of Google Scholar, `vaswani2017attention`, and check keys that people chose.

Generated keys are lower-case ASCII and never only digits. A key that a person chose may contain every character that
BibTeX and LaTeX accept.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import count

from readq.model.authors.person_names import split, surname
from readq.model.values import Author
from readq.text import one_line

_STOP_WORDS = frozenset(
    "a an the on of for in to with and is are be by from at as via or its it do does can how what why when towards "  # noqa: SIM905
    "toward into using der die das ein eine le la les un une el los las".split()
)
_MAX_WORD = 30
_WORDS_WITHOUT_AUTHOR = 3
_BUCKETS = 1024
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:./+-]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_:./+-]+")
# Tried with BibTeX 0.99d and pdfLaTeX, one character at a time: each of these stops one of them or loses the entry.
_NOT_IN_ACCEPTED_KEYS = re.compile(r"[\s,{}\\%#~]+")
# Biber 2.18 stops at these, and then prints no entry of the file.
_NOT_IN_BIBER_KEYS = re.compile(r"[\"'()=]+")
_LATEX = re.compile(r"\$[^$]{0,1000}\$|\\[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")

_LETTERS = {
    "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th",
    "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "ŋ": "ng", "ə": "e", "’": "'",
}  # fmt: skip
# Romanisation without diacritics: ICAO 9303 (passports) for Cyrillic, the usual one for Greek. Letter, then Latin.
_ROMAN = (
    "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юiu яia "
    "єie іi їi ґg ђdj ћc љlj њnj џdz јj ўu қk ғg ңn өo үu ұu һh "
    "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
)
_TRANSLITERATION = _LETTERS | {pair[0]: pair[1:] for pair in _ROMAN.split()}


def base_key(authors: Sequence[Author], year: int | None, title: str, *, fallback: str = "") -> str:
    """Return a citation key made of the first author, the year, and the first significant word of the title.

    The key is safe (see `is_safe_key`), but another paper may have the same key. `unique_key` makes it unique. Without
    a usable author, the key is made of the first words of the title and the year. If neither author nor title can be
    written in ASCII, the key is `fallback`, for example an arXiv id. If `fallback` is empty too, the key is `untitled`
    with the year.
    """
    author = _author_word(authors)
    words = _title_words(title)
    if author:
        key = f"{author}{year or ''}{words[0] if words else ''}"
    elif words:
        key = f"{''.join(words[:_WORDS_WITHOUT_AUTHOR])}{year or ''}"
    else:
        key = safe_key(fallback) if fallback.strip() else f"untitled{year or ''}"
    return f"paper{key}" if key.isdigit() else key


def unique_key(base: str, taken: Callable[[str], bool] | Container[str]) -> str:
    """Return `base` if it is free. Otherwise return `base` with the first free suffix of a, b, … z, aa, …

    `taken` is a collection of the keys in use, case-folded. It may also be a function that returns whether a
    case-folded key is in use.
    """
    is_taken = taken if callable(taken) else taken.__contains__
    return next(key for key in _candidates(base) if not is_taken(key.casefold()))


class WrittenKeys:
    """A collection of case-folded citation keys. It keeps a hash of 8 bytes of each key, to save memory.

    Two different keys have the same hash with a probability of 1 in 10^9 in a file of 300,000 entries. The second key
    would then count as written.
    """

    def __init__(self) -> None:
        self._buckets = tuple(array("q") for _ in range(_BUCKETS))

    def __contains__(self, key: object) -> bool:
        number = hash(key)
        return number in self._buckets[number % _BUCKETS]

    def add(self, key: str) -> None:
        """Add a case-folded key."""
        number = hash(key)
        self._buckets[number % _BUCKETS].append(number)


def next_key(base: str, is_taken: Callable[[str], bool], start: int) -> tuple[str, int]:
    """Return the first free key in a sequence of keys, and the index of that key.

    The sequence is `base` (index 0), and then `base` with the suffix a (index 1), b (index 2), and so on. The search
    begins at the index `start`. `is_taken` returns whether a case-folded key is in use.
    """
    for place in count(start):
        key = base + _letters(place)
        if not is_taken(key.casefold()):
            return key, place
    raise AssertionError("there is no last key")


def is_safe_key(key: str) -> bool:
    """Return whether `key` is safe: made of ASCII letters, digits and `_:./+-`, and not only of digits.

    The first character must be a letter or a digit. A key of digits would look like the number of a paper.
    """
    return _SAFE.fullmatch(key) is not None and not key.isdigit()


def safe_key(key: str) -> str:
    """Return `key` if it is safe (see `is_safe_key`). Otherwise return a similar safe key.

    Characters that are not allowed are removed. If nothing or only digits are left, the result is `paper` followed by
    the digits.
    """
    if is_safe_key(key):
        return key
    safe = _UNSAFE.sub("", _latin(key)).lstrip("_:./+-")
    return f"paper{safe}" if not safe or safe.isdigit() else safe


def is_accepted_key(key: str) -> bool:
    r"""Return whether a key that a person chose can be used: BibTeX can read it, and `\cite` finds it."""
    return _nearest_accepted_key(key) == key != ""


def accepted_key(key: str) -> str:
    """Return `key` if BibTeX and LaTeX accept it. Otherwise return a similar key that they accept."""
    return _nearest_accepted_key(key) or "paper"


def _nearest_accepted_key(key: str) -> str:
    nearest = _NOT_IN_ACCEPTED_KEYS.sub("", one_line(key))
    # `\nocite{*}` cites every entry.
    return "" if nearest == "*" else nearest


def biber_key(key: str) -> str:
    """Return `key` if biber accepts it. Otherwise return a similar key that biber accepts."""
    return _NOT_IN_BIBER_KEYS.sub("", key) or "paper"


def _candidates(base: str) -> Iterator[str]:
    yield base
    for number in count(1):
        yield base + _letters(number)


def _letters(number: int) -> str:
    """Return a for 1, z for 26, aa for 27, like the columns of a spreadsheet."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters


def _author_word(authors: Sequence[Author]) -> str:
    for author in authors[:1]:
        name = surname(author)
        if author.given is None and split(name).given is None:
            # For an organisation take the first word: `google`, `ligo`. `Team Seedance` gives `seedance`.
            words = [word for word in _significant(name) if not word.isdigit()]
            return next((word for word in words if word != "team"), words[0] if words else "")[:_MAX_WORD]
        return "".join(_WORD.findall(_latin(name)))[:_MAX_WORD].lower()
    return ""


def _title_words(title: str) -> list[str]:
    return _significant(_LATEX.sub(" ", title) if "$" in title or "\\" in title else title)


def _significant(text: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(_APOSTROPHES.sub("", _latin(text)))]
    return [word[:_MAX_WORD] for word in words if word not in _STOP_WORDS] or words[:1]


def _latin(text: str) -> str:
    """Return `text` transliterated to ASCII; other characters become spaces."""
    if text.isascii():
        return text
    letters = "".join(_transliterated(char) for char in unicodedata.normalize("NFC", text))
    decomposed = unicodedata.normalize("NFKD", letters)
    return "".join(char if char.isascii() else " " for char in decomposed if not unicodedata.combining(char))


def _transliterated(char: str) -> str:
    if char in _TRANSLITERATION:
        return _TRANSLITERATION[char]
    base = unicodedata.normalize("NFD", char)[0]
    roman = _TRANSLITERATION.get(base.lower()) if ord(base) > 0x36F else None
    if roman is None:
        return char
    return roman.capitalize() if base.isupper() else roman
