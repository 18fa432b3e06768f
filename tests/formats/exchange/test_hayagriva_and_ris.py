import json
import re

from exchange_entries import BIB, citables

from readq.formats.exchange import hayagriva, ris
from readq.formats.tagged import ris as ris_reader


def test_hayagriva_puts_a_paper_into_its_journal_or_book() -> None:
    text = "".join(hayagriva.write(citables(BIB)))
    assert text.startswith(
        '"a":\n  type: "article"\n  title: "Moths of Über-Dusk"\n  author: ["van der Aal, Theo", "Lamp Group"]\n'
        '  date: 2012-03-05\n  parent:\n    type: "periodical"\n    title: "J. Moths"\n    volume: "3"\n'
        '    issue: "4"\n    serial-number:\n      issn: "1234-5678"\n  page-range: "101-120"\n'
        '  serial-number:\n    doi: "10.5555/182"\n'
    )
    assert '  parent:\n    type: "anthology"\n    title: "Handbook"\n    editor: ["Otter, Ida"]\n' in text
    assert "  date: -0051\n" in text


def test_no_text_of_a_paper_is_taken_for_a_part_of_the_yaml() -> None:
    hostile = 'x": {a: "b\\'
    (paper,) = citables("@misc{k, title={T}, author={A, B}, year=2000}")
    object.__setattr__(paper, "title", hostile)
    (line,) = re.findall(r"  title: (.*)", "".join(hayagriva.write([paper])))
    assert json.loads(line) == hostile
    assert "".join(hayagriva.write([])) == "{}\n"


def test_ris_is_read_back() -> None:
    given = citables(BIB)
    papers, rejected = ris_reader.read("".join(ris.write(given)))
    assert not rejected
    assert [paper.title for paper in papers] == [paper.title for paper in given]
    for paper, before in zip(papers, given, strict=True):
        assert [one.name for one in paper.authors] == [one.name for one in before.authors]
    article = papers[0]
    assert (article.venue, article.published, dict(article.fields)["pages"]) == ("J. Moths", "2012-03-05", "101--120")
    assert dict(article.identifiers)["doi"] == "10.5555/182"


KINDS = (
    "mastersthesis phdthesis jurisdiction legislation letter movie artwork music audio image software dataset online "  # noqa: SIM905
    "inreference patent standard video periodical".split()
)


def test_the_kind_of_a_work_its_address_and_its_doi_survive_ris() -> None:
    fields = "title={T}, author={Heron, Ada}, date={2004-05}, url={https://a.example/x}, urldate={2020-01-02}"
    given = citables("".join(f"@{kind}{{{kind}, {fields}, doi={{10.5555/AbC}}}}\n" for kind in KINDS))
    papers, rejected = ris_reader.read("".join(ris.write(given)))
    assert not rejected
    assert [paper.entry_type for paper in papers] == KINDS
    expected = {"date": "2004-05", "doi": "10.5555/AbC", "url": "https://a.example/x", "urldate": "2020-01-02"}
    assert [dict(paper.fields) for paper in papers] == [expected] * len(KINDS)


def test_a_preprint_stays_one_in_ris_and_a_year_of_unknown_digits_is_left_out() -> None:
    given = citables("@misc{a, title={T}, author={Heron, Ada}, eprint={2401.00002}, archiveprefix={arXiv}, year=2024}")
    text = "".join(ris.write(given))
    assert text.startswith("TY  - UNPB\n")
    papers, _ = ris_reader.read(text)
    assert papers[0].entry_type == "online"
    online = citables(
        "@online{a, title={T}, author={Heron, Ada}, eprint={2401.00002}, eprinttype={arxiv}, date={2024}}"
    )
    assert "".join(ris.write(online)).startswith("TY  - UNPB\n")
    assert "PY" not in "".join(ris.write(citables("@misc{b, title={U}, date={19XX}}")))


def test_a_date_in_the_field_of_the_year_is_kept() -> None:
    given = citables("@misc{a, title={T}, year={2013-02-21}}")
    assert "DA  - 2013/02/21\n" in "".join(ris.write(given))
    assert "  date: 2013-02-21\n" in "".join(hayagriva.write(given))


def test_a_day_that_is_not_in_the_calendar_and_an_open_beginning_are_left_out() -> None:
    given = citables("@misc{a, title={T}, date={2004-02-30}} @misc{b, title={U}, date={../2004-05}}")
    text = "".join(ris.write(given))
    assert ("DA  - 2004/02\n" in text, "PY  - 2004\nDA  - 2004/05\n" in text) == (True, True)
    assert "date: 2004-02\n" in "".join(hayagriva.write(given))
    assert ".." not in text
