"""Read fields that LaTeX prints verbatim: addresses, DOIs and eprint numbers.

In some files, the values of these fields contain LaTeX escapes. The escapes are removed.
"""

import re
from urllib.parse import unquote

_WRAPPED = re.compile(r"\\(?:url|href|path)\s*\{([^{}]*)\}(?:\s*\{[^{}]*\})?")
_TILDE = re.compile(r"\{?\\(?:textasciitilde|sim)(?:\{\})?\s?\}?|\\~\{\}|\$\\sim\$")
_ESCAPED = re.compile(r"\\([_%#&~{}$])")
_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"\s*(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def verbatim_text(value: str) -> str:
    r"""Return the value of a field without `\url{…}`, escapes and whitespace."""
    if "\\" in value:
        value = _ESCAPED.sub(r"\1", _TILDE.sub("~", _WRAPPED.sub(r"\1", value)))
    return "".join(value.split())


def bare_doi(value: str) -> str:
    """Return a DOI without percent-encoding, and without a prefix such as the address of doi.org."""
    name = _DOI_PREFIX.sub("", verbatim_text(value), count=1)
    return unquote(name) if "%" in name else name


def is_web_address(value: str) -> bool:
    """Return whether `value` is an http, https or ftp address."""
    return _WEB_ADDRESS.match(value) is not None
