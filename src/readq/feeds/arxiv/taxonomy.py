"""The table of arXiv's archives and categories (https://arxiv.org/category_taxonomy), and look-ups in it."""

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
"""The names of all archives, such as `cs`, and of all categories, such as `cs.LG`."""

_BY_CASEFOLDED = {name.casefold(): name for name in CATEGORIES}
# Also matches archives that were closed by 2007 and are still on old papers: `cmp-lg`, `alg-geom`.
_SHAPE = re.compile(r"[a-z]{1,7}(?:-[a-z]{2,5})?(?:\.(?:[A-Z]{2}|[a-z]{2,8}(?:-[a-z]{2,4})?))?")
_MAX_SUGGESTIONS = 3


def known_category(name: str) -> str | None:
    """Return the archive or category `name` in arXiv's spelling. Case is ignored.

    Return None if arXiv has no such archive or category.
    """
    return _BY_CASEFOLDED.get(name.casefold())


def is_category(term: str) -> bool:
    """Return whether `term` has the form of an arXiv category, present or former.

    MSC and ACM classes have other forms.
    """
    return _SHAPE.fullmatch(term) is not None


def similar(typed: str) -> list[str]:
    """Return at most three categories that resemble the misspelled name `typed`, the most likely first."""
    import difflib

    folded = typed.casefold()
    subject = folded.rpartition(".")[2]
    same_subject = sorted(name for name in CATEGORIES if "." in name and name.casefold().endswith(f".{subject}"))
    close = [
        _BY_CASEFOLDED[found]
        for found in difflib.get_close_matches(folded, _BY_CASEFOLDED, n=_MAX_SUGGESTIONS, cutoff=0.6)
    ]
    return list(dict.fromkeys([*same_subject, *close]))[:_MAX_SUGGESTIONS]


def search_term(category: str) -> str:
    """Return the search term of arXiv's API for all papers of a category or an archive."""
    return f"cat:{category}.*" if _SUBJECTS.get(category) else f"cat:{category}"
