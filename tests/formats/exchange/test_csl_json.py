"""CSL-JSON has the types, variables and shapes of CSL 1.0.2 for every type of entry.

With READQ_CSL_SCHEMA, the path of csl-data.json of the repository citation-style-language/schema, all items are also
checked against that.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from exchange_entries import BIB, citables

from readq.formats.entry_style import EntryStyle
from readq.formats.exchange import csl_json, hayagriva, ris
from readq.formats.field_choice import USUAL, choice
from readq.model.citable import Citable
from readq.model.values import Author

# The variables of CSL 1.0.2, appendix IV of its specification, as far as readq writes them.
_NAME_PARTS = ("family", "given", "non-dropping-particle", "suffix", "literal")
_NAME = {
    "type": "object",
    "properties": {part: {"type": "string"} for part in _NAME_PARTS},
    "additionalProperties": False,
}
_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        },
        "season": {"enum": [1, 2, 3, 4]},
        "circa": {"const": True},
        "literal": {"type": "string"},
    },
    "additionalProperties": False,
}
_TEXTS = (  # noqa: SIM905
    "id title title-short container-title container-title-short collection-title collection-number volume "
    "number-of-volumes number-of-pages chapter-number edition version publisher publisher-place event-title "
    "event-place medium status language ISBN ISSN PMID PMCID original-title issue number page genre DOI URL abstract "
    "keyword note"
).split()
_PEOPLE = ("author", "editor", "translator", "container-author", "original-author")
_TYPES = (  # noqa: SIM905
    "article article-journal article-magazine article-newspaper book chapter dataset document entry-encyclopedia "
    "figure graphic legal_case legislation manuscript motion_picture pamphlet paper-conference patent performance "
    "periodical personal_communication report review software song standard thesis webpage"
).split()
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": _TYPES},
            **{name: {"type": "string", "minLength": 1} for name in _TEXTS},
            **{name: {"type": "array", "items": _NAME} for name in _PEOPLE},
            **dict.fromkeys(("issued", "accessed", "event-date", "original-date"), _DATE),
        },
        "required": ["id", "type"],
        "additionalProperties": False,
    },
}


def check(found: object) -> None:
    jsonschema.validate(found, SCHEMA)
    if official := os.environ.get("READQ_CSL_SCHEMA"):
        jsonschema.validate(found, json.loads(Path(official).read_text(encoding="utf-8")))


def items(bib: str, *fields: str) -> Mapping[str, Mapping[str, Any]]:
    found = json.loads("".join(csl_json.write(citables(bib), choice(fields, ()))))
    check(found)
    return {one["id"]: one for one in found}


@pytest.mark.parametrize("kind", sorted(csl_json._TYPES))
def test_every_type_is_one_of_csl(kind: str) -> None:
    fields = "title={Moths}, author={Falk, Mia}, journal={J}, number=3, series={S}, type={x}, year=1999"
    bib = f"@{kind}{{k, {fields}}}"
    assert items(bib)["k"]["type"] == csl_json._TYPES[kind]


def test_every_type_with_every_field_is_valid() -> None:
    texts = sorted(
        {
            "number",
            "issue",
            "eid",
            "pages",
            "note",
            "langid",
            *(name for names in csl_json.TEXTS.values() for name in names),
        }
    )
    fields = [f"{name}={{{name} 7}}" for name in texts]
    fields += [f"{name}={{van der Falk, Jr., Mia and {{Lamp Group}}}}" for name in csl_json.PEOPLE.values()]
    fields += [f"{name}={{-0100-03~/2000-01-01}}" for name in csl_json.DATES.values()]
    fields += [
        "title={Moths}",
        "date={2019-21}",
        "doi={10.5555/1}",
        "url={https://moths.example}",
        "abstract={On moths}",
        "keywords={dusk}",
    ]
    found = items("".join(f"@{kind}{{{kind}, {', '.join(fields)}}}\n" for kind in csl_json._TYPES), "+keywords")
    # All but the number of an article, whose issue has the field.
    variables = {*csl_json.TEXTS, *csl_json.PEOPLE, *csl_json.DATES, "issued", "page", "DOI", "URL", "keyword", "note"}
    assert [kind for kind, one in found.items() if variables - one.keys()] == []


def test_an_entry_keeps_all_that_csl_has_a_variable_for() -> None:
    found = items(BIB)
    assert found["a"] == {
        "id": "a",
        "type": "article-journal",
        "title": "Moths of Über-Dusk",
        "author": [
            {"family": "Aal", "given": "Theo", "non-dropping-particle": "van der"},
            {"literal": "Lamp Group"},
        ],
        "issued": {"date-parts": [[2012, 3, 5]]},
        "container-title": "J. Moths",
        "volume": "3",
        "issue": "4",
        "page": "101-120",
        "DOI": "10.5555/182",
        "ISSN": "1234-5678",
        "language": "en-US",
        "note": "In press",
        "abstract": "On α moths",
    }
    assert found["c"]["author"] == [{"family": "Falk", "given": "Mia", "suffix": "Jr."}]
    assert found["c"]["editor"] == [{"family": "Otter", "given": "Ida"}]
    facts = {name: found["c"][name] for name in ("publisher", "publisher-place", "ISBN", "edition", "chapter-number")}
    assert list(facts.values()) == ["Lamp Press", "Turku", "978-0-262-03384-8", "2", "7"]
    assert (found["p"]["collection-title"], found["p"]["collection-number"]) == ("LNM", "12")
    assert (found["m"]["genre"], found["m"]["publisher"]) == ("Master's thesis", "Turku")
    assert (found["r"]["number"], found["r"]["publisher"]) == ("TR-42", "Lamp Lab")
    assert (found["w"]["URL"], found["w"]["accessed"]) == (
        "https://moths.example/a_b",
        {"date-parts": [[2021, 1, 1]]},
    )


def test_dates_are_as_precise_as_they_are_known() -> None:
    found = items(BIB)
    assert found["range"]["issued"] == {"date-parts": [[2016, 5], [2016, 7]]}
    assert found["old"]["issued"] == {"date-parts": [[-52]], "circa": True}
    assert found["old"]["original-date"] == {"date-parts": [[-61]]}
    assert found["season"]["issued"] == {"date-parts": [[2014]], "season": 1}
    assert found["soon"]["issued"] == {"literal": "forthcoming"}
    years = items("@misc{a, title={T}, year={2017--2018}} @misc{b, title={U}, year={2014-09}}")
    assert [years[key]["issued"]["date-parts"] for key in "ab"] == [[[2017], [2018]], [[2014, 9]]]


def test_further_authors_and_pages_with_the_dash_of_biblatex_are_kept() -> None:
    (paper,) = citables(r"@article{k, title={T}, author={Falk, Mia and others}, pages={1\bibrangedash 3}, journal={J}}")
    (item,) = json.loads("".join(csl_json.write([paper])))
    assert item["author"] == [{"family": "Falk", "given": "Mia"}, {"literal": "others"}]
    assert item["page"] == "1-3"
    assert "SP  - 1\nEP  - 3\n" in "".join(ris.write([paper]))


def test_an_article_in_proceedings_and_a_review_keep_their_kinds() -> None:
    text = (
        "@article{k, title={T}, author={A B}, booktitle={Moth Conference}}\n@review{r, title={R}, journal={J. Moths}}"
    )
    article, review = citables(text)
    (item,) = json.loads("".join(csl_json.write([article])))
    assert (item["type"], item["container-title"]) == ("paper-conference", "Moth Conference")
    assert "TY  - CONF\n" in "".join(ris.write([article]))
    assert 'type: "periodical"\n    title: "J. Moths"\n' in "".join(hayagriva.write([review]))


def test_the_reader_chooses_the_fields() -> None:
    assert set(items(BIB, "title", "year")["a"]) == {"id", "type", "title", "issued"}
    assert items(BIB, "+keywords")["a"]["keyword"] == "own, dusk"


def test_a_paper_of_a_feed_is_an_article() -> None:
    paper = Citable(key="k", title="On $\\beta$", authors=(Author("Mia Falk"),), year=2020, arxiv_id="2005.00001")
    (found,) = json.loads("".join(csl_json.write([paper])))
    check([found])
    assert (found["type"], found["number"], found["publisher"]) == ("article", "arXiv:2005.00001", "arXiv")
    assert found["title"] == "On β"


@pytest.mark.parametrize(("form", "name"), [("given", "Phys. Rev. Lett."), ("full", "Physical Review Letters")])
def test_names_of_journals_have_the_form_that_the_reader_wants(form: str, name: str) -> None:
    papers = citables("@article{k, title={T}, author={Falk, Mia}, journal={Phys. Rev. Lett.}, year=2001}")
    style = EntryStyle(journals=form)
    (found,) = json.loads("".join(csl_json.write(papers, USUAL._replace(style=style))))
    assert found["container-title"] == name
    assert f"JO  - {name}\n" in "".join(ris.write(papers, USUAL._replace(style=style)))
    assert f'title: "{name}"' in "".join(hayagriva.write(papers, USUAL._replace(style=style)))
