r"""Remove LaTeX commands from the prose of a BibTeX field, and keep their arguments as text for the screen.

`\SI{5}{\metre}` becomes `5`, and `\mkbibemph{E. coli}` becomes `E. coli`. For most commands, the first argument is
kept. For some commands another argument is kept, or none. The commands that AASTeX defines for journals become the
names of the journals (https://journals.aas.org/aastex-package-for-manuscript-preparation).
"""

import re

from readq.text import pattern

_JOURNALS = {
    "aj": "Astronomical Journal",
    "apj": "Astrophysical Journal",
    "apjl": "Astrophysical Journal Letters",
    "apjlett": "Astrophysical Journal Letters",
    "apjs": "Astrophysical Journal Supplement",
    "apjsupp": "Astrophysical Journal Supplement",
    "aap": "Astronomy and Astrophysics",
    "aapr": "Astronomy and Astrophysics Reviews",
    "aaps": "Astronomy and Astrophysics Supplement",
    "actaa": "Acta Astronomica",
    "apss": "Astrophysics and Space Science",
    "araa": "Annual Review of Astronomy and Astrophysics",
    "baas": "Bulletin of the American Astronomical Society",
    "gca": "Geochimica et Cosmochimica Acta",
    "grl": "Geophysical Research Letters",
    "icarus": "Icarus",
    "jcap": "Journal of Cosmology and Astroparticle Physics",
    "jcp": "Journal of Chemical Physics",
    "jgr": "Journal of Geophysical Research",
    "mnras": "Monthly Notices of the Royal Astronomical Society",
    "nar": "New Astronomy Review",
    "nat": "Nature",
    "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific",
    "physrep": "Physics Reports",
    "planss": "Planetary and Space Science",
    "pra": "Physical Review A",
    "prb": "Physical Review B",
    "prc": "Physical Review C",
    "prd": "Physical Review D",
    "pre": "Physical Review E",
    "prl": "Physical Review Letters",
    "psj": "Planetary Science Journal",
    "solphys": "Solar Physics",
    "sovast": "Soviet Astronomy",
    "ssr": "Space Science Reviews",
}
_ARGUMENT = r"\s*\{([^{}]*)\}"
# Both arguments are simple: groups are removed from the inside out.
_SECOND_ARGUMENT = pattern(rf"\\(?:foreignlanguage|textcolor|colorbox|raisebox|hyphenquote){_ARGUMENT}{_ARGUMENT}")
_FIRST_ARGUMENT = pattern(rf"\\printfirst{_ARGUMENT}{_ARGUMENT}")
_SWAPPED_ARGUMENTS = pattern(rf"\\switchargs{_ARGUMENT}{_ARGUMENT}")
_SILENT = pattern(
    rf"\\(?:noopsort|SortNoop|hspace\*?|vspace\*?|color|label|index|phantom|hphantom|selectlanguage){_ARGUMENT}"
    r"|\\(?:penalty|char)\s*-?[0-9]+\s?"
)
_MATHEMATICS = pattern(rf"\\ensuremath{_ARGUMENT}")
_PLAIN_GROUP = pattern(r"(?<![A-Za-z*\]}])\{([^{}]*)\}")
_ANY = pattern(r"\\[A-Za-z]+(?:\*|(?![A-Za-z]))\s*(?:\[[^\]{}]*\](?=\{))?")
_NESTED_ARGUMENT = r"\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_PDF_STRING = pattern(rf"\\texorpdfstring{_NESTED_ARGUMENT}{_NESTED_ARGUMENT}")
_MAX_LAYERS = 8


def with_pdf_strings(text: str) -> str:
    r"""Return the value of a field with each `\texorpdfstring{TEX}{TEXT}` replaced by TEXT, which has no formulas."""
    return _PDF_STRING.sub(r"\2", text) if "\\texorpdfstring" in text else text


def without_commands(text: str) -> str:
    r"""Return the prose of a field without its commands and braces. `\ensuremath{…}` becomes `$…$`.

    Accents and symbols must already be Unicode characters, because their commands are removed, too.
    """
    if "\\" in text:
        journal = re.fullmatch(r"\{*\\([a-z]+)\s*\}*", text.strip())
        if journal and journal[1] in _JOURNALS:
            return _JOURNALS[journal[1]]
        text = _arguments_chosen(text)
        text = _ANY.sub("", text)
    return text.replace("{", "").replace("}", "")


def _arguments_chosen(text: str) -> str:
    for _ in range(_MAX_LAYERS):
        before = text
        text = _MATHEMATICS.sub(r"$\1$", _SILENT.sub("", text))
        text = _FIRST_ARGUMENT.sub(r"\1", _SECOND_ARGUMENT.sub(r"\2", text))
        text = _SWAPPED_ARGUMENTS.sub(r"\2\1", text)
        if text == before:
            # Groups inside the arguments hide them from the patterns.
            text = _PLAIN_GROUP.sub(r"\1", text)
        if text == before:
            break
    return text
