"""Split a text that lists several authors into names. Many feeds have all authors of an entry in one such text."""

import re

from readq.text import one_line

_EMAIL = re.compile(r"\(?<?(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,255}\.\w+>?\)?")
_AND = re.compile(r"(?:(?<!\s)\s++)?(?:,\s*+)?(?:\band\b|&|;)\s*+")
_INITIALS = r"(?:[^\W\d_]\.?[\s-]?){1,4}"
_FAMILY_FIRST = re.compile(rf"([^,;]+,\s*{_INITIALS})(?:\s*[,;]\s*|\s*\Z)")
_SUFFIX = re.compile(r"(?i),(?=\s*(?:jr|sr|i{2,3}|iv)\b\.?)")
_SUFFIX_COMMA = "\x00"
_GIVEN_WITH_SUFFIX = re.compile(r"(?P<given>.*[^\s,]),?\s++(?P<suffix>(?:jr|sr)\.?|i{2,3}|iv)", re.IGNORECASE)
# As medicine writes names: `van der Berg AB`, `Kim H-J`, `Doe J.A. Jr`.
_VANCOUVER = re.compile(
    r"(?P<family>(?:[^\W\d_][\w'’-]{0,40}\s+){0,3}[^\W\d_][\w'’-]{1,80}) "
    r"(?P<initials>[A-Z]\.?(?:-?[A-Z]\.?){0,2})(?: (?P<suffix>Jr|Sr|II|III|2nd|3rd)\.?)?"
)
# After a name, where a name must follow or the text end.
_BRACKETS = re.compile(r"(?<=[^\s,;(]) ?\([^()]*\)(?=\s*(?:[,;&]|and\b|\Z))")
_END_OF_DEGREE = r"\b\.?(?=\s*(?:[,;&]|and\b|\Z))"
_DEGREE = re.compile(rf"(?:,\s*|\s)(?:Ph\.?\s?D|M\.?Sc|B\.?Sc|D\.?Phil|PharmD|DrPH){_END_OF_DEGREE}")
# These may also be the initials of given names.
_CAPITAL_DEGREE = re.compile(rf"(?:,\s*|\s)(?:M\.?D|MPH|MBA|RN){_END_OF_DEGREE}")
_BYLINE = re.compile(r"(?i)\Aby:?\s+|(?:(?<![,;\s])[,;\s]++)?\bet\s+al\b\.?\s*\Z")
_FULL_WIDTH = str.maketrans("，、；", ",,;")
_MAX_LENGTH = 20_000


def split_names(text: str) -> list[str]:
    """Split a text that lists authors into names. Each name is returned with the given name first.

    The text may be like `Lovelace, A., Noether, E.` or like `Ada Lovelace and Emmy Noether`. Commas or semicolons may
    also separate the names. An ambiguous part of the text is returned as one name.
    """
    text = one_line(_EMAIL.sub(" ", one_line(text[:_MAX_LENGTH]))).translate(_FULL_WIDTH)
    text = _BRACKETS.sub("", text).strip("()<>,; ")
    text = _without_degrees(_BYLINE.sub("", text))
    if not text:
        return []
    if text.lower() == text.upper():
        # Chinese, Japanese and Korean names have neither initials nor a comma.
        return [name.strip() for name in re.split("[,;]", text) if name.strip()]
    if pairs := _family_first(text):
        return _capitalised([_given_first(pair) for pair in pairs], [pair.partition(",")[0] for pair in pairs])
    if names := _vancouver(text):
        return names
    if ";" in text:
        return [_given_first(part) for part in text.split(";") if part.strip()]
    parts = [part for part in _AND.split(_SUFFIX.sub(_SUFFIX_COMMA, text)) if part]
    names = [name.strip() for part in parts for name in _comma_separated(part)]
    return [name.replace(_SUFFIX_COMMA, ",") for name in names if name.strip(_SUFFIX_COMMA + " ")]


def _without_degrees(text: str) -> str:
    without = _DEGREE.sub("", text)
    return text if without == text else _CAPITAL_DEGREE.sub("", without)


def _family_first(text: str) -> list[str]:
    """Return the names in a string that consists only of pairs `Family, I.`. Return [] for any other string."""
    pairs: list[str] = []
    position = 0
    while position < len(text):
        found = _FAMILY_FIRST.match(text, position)
        if found is None or _is_whole_name(found[1].partition(",")[2]):
            return []
        pairs.append(found[1])
        position = found.end()
    return pairs


def _is_whole_name(given: str) -> bool:
    """Return whether letters in the place of initials are a short name of two words, such as `Bo Li`."""
    words = re.split(r"[\s-]+", given.strip())
    return len(words) > 1 and any(len(word) > 1 and "." not in word for word in words)


def _vancouver(text: str) -> list[str]:
    """Return the names in a list such as `Doe J, Roe RQ`. Return [] if a part has another form.

    In a list in capitals, a word of three letters or more may be a family name: `JANE DOE, ANN ROE`.
    """
    parts = [part.strip() for part in re.split("[,;]", text) if part.strip()]
    found = [one for part in parts if (one := _VANCOUVER.fullmatch(part))]
    if len(found) < len(parts):
        return []
    families, initials = [one["family"] for one in found], [re.findall("-?[A-Z]", one["initials"]) for one in found]
    if any(family == family.upper() for family in families) and (len(found) == 1 or min(map(len, initials)) > 1):
        return []
    names = [
        f"{'. '.join(letters).replace(' -', '-')}. {one['family']}{' ' * bool(one['suffix'])}{one['suffix'] or ''}"
        for one, letters in zip(found, initials, strict=True)
    ]
    return names if any(one["suffix"] for one in found) else _capitalised(names, families)


def _capitalised(names: list[str], families: list[str]) -> list[str]:
    """Return the names in ordinary case if the list writes every family name in capitals."""
    if any(family != family.upper() for family in families) or not any(len(family) > 2 for family in families):
        return names
    written = zip(names, families, strict=True)
    return [f"{name.removesuffix(family)}{_ordinary_case(family)}" for name, family in written]


def _ordinary_case(family: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), family)


def _comma_separated(text: str) -> list[str]:
    """Split a list at its commas.

    If there are two parts and one of them is one word, they are a name: `Doe, Jane`. If there are more parts, all of
    them one word and their number even, they are pairs of this kind.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) % 2 == 0 and not any(" " in part for part in parts):
        return [f"{given} {family}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) == 2 and (" " not in parts[0] or " " not in parts[1]):
        return [f"{parts[1]} {parts[0]}"]
    return parts


def _given_first(name: str) -> str:
    family, comma, given = name.strip(" ,").partition(",")
    given, suffix = given.strip(), ""
    if found := _GIVEN_WITH_SUFFIX.fullmatch(given):
        given, suffix = found["given"], f" {found['suffix']}"
    return f"{given} {family.strip()}{suffix}" if comma else family.strip()
