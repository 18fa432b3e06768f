"""Read fields that LaTeX prints verbatim: URLs, DOIs and eprint numbers.

In some files, the values of these fields contain LaTeX escapes. The escapes are removed.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from readq.character_references import decode_references
from readq.text import pattern

_WRAPPED = pattern(r"\\(?:url|href|path)\s*\{([^{}]*)\}(?:\s*\{[^{}]*\})?")
_TILDE = pattern(r"\{?\\(?:textasciitilde|sim)(?:\{\})?\s?\}?|\\~\{\}|\$\\sim\$")
_SIGN = pattern(r"\{?\\text(underscore|less|greater)(?![A-Za-z])(?:\{\})?\s?\}?|\$\s?(\\_|[<>])\s?\$")
_SIGNS = {"underscore": "_", "less": "<", "greater": ">", "\\_": "_"}
_ESCAPED = pattern(r"\\([_%#&~{}$])")
_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]", re.IGNORECASE)
_WORD = pattern(r"\S+")
_SEPARATOR = pattern(r"[,;]")
_DOI = pattern(r"10\.[0-9]{4,}/")
_NEXT_ADDRESS = pattern(r"[;,]?(?<!\s)\s++(?=https?://)", re.IGNORECASE)
_DOI_PREFIX = pattern(r"(?:(?<!\s)\s++)?(?:https?://(?:dx\.)?doi\.org/|doi:\s*+)", re.IGNORECASE)


def verbatim_text(value: str) -> str:
    r"""Return the value of a field without `\url{…}`, escapes, braces and whitespace.

    Braces only protect characters, as in `{\_}`. They are never a part of a URL, because braces in a URL are
    percent-encoded.
    """
    if "\\" in value or "{" in value or "$" in value:
        value = _TILDE.sub("~", _WRAPPED.sub(r"\1", value))
        value = _SIGN.sub(_sign, value)
        value = _ESCAPED.sub(r"\1", value).replace("{", "").replace("}", "")
    return "".join(value.split())


def _sign(command: re.Match[str]) -> str:
    name = command[1] or command[2]
    return _SIGNS.get(name, name)


def first_address(value: str) -> str:
    """Return the first address in the value of a field, as it is written there. Addresses are separated by spaces."""
    return _NEXT_ADDRESS.split(value.strip(), maxsplit=1)[0]


def several(name: str, value: str) -> str:
    """If `value`, the value of the field `doi` or `url`, contains several DOIs or addresses, return the first of them.

    An import uses only the first. Return "" if `value` contains only one, or if `name` is another field.
    """
    if name == "doi":
        rest = value.strip().removeprefix(_before_next_doi(value.strip()))
        first = bare_doi(value)
        return first if rest and first.lower() not in (bare_doi(rest.lstrip(" ,;\t\n")).lower(), "") else ""
    first = first_address(value)
    return first if name == "url" and first != value.strip() else ""


def spelled_as_in(doi: str, values: Iterable[str]) -> str:
    """Search for `doi`, a DOI in lower case, in `values`. Return it with the capitals of the first value that has it.

    Return `doi` unchanged if no value has it.
    """
    for value in values:
        place = value.lower().find(doi)
        spelled = value[place : place + len(doi)] if place >= 0 else ""
        # In front of the DOI, a letter can become two letters in lower case.
        if spelled and spelled.lower() == doi:
            return spelled
    return doi


def is_one_web_address(value: str) -> bool:
    """Return whether the value of a field is exactly one http, https or ftp URL, perhaps with escapes of LaTeX."""
    return " " not in value.strip() and is_web_address(verbatim_text(value))


def bare_doi(value: str) -> str:
    """Return the DOI in a field, without percent-encoding, and without a prefix such as `https://doi.org/` or `doi:`.

    If the field contains several DOIs, the first is returned. HTML character references such as `&lt;` are decoded.
    """
    name = decode_references(verbatim_text(_before_next_doi(value.strip())))
    if prefix := _DOI_PREFIX.search(name):
        name = name[: prefix.start()] + name[prefix.end() :]
        if "//" in prefix[0]:
            # The query and fragment of an address. A DOI has these characters percent-encoded there.
            name = name.partition("?")[0].partition("#")[0]
    name = name.rstrip(".,;")
    return unquote(name) if "%" in name else name


def _before_next_doi(value: str) -> str:
    """Return the text before the first white space, comma or semicolon with a DOI in the rest of the same word.

    Return `value` if there is none.
    """
    for word in _WORD.finditer(value):
        dois = list(_DOI.finditer(value, word.start(), word.end()))
        if dois and word.start():
            end = word.start()
            while end and (value[end - 1].isspace() or value[end - 1] in ",;"):
                end -= 1
            return value[:end]
        separator = _SEPARATOR.search(value, word.start(), dois[-1].start()) if dois else None
        if separator:
            return value[: separator.start()]
    return value


def is_web_address(value: str) -> bool:
    """Return whether `value` is an http, https or ftp URL."""
    return _WEB_ADDRESS.match(value) is not None
