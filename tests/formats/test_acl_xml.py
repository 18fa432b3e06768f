"""`readq.formats.acl_xml` over collections of both kinds of id."""

import pytest

from readq.errors import ReadqError
from readq.formats import acl_xml

NEW = b"""<?xml version='1.0' encoding='UTF-8'?>
<collection id="2026.acl">
  <volume id="long">
    <meta><booktitle>Proceedings of Examples</booktitle><year>2026</year><month>July</month>
      <publisher>ACL</publisher><address>Vienna</address></meta>
    <paper id="7">
      <title><fixed-case>BERT</fixed-case> and <tex-math>O(n^2)</tex-math> Things</title>
      <author><first>Jane</first><last>Doe</last></author><author><last>Plato</last></author>
      <pages>1-12</pages><abstract>We show.</abstract><url hash="1">2026.acl-long.7</url>
      <doi>10.18653/v1/2026.acl-long.7</doi>
    </paper>
    <paper id="8"><author><first>A</first><last>B</last></author></paper>
  </volume>
</collection>"""


def test_papers_of_a_collection() -> None:
    (paper,), rejected = acl_xml.read(NEW)
    assert paper.title == "BERT and $O(n^2)$ Things"
    assert [author.name for author in paper.authors] == ["Jane Doe", "Plato"]
    assert set(paper.identifiers) == {("acl", "2026.acl-long.7"), ("doi", "10.18653/v1/2026.acl-long.7")}
    assert (paper.year, paper.venue, paper.abstract) == (2026, "Proceedings of Examples", "We show.")
    assert dict(paper.fields) == {"pages": "1--12", "month": "jul", "address": "Vienna", "publisher": "ACL"}
    assert rejected == [("paper 2 (2026.acl-long.8)", "no title")]


def test_ids_of_before_2020() -> None:
    (paper,), _ = acl_xml.read(
        b'<collection id="P19"><volume id="1"><meta/><paper id="23"><title>T</title></paper></volume></collection>'
    )
    assert paper.identifiers == (("acl", "P19-1023"),)


def test_broken_and_dangerous_documents_are_refused_in_a_line() -> None:
    with pytest.raises(ReadqError, match="broken XML"):
        acl_xml.read(NEW[:300])
    with pytest.raises(ReadqError, match="declares entities"):
        acl_xml.read(b'<!DOCTYPE c [<!ENTITY a SYSTEM "b">]><collection id="P19">&a;</collection>')


def test_only_collections_are_recognised() -> None:
    assert acl_xml.looks_like(NEW.decode())
    assert not acl_xml.looks_like('<collection id="my stamps"/>')


@pytest.mark.parametrize("name", ["x" * 9_000, "utf-" + "1" * 9_000])
def test_a_message_does_not_repeat_a_long_text_of_the_file(name: str) -> None:
    with pytest.raises(ReadqError) as refused:
        acl_xml.read(f'<?xml version="1.0" encoding="{name}"?><collection/>'.encode())
    assert len(str(refused.value)) < 300


def test_a_title_of_elements_nested_thousands_deep_is_read() -> None:
    title = f"{'<b>' * 5_000}<tex-math>x</tex-math> grows{'</b>' * 5_000}"
    document = NEW.replace(b"<fixed-case>BERT</fixed-case>", title.encode())
    (paper,), _ = acl_xml.read(document)
    assert paper.title == "$x$ grows and $O(n^2)$ Things"
