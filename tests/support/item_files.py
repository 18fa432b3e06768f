"""Files of every format of `readq import`, made of good, broken and other items, for a test that counts them."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Write = Callable[[int], str]
"""Write item `number`. Items with different numbers are different papers."""

ANIMALS = "Herons Otters Newts Pikes Frogs Beavers Dragonflies Cranes Voles Snails Grebes Toads".split()  # noqa: SIM905
DEEDS = "wait build hide hunt sing gnaw hover dance tunnel graze dive migrate".split()  # noqa: SIM905
PLACES = "reeds dams mud weirs ponds streams meadows marshes banks stones lakes forests".split()  # noqa: SIM905
NAMES = "Abel Bohr Curie Dirac Euler Fermi Gauss Hardy Ito Jacobi Klein Lamarr".split()  # noqa: SIM905


class ItemFile(NamedTuple):
    """How files of one format are made.

    `good` writes an item that is a paper. `broken` has items that are rejected, `last` such items that only the end of
    a file can have, and `no_works` items that are left out. `remarks` are texts between items that are no items.
    `whole` joins items to a file. `where` is the name of an item in messages, without its number.
    """

    good: Write
    whole: Callable[[Sequence[str]], str]
    broken: Mapping[str, Write] = {}
    last: Mapping[str, Write] = {}
    no_works: Mapping[str, Write] = {}
    remarks: Sequence[str] = ()
    where: str = "entry "
    counts_remarks: bool = False


def title(number: int) -> str:
    """Return a title that has no word in common with the title of another number, from 0 to 11."""
    return f"{ANIMALS[number]} {DEEDS[number]} {PLACES[number]}"


def abstract(number: int) -> str:
    """Return an abstract of more than 300 characters."""
    return " ".join([f"{title(number)} near {place} of {NAMES[number]}." for place in PLACES])


def _author(number: int) -> str:
    return f"{NAMES[number]}, {ANIMALS[number][:-1]}"


def _arxiv(number: int) -> str:
    return f"2611.{number + 1:05}"


def _doi(number: int) -> str:
    return f"10.1000/pond.{number + 1}"


def _constant(text: str) -> Write:
    return lambda _: text


def _around(before: str, after: str, between: str = "\n") -> Callable[[Sequence[str]], str]:
    return lambda items: f"{before}{between.join(items)}{after}"


def _untitled(write: Write) -> Write:
    return lambda number: write(number).replace(title(number), "")


_NO_OBJECTS = {text: _constant(text) for text in ("5", "null", "true", '"a text"', "[]", "[[{}]]")}


def _json(good: Callable[[int], dict[str, object]], before: str, after: str, **others: Write) -> ItemFile:
    def write(number: int) -> str:
        return json.dumps(good(number))

    return ItemFile(
        write,
        _around(before, after, ","),
        {**_NO_OBJECTS, "{}": _constant("{}"), "untitled": _untitled(write), **others},
    )


def _huggingface(number: int) -> dict[str, object]:
    paper = {"id": _arxiv(number), "title": title(number), "upvotes": 3, "publishedAt": "2026-11-20T00:00:00Z"}
    return {"paper": paper, "title": title(number), "publishedAt": "2026-11-20T00:00:00Z"}


HUGGINGFACE = _json(
    _huggingface, "[", "]", wrong=_constant('{"paper": 5}'), named=_constant('{"title": "A title", "paper": []}')
)


def _page(items: Sequence[str]) -> str:
    data = html.escape(json.dumps({"dateString": "2026-11-20", "dailyPapers": json.loads(HUGGINGFACE.whole(items))}))
    return f'<!doctype html><html><body><div data-target="DailyPapers" data-props="{data}"></div></body></html>'


def _plain(number: int) -> str:
    return f"{title(number)}\n\n{abstract(number)}\n"


def _markdown(number: int, name: str = "") -> str:
    login = f"https://huggingface.co/login?next=%2Fpapers%2F{_arxiv(number)}"
    address = f"https://huggingface.co/papers/{_arxiv(number)}"
    return f"[-] 17\n{login}\n{name}\n{address}\n{abstract(number)}\n{address}\n"


_PLAIN = ItemFile(_plain, _around("Daily Papers\n\n", ""))
PAGES = (
    _PLAIN._replace(broken={"no abstract": lambda number: f"{title(number)}\n"}),
    _PLAIN._replace(broken={"no title": lambda number: f"{abstract(number)}\n"}),
    ItemFile(lambda number: _markdown(number, title(number)), _around("Daily Papers\n", ""), {"untitled": _markdown}),
    HUGGINGFACE._replace(whole=_page),
)


def _rss(number: int) -> str:
    return (
        f"<item><title>{title(number)}</title><link>https://pond.example/{number}</link><guid>g{number}</guid>"
        f"<description>{abstract(number)}</description></item>"
    )


def _announced(number: int) -> str:
    return (
        f"<item><title>{title(number)}</title><link>https://arxiv.org/abs/{_arxiv(number)}</link>"
        f"<guid>oai:arXiv.org:{_arxiv(number)}v1</guid><description>{abstract(number)}</description></item>"
    )


def _rss_file(name: str, write: Write) -> ItemFile:
    return ItemFile(
        write,
        _around(f"<rss version='2.0'><channel><title>{name}</title>", "</channel></rss>"),
        {
            "untitled": _untitled(write),
            "empty": _constant("<item/>"),
            "blank": _constant("<item><title> </title></item>"),
        },
        remarks=("<!-- <item/> -->",),
    )


def _atom(number: int) -> str:
    return (
        f"<entry><title>{title(number)}</title><id>http://arxiv.org/abs/{_arxiv(number)}v1</id>"
        f"<link href='https://arxiv.org/abs/{_arxiv(number)}v1'/><updated>2026-11-20T00:00:00Z</updated></entry>"
    )


def _atom_file(name: str) -> ItemFile:
    return ItemFile(
        _atom,
        _around(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{name}</title>", "</feed>"),
        {"untitled": _untitled(_atom), "empty": _constant("<entry/>")},
        remarks=("<!-- <entry/> -->",),
    )


def _jsonfeed(number: int) -> dict[str, object]:
    return {"id": f"i{number}", "url": f"https://pond.example/{number}", "title": title(number)}


def _bibtex(number: int) -> str:
    fields = {"title": title(number), "author": _author(number), "doi": _doi(number)}
    return "\n".join([f"@article{{key{number},", *(f" {name} = {{{value}}}," for name, value in fields.items()), "}"])


BIBTEX = ItemFile(
    _bibtex,
    _around("% made by a test\n", "\n"),
    {"untitled": _untitled(_bibtex), "no end": lambda number: f"@misc{{open{number}, title = {{{title(number)}"},
    no_works={
        "xdata": lambda number: f"@xdata{{data{number}, year = {{2026}}}}",
        "set": lambda number: f"@set{{set{number}, entryset = {{one}}}}",
        "control": lambda number: f"@control{{control{number}, a = {{b}}}}",
    },
    remarks=("@string{pond = {Pond}}", "@comment{@misc{x, title={X}}}", '@preamble{"x"}', "A remark.", "% another"),
)


def _ris(number: int) -> str:
    return f"TY  - JOUR\nTI  - {title(number)}\nAU  - {_author(number)}\nDO  - {_doi(number)}\nER  - "


def _nbib(number: int) -> str:
    return f"PMID- {number + 30_000_000}\nTI  - {title(number)}.\nFAU - {_author(number)}\nJT  - Ponds\n"


TAGGED = {
    "ris": ItemFile(
        _ris,
        _around("", "\n"),
        {
            "untitled": _untitled(_ris),
            "no start": lambda number: _ris(number).partition("\n")[2],
            "start only": _constant("TY  - JOUR\nER  - "),
        },
        {"cut": lambda number: _ris(number).removesuffix("ER  - ")},
        remarks=("", "Provider: a database", "Content: text/plain"),
        where="record ",
    ),
    "nbib": ItemFile(
        _nbib,
        _around("", "\n"),
        {
            "untitled": lambda number: _nbib(number).replace(f"TI  - {title(number)}.\n", ""),
            "no start": lambda number: _nbib(number).partition("\n")[2],
            "start only": lambda number: f"PMID- {number}\n",
        },
        remarks=("", "1: A remark"),
        where="record ",
    ),
}


def _csl(number: int) -> dict[str, object]:
    author = {"family": NAMES[number], "given": ANIMALS[number]}
    return {"id": f"key{number}", "type": "book", "title": title(number), "author": [author], "DOI": _doi(number)}


def _openalex(number: int) -> dict[str, object]:
    return {"id": f"https://openalex.org/W{number}", "title": title(number), "doi": f"https://doi.org/{_doi(number)}"}


def _semanticscholar(number: int) -> dict[str, object]:
    return {"paperId": f"{number:040}", "title": title(number), "externalIds": {"DOI": _doi(number)}}


def _note(number: int) -> dict[str, object]:
    name = f"AbCdEf{number:03}"
    return {"id": name, "forum": name, "invitation": "X", "content": {"title": {"value": title(number)}}}


def _review(number: int) -> str:
    return json.dumps({**_note(number), "id": f"Review{number:03}"})


def _acl(number: int) -> str:
    return (
        f"<paper id='{number + 1}'><title>{title(number)}</title><author><last>{NAMES[number]}</last></author></paper>"
    )


ACL = ItemFile(
    _acl,
    _around("<collection id='2026.acl'><volume id='long'><meta/>", "</volume></collection>"),
    {
        "untitled": _untitled(_acl),
        "no id": lambda number: _acl(number).replace(f" id='{number + 1}'", ""),
        "empty": _constant("<paper/>"),
        "in no volume": lambda number: f"</volume>{_acl(number)}<volume id='long'><meta/>",
    },
    remarks=("<!-- <paper/> -->", "<frontmatter><url>x</url></frontmatter>", "</volume><volume id='long'><meta/>"),
    where="paper ",
)


def _dblp(number: int) -> str:
    names = f"<title>{title(number)}.</title><author>{NAMES[number]}</author>"
    return f"<article key='j/{number}'>{names}<ee>https://doi.org/{_doi(number)}</ee></article>"


DBLP = ItemFile(
    _dblp,
    _around("<dblp>", "</dblp>"),
    {
        "untitled": lambda number: _dblp(number).replace(f"{title(number)}.", ""),
        "no key": lambda number: _dblp(number).replace(f" key='j/{number}'", ""),
        "empty": _constant("<book key='b/x'/>"),
    },
    no_works={"www": _constant("<www key='homepages/x'><title>Home Page</title></www>"), "other": _constant("<x/>")},
    remarks=("<!-- <book/> -->",),
    where="record ",
)
PERSON = DBLP._replace(
    whole=lambda items: (
        f"<dblpperson name='X'><person key='h/x'><author>X</author></person><r>{'</r><r>'.join(items)}</r></dblpperson>"
    )
)

HEADERS = "From: no-reply@arxiv.org\nSubject: daily\nDate: Fri, 20 Nov 2026 05:00:00 +0000\n"


def _listed(number: int) -> str:
    return (
        f"{'-' * 78}\n\\\\\narXiv:{_arxiv(number)}\nDate: Thu, 19 Nov 2026\n\nTitle: {title(number)}\n"
        f"Authors: {NAMES[number]}\n\\\\\n  {abstract(number)}\n"
        f"\\\\ ( https://arxiv.org/abs/{_arxiv(number)} ,  1kb)\n"
    )


def _replaced(number: int) -> str:
    return _listed(number).replace(f"\\\\\n  {abstract(number)}\n", "").replace("\\\\\nTitle", "Title")


LISTING = ItemFile(
    _listed,
    _around(f"{HEADERS}\n", "\n", ""),
    {
        "untitled": _untitled(_listed),
        "no id": lambda number: _listed(number).replace(f"arXiv:{_arxiv(number)}\n", ""),
        "no such id": lambda number: _listed(number).replace(f"arXiv:{_arxiv(number)}\n", "arXiv:unknown\n"),
        "cut": lambda number: _listed(number).partition("\\\\\n  ")[0],
        "cut in its abstract": lambda number: _listed(number).partition("\\\\ (")[0],
    },
    where="mail 1, paper ",
)


def _alerted(number: int, name: str | None = None) -> str:
    address = f"https://scholar.google.com/scholar_url?url=https://pond.example/{number}.pdf"
    name = title(number) if name is None else name
    return f"<h3><a href='{address}'>{name}</a></h3><div>{NAMES[number % 100]} - Pond Letters, 2026</div>"


ALERT = ItemFile(
    _alerted,
    _around(f"{HEADERS}Content-Type: text/html; charset=utf-8\n\n", "\n"),
    {
        "untitled": lambda number: _alerted(number + 100, ""),
        "no address": lambda number: f"<h3><a href='https://scholar.google.com/scholar_url'>{title(number)}</a></h3>",
    },
    remarks=("<a href='https://scholar.google.com/settings'>Settings</a>",),
    where="mail 1, paper ",
)
MBOX = ItemFile(
    lambda number: f"{HEADERS}\n{_listed(number)}",
    lambda items: "".join(f"From list@pond.example Fri Nov 20 05:00:00 2026\n{item}\n" for item in items),
    {"no paper": _constant(f"{HEADERS}\nLunch?\n"), "empty": _constant(HEADERS)},
    where="mail ",
)


def _bookmark(number: int) -> str:
    return f"<DT><A HREF='https://arxiv.org/abs/{_arxiv(number)}'>{title(number)}</A>"


BOOKMARKS = ItemFile(
    _bookmark,
    _around("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>", "</DL>"),
    no_works={
        "script": _constant("<DT><A HREF='javascript:x'>Script</A>"),
        "other page": _constant("<DT><A HREF='https://pond.example/'>A pond</A>"),
        "no address": _constant("<DT><A>No address</A>"),
    },
    remarks=("<DL><DT><H3>A folder</H3></DL>", "<HR>", "<!-- <DT><A HREF='x'>y</A> -->"),
    where="bookmark ",
)
LIST = ItemFile(
    lambda number: f"arXiv:{_arxiv(number)} {title(number)}",
    _around("", "\n"),
    {"word": _constant("word"), "too long": _constant("long " * 500)},
    remarks=("", "# a heading", "---"),
    where="line ",
    counts_remarks=True,
)

FILES: Mapping[str, Sequence[ItemFile]] = {
    "page": PAGES,
    "huggingface": (HUGGINGFACE, HUGGINGFACE._replace(whole=_around('{"data": [', "]}", ","))),
    "rss": (_rss_file("Ponds", _rss), _rss_file("cs.LG updates on arXiv.org", _announced)),
    "atom": (_atom_file("Ponds"), _atom_file("arXiv Query: all:ponds")),
    "jsonfeed": (_json(_jsonfeed, '{"version": "https://jsonfeed.org/version/1.1", "items": [', "]}"),),
    "bibtex": (BIBTEX,),
    **{name: (form,) for name, form in TAGGED.items()},
    "csl-json": (
        _json(_csl, "[", "]", unknown=_constant('{"type": "hologram", "title": "Milk"}')),
        _json(_csl, '{"items": [', "]}"),
    ),
    "openalex": (_json(_openalex, '{"results": [', "]}"),),
    "semanticscholar": (_json(_semanticscholar, '{"data": [', "]}"), _json(_semanticscholar, "[", "]")),
    "openreview": (_json(_note, '{"notes": [', "]}")._replace(no_works={"review": _review}),),
    "acl": (ACL,),
    "dblp": (DBLP, PERSON),
    "mail": (LISTING, LISTING._replace(good=_replaced), ALERT, MBOX),
    "bookmarks": (BOOKMARKS,),
    "list": (LIST,),
}
"""The files of each format of `input_formats.FORMATS`. A format may have several kinds of files."""
