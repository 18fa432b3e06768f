"""The categories of bioRxiv and medRxiv, as their submission forms list them."""

import difflib
import re

BIORXIV = tuple(
    "animal behavior and cognition,biochemistry,bioengineering,bioinformatics,biophysics,cancer biology,cell biology,"  # noqa: SIM905
    "clinical trials,developmental biology,ecology,epidemiology,evolutionary biology,genetics,genomics,immunology,"
    "microbiology,molecular biology,neuroscience,paleontology,pathology,pharmacology and toxicology,physiology,"
    "plant biology,scientific communication and education,synthetic biology,systems biology,zoology".split(",")
)
MEDRXIV = tuple(
    "addiction medicine,allergy and immunology,anesthesia,cardiovascular medicine,"  # noqa: SIM905
    "dentistry and oral medicine,dermatology,emergency medicine,endocrinology,epidemiology,forensic medicine,"
    "gastroenterology,genetic and genomic medicine,geriatric medicine,health economics,health informatics,"
    "health policy,health systems and quality improvement,hematology,hiv aids,infectious diseases,"
    "intensive care and critical care medicine,medical education,medical ethics,nephrology,neurology,nursing,"
    "nutrition,obstetrics and gynecology,occupational and environmental health,oncology,ophthalmology,orthopedics,"
    "otolaryngology,pain medicine,palliative medicine,pathology,pediatrics,pharmacology and therapeutics,"
    "primary care research,psychiatry and clinical psychology,public and global health,radiology and imaging,"
    "rehabilitation medicine and physical therapy,respiratory medicine,rheumatology,"
    "sexual and reproductive health,sports medicine,surgery,toxicology,transplantation,urology".split(",")
)
CATEGORIES = {"biorxiv": BIORXIV, "medrxiv": MEDRXIV}


def slug(category: str) -> str:
    """Return the name of a category in the form used in names of feeds, such as `cell-biology` for `Cell Biology`."""
    return re.sub(r"[^a-z0-9]+", "-", category.lower().replace("&", "and")).strip("-")


def known_category(server: str, text: str) -> str | None:
    """Return the slug of the category `text`, in any spelling. Return None if `server` has no such category.

    `server` is `biorxiv` or `medrxiv`.
    """
    return slug(text) if slug(text) in map(slug, CATEGORIES[server]) else None


def similar(server: str, text: str) -> list[str]:
    """Return the slugs of at most three categories of `server` that resemble the misspelled name `text`."""
    slugs = [slug(one) for one in CATEGORIES[server]]
    wanted = slug(text)
    inside = [one for one in slugs if wanted and wanted in one]
    return (inside or difflib.get_close_matches(wanted, slugs, n=3, cutoff=0.6))[:3]
