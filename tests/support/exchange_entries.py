"""Entries of many types, as papers to cite."""

from readq.formats.bibtex.reader import read
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper

BIB = r"""
@article{a, title={Moths of {\"U}ber-Dusk}, author={van der Aal, Theo and {Lamp Group}}, journal={J. Moths}, volume=3,
  number=4, pages={101--120}, year=2012, month=mar, day=5, doi={10.5555/182}, issn={1234-5678}, langid={english},
  note={In press}, abstract={On $\alpha$ moths}, keywords={own, dusk}}
@incollection{c, title={A Chapter}, author={Falk, Jr., Mia}, booktitle={Handbook}, editor={Otter, Ida}, pages={1--20},
  publisher={Lamp Press}, address={Turku}, isbn={978-0-262-03384-8}, edition={2}, year=2011, chapter=7}
@inproceedings{p, title={A Talk}, author={Falk, Mia}, booktitle={Proc. of Dusk}, series={LNM}, number=12, year=2015}
@mastersthesis{m, title={Wings}, author={Falk, Mia}, school={Turku}, year=2016}
@techreport{r, title={Report}, author={Falk, Mia}, institution={Lamp Lab}, number={TR-42}, year=1999}
@online{w, title={Page}, author={Falk, Mia}, date={2020-03-04}, url={https://moths.example/a_b}, urldate={2021-01-01}}
@article{range, title={Range}, author={Falk, Mia}, journaltitle={J}, date={2016-05/2016-07}}
@book{old, title={Old}, author={Falk, Mia}, date={-0051~}, origdate={-0060}}
@article{season, title={Season}, author={Falk, Mia}, journaltitle={J}, date={2014-21}}
@article{soon, title={Soon}, author={Falk, Mia}, journal={J}, year={forthcoming}}
"""


def citable(paper: FetchedPaper) -> Citable:
    identifiers = dict(paper.identifiers)
    return Citable(
        key=paper.key or "",
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        published=paper.published,
        venue=paper.venue,
        url=paper.url,
        abstract=paper.abstract,
        entry_type=paper.entry_type,
        fields=paper.fields,
        arxiv_id=identifiers.get("arxiv"),
        doi=identifiers.get("doi"),
    )


def citables(bib: str) -> list[Citable]:
    papers, rejected = read(bib)
    assert not rejected
    return [citable(paper) for paper in papers]
