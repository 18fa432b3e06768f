"""`readq.formats.dblp_xml` over records and a page of a person."""

from readq.formats import dblp_xml

FILE = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp>
<inproceedings key="conf/ex/DoeR26" mdate="2026-11-01">
<author>J&uuml;rgen Doe 0001</author><author>Richard Roe</author>
<title>On <i>Symmetric</i> Things.</title><pages>1-12</pages><year>2026</year>
<booktitle>EX</booktitle><ee type="oa">https://doi.org/10.1000/ex.1</ee><url>db/conf/ex.html#DoeR26</url>
</inproceedings>
<article key="journals/corr/abs-2611-00001" publtype="informal">
<author>Ada Example</author><title>A Preprint.</title><volume>abs/2611.00001</volume><journal>CoRR</journal>
<year>2026</year><ee>https://doi.org/10.48550/arXiv.2611.00001</ee>
</article>
<book key="books/x"/>
</dblp>"""


def test_records() -> None:
    (first, second), rejected, _ = dblp_xml.read(FILE)
    assert (first.title, first.venue, first.year) == ("On Symmetric Things", "EX", 2026)
    assert [author.name for author in first.authors] == ["Jürgen Doe", "Richard Roe"]
    assert first.identifiers == (("doi", "10.1000/ex.1"),)
    assert (second.identifiers, second.venue, second.entry_type) == ((("arxiv", "2611.00001"),), None, "misc")
    assert rejected == [("record 3 (books/x)", "no title")]


def test_a_full_stop_alone_is_no_title() -> None:
    records = FILE.replace(b"<title>A Preprint.</title>", b"<title>.</title>")
    (first,), rejected, _ = dblp_xml.read(records)
    assert first.title == "On Symmetric Things"
    assert [why for _, why in rejected] == ["no title", "no title"]


def test_only_dblp_is_recognised() -> None:
    assert dblp_xml.looks_like(FILE.decode("latin-1"))
    assert dblp_xml.looks_like('<?xml version="1.0"?>\n<dblpperson name="X"><r/></dblpperson>')
    assert not dblp_xml.looks_like("<dblpish/>")
