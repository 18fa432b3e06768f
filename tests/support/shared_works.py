"""Random bibliographies and feeds of works that share titles, identifiers, keys and names of entries.

Two works have one title and one author. An entry names some of the identifiers of its work, seldom those of another
work too. A file has one key for a work, which is the key of another work in another file.
"""

import random
from html import escape

FILES = ("own.bib", "others.bib", "third.bib")
_TITLES = ("On the symmetry of causal networks", "Growth and decay of memory", "A law of large shapes")
_AUTHORS = ("Noether, Emmy", "Lovelace, Ada", "Hopper, Grace")
WORKS = 6
_ODD_ONES_OUT = 0.05
"""The share of entries with an identifier of another work, which may join two papers."""


def identifiers(rng: random.Random, work: int) -> dict[str, str]:
    """Return some of the identifiers of a work, by scheme."""
    other = rng.randrange(WORKS) if rng.random() < _ODD_ONES_OUT else work
    known = {"doi": f"10.1000/w{work}", "eprint": f"2611.0001{other}"}
    return {scheme: known[scheme] for scheme in rng.choice([(), ("doi",), ("eprint",), ("doi", "eprint")])}


def bibliography(rng: random.Random) -> tuple[str, str]:
    """Return the name and the text of a .bib file."""
    place = rng.randrange(len(FILES))
    works = rng.sample(range(WORKS), rng.choice([1, 1, 2, 3]))
    return FILES[place], "".join(_bib_entry(rng, place, work) for work in works)


def _bib_entry(rng: random.Random, place: int, work: int) -> str:
    fields = {"title": _title(place, work)}
    if rng.random() < 0.7:
        fields["author"] = _AUTHORS[work // 2]
    if rng.random() < 0.7:
        fields["year"] = str(2000 + 5 * (work % 2) + (place == 1))
    fields |= identifiers(rng, work)
    key = f"w{(work + place) % WORKS}"
    return f"@article{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"


def _title(place: int, work: int) -> str:
    """Return the title of a work in a file or feed. One work has a title that says nothing, one file numbers parts."""
    title = _TITLES[work // 2] if work < WORKS - 1 else "Editorial"
    return f"{title}, part {work % 2 + 1}" if place == 2 and work < WORKS - 1 else title


def feed(rng: random.Random) -> tuple[str, str]:
    """Return the name and the text of a feed whose entries have ids of their own."""
    entries = []
    for work in rng.sample(range(WORKS), rng.choice([1, 2])):
        link = rng.choice([f"https://arxiv.org/abs/2611.0001{work}", f"https://doi.org/10.1000/w{work}", "", ""])
        entries.append(
            f"<entry><id>urn:{work}</id><title>{escape(_title(0, work))}</title>"
            f"<updated>2026-11-2{rng.randrange(3)}T08:00:00Z</updated>"
            + (f"<author><name>{_AUTHORS[work // 2]}</name></author>" if rng.random() < 0.6 else "")
            + (f'<link href="{link}"/>' if link else "")
            + "</entry>"
        )
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:a</id><title>News</title>{"".join(entries)}</feed>'
    return "news.xml", text
