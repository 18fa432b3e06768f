"""Write text of any script in ASCII letters, for citation keys.

Cyrillic and Greek letters are written as in passports, by a table in this module. A letter with an accent, such as `é`,
loses the accent. All other letters are written as the package anyascii writes them. So Han characters are read as
Chinese (pinyin), even in a Japanese text.
"""

import unicodedata
from functools import lru_cache
from string import ascii_lowercase

from readq.text import pattern

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
_GREEK_OU = pattern("[οΟ][υύΥΎ]")
# Chinese family names with another reading than the characters have in most words. Characters, then pinyin.
_READINGS = (
    "曾zeng 单shan 單shan 解xie 仇qiu 区ou 區ou 查zha 盖ge 蓋ge 乐yue 樂yue 翟zhai 缪miao 繆miao 覃qin 朴piao 种chong "
    "黑he 秘bi 折she 员yun 召shao 郇xun 薄bo 藏zang 繁po 卜bu 尉迟yuchi 尉遲yuchi 万俟moqi 单于chanyu 單于chanyu "
    "澹台tantai 澹臺tantai"
)
_FAMILY_NAMES = {(name := pair.rstrip(ascii_lowercase)): pair[len(name) :] for pair in _READINGS.split()}
_NOT_IN_WORDS = pattern(r"[^A-Za-z0-9]+")


def latin(text: str) -> str:
    """Return `text` transliterated to ASCII. ASCII characters stay as they are.

    A character that is neither a letter nor a digit becomes a space if no ASCII text stands for it.
    """
    if text.isascii():
        return text
    composed = _GREEK_OU.sub(lambda found: "ou" if found[0][0] == "ο" else "Ou", unicodedata.normalize("NFC", text))
    return "".join(map(_letter, composed))


def native(text: str) -> str:
    """Return `text` with its Latin letters transliterated to ASCII. Letters and digits of other scripts are kept.

    All other characters are treated as by `latin`.
    """
    return text if text.isascii() else "".join(map(_native_letter, unicodedata.normalize("NFC", text)))


def latin_family_name(name: str) -> str:
    """Return the family name `name` transliterated to ASCII.

    Some Chinese characters are read differently in family names: 曾 becomes `zeng`, although `latin` returns `Ceng`.
    """
    return _FAMILY_NAMES.get(name) or latin(name)


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


@lru_cache(maxsize=8192)
def _native_letter(char: str) -> str:
    is_latin = char.isascii() or char in _LETTERS or _without_accents(char).isascii()
    return _letter(char) if is_latin or not _is_of_word(char) else char


@lru_cache(maxsize=8192)
def _letter(char: str) -> str:
    if char.isascii():
        return char
    if (roman := _from_tables(char)) is not None:
        return roman
    if (plain := _without_accents(char)).isascii():
        return plain
    if not _is_of_word(char):
        return " "
    from anyascii import anyascii

    return _NOT_IN_WORDS.sub("", anyascii(char))


def _from_tables(char: str) -> str | None:
    if char in _TRANSLITERATION:
        return _TRANSLITERATION[char]
    base = unicodedata.normalize("NFD", char)[0]
    roman = _TRANSLITERATION.get(base.lower()) if ord(base) > 0x36F else None
    if roman is None:
        return None
    return roman.capitalize() if base.isupper() else roman


def _without_accents(char: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one))
