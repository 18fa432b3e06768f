"""Find words for citation keys in the names of authors, in titles and in venues.

Words are in lower case. If the argument `is_native` is true, they keep the letters of scripts other than Latin.
Otherwise they have only ASCII letters and digits.
"""

import re
from collections.abc import Callable, Sequence

from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import split, surname
from readq.model.citation_keys.transliteration import latin, latin_family_name, native
from readq.model.values import Author
from readq.text import one_line

_STOP_WORDS = frozenset(
    "a an the on of for in to with and is are be by from at as via or its it do does can how what why when towards "  # noqa: SIM905
    "toward into using der die das ein eine le la les un une el los las".split()
)
_NOT_IN_VENUES = _STOP_WORDS | frozenset("proceedings proc annual conference conf international advances".split())  # noqa: SIM905
MAX_WORD = 30
"""The maximum number of characters of a word in a citation key. Longer words are cut."""

_LATEX = re.compile(r"\$[^$]{0,1000}\$|\\[A-Za-z]+")
# Outside ASCII, `transliteration` leaves letters, marks and digits only.
_WORD = re.compile(r"[A-Za-z0-9\u0080-\U0010ffff]+")
_MARKS = re.compile(r"[\u0300-\u036f]")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")
_HYPHENS = re.compile(r" ?[-\u2010-\u2015]+ ?")
# Family names of two letters are rare, but those that there are are frequent.
_TWO_LETTERS = frozenset(
    "欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 尉迟 尉遲 长孙 長孫 万俟 单于 單于 令狐 鲜于 鮮于 皇甫 慕容 "  # noqa: SIM905
    "夏侯 东方 東方 公孙 公孫 宇文 澹台 澹臺 端木 司徒 申屠 南宫 南宮 钟离 鍾離 独孤 獨孤 "
    "남궁 황보 제갈 사공 선우 서문 독고 동방".split()
)
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]{2,4}|[\uac00-\ud7a3]{2,4}")


def author_word(author: Author, *, is_native: bool = False) -> str:
    """Return the family name of a person without particles, or the first word of the name of a group.

    `Lloyd-Jones` gives `lloydjones`. In the name of a group, the word `team` is skipped: `Team Seedance` gives
    `seedance`. Return "" if the name has no letter or digit. If `is_native` is true, letters of scripts other than
    Latin are kept.
    """
    spelled, family_name = (native, native) if is_native else (latin, latin_family_name)
    parted = author if author.family is not None else split(_HYPHENS.sub("-", one_line(author.name)))
    if parted.given is not None:
        return "".join(words_in(surname(parted), family_name))[:MAX_WORD]
    name = parted.family or parted.name
    if " " not in name and not is_group(name):
        return "".join(words_in(_family_name_of(name), family_name))[:MAX_WORD]
    words = [word for word in significant(name, spelled) if not word.isdigit()]
    return next((word for word in words if word != "team"), words[0] if words else "")[:MAX_WORD]


def group_words(author: Author, *, is_native: bool = False) -> list[str]:
    """Return the words of the name of a group. Return [] if `author` is a person.

    If `is_native` is true, letters of scripts other than Latin are kept.
    """
    parted = author if author.family is not None else split(author.name)
    name = parted.family or parted.name
    if parted.given is not None or not (" " in name or is_group(name)):
        return []
    return words_in(name, native if is_native else latin)


def title_words(title: str, *, is_native: bool = False) -> list[str]:
    """Return the words of a title, without LaTeX commands and without filler words such as `the` or `of`.

    If all words are filler words, return the first word. If the title has no letters or digits, return []. If
    `is_native` is true, letters of scripts other than Latin are kept.
    """
    plain = _LATEX.sub(" ", title) if "$" in title or "\\" in title else title
    return significant(plain, native if is_native else latin)


def venue_word(venue: str, *, is_native: bool = False) -> str:
    """Return a short name of a venue in lower case. If `is_native` is true, it keeps letters of other scripts.

    The short name is the first of these that exists. Filler words such as `proceedings` are left out.

    - an acronym: `neurips` for `Advances in NeurIPS 30`
    - the only word: `nature` for `Nature`
    - the initials of the words: `jmlr` for `Journal of Machine Learning Research`
    """
    spelled = native if is_native else latin
    given: list[str] = [word for word in _WORD.findall(spelled(venue)) if not word[0].isdigit()]
    acronym = next((word for word in given if sum(map(str.isupper, word)) > 1 and len(word) <= 12), None)
    if acronym and not venue.isupper():
        return acronym.lower()
    words = [word.lower() for word in given if word.lower() not in _NOT_IN_VENUES] or [word.lower() for word in given]
    return words[0][:MAX_WORD] if len(words) == 1 else "".join(word[0] for word in words)[:MAX_WORD]


def significant(text: str, spelled: Callable[[str], str] = latin) -> list[str]:
    """Return the words of `text` without filler words such as `the`. If all are filler words, return the first word.

    Before the search for words, the function `spelled` converts the letters of `text`. It is `latin` or `native` of the
    module `transliteration`.
    """
    words = words_in(_APOSTROPHES.sub("", spelled(text)), str)
    return [word[:MAX_WORD] for word in words if word not in _STOP_WORDS] or words[:1]


def words_in(text: str, spelled: Callable[[str], str]) -> list[str]:
    """Return the words of `text` in lower case, after the function `spelled` has converted its letters."""
    return [word.lower() for word in _WORD.findall(_MARKS.sub("", spelled(text)))]


def _family_name_of(name: str) -> str:
    """Return the family name of a Chinese or Korean name in one piece: its first character, or its first two.

    Return any other name unchanged.
    """
    if not _EAST_ASIAN.fullmatch(name):
        return name
    return name[:2] if name[:2] in _TWO_LETTERS or len(name) == 4 else name[:1]


def all_author_words(authors: Sequence[Author], *, is_native: bool = False) -> list[str]:
    """Return the result of `author_word` for each author. Leave out authors whose names have no letter or digit.

    If `is_native` is true, letters of scripts other than Latin are kept.
    """
    return [word for author in authors if (word := author_word(author, is_native=is_native))]
