"""Normalise identifiers and titles, so that all spellings of one identifier or title become equal text.

An identifier is a (scheme, value) pair. Schemes and their normal forms:

arxiv       `1706.03762`, `hep-th/9901001`: without version, subject class and prefix
            (https://info.arxiv.org/help/arxiv_identifier.html)
doi         `10.1145/3292500.3330701`: lower case; a DOI that arXiv registered becomes an arXiv id instead
openreview  `S1lhbnRqF7`: the id of a forum, with its upper and lower case
acl         `N19-1423`, `2021.naacl-main.208`: ACL Anthology
pmid        `31452104`: PubMed
isbn        `9780262033848`: the ISBN of a whole book, with 13 digits
s2          40 lower-case hexadecimal digits, or `corpusid:215416146`: Semantic Scholar
url         any other http(s) address, as `normal_url` returns it; `readq.model.addresses` chooses one address if a
            service shows the paper at several
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from readq.model.addresses import identifier_of_address
from readq.model.doi_kinds import without_version
from readq.text import clean, fold, is_printable

SCHEMES = ("arxiv", "doi", "pmid", "openreview", "acl", "isbn", "s2", "url")
"""The schemes of identifiers, the most reliable first."""

# No identifier comes near this; longer input is somebody's abstract or an attack.
_MAX_LENGTH = 2048
_WRAPPING = " \t\r\n<>\"'"

# Archives that gave out ids before April 2007, https://arxiv.org/archive
_OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
# Four digits behind the dot up to December 2014, five since; 90 and up are left to the nineties of the old form.
_NEW_ID = r"(?P<yymm>[0-8][0-9](?:0[1-9]|1[0-2]))\.(?P<number>[0-9]{4,5})"
_OLD_ID = rf"(?P<archive>{_OLD_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<rest>(?:9[1-9]|0[0-7])(?:0[1-9]|1[0-2])[0-9]{{3}})"
_ARXIV = rf"""(?ixa)
    (?: (?:https?://)?
        (?: (?:[a-z0-9-]+\.)*arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)/
        | (?:www\.)?ar5iv\.org/(?:abs|html)/
        | (?:www\.)?alphaxiv\.org/[a-z]+/
        | (?:www\.)?(?:huggingface|hf)\.co/(?:api/)?papers/
        | (?:www\.|dx\.)?doi\.org/10\.48550/arxiv\.
        )
    | (?:doi:\s*)?10\.48550/arxiv\.
    | oai:arxiv\.org:
    | (?:arxiv:\s*)?(?:abs/)?
    )
    (?:{_NEW_ID}|{_OLD_ID})(?:v(?P<version>[1-9][0-9]{{0,2}}))?
    (?:\.(?:pdf|html|md))?/?(?:[?\#]\S*)?(?:\s*\[[a-z-]+(?:\.[a-z-]+)?\])?[.,;]?
"""
_DOI = r"""(?ixa)
    (?: doi:\s* | (?:https?://)?(?:www\.|dx\.)?doi\.org/(?:doi:)?
    | (?P<publisher>https?://[^\s/]+/(?:doi/(?:[a-z]+/)?|(?:article|chapter|book)/)) )?
    (?P<doi>10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)
"""
_ACL_ID = r"[A-Z][0-9]{2}-[0-9]{4,5}|[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]+"
_ACL = rf"""(?ixa)
    (?:acl: | (?:https?://)?(?:www\.)?(?:aclanthology\.(?:org|info)|aclweb\.org/anthology)/(?:papers/|anthology/)?)?
    (?P<id>{_ACL_ID})(?:v[0-9])?(?:\.(?:pdf|bib))?/?(?:[?\#]\S*)?
"""
_ACL_DOI = rf"(?ia)10\.(?:18653|3115)/v1/(?P<id>{_ACL_ID})"
_OPENREVIEW = r"""(?xa)
    (?: (?i:openreview:)
    | (?i:https?://)?(?i:(?:api2?\.|www\.)?openreview\.net)/(?:forum|pdf|attachment|notes)\?(?:\S*?&)?id= )
    (?P<id>[A-Za-z0-9_-]{6,16})(?:[&\#]\S*)?
"""
_S2 = r"""(?ixa)
    (?: (?:s2:|(?:https?://)?(?:www\.)?semanticscholar\.org/(?:paper|reader)/(?:[^\s/?\#]+/)?)?(?P<hash>[0-9a-f]{40})
    | (?:https?://api\.semanticscholar\.org/)?corpusid:\s*(?P<corpus>[0-9]{1,12})
    )/?(?:[?\#]\S*)?
"""
_PMID = r"(?ia)pmid:?\s*(?P<id>[1-9][0-9]{0,7})"
_LINK = r"""(?ixa)
    (?P<scheme>https?)://
    (?P<host>\[[0-9a-f:.]+\]|[^\s/?\#@\\:\[\]-][^\s/?\#@\\:\[\]]*)(?::(?P<port>[0-9]{1,5}))?
    (?P<path>/[^\s?\#]*)?(?:\?(?P<query>[^\s\#]*))?(?P<fragment>\#\S*)?
"""
_TRACKING = (
    r"(?ia)(?:utm_\w*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ref_src)(?:=|$)"
)


def arxiv_id(text: str) -> str | None:
    """Parse `text` as an arXiv id and return the id without version. Return None if `text` is no arXiv id.

    These texts are accepted:

    - an id of either form, `1706.03762` or `hep-th/9901001`, with or without `arXiv:`
    - the address of a paper at arXiv (abs, pdf or html), Hugging Face, alphaXiv or ar5iv
    - the DOI that arXiv registered for a paper
    - the OAI identifier of a paper at arXiv
    """
    found = _arxiv_match(text)
    if found is None:
        return None
    if found["archive"]:
        return f"{found['archive']}/{found['rest']}".lower()
    return f"{found['yymm']}.{found['number']}"


def arxiv_version(text: str) -> int | None:
    """Return the version in an arXiv id or in the URL of a paper at arXiv, from 1.

    Return None if `text` names no version. Accepts the same texts as `arxiv_id`.
    """
    found = _arxiv_match(text)
    return int(found["version"]) if found and found["version"] else None


def _arxiv_match(text: str) -> re.Match[str] | None:
    if len(text) > _MAX_LENGTH:
        return None
    found = re.fullmatch(_ARXIV, text.strip(_WRAPPING).replace("%2F", "/").replace("%2f", "/"))
    if found and found["yymm"]:
        digits = 4 if found["yymm"] <= "1412" else 5
        if found["yymm"] < "0704" or len(found["number"]) != digits or not int(found["number"]):
            return None
    return found


def year_of_arxiv_id(identifier: str) -> int:
    """Return the year in which a paper was submitted to arXiv, 1991 or later.

    `identifier` is the normalised arXiv id.
    """
    digits = identifier.rpartition("/")[2]
    year = int(digits[:2])
    return 1900 + year if year > 90 else 2000 + year


def arxiv_url(identifier: str) -> str:
    """Return the address of a paper's abstract page at arXiv. `identifier` is its normalised arXiv id."""
    return f"https://arxiv.org/abs/{identifier}"


def doi_url(identifier: str) -> str:
    """Return the address that leads to the work with a DOI. `identifier` is the normalised DOI."""
    return f"https://doi.org/{quote(identifier, safe='/:;()')}"


def paper_url(url: str | None, arxiv_id: str | None, doi: str | None) -> str | None:
    """Return the address at which a paper can be read: its URL, or the address of its arXiv id or DOI.

    Return None if it has none of these.
    """
    return url or (arxiv_url(arxiv_id) if arxiv_id else doi_url(doi) if doi else None)


def arxiv_pdf_url(identifier: str) -> str:
    """Return the address of a paper's newest PDF at arXiv. `identifier` is its normalised arXiv id."""
    return f"https://arxiv.org/pdf/{identifier}"


def doi(text: str) -> str | None:
    """Parse `text` as a DOI and return the DOI in lower case. Return None if `text` is no DOI.

    `text` is a DOI, with or without `doi:`, or an address with a DOI in it, at doi.org or at a publisher. The version
    in a preprint's DOI is removed. A DOI that arXiv registered gives None, because `arxiv_id` parses it.
    """
    if len(text) > _MAX_LENGTH or "10." not in text:
        return None
    text = text.strip(_WRAPPING)
    if "%" in text:
        from urllib.parse import unquote

        text = unquote(text)
    found = re.fullmatch(_DOI, text)
    if found is None or arxiv_id(text):
        return None
    name = found["doi"]
    if found.start("doi") and "://" in text:
        name = name.partition("?")[0].partition("#")[0]
    name = without_version(_without_trailing_punctuation(name).lower())
    return name if name.partition("/")[2] and name.isprintable() and is_printable(name) else None


def _without_trailing_punctuation(name: str) -> str:
    while name[-1] in ".,;:'\"<>" or (name[-1] in ")]}" and name.count(name[-1]) > name.count(_OPENING[name[-1]])):
        name = name[:-1]
    return name


_OPENING = {")": "(", "]": "[", "}": "{"}


def identifiers_in(text: str) -> tuple[tuple[str, str], ...]:
    """Parse `text`, which is one id or one URL. Return the identifiers in it as (scheme, value) pairs.

    Most ids and URLs give one pair. The DOI of an ACL paper gives two pairs, because it contains the paper's ACL id.
    Return () if `text` is neither an id nor a URL.
    """
    if len(text) > _MAX_LENGTH:
        return ()
    if arxiv := arxiv_id(text):
        return (("arxiv", arxiv),)
    if "//" in text and (spelling := identifier_of_address(text.strip(_WRAPPING))) is not None:
        return (("url", spelling),) if "//" in spelling else identifiers_in(spelling)
    if name := doi(text):
        acl = re.fullmatch(_ACL_DOI, name)
        return (("doi", name), ("acl", _normal_acl(acl["id"]))) if acl else (("doi", name),)
    text = text.strip(_WRAPPING)
    if found := re.fullmatch(_ACL, text):
        return (("acl", _normal_acl(found["id"])),)
    if found := re.fullmatch(_OPENREVIEW, text):
        return (("openreview", found["id"]),)
    if found := re.fullmatch(_PMID, text):
        return (("pmid", found["id"]),)
    if found := re.fullmatch(_S2, text):
        return (("s2", found["hash"].lower() if found["hash"] else f"corpusid:{int(found['corpus'])}"),)
    url = normal_url(text)
    return (("url", url),) if url else ()


def spelling(identifier: tuple[str, str]) -> str:
    """Return the text of an identifier, such as `pmid:31452104`.

    `identifiers_in` parses this text to the same identifier.
    """
    scheme, value = identifier
    return value if scheme in ("arxiv", "doi", "url") else f"{scheme}:{value}"


def _normal_acl(identifier: str) -> str:
    return identifier.upper() if identifier[0].isalpha() else identifier.lower()


def normal_url(url: str, *, keep_fragment: bool = False) -> str | None:
    """Return an address in normal form, for comparison. Return None if `is_safe_link` refuses the address.

    The scheme becomes https. The host becomes lower case and loses `www.`. Tracking parameters, the default port and a
    final slash are removed. The fragment is removed, too, unless `keep_fragment` is true: a page with many papers may
    have one fragment for each paper. Do not open the result in a browser, because the address may not work in this
    form.
    """
    url = url.strip(_WRAPPING)
    found = _safe_link_match(url)
    if found is None:
        return None
    host = found["host"].lower().rstrip(".").removeprefix("www.")
    port = "" if found["port"] in (None, "80", "443") else f":{found['port']}"
    path = (found["path"] or "").rstrip("/")
    kept = [part for part in (found["query"] or "").split("&") if part and not re.match(_TRACKING, part)]
    query = f"?{'&'.join(kept)}" if kept else ""
    normal = f"https://{host}{port}{path}{query}{(found['fragment'] or '') if keep_fragment else ''}"
    # The part before a fragment may end in quotes, which do not belong to an address.
    bare = normal.rstrip(_WRAPPING)
    return (normal if bare == normal else normal_url(bare, keep_fragment=keep_fragment)) if host else None


def is_safe_link(url: str) -> bool:
    """Return whether `url` is safe to open.

    A safe address begins with http or https and has a host. It has no credentials, spaces or invisible characters, and
    at most 2,048 characters.
    """
    return _safe_link_match(url) is not None


def safe_link(url: str) -> str | None:
    """Return `url` with its scheme in lower case, the only form that the library stores.

    Return None if `is_safe_link` refuses the address.
    """
    found = _safe_link_match(url)
    return found and found["scheme"].lower() + url[len(found["scheme"]) :]


def _safe_link_match(url: str) -> re.Match[str] | None:
    if len(url) > _MAX_LENGTH or not url.isprintable() or not (url.isascii() or is_printable(url)):
        return None
    found = re.fullmatch(_LINK, url)
    if found is None or int(found["port"] or 0) > 65535 or not _is_host(found["host"]):
        return None
    return found


def _is_host(host: str) -> bool:
    """Return whether `urllib` accepts a host.

    `urllib` rejects wrong IPv6 addresses, and letters that normalise to delimiters.
    """
    if host.isascii() and host[0] != "[":
        return True
    try:
        urlsplit(f"//{host}")
    except ValueError:
        return False
    return True


_FORMATTING = (
    r"\\(?:math(?:cal|bb|bf|rm|it|sf|frak|tt|scr|normal)|text(?:bf|it|sc|tt|rm|sf|sl|up|superscript|subscript)?|emph"
    r"|em|bf|it|tt|sc|rm|sf|sl|operatorname|ensuremath|boldsymbol|bm|mbox|hbox|underline|overline|left|right"
    r"|times|cdot|pm|sim|approx|leq|geq|to|rightarrow|infty|l?dots|quad)(?![A-Za-z])"
    # Accents that are named by a letter, and \aa, which is å.
    r"|\\[cvuHkrdbt](?=[\s{])|(?<=\\a)a(?![A-Za-z])"
)
_GREEK_ALONE = r"(?<![α-ως])[α-ω](?![α-ως])"
_GREEK_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_NOT_ALPHANUMERIC = r"[^a-z0-9]+"
# Names of languages differ in nothing else: C, C++, C#, F#.
_SIGN_OF_NAME = r"(?<=[a-z])\s*(\+\+|\#)(?![a-z0-9+\#])"
_SIGNS = {"++": "plusplus", "#": "sharp"}
# P = NP and P ≠ NP are two titles. The sign must not be taken for a = with a diacritic.
_UNEQUAL = r"≠|=\u0338|!=|=/=|\\not\s*=|\\(?:neq|ne)(?![A-Za-z])"


def title_key(title: str) -> str:
    r"""Return a key for the comparison of titles: the letters and digits of `title`, without case, accents and LaTeX.

    `MedS^3: X`, `MedS$^3$: X` and `{MedS\textsuperscript{3}}: X` have the same key, and so have `μ` and `$\mu$`.
    Letters of all scripts are kept. `C++`, `C#` and `≠` become `cplusplus`, `csharp` and `neq`. For a title without
    letters and digits, the key is the title without spaces.
    """
    bare = re.sub(_FORMATTING, "", title) if "\\" in title else title
    if "≠" in bare or "=" in bare or "\\n" in bare:
        bare = re.sub(_UNEQUAL, " neq ", bare)
    key = fold(bare)
    if "++" in key or "#" in key:
        key = re.sub(_SIGN_OF_NAME, lambda sign: _SIGNS[sign[1]], re.sub(r"[\\{}$]", "", key))
    if key.isascii():
        key = re.sub(_NOT_ALPHANUMERIC, "", key)
    else:
        key = re.sub(_GREEK_ALONE, _greek_name, key)
        key = "".join([char for char in key if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc")])
    return key or "".join(clean(title).split())


def _greek_name(letter: re.Match[str]) -> str:
    return _GREEK_NAMES[ord(letter[0]) - ord("α")]
