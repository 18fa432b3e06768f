"""Synthetic papers in the format of Hugging Face's daily list; equal numbers give equal bytes on any machine."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

RARE = "photogrammetry"
"""A word in the abstract of one paper in `RARE_EVERY`, and nowhere else."""

RARE_EVERY = 500
RARE_TITLE = "Landmark"
"""The first word of the titles of these papers and of no others, by which a screen that shows them is recognised."""

FREQUENT = "model"
"""A word in nearly every abstract."""

_RARE_AT = 25
_FIRST_DAY = date(2020, 1, 1)
_DAYS = 6 * 365
_ABSTRACT_WORDS = 150


def _words(text: str) -> list[str]:
    return text.split()


_QUALITIES = _words(
    "adaptive bayesian causal compact compositional continual contrastive convex deep discrete efficient faithful"
    " frozen generative greedy hierarchical implicit latent layered linear local modular multilingual neural noisy"
    " online parallel private probabilistic quantised recurrent robust scalable sparse spectral stochastic structured"
    " symbolic tropical uncertain unsupervised variational verified visual weighted"
)
_THINGS = _words(
    "agent alignment anchor attention audit benchmark boundary budget cache calibration circuit cluster code corpus"
    " curriculum decoder diffusion dialogue distillation embedding encoder estimator evaluation expert feedback flow"
    " gradient graph grammar heuristic hypothesis image index inference instruction kernel label language lattice layer"
    " learner memory mixture network operator optimiser parser passage planner policy posterior preference prior prompt"
    " proof protein query reasoning regulariser retrieval reward robot sampler scene schedule segment sequence signal"
    " simulator solver speech state summary supervision surface symmetry table teacher tensor token tracker trajectory"
    " transformer translation tree tuning update video vocabulary"
)
_ACTS = _words(
    "aligns bounds compares composes compresses controls couples decodes detects explains extends filters guides"
    " improves infers learns measures merges predicts prunes ranks recovers refines repairs replaces routes samples"
    " scales separates stabilises steers transfers verifies"
)
_LINKS = _words("across against beyond for from in over through under with within without")
_SYLLABLES = _words(
    "an be chi da el fa gu ha in jo ka li ma no or pe qu ra sa ta u vi wen xi ya zhu lo mi ne ro sen to"
)


def rare_hits(number: int) -> int:
    """Return how many of `number` papers hold the rare word."""
    return (number - _RARE_AT + RARE_EVERY - 1) // RARE_EVERY


def papers(number: int) -> Iterator[dict[str, Any]]:
    """Yield `number` entries of the daily list, oldest first, with days spread over six years."""
    random_numbers = random.Random(number)
    people = [_person(random_numbers) for _ in range(max(200, number // 2))]
    for index in range(number):
        yield _entry(random_numbers, index, _FIRST_DAY + timedelta(days=index * _DAYS // number), people)


def write(path: Path, number: int) -> None:
    """Write a JSON file of `number` papers, one by one so that this process stays small."""
    with path.open("w", encoding="utf-8") as file:
        for index, entry in enumerate(papers(number)):
            file.write(("[" if index == 0 else ",\n") + json.dumps(entry))
        file.write("]\n")


def write_bibliography(path: Path, number: int, *, one_base: bool = False, keyed: bool = True) -> None:
    """Write a .bib file of `number` articles, without abstracts.

    With `one_base`, all of them have one first author, one year and one first word, so that their generated citation
    keys differ in the suffix only. Without `keyed`, the entries have no keys.
    """
    with path.open("w", encoding="utf-8") as file:
        for index, entry in enumerate(papers(number)):
            file.write(_bibtex(index, entry["paper"], one_base=one_base, keyed=keyed))


def write_tagged(path: Path, number: int) -> None:
    """Write a RIS file or, if the name ends with `.nbib`, a PubMed file of `number` articles."""
    one = _nbib if path.suffix == ".nbib" else _ris
    with path.open("w", encoding="utf-8") as file:
        for index, entry in enumerate(papers(number)):
            file.write(one(index, entry["paper"]))


def _ris(index: int, paper: dict[str, Any]) -> str:
    names = "".join(f"AU  - {author['name']}\n" for author in paper["authors"])
    return (
        f"TY  - JOUR\nTI  - {paper['title']}\n{names}PY  - {paper['publishedAt'][:4]}\nJO  - Journal of Ponds\n"
        f"DO  - 10.1000/ponds.{index}\nAB  - {paper['summary']}\nER  - \n\n"
    )


def _nbib(index: int, paper: dict[str, Any]) -> str:
    names = "".join(f"FAU - {author['name']}\n" for author in paper["authors"])
    return (
        f"PMID- {index + 1}\nTI  - {paper['title']}\n{names}DP  - {paper['publishedAt'][:4]}\nJT  - Journal of Ponds\n"
        f"LID - 10.1000/ponds.{index} [doi]\nAB  - {paper['summary']}\n\n"
    )


def _bibtex(index: int, paper: dict[str, Any], *, one_base: bool, keyed: bool) -> str:
    names = [author["name"] for author in paper["authors"]]
    if one_base:
        names[0], year, title = "Ada Heron", "2020", f"Ponds {index} {paper['title']}"
    else:
        year, title = paper["publishedAt"][:4], paper["title"]
    return (
        f"@article{{{f'entry{index}' if keyed else ''},\n"
        f"  author = {{{' and '.join(names)}}},\n  title = {{{title}}},\n"
        f"  journal = {{Journal of Ponds}},\n  year = {year},\n  volume = {{{index % 40 + 1}}},\n"
        f"  pages = {{{index}--{index + 9}}},\n  doi = {{10.1000/ponds.{index}}},\n"
        f"  url = {{https://example.org/ponds/{index}}}\n}}\n\n"
    )


def _entry(random_numbers: random.Random, index: int, day: date, people: list[str]) -> dict[str, Any]:
    title, abstract = _title(random_numbers), _abstract(random_numbers)
    if index % RARE_EVERY == _RARE_AT:
        title = f"{RARE_TITLE} {title}"
        abstract += f" Ground truth comes from {RARE}."
    when = f"{day}T08:00:00.000Z"
    return {
        "paper": {
            "id": f"{day:%y%m}.{1 + index % 99_999:05}",
            "title": title,
            "summary": abstract,
            "authors": [{"name": name, "hidden": False} for name in _some(random_numbers, people)],
            "publishedAt": when,
            "submittedOnDailyAt": when,
            "upvotes": int(random_numbers.paretovariate(1.2) * 3),
        },
        "publishedAt": when,
        "title": title,
        "summary": abstract,
        "numComments": random_numbers.randint(0, 12),
        "submittedBy": {"fullname": random_numbers.choice(people), "name": f"user{index % 97}", "type": "user"},
    }


def _some(random_numbers: random.Random, people: list[str]) -> list[str]:
    return random_numbers.sample(people, random_numbers.choice((3, 3, 4, 4, 5, 6, 8, 12)))


def _person(random_numbers: random.Random) -> str:
    given, family = _made_up(random_numbers, 1, 3), _made_up(random_numbers, 2, 3)
    return f"{given} {family}"


def _made_up(random_numbers: random.Random, shortest: int, longest: int) -> str:
    syllables = random_numbers.choices(_SYLLABLES, k=random_numbers.randint(shortest, longest))
    return "".join(syllables).capitalize()


def _title(random_numbers: random.Random) -> str:
    choice = random_numbers.choice
    name = _made_up(random_numbers, 2, 4)
    head = f"{choice(_QUALITIES)} {choice(_THINGS)} {choice(_THINGS)}".capitalize()
    tail = f"{choice(_QUALITIES)} {choice(_THINGS)} and {choice(_THINGS)} {choice(_THINGS)}"
    return f"{name}: {head} {choice(_LINKS)} {tail}"


def _abstract(random_numbers: random.Random) -> str:
    sentences: list[str] = []
    words = 0
    while words < _ABSTRACT_WORDS:
        sentence = _sentence(random_numbers)
        words += len(sentence.split())
        sentences.append(sentence)
    return " ".join(sentences)


def _sentence(random_numbers: random.Random) -> str:
    choice = random_numbers.choice
    return (
        f"The {choice(_QUALITIES)} {choice((FREQUENT, choice(_THINGS)))} {choice(_ACTS)} each {choice(_THINGS)}"
        f" {choice(_LINKS)} a {choice(_QUALITIES)} {choice(_THINGS)}, and {_made_up(random_numbers, 2, 4)}"
        f" {choice(_ACTS)} {random_numbers.randint(2, 99)} {choice(_QUALITIES)} {choice(_THINGS)}s"
        f" {choice(_LINKS)} {choice(_THINGS)} {choice(_THINGS)}."
    )
