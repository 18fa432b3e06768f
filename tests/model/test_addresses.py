"""`readq.model.addresses` and `readq.model.doi_kinds`: one paper under many addresses."""

import pytest

from readq.model.addresses import identifier_of_address
from readq.model.doi_kinds import is_preprint_doi, without_version
from readq.model.identifiers import identifiers_in, normal_url, title_key

HASH = "3f5ee243547dee91fbd053c1c4a845aa"

ADDRESSES = [
    ("doi", "10.1101/2020.03.24.997536", "https://www.biorxiv.org/content/10.1101/2020.03.24.997536v1"),
    ("doi", "10.1101/2020.03.24.997536", "https://www.medrxiv.org/content/10.1101/2020.03.24.997536v2.full.pdf+html"),
    ("doi", "10.1101/2020.03.24.997536", "http://biorxiv.org/cgi/content/short/2020.03.24.997536v1?rss=1"),
    ("doi", "10.1101/2020.03.24.997536", "https://www.biorxiv.org/content/biorxiv/early/2020/03/26/2020.03.24.997536.full.pdf"),
    ("doi", "10.1101/123456", "https://www.biorxiv.org/content/early/2017/05/01/123456"),
    ("doi", "10.1101/123456", "10.1101/123456v3"),
    ("doi", "10.64898/2026.01.02.123456", "https://www.biorxiv.org/content/10.64898/2026.01.02.123456v1"),
    ("doi", "10.21203/rs.3.rs-123456", "https://www.researchsquare.com/article/rs-123456/v1"),
    ("doi", "10.21203/rs.3.rs-123456", "https://doi.org/10.21203/rs.3.rs-123456/v2"),
    ("doi", "10.1038/s41586-021-03819-2", "https://www.nature.com/articles/s41586-021-03819-2.pdf"),
    ("doi", "10.1038/nature14539", "https://www.nature.com/articles/nature14539?error=cookies"),
    ("doi", "10.1103/physrevlett.116.061102", "https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.116.061102"),
    ("doi", "10.1103/physrevlett.116.061102", "https://link.aps.org/doi/10.1103/PhysRevLett.116.061102"),
    ("doi", "10.1371/journal.pone.0000217", "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000217"),
    ("doi", "10.2139/ssrn.123456", "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=123456"),
    ("doi", "10.2139/ssrn.123456", "http://ssrn.com/abstract=123456"),
    ("doi", "10.1007/s10994-021-05946-3", "https://link.springer.com/content/pdf/10.1007/s10994-021-05946-3.pdf"),
    ("doi", "10.2307/1234567", "https://www.jstor.org/stable/1234567"),
    ("pmid", "31452104", "https://pubmed.ncbi.nlm.nih.gov/31452104/"),
    ("pmid", "31452104", "https://www.ncbi.nlm.nih.gov/pubmed/31452104"),
    ("pmid", "31452104", "PMID: 31452104"),
    ("url", "https://pmc.ncbi.nlm.nih.gov/articles/PMC123456", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123456/"),
    ("url", "https://pmc.ncbi.nlm.nih.gov/articles/PMC123456", "https://europepmc.org/article/PMC/PMC123456"),
    ("url", "https://ieeexplore.ieee.org/document/123456", "https://ieeexplore.ieee.org/abstract/document/123456/"),
    ("url", "https://ieeexplore.ieee.org/document/123456", "http://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=0123456"),
    ("url", "https://proceedings.mlr.press/v139/doe21a", "http://proceedings.mlr.press/v139/doe21a.html"),
    ("url", "https://proceedings.mlr.press/v139/doe21a", "https://proceedings.mlr.press/v139/doe21a/doe21a.pdf"),
    ("url", f"https://proceedings.neurips.cc/paper/2017/hash/{HASH}", f"https://papers.nips.cc/paper/2017/file/{HASH}-Paper.pdf"),
    ("url", f"https://proceedings.neurips.cc/paper/2017/hash/{HASH}", f"https://proceedings.neurips.cc/paper_files/paper/2017/hash/{HASH}-Abstract.html"),
    ("url", "https://openaccess.thecvf.com/content/Doe_Some_CVPR_2021", "https://openaccess.thecvf.com/content/CVPR2021/html/Doe_Some_CVPR_2021_paper.html"),
    ("url", "https://openaccess.thecvf.com/content/Doe_Some_CVPR_2021", "http://openaccess.thecvf.com/content_CVPR_2021/papers/Doe_Some_CVPR_2021_paper.pdf"),
    ("url", "https://jmlr.org/papers/v22/20-1", "http://www.jmlr.org/papers/volume22/20-1/20-1.pdf"),
    ("url", "https://jmlr.org/papers/v22/20-1", "https://jmlr.org/papers/v22/20-1.html"),
    ("url", "https://usenix.org/conference/usenixsecurity21/presentation/doe", "https://www.usenix.org/system/files/sec21-doe.pdf"),
    ("url", "https://usenix.org/conference/osdi20/presentation/doe", "https://www.usenix.org/system/files/osdi20-doe.pdf"),
    ("openreview", "YicbFdNTTy", "https://openreview.net/forum?noteId=zzz&id=YicbFdNTTy"),
    ("acl", "N19-1423", "https://aclanthology.org/papers/N/N19/N19-1423/"),
    ("acl", "2021.naacl-main.208", "https://www.aclweb.org/anthology/2021.naacl-main.208.pdf"),
    ("arxiv", "2103.00020", "https://www.alphaxiv.org/overview/2103.00020v1"),
    ("arxiv", "2103.00020", "https://ar5iv.labs.arxiv.org/html/2103.00020"),
    ("arxiv", "2103.00020", "https://huggingface.co/papers/2103.00020"),
    ("s2", "corpusid:215416146", "https://www.semanticscholar.org/p/215416146"),
    ("url", "https://sciencedirect.com/science/article/pii/S0031320326000018", "https://www.sciencedirect.com/science/article/abs/pii/S0031320326000018?dgcid=rss_sd_all"),
    ("url", "https://example.org/post", "http://www.example.org/post/"),
    ("url", "https://nature.com/subjects/physics", "https://www.nature.com/subjects/physics"),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "value", "spelling"), ADDRESSES, ids=[row[2] for row in ADDRESSES])
