"""`readq.model.identifiers`: every spelling of an id is one id, every spelling of a title one key."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readq.model import identifiers as identity
from readq.text import clean

SPELLINGS = [
    "{}",
    "  {}\n",
    "arXiv:{}",
    "ARXIV:{}",
    "arxiv: {}",
    "{}v3",
    "arXiv:{}v12 [cs.LG]",
    "abs/{}",
    "http://arxiv.org/abs/{}",
    "https://arxiv.org/abs/{}v2",
    "https://www.arxiv.org/abs/{}/",
    "https://export.arxiv.org/abs/{}v1",
    "https://arxiv.org/pdf/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/pdf/{}v7.pdf?download=1#page=3",
    "https://arxiv.org/html/{}v1",
    "arxiv.org/abs/{}",
    "https://ar5iv.labs.arxiv.org/html/{}",
    "https://huggingface.co/papers/{}",
    "https://huggingface.co/papers/{}#community",
    "https://www.alphaxiv.org/abs/{}v1",
    "https://www.alphaxiv.org/overview/{}",
    "10.48550/arXiv.{}",
    "10.48550/ARXIV.{}",
    "doi:10.48550/arXiv.{}",
    "https://doi.org/10.48550/arXiv.{}",
    "https://dx.doi.org/10.48550/arxiv.{}",
    "oai:arXiv.org:{}",
    "<https://arxiv.org/abs/{}>",
]


@st.composite
def new_ids(draw: st.DrawFn) -> str:
    year, month = draw(st.integers(7, 89)), draw(st.integers(1, 12))
    if year == 7:
        month = max(month, 4)
    width = 4 if year < 15 else 5
    return f"{year:02}{month:02}.{draw(st.integers(1, 10**width - 1)):0{width}}"


@st.composite
def old_ids(draw: st.DrawFn) -> str:
    archive = draw(st.sampled_from(["hep-th", "math", "cs", "q-alg", "cond-mat"]))
    year = draw(st.sampled_from(["91", "99", "00", "06"]))
    return f"{archive}/{year}{draw(st.integers(1, 12)):02}{draw(st.integers(1, 999)):03}"


@settings(max_examples=200)
@given(new_ids() | old_ids(), st.sampled_from(SPELLINGS))
def test_every_spelling_of_an_arxiv_id_is_the_same(identifier: str, spelling: str) -> None:
    spelled = spelling.format(identifier)
    assert identity.arxiv_id(spelled) == identifier
    assert identity.identifiers_in(spelled) == (("arxiv", identifier),)
    assert identity.doi(spelled) is None


def test_subject_class_and_case_are_dropped() -> None:
    assert identity.arxiv_id("math.GT/0309136v2") == "math/0309136"
    assert identity.arxiv_id("https://arxiv.org/abs/Hep-Th%2F9901001") == "hep-th/9901001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1706",
        "1713.03762",
        "1700.03762",
        "1706.3762",
        "1412.00001",
        "0703.0001",
        "1706.00000",
        "9901.00001",
        "1706.03762v0",
        "11706.03762",
        "see 1706.03762",
        "https://evil-arxiv.org/abs/1706.03762",
        "https://example.org/?u=https://arxiv.org/abs/1706.03762",
        "foo/9901001",
        "hep-th/9913001",
        "https://arxiv.org/list/cs.LG/new",
        "https://huggingface.co/papers/date/2026-03-24",
        "١٧٠٦.٠٣٧٦٢",
        "1" * 5000,
    ],
)
def test_what_is_no_arxiv_id(text: str) -> None:
    assert identity.arxiv_id(text) is None
    assert identity.arxiv_version(text) is None


@pytest.mark.parametrize(
    ("text", "version"),
    [("1706.03762", None), ("1706.03762v5", 5), ("https://arxiv.org/pdf/cs/0112017v12.pdf", 12), ("v3", None)],
)
def test_arxiv_version(text: str, version: int | None) -> None:
    assert identity.arxiv_version(text) == version


@pytest.mark.parametrize(
    ("identifier", "year"),
    [("1706.03762", 2017), ("0704.0001", 2007), ("hep-th/9912001", 1999), ("cs/0112017", 2001)],
)
def test_year_of_an_arxiv_id(identifier: str, year: int) -> None:
    assert identity.year_of_arxiv_id(identifier) == year


@pytest.mark.parametrize(
    "spelling",
    [
        "10.1145/3292500.3330701",
        "doi:10.1145/3292500.3330701",
        "DOI: 10.1145/3292500.3330701",
        "https://doi.org/10.1145/3292500.3330701",
        "http://dx.doi.org/10.1145/3292500.3330701",
        "https://www.doi.org/10.1145%2F3292500.3330701",
        "doi.org/10.1145/3292500.3330701",
        "https://doi.org/10.1145/3292500.3330701?nosfx=y#top",
        "10.1145/3292500.3330701.",
        "10.1145/3292500.3330701),",
        "https://dl.acm.org/doi/10.1145/3292500.3330701",
        "https://dl.acm.org/doi/pdf/10.1145/3292500.3330701",
    ],
)
def test_every_spelling_of_a_doi_is_the_same(spelling: str) -> None:
    assert identity.doi(spelling) == "10.1145/3292500.3330701"
    assert identity.identifiers_in(spelling) == (("doi", "10.1145/3292500.3330701"),)


def test_brackets_that_belong_to_a_doi_stay() -> None:
    sici = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"
    assert identity.doi(sici) == sici.lower()
    assert identity.doi("https://link.springer.com/chapter/10.1007/978-3-030-58452-8_13") == (
        "10.1007/978-3-030-58452-8_13"
    )


@pytest.mark.parametrize(
    "text", ["", "10.1145", "10.1145/", "10.1145/...", "11.1145/x", "a 10.1145/x y", "10.1/x", "10.1145/a\x1b[0m"]
)
def test_what_is_no_doi(text: str) -> None:
    assert identity.doi(text) is None


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("https://openreview.net/forum?id=S1lhbnRqF7", [("openreview", "S1lhbnRqF7")]),
        ("https://openreview.net/pdf?id=rJl-b3RcF7#page=2", [("openreview", "rJl-b3RcF7")]),
        ("https://openreview.net/forum?referrer=x&id=S1lhbnRqF7&noteId=abc", [("openreview", "S1lhbnRqF7")]),
        ("https://aclanthology.org/N19-1423/", [("acl", "N19-1423")]),
        ("https://www.aclweb.org/anthology/n19-1423.pdf", [("acl", "N19-1423")]),
        ("https://aclanthology.org/2021.NAACL-main.208v2.pdf", [("acl", "2021.naacl-main.208")]),
        ("10.18653/v1/N19-1423", [("doi", "10.18653/v1/n19-1423"), ("acl", "N19-1423")]),
        (
            "https://www.semanticscholar.org/paper/BERT-Devlin/DF2B0E26D0599CE3E70DF8A9DA02E51594E0E992",
            [("s2", "df2b0e26d0599ce3e70df8a9da02e51594e0e992")],
        ),
        ("CorpusId:215416146", [("s2", "corpusid:215416146")]),
        ("https://api.semanticscholar.org/CorpusID:215416146", [("s2", "corpusid:215416146")]),
        (
            "HTTP://Example.ORG:80/Paper/?b=1&utm_source=x&a=2#frag",
            [("url", "https://example.org/Paper?b=1&a=2")],
        ),
        ("https://example.org", [("url", "https://example.org")]),
        ("https://example.org:8443/", [("url", "https://example.org:8443")]),
        ("Attention Is All You Need", []),
        ("javascript:alert(1)", []),
        ("https://user:secret@example.org/", []),
        ("", []),
    ],
)
def test_identifiers_in(text: str, identifiers: list[tuple[str, str]]) -> None:
    assert list(identity.identifiers_in(text)) == identifiers


@settings(max_examples=200)
@given(
    st.text(max_size=40)
    | st.from_regex(r"\A10\.[0-9]{4}/[!-~]{1,20}\Z")
    | st.from_regex(r"\Ahttps?://[a-zA-Z.]{1,9}(/[!-~]{0,20})?\Z")
)
@example("10.1000/<.")
@example("10.1000/a<b>.")
@example('HTTP://"#')
@example('https://x.org/a/"#b')
def test_normal_forms_are_their_own_normal_form(text: str) -> None:
    for scheme, value in identity.identifiers_in(text):
        assert (scheme, value) in identity.identifiers_in(value)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://arxiv.org/abs/1706.03762", True),
        ("http://127.0.0.1:8080/x?y=1#z", True),
        ("https://[::1]/", True),
        ("https://例え.jp/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("--help", False),
        ("$(id)", False),
        ("https://", False),
        ("https:///path", False),
        ("https://-oProxyCommand=x/", False),
        ("https://[:::]/", False),
        ("https://[::99999]/", False),
        ("https://\u2100.com/", False),
        ("https://user@example.org/", False),
        ("https://a:b@example.org/", False),
        ("https://example.org\\@evil.org/", False),
        ("https://example.org/a b", False),
        ("https://example.org/\r\nX: y", False),
        ("https://example.org/\x1b[0m", False),
        ("https://example.org/\u202egnp", False),
        ("https://example.org:99999/", False),
        ("https://example.org/" + "x" * 3000, False),
    ],
)
def test_safe_links(url: str, safe: bool) -> None:
    assert identity.is_safe_link(url) is safe


@pytest.mark.parametrize(
    "titles",
    [
        (
            "MedS^3: Towards Small Models",
            "MedS$^3$: Towards Small Models",
            r"{MedS\textsuperscript{3}}: Towards small models",
            "MedS³:  Towards Small Models",
        ),
        ("OriGen:Enhancing RTL", "OriGen: Enhancing RTL", "origen -- enhancing\n  RTL"),
        ("Gödel's Über-Proof", r"G{\"o}del's {\"U}ber-Proof", r"G\"odel's \"{U}ber--Proof", "Go\u0308del’s Über Proof"),
        ("Erdős and Çelik on Łoś", r"Erd\H{o}s and \c{C}elik on {\L}o\'s", "ERDOS AND CELIK ON LOS"),
        ("μTransfer for ℓ-norms", r"$\mu$Transfer for $\ell$-norms".replace(r"\ell", "l")),
        (r"$\mathcal{O}(n)$ \emph{Attention}", "O(n) Attention"),
        ("Ångström", r"{\AA}ngstr{\"o}m".replace("AA", "aa"), "Angstrom"),
    ],
)
def test_spellings_of_a_title_share_a_key(titles: tuple[str, ...]) -> None:
    assert len({identity.title_key(title) for title in titles}) == 1


def test_different_titles_have_different_keys() -> None:
    titles = [
        "2 OLMo 2 Furious",
        "OLMo Furious",
        "大規模言語モデル",
        "大規模モデル",
        "Мир",
        "हिन्दी",
        "हिन्दु",
        "∞",
        "∅",
        "Ω",
        "がか",
        "かか",
    ]
    keys = [identity.title_key(title) for title in titles]
    assert len(set(keys)) == len(titles)
    assert all(keys)


@pytest.mark.parametrize("title", ["P ≠ NP", "P =\u0338 NP", r"$P \neq NP$", r"$P\ne NP$", r"$P \not= NP$", "P != NP"])
def test_unequal_is_not_equal(title: str) -> None:
    assert identity.title_key(title) == "pneqnp" != identity.title_key("P = NP")


def test_a_title_of_symbols_is_its_own_key() -> None:
    assert identity.title_key(" ∞ ? ") == "∞?"
    assert identity.title_key("0") == "0"


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_title_keys_are_idempotent_and_never_empty_for_visible_text(title: str) -> None:
    key = identity.title_key(title)
    assert identity.title_key(key) == key
    assert bool(key) or not clean(title)
