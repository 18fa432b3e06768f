import pytest

from readq.formats.bibtex.charset import decode

ENTRY = "@book{k, title = {%s}}\n"


@pytest.mark.parametrize(
    ("header", "charset", "title"),
    [
        ("% Encoding: Cp1251", "cp1251", "Война и мир"),
        ("% Encoding: windows-1251", "cp1251", "Война и мир"),
        ("% Encoding: GBK", "gbk", "数学分析"),
        ("% Encoding: ISO8859_1", "iso8859-1", "Über die Gänge"),
        ("% Encoding: ISO8859_2", "iso8859-2", "Źródła"),
        ("% Encoding: KOI8_R", "koi8-r", "Мёртвые души"),
        ("% Encoding: SJIS", "shift_jis", "日本語"),
        ("% Encoding: EUC_JP", "euc_jp", "日本語"),
        ("% Encoding: MacRoman", "mac-roman", "Élan"),
        ("% Encoding: UTF8", "utf-8", "Война"),
        ("% This file was created with JabRef 2.3b3.\n% Encoding: Cp1251", "cp1251", "Война"),
        ("This file was created with JabRef 2.2.\nEncoding: Cp1251", "cp1251", "Война"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_header_of_jabref_decides(header: str, charset: str, title: str, line_end: str) -> None:
    text = f"{header}\n\n{ENTRY % title}".replace("\n", line_end)
    decoded, name = decode(text.encode(charset))
    assert decoded == text
    assert name == charset


def test_a_file_that_another_program_saved_as_utf_8_is_utf_8() -> None:
    text = "% Encoding: Cp1251\n" + ENTRY % "Война и мир"
    assert decode(text.encode()) == (text, "utf-8")


def test_a_byte_order_mark_beats_the_header() -> None:
    text = "% Encoding: Cp1251\n" + ENTRY % "Война"
    assert decode(text.encode("utf-8-sig")) == (text, "utf-8-sig")


@pytest.mark.parametrize(
    "header", ["% Encoding: UTF8", "% Encoding: no-such-thing", "% Encoding: rot13", "% Encoding:"]
)
def test_a_header_that_is_wrong_is_ignored(header: str) -> None:
    text = f"{header}\n{ENTRY % 'Über'}"
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_bytes_that_the_named_charset_lacks_do_not_make_it_fail() -> None:
    text, name = decode(b"% Encoding: Cp1251\n@book{k, title={\xcc\xe8\xf0 \x98}}")
    assert name == "cp1251"
    assert "Мир \ufffd" in text


def test_the_word_in_an_entry_is_no_header() -> None:
    text = ENTRY % "Über" + "% Encoding: Cp1251\n"
    assert decode(text.encode("cp1252")) == (text, "cp1252")
