from readq.formats.markdown.paper_list import write
from readq.model.citable import Citable
from readq.model.values import Author


def test_many_authors_are_cut_and_the_sentence_ends_once() -> None:
    names = tuple(Author(f"Author {letter}") for letter in "ABCDEFGH")
    assert "Author F, et al. 2026. " in "".join(write([Citable(key="k", title="Title", authors=names, year=2026)]))
    assert "Author A, Jr. 2026. " in "".join(
        write([Citable(key="k", title="Title", authors=(Author("Author A, Jr."),), year=2026)])
    )
