"""Small valid documents of each format, written for this test. The fuzzer mutates them.

SEEDS has them by a name, which is a format of `readq import`, a prefix of a feed's SPEC, or a word for other formats.
"""

import io
import json
import zlib
from collections.abc import Mapping

_HF = [
    {
        "paper": {
            "id": "2611.00001",
            "title": "On the growth of $L^2$ networks",
            "summary": "We look at networks\nfor the first time.",
            "authors": [{"name": "Ada Lovelace", "hidden": False}, {"name": "Emmy Noether"}],
            "publishedAt": "2026-11-18T12:00:00.000Z",
            "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
            "upvotes": 17,
        },
        "title": "On the growth of networks",
        "publishedAt": "2026-11-18T12:00:00.000Z",
        "numComments": 2,
        "submittedBy": {"name": "carol", "fullname": "Carol"},
    },
    {"paper": {"id": "2611.00002", "title": "Decay", "authors": [{"name": "Kurt Gödel"}]}, "title": "Decay"},
]

_CSL = [
    {
        "id": "lovelace2026",
        "type": "article-journal",
        "title": "On <i>growth</i>",
        "subtitle": ["A study"],
        "author": [
            {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van", "suffix": "Jr."},
            {"literal": "The Networks Group"},
        ],
        "issued": {"date-parts": [[2026, 11, 18]], "raw": "2026"},
        "container-title": "Journal of Growth",
        "DOI": "10.1234/growth.17",
        "URL": "https://example.org/growth",
        "abstract": "<jats:p>We look at <jats:italic>x</jats:italic>.</jats:p>",
        "page": "17-23",
        "volume": 3,
        "annote": "read twice",
    }
]

_CROSSREF = {
    "status": "ok",
    "message": {
        "DOI": "10.1234/growth.17",
        "type": "journal-article",
        "title": ["On growth &amp; decay"],
        "author": [{"given": "Ada", "family": "Lovelace", "sequence": "first"}],
        "published-print": {"date-parts": [[2026, 11]]},
        "container-title": ["Journal of Growth"],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We <jats:sub>2</jats:sub> grow.</jats:p>",
        "relation": {"has-preprint": [{"id-type": "arxiv", "id": "2611.00001"}]},
        "page": "1-2",
        "publisher": "House",
    },
}

_DATACITE = {
    "data": {
        "id": "10.48550/arxiv.2611.00001",
        "attributes": {
            "doi": "10.48550/arxiv.2611.00001",
            "titles": [{"title": "On growth"}, {"title": "Über Wachstum", "titleType": "TranslatedTitle"}],
            "creators": [
                {"name": "Lovelace, Ada", "nameType": "Personal", "givenName": "Ada", "familyName": "Lovelace"}
            ],
            "descriptions": [{"descriptionType": "Abstract", "description": "We grow $x^2$."}],
            "dates": [{"dateType": "Submitted", "date": "2026-11-18T00:00:00Z"}],
            "publicationYear": 2026,
            "types": {"bibtex": "article"},
            "relatedIdentifiers": [
                {"relatedIdentifierType": "DOI", "relationType": "IsVersionOf", "relatedIdentifier": "10.1234/x"}
            ],
            "container": {"title": "Journal", "volume": "3", "firstPage": "1", "lastPage": "9"},
            "publisher": {"name": "House"},
        },
    }
}

_OPENALEX = {
    "results": [
        {
            "id": "https://openalex.org/W17",
            "doi": "https://doi.org/10.1234/growth.17",
            "title": "On growth",
            "display_name": "On growth",
            "publication_date": "2026-11-18",
            "publication_year": 2026,
            "type": "article",
            "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/17", "mag": "17"},
            "authorships": [{"author": {"display_name": "Ada Lovelace"}, "raw_author_name": "A. Lovelace"}],
            "abstract_inverted_index": {"We": [0], "grow": [1, 3], "and": [2]},
            "primary_location": {
                "landing_page_url": "https://arxiv.org/abs/2611.00001",
                "pdf_url": "https://arxiv.org/pdf/2611.00001",
                "source": {"display_name": "Journal of Growth", "type": "journal"},
            },
            "locations": [{"landing_page_url": "https://arxiv.org/abs/2611.00001v2"}],
            "biblio": {"volume": "3", "issue": "1", "first_page": "17", "last_page": "23"},
        }
    ]
}

