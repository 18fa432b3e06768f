"""arXiv's archives and categories, https://arxiv.org/category_taxonomy: what may stand behind `arxiv:`."""

import re

_SUBJECTS = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO SC"
    " SD SE SI SY",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "gr-qc": "",
    "hep-ex": "",
    "hep-lat": "",
    "hep-ph": "",
    "hep-th": "",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
    "math-ph": "",
    "nlin": "AO CD CG PS SI",
    "nucl-ex": "",
    "nucl-th": "",
    "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph"
    " geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "quant-ph": "",
    "stat": "AP CO ME ML OT TH",
}
CATEGORIES = frozenset(
    name
    for archive, subjects in _SUBJECTS.items()
    for name in (archive, *(f"{archive}.{subject}" for subject in subjects.split()))
)
"""Every archive and every category."""

_BY_FOLDED = {name.casefold(): name for name in CATEGORIES}
# Archives that took papers before 2007 only, still on old papers: `cmp-lg`, `alg-geom`.
_SHAPE = re.compile(r"[a-z]{1,7}(?:-[a-z]{2,5})?(?:\.(?:[A-Z]{2}|[a-z]{2,8}(?:-[a-z]{2,4})?))?")
_MOST_HINTS = 3


def known_category(name: str) -> str | None:
    """The archive or category that `name` spells in any case; None if there is none."""
    return _BY_FOLDED.get(name.casefold())


def is_category(term: str) -> bool:
    """Whether `term` looks like a category of arXiv, of today or of former times; MSC and ACM classes do not."""
    return _SHAPE.fullmatch(term) is not None


def similar(name: str) -> list[str]:
    """Categories that a reader who typed `name` may have meant, the likeliest first."""
    import difflib

    folded = name.casefold()
    subject = folded.rpartition(".")[2]
    same_subject = sorted(known for known in CATEGORIES if "." in known and known.casefold().endswith(f".{subject}"))
    close = [_BY_FOLDED[found] for found in difflib.get_close_matches(folded, _BY_FOLDED, n=_MOST_HINTS, cutoff=0.6)]
    return list(dict.fromkeys([*same_subject, *close]))[:_MOST_HINTS]


def search_term(category: str) -> str:
    """The search that finds what is listed under a category or anywhere in an archive."""
    return f"cat:{category}.*" if _SUBJECTS.get(category) else f"cat:{category}"
