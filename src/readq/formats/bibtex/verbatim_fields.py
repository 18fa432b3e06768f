"""Read fields that LaTeX prints verbatim: addresses, DOIs and eprint numbers.

In some files, the values of these fields contain LaTeX escapes. The escapes are removed.
"""

import html
import re
from urllib.parse import unquote

_WRAPPED = re.compile(r"\\(?:url|href|path)\s*\{([^{}]*)\}(?:\s*\{[^{}]*\})?")
_TILDE = re.compile(r"\{?\\(?:textasciitilde|sim)(?:\{\})?\s?\}?|\\~\{\}|\$\\sim\$")
_ESCAPED = re.compile(r"\\([_%#&~{}$])")
_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"\s*(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def verbatim_text(value: str) -> str:
    r"""Return the value of a field without `\url{…}`, escapes, braces and whitespace.

    Braces are removed because they are no part of the value: an address contains them only percent-encoded. In a field,
    braces protect a character, as in `{\_}`.
    """
    if "\\" in value or "{" in value:
        value = _TILDE.sub("~", _WRAPPED.sub(r"\1", value))
        value = _ESCAPED.sub(r"\1", value).replace("{", "").replace("}", "")
    return "".join(value.split())


def is_one_web_address(value: str) -> bool:
    """Return whether the value of a field is one http, https or ftp address, perhaps with escapes of LaTeX."""
    return " " not in value.strip() and is_web_address(verbatim_text(value))


def bare_doi(value: str) -> str:
    """Return a DOI without percent-encoding, and without a prefix such as the address of doi.org.

    If the field contains several DOIs, return the first. HTML character references such as `&lt;` are decoded.
    """
    first = re.split(r"[\s,;]+(?=(?:https?://|doi:)?\S*10\.[0-9]{4,}/)", value.strip(), maxsplit=1)[0]
    name = html.unescape(_DOI_PREFIX.sub("", verbatim_text(first), count=1)).rstrip(".,;")
    return unquote(name) if "%" in name else name


def is_web_address(value: str) -> bool:
    """Return whether `value` is an http, https or ftp address."""
    return _WEB_ADDRESS.match(value) is not None