_SEMANTICSCHOLAR = {
    "data": [
        {
            "paperId": "00112233445566778899aabbccddeeff00112233",
            "corpusId": 17,
            "externalIds": {
                "DOI": "10.1234/growth.17",
                "ArXiv": "2611.00001",
                "ACL": "2026.acl-long.17",
                "PubMed": "17",
            },
            "title": "On growth",
            "abstract": "We grow.",
            "year": 2026,
            "publicationDate": "2026-11-18",
            "venue": "Conference on Growth",
            "publicationVenue": {"name": "Conference on Growth", "type": "conference"},
            "publicationTypes": ["JournalArticle", "Conference"],
            "authors": [{"authorId": "1", "name": "Ada Lovelace"}],
            "journal": {"name": "Journal of Growth", "volume": "3", "pages": "17 - 23"},
            "openAccessPdf": {"url": "https://example.org/growth.pdf"},
            "url": "https://www.semanticscholar.org/paper/17",
        }
    ]
}

_OPENREVIEW = {
    "notes": [
        {
            "id": "aBcDeFgHiJ",
            "forum": "aBcDeFgHiJ",
            "invitations": ["Growth.cc/2026/-/Submission"],
            "pdate": 1763424000000,
            "cdate": 1763424000000,
            "content": {
                "title": {"value": "On growth"},
                "authors": {"value": ["Ada Lovelace", "Emmy Noether"]},
                "abstract": {"value": "We grow."},
                "venue": {"value": "Growth 2026 oral"},
                "pdf": {"value": "/pdf/17.pdf"},
                "_bibtex": {"value": "@inproceedings{lovelace2026, title={On growth}}"},
            },
        }
    ]
}

_BIORXIV = {
    "messages": [{"status": "ok", "total": "2", "cursor": 0, "count": 2}],
    "collection": [
        {
            "title": "On growth of cells",
            "doi": "10.1101/2026.11.17.123456",
            "authors": "Lovelace, A.; Noether, E.",
            "date": "2026-11-23",
            "version": "1",
            "category": "neuroscience",
            "abstract": "We grow.",
            "published": "10.1234/growth.17",
        },
        {"title": "Decay", "doi": "10.1101/2026.11.17.1", "version": 2, "category": "neuroscience", "published": "NA"},
    ],
}

_JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Growth",
    "items": [
        {
            "id": "17",
            "url": "https://example.org/17",
            "title": "On growth",
            "content_html": "<p>We <b>grow</b> &amp; decay.</p>",
            "date_published": "2026-11-18T12:00:00Z",
            "authors": [{"name": "Ada Lovelace"}],
        },
        {
            "id": 18,
            "external_url": "https://doi.org/10.1234/18",
            "title": "Decay",
            "summary": "Less.",
            "author": {"name": "E"},
        },
    ],
}

_RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">
<channel><title>Journal of Growth</title><link>https://example.org/</link>
<item><title>On growth &amp; decay</title><link>https://example.org/17?x=1#top</link><guid isPermaLink="false">g17</guid>
<description><![CDATA[<p>We <i>grow</i>: $a<b$.</p>]]></description><dc:creator>Ada Lovelace, Emmy Noether and K. Gödel</dc:creator>
<pubDate>Wed, 18 Nov 2026 12:00:00 +0000</pubDate><prism:doi>10.1234/growth.17</prism:doi><prism:volume>3</prism:volume>
<prism:startingPage>1</prism:startingPage><prism:endingPage>9</prism:endingPage></item>
<item><title>Decay</title><link>https://example.org/18</link><author>e@example.org (Emmy Noether)</author></item>
</channel></rss>
"""

_ARXIV_RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel><title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link>
<pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate><skipDays><day>Sunday</day><day>Saturday</day></skipDays>
<item><title>On growth of $L^2$</title><link>https://arxiv.org/abs/2611.00001</link>
<description>arXiv:2611.00001v1 Announce Type: new
Abstract: We grow.</description><guid isPermaLink="false">oai:arXiv.org:2611.00001v1</guid><category>cs.LG</category>
<pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate><arxiv:announce_type>new</arxiv:announce_type>
<dc:creator>Ada Lovelace, Emmy Noether</dc:creator><arxiv:DOI>10.1234/growth.17</arxiv:DOI></item>
<item><title>Decay</title><link>https://arxiv.org/abs/2611.00002</link><guid>oai:arXiv.org:2611.00002v3</guid>
<arxiv:announce_type>replace-cross</arxiv:announce_type><description>arXiv:2611.00002v3 Announce Type: replace-cross
Abstract: Less.</description></item></channel></rss>
"""

