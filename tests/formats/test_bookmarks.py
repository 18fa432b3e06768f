"""`readq.formats.bookmarks` over a file as browsers export it."""

from readq.formats import bookmarks

FILE = """\
<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file. -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1">Papers</H3>
    <DL><p>
        <DT><A HREF="https://arxiv.org/abs/1706.03762" ADD_DATE="1">[1706.03762] Attention &amp; More</A>
        <DT><A HREF="javascript:void(0)">a script</A>
        <DT><A HREF="https://example.org/">News
"""


def test_all_bookmarks_are_read_also_the_last_of_a_cut_file() -> None:
    assert bookmarks.read(FILE) == [
        (1, "https://arxiv.org/abs/1706.03762", "[1706.03762] Attention & More"),
        (2, "javascript:void(0)", "a script"),
        (3, "https://example.org/", "News"),
    ]


def test_only_bookmark_files_are_recognised() -> None:
    assert bookmarks.looks_like(FILE)
    assert not bookmarks.looks_like("<!DOCTYPE html><title>Bookmarks</title>")