def test_the_identifier_of_an_address(scheme: str, value: str, spelling: str) -> None:
    assert identifiers_in(spelling) == ((scheme, value),)
    # What is stored is its own normal form.
    assert scheme not in ("doi", "url", "arxiv") or identifiers_in(value) == ((scheme, value),)


def test_dois_of_preprints() -> None:
    assert is_preprint_doi("10.1101/2020.03.24.997536")
    assert is_preprint_doi("10.2139/ssrn.123456")
    # A journal of the same laboratory.
    assert not is_preprint_doi("10.1101/gr.12345.6")
    assert not is_preprint_doi("10.1038/nature14539")
    assert without_version("10.1101/gr.12345.6") == "10.1101/gr.12345.6"
    assert without_version("10.20944/preprints202001.0001.v1") == "10.20944/preprints202001.0001"
    assert without_version("10.26434/chemrxiv-2021-abcde-v2") == "10.26434/chemrxiv-2021-abcde"
    assert without_version("10.31234/osf.io/abcde_v1") == "10.31234/osf.io/abcde"


def test_a_fragment_tells_papers_of_one_page_apart() -> None:
    assert normal_url("https://a.org/list#one") == "https://a.org/list"
    assert normal_url("https://a.org/list#one", keep_fragment=True) == "https://a.org/list#one"


def test_the_signs_of_a_name_stay_in_the_title_key() -> None:
    titles = ["The C Language", "The C++ Language", "The C# Language", "Ratios R^2", "Ratios R^3", "On α", "On β"]
    assert len({title_key(title) for title in titles}) == len(titles)
    assert title_key(r"The C{\texttt{++}} Language") == title_key("The C++ Language")
    assert title_key(r"On {$\beta$}") == title_key("On β")
    assert title_key("Vision+Language") == title_key("Vision + Language")


def test_a_host_that_is_longer_than_a_name_can_be_has_no_paper() -> None:
    path = "/2021.acl-long.1"
    assert identifier_of_address(f"https://{'o.' * 110}aclanthology.org{path}") is not None
    assert identifier_of_address(f"https://{'o.' * 130}aclanthology.org{path}") is None