_ARXIV_ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<id>http://arxiv.org/api/x</id><title>arXiv Query: search_query=all:growth</title>
<opensearch:totalResults>2</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<opensearch:itemsPerPage>2</opensearch:itemsPerPage>
<entry><id>http://arxiv.org/abs/2611.00001v2</id><title>On growth
  of networks</title><updated>2026-11-19T12:00:00Z</updated><published>2026-11-18T12:00:00Z</published>
<summary>  We grow.
  And more.</summary><author><name>Ada Lovelace</name><arxiv:affiliation>X</arxiv:affiliation></author>
<arxiv:doi>10.1234/growth.17</arxiv:doi><arxiv:comment>9 pages</arxiv:comment><arxiv:journal_ref>J. G. 3</arxiv:journal_ref>
<link title="pdf" href="http://arxiv.org/pdf/2611.00001v2" rel="related" type="application/pdf"/>
<arxiv:primary_category term="cs.LG"/><category term="cs.LG"/></entry></feed>
"""

_ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/"><title type="html">Growth &lt;b&gt;daily&lt;/b&gt;</title>
<link href="/"/><updated>2026-11-18T12:00:00Z</updated><id>urn:x</id>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">On <i>growth</i></div></title><link href="17"/>
<id>urn:17</id><updated>2026-11-18T12:00:00Z</updated><author><name>Ada Lovelace</name></author>
<summary type="html">&lt;p&gt;We grow.&lt;/p&gt;</summary><content type="text">All of it.</content></entry></feed>
"""

_DTD = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY name "Ada"> <!ENTITY all "&name; &name;">]>
<rss version="2.0"><channel><title>T</title><item><title>By &all; and &nbsp;</title><link>https://example.org/1</link></item>
</channel></rss>
"""

_PAGE = """<!DOCTYPE html><html><head><title>Daily Papers - Hugging Face</title></head><body><h1>Daily Papers</h1>
<time datetime="2026-11-20">Nov 20</time>
<article><h3><a href="/papers/2611.00001">On growth of networks</a></h3><div>41</div><a>Submitted by carol</a></article>
<article><h3><a href="/papers/2611.00002">Decay</a></h3><div>3</div></article>
<div data-props="{&quot;dailyPapers&quot;:[{&quot;paper&quot;:{&quot;id&quot;:&quot;2611.00001&quot;,&quot;title&quot;:&quot;On
growth&quot;,&quot;upvotes&quot;:3},&quot;title&quot;:&quot;On growth&quot;}]}"></div></body></html>
"""

_PAGE_TEXT = """Hugging Face
Models
Datasets
Daily Papers
byAK and the research community
Nov 20

41
Submitted by carol
On growth of networks
Ada Lovelace, Emmy Noether
2 authors
·
2

3
Submitted by dave
Decay of everything
"""

_PAGE_MARKDOWN = """# Daily Papers

by [AK](https://huggingface.co/akhaliq) and the research community

Nov 20

### [On growth of networks](https://huggingface.co/papers/2611.00001)

Submitted by [carol](https://huggingface.co/carol) 41

### [Decay](https://huggingface.co/papers/2611.00002)

3
"""

_BIBTEX = r"""% Encoding: UTF-8
@string{jg = "Journal of " # "Growth"}
@preamble{"\newcommand{\x}{y}"}
@article{lovelace2026,
  author = {Lovelace, Ada and {The Group} and van Beethoven, Jr., Ludwig and others},
  title = {On the {L}$^2$ growth of {\"o}ver \emph{networks} \& \textbf{more}},
  journal = jg, year = 2026, month = nov, day = {18},
  doi = {10.1234/growth_17}, url = {https://example.org/~x?a=1\&b=2}, pages = {17--23},
  eprint = {2611.00001v2}, archiveprefix = {arXiv}, primaryclass = {cs.LG},
  keywords = {growth, decay; more}, abstract = {We {\'e} grow $\frac{a}{b}$.}, file = {:papers/x.pdf:PDF},
  note = {read}, annote = {twice}
}
@comment{ignored}
@inproceedings{noether, title = "Decay", booktitle = {Proc. of X}, crossref = {proc}, date = {2026-11-18}, ids={a,b}}
@proceedings{proc, title = {Proc}, year = {2026}, editor = {Gödel, Kurt}}
@book(paren, title = {P}, year = "2026" # {1})
"""

_RIS = """TY  - JOUR
AU  - Lovelace, Ada
AU  - Noether, Emmy
TI  - On growth
T2  - Journal of Growth
PY  - 2026/11/18/
SP  - 17
EP  - 23
DO  - 10.1234/growth.17
UR  - https://arxiv.org/abs/2611.00001
AB  - We grow.
KW  - growth
N1  - read
ID  - lovelace2026
ER  - 

TY  - CONF
T1  - Decay
A1  - Gödel, Kurt
Y1  - 2026
ER  - 
"""

_NBIB = """PMID- 17
OWN - NLM
DP  - 2026 Nov 18
TI  - On growth of cells
      and decay.
PG  - 17-23
LID - 10.1234/growth.17 [doi]
AB  - We grow.
FAU - Lovelace, Ada
AU  - Lovelace A
CN  - The Group
JT  - Journal of growth
VI  - 3
AID - S1 [pii]
OT  - growth

PMID- 18
TI  - Decay.
"""

_ACL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2026.acl"><volume id="long" ingest-date="2026-11-18" type="proceedings"><meta>
<booktitle>Proceedings of <b>ACL</b></booktitle><editor><first>E</first><last>N</last></editor><publisher>ACL</publisher>
<month>November</month><year>2026</year><url hash="1">2026.acl-long</url></meta>
<paper id="1"><title>On <fixed-case>G</fixed-case>rowth with <tex-math>x^2</tex-math></title>
<author id="a"><first>Ada</first><last>Lovelace</last></author><pages>1-9</pages><abstract>We grow.</abstract>
<url hash="2">2026.acl-long.1</url><doi>10.18653/v1/2026.acl-long.1</doi><bibkey>lovelace-2026</bibkey></paper>
</volume></collection>
"""

_DBLP = """<?xml version="1.0" encoding="US-ASCII"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp><article key="journals/jg/L26" mdate="2026-11-18"><author>Ada Lovelace 0001</author><author>Kurt G&ouml;del</author>
<title>On <i>growth</i>.</title><pages>17-23</pages><year>2026</year><volume>3</volume><journal>J. Growth</journal>
<ee type="oa">https://doi.org/10.1234/growth.17</ee><url>db/j.html#L26</url></article>
<inproceedings key="conf/x/N26"><author>Emmy Noether</author><title>Decay.</title><booktitle>X</booktitle><year>2026</year>
<ee>https://arxiv.org/abs/2611.00001</ee></inproceedings></dblp>
"""

_MAIL = """From nobody Mon Nov 23 00:00:00 2026
From: no-reply@arxiv.org
To: rabble@arxiv.org
Subject: =?utf-8?q?cs_daily_Subj-class_mailing?= 1e 1
Date: Mon, 23 Nov 2026 00:00:00 -0500
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

------------------------------------------------------------------------------
\\\\
arXiv:2611.00001
Date: Wed, 18 Nov 2026 12:00:00 GMT   (17kb)

Title: On growth of networks
  and decay
Authors: Ada Lovelace, Emmy Noether
Categories: cs.LG stat.ML
Comments: 9 pages
Journal-ref: J. Growth 3
DOI: 10.1234/growth.17
\\\\
  We grow $x^2$.
\\\\ ( https://arxiv.org/abs/2611.00001 ,  17kb)
------------------------------------------------------------------------------
"""

_ALERT = """From: Scholar Alerts <scholaralerts-noreply@google.com>
Subject: growth - new results
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<h3><a href=3D"https://scholar.google.com/scholar_url?url=3Dhttps://arxiv.org/pdf/2611.00001&amp;hl=3Den" class=3D"gse_alrt_title">On <b>=
growth</b></a></h3><div style=3D"color:#006621">A Lovelace, K G=F6del - Journal of Growth, 2026</div><div>We grow.</div>
--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

T24gZ3Jvd3RoCmh0dHBzOi8vYXJ4aXYub3JnL2Ficy8yNjExLjAwMDAx
--b1--
"""

_BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1><DL><p><DT><H3 ADD_DATE="1763424000">Growth</H3><DL><p>
<DT><A HREF="https://arxiv.org/abs/2611.00001" ADD_DATE="1763424000" TAGS="growth,decay">[2611.00001] On growth</A>
<DD>To read<DT><A HREF="https://doi.org/10.1234/growth.17">Decay &amp; more</A></DL><p></DL><p>
"""

_LIST = """# to read
2611.00001
- [ ] On growth, https://arxiv.org/abs/2611.00002v3
1. doi:10.1234/growth.17
* https://openreview.net/forum?id=aBcDeFgHiJ
"Attention and growth in networks" (2026)
pmid:17 10.1101/2026.11.17.123456
"""

_META_TAGS = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>On growth</title>
<meta name="citation_title" content="On growth &amp; decay"><meta name="citation_author" content="Lovelace, Ada">
<meta name="citation_author" content="Emmy Noether"><meta name="citation_publication_date" content="2026/11/18">
<meta name="citation_doi" content="10.1234/growth.17"><meta name="citation_pdf_url" content="/growth.pdf">
<meta name="citation_journal_title" content="Journal of Growth"><meta name="citation_firstpage" content="17">
<meta name="citation_arxiv_id" content="2611.00001"><meta property="og:title" content="On growth">
<meta name="dc.identifier" content="doi:10.1234/growth.17"><meta name="citation_abstract" content="&lt;p&gt;We grow.&lt;/p&gt;">
</head><body>10.1234/other</body></html>
"""

_LINKING_PAGE = (
    """<html><head><link rel="alternate" type="application/rss+xml" href="//example.org/rss?x=1"></head></html>"""
)

_JATS = """<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title><jats:p>We <jats:italic>grow</jats:italic>
x<jats:sup>2</jats:sup> and H<sub>2</sub>O, <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>
<jats:inline-formula><jats:tex-math>\\begin{document}$x^{2}$\\end{document}</jats:tex-math></jats:inline-formula> &lt;i&gt;
</jats:p></jats:sec>"""

_OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body><outline text="Growth">
<outline type="rss" text="Daily &amp; more" title="Daily" xmlUrl="https://example.org/rss" htmlUrl="https://example.org/"/>
</outline><outline text="x" XMLURL="http://arxiv.org/rss/cs.LG"/></body></opml>
"""

_LATEX = r"""{\"O}ver the {L}$^2$ \emph{growth} of $\mathbb{R}^{n+1}_{\le k}$ \& \texttt{x\_y} --- \'{e}\c{c}\v{s}\ss{} \o{}
\begin{equation} \frac{\partial f}{\partial x} \not= \sqrt[3]{\alpha\beta} \end{equation} \textsuperscript{2} \url{a%b} $$x$$
\(y\) \[z\] ``quoted'' \char"41 \symbol{65} \left( \right] {\bf b} {\it\/ c} ~ \, \@ \input{x} \unknown{thing}[opt]"""

_QUERY = (
    'transformer "structural recursion" NOT survey',
    "status:inbox,queued tag:rl -tag:robotics (author:hinton OR title:memory)",
    "year:2020..2024 upvotes:50.. added:7d noted:2026-03..2026-05 decided:today feed:hf-daily due:today",
    'key:vaswani* is:starred has:note cited:no year:>=2020 read:<3w title:"a b" note:idea*',
)

_SPECS = (
    "hf:daily",
    "hf:search?q=flow matching",
    "arxiv:cs.LG+cs.CL",
    "arxiv:query?search_query=ti:sparse AND cat:cs.LG&sortBy=submittedDate",
    "biorxiv:neuroscience",
    "https://user@example.org:8443/a%20b/rss.xml?token=abc#x",
    "feed://example.org/rss",
    "https://huggingface.co/papers/date/2026-11-20",
    "https://arxiv.org/list/cs.LG/recent",
    "http://[::1]:80/x",
)

_DATES = (
    "2026-11-30",
    "today",
    "tomorrow",
    "3d",
    "2w",
    "fri",
    "18 Nov 2026",
    "2026-W47-3",
    "20261118",
    "Wed, 18 Nov 2026 12:00:00 +0000",
)

_IDENTIFIERS = (
    "arXiv:2611.00001v2",
    "hep-th/9901001",
    "https://arxiv.org/abs/math.GT/0309136v1",
    "doi:10.1234/growth_(17)<x>;2-9.",
    "https://doi.org/10.48550/arXiv.2611.00001",
    "https://openreview.net/forum?id=aBcDeFgHiJ&noteId=x",
    "https://aclanthology.org/2026.acl-long.1.pdf",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC17/",
    "https://example.org:99999/a/../b?utm_source=x&b=1#frag",
    "pmid:17",
    "https://www.semanticscholar.org/paper/On-growth/00112233445566778899aabbccddeeff00112233",
)

_NAMES = (
    "Lovelace, Ada",
    "Ludwig van Beethoven",
    "van Beethoven, Jr., Ludwig",
    "{The Group}",
    "Ada Lovelace and others",
    "A. Lovelace, E. Noether & K. Gödel, PhD",
)

_CONFIG = """library = "/tmp/x.db"
pdf_dir = "papers"
theme = "textual-dark"
[endpoints]
arxiv = "https://example.org"
[review]
daily_limit = 20
retention = 0.9
"""


_DOCUMENT = (
    r"""\documentclass{article} % \cite{no}
\begin{document}
\input{chapters/one} \include{two} \subfile{three.tex}
As \citep[see][p.~2]{growth2026, decay2025} and \textcite*{a}\nocite{*} \cites{b}[1]{c} show \verb|\cite{d}|.
\begin{verbatim} \cite{e} \end{verbatim} \bibliography{refs,more} \addbibresource{refs.bib}
\end{document}
""",
    r"""\relax
\citation{growth2026,decay2025}
\@input{chapters/one.aux}
\abx@aux@cite{0}{growth2026}
\abx@aux@segm{0}{0}{a}
\bibdata{refs}
\bibcite{growth2026}{1}
""",
)

_NOTE = """---
title: "On growth: a survey"
aliases:
  - "On growth"
authors: [Ada Lovelace, 'Emmy Noether']
year: 2026
status: queued
# mine
tags:
- rl
mine: {a: b}
readq: lovelace2026growth
---

claim: it grows, see [[@noether1918|the law]]
"""


def _pdf() -> bytes:
    """Return a PDF of one page, whose text has an arXiv id and whose metadata has a DOI."""
    content = zlib.compress(b"BT /F1 12 Tf 72 720 Td (arXiv:2611.00001v2 [cs.LG] 18 Nov 2026) Tj ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (On growth) /doi (10.1234/growth.17) >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _documents(*documents: object) -> tuple[bytes, ...]:
    return tuple(
        one if isinstance(one, bytes) else (one if isinstance(one, str) else json.dumps(one)).encode()
        for one in documents
    )


SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "page": _documents(_PAGE, _PAGE_TEXT, _PAGE_MARKDOWN),
    "huggingface": _documents(_HF, {"data": [json.dumps(_HF[1]), str(_HF[0])]}),
    "rss": _documents(_RSS, _ARXIV_RSS, _DTD),
    "atom": _documents(_ATOM, _ARXIV_ATOM),
    "jsonfeed": _documents(_JSON_FEED),
    "bibtex": _documents(_BIBTEX),
    "ris": _documents(_RIS),
    "nbib": _documents(_NBIB),
    "csl-json": _documents(_CSL),
    "openalex": _documents(_OPENALEX, _OPENALEX["results"]),
    "semanticscholar": _documents(_SEMANTICSCHOLAR, _SEMANTICSCHOLAR["data"]),
    "openreview": _documents(_OPENREVIEW, _OPENREVIEW["notes"]),
    "acl": _documents(_ACL),
    "dblp": _documents(_DBLP),
    "mail": _documents(_MAIL, _ALERT),
    "bookmarks": _documents(_BOOKMARKS),
    "list": _documents(_LIST),
    "hf": _documents(_HF, []),
    "arxiv": _documents(_ARXIV_RSS, _ARXIV_ATOM),
    "biorxiv": _documents(_BIORXIV),
    "https": _documents(_RSS, _ATOM, _JSON_FEED, _DTD, _META_TAGS, _LINKING_PAGE),
    "crossref": _documents(_CROSSREF, {"message": {"items": [_CROSSREF["message"]]}}),
    "datacite": _documents(_DATACITE),
    "csl_json": _documents(_CSL, _CSL[0]),
    "reference_lookup": _documents(
        _CROSSREF, _DATACITE, _ARXIV_ATOM, _META_TAGS, _OPENREVIEW, _CSL[0], [{"RA": "Crossref"}]
    ),
    "citation_meta_tags": _documents(_META_TAGS),
    "jats_text": _documents(_JATS),
    "opml": _documents(_OPML),
    "xml": _documents(_DTD, _ACL, _DBLP),
    "latex": _documents(_LATEX),
    "document": _documents(*_DOCUMENT),
    "query": _documents(*_QUERY),
    "spec": _documents(*_SPECS),
    "day": _documents(*_DATES),
    "identifier": _documents(*_IDENTIFIERS),
    "name": _documents(*_NAMES),
    "config": _documents(_CONFIG),
    "note": _documents(_NOTE),
    "pdf": (_pdf(),),
}
"""Documents by name. `arxiv` and the other prefixes hold what their servers answer."""
