"""The floors: the same work by Python and SQLite alone, without readq. Run as `baselines.py NAME ARGUMENT…`.

Each runs as a process of its own, because the start of a process is part of the comparison.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import curses

_SCHEMA = """
CREATE TABLE paper (id INTEGER PRIMARY KEY, arxiv TEXT UNIQUE, title TEXT, authors TEXT, abstract TEXT, day TEXT,
  upvotes INTEGER, tags TEXT DEFAULT '');
CREATE INDEX by_day ON paper (day);
CREATE VIRTUAL TABLE search USING fts5 (title, abstract, authors, content = 'paper', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2');
"""
_INSERT = "INSERT INTO paper (arxiv, title, authors, abstract, day, upvotes) VALUES (?, ?, ?, ?, ?, ?)"
_INDEX = "INSERT INTO search (rowid, title, abstract, authors) SELECT id, title, abstract, authors FROM paper"
RANKED = "SELECT p.id, p.title FROM search s JOIN paper p ON p.id = s.rowid WHERE search MATCH ? ORDER BY rank LIMIT 50"
"""The fifty best papers for a word."""


def load(source: str, database: str) -> None:
    """Parse the JSON, insert its papers and index their text, in one transaction."""
    with open(source, encoding="utf-8") as file:
        entries = [entry["paper"] for entry in json.load(file)]
    connection = sqlite3.connect(database)
    connection.executescript(_SCHEMA)
    with connection:
        connection.executemany(_INSERT, map(_row, entries))
        connection.execute(_INDEX)


def _row(paper: dict[str, object]) -> tuple[object, ...]:
    authors = paper["authors"]
    names = [author["name"] for author in authors] if isinstance(authors, list) else []
    return (paper["id"], paper["title"], "\n".join(names), paper["summary"], paper["publishedAt"], paper["upvotes"])


def first(database: str) -> None:
    """Print the twenty newest papers."""
    rows = sqlite3.connect(database).execute("SELECT arxiv, day, title FROM paper ORDER BY day DESC LIMIT 20")
    sys.stdout.writelines("\t".join(row) + "\n" for row in rows)


def search(database: str, word: str) -> None:
    """Print the papers that a word finds, the best first."""
    rows = sqlite3.connect(database).execute(RANKED, (word,))
    sys.stdout.writelines(f"{number}\t{title}\n" for number, title in rows)


def tag(database: str) -> None:
    """Change one row and commit."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE paper SET tags = 'bench' WHERE id = 5")


def mark(database: str) -> None:
    """Change every row and commit."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE paper SET tags = 'bench'")


def export(database: str, target: str) -> None:
    """Write every paper as BibTeX, without escaping text or parsing names."""
    rows = sqlite3.connect(database).execute("SELECT arxiv, title, authors, day FROM paper ORDER BY arxiv")
    with open(target, "w", encoding="utf-8") as file:
        for arxiv, title, authors, day in rows:
            file.write(
                f"@misc{{{arxiv},\n  author = {{{' and '.join(authors.splitlines())}}},\n  title = {{{title}}},\n"
                f"  year = {{{day[:4]}}},\n  eprint = {{{arxiv}}},\n  archiveprefix = {{arXiv}},\n"
                f"  url = {{https://arxiv.org/abs/{arxiv}}},\n  note = {{arXiv:{arxiv}}},\n}}\n\n"
            )


def rewrite(source: str, target: str) -> None:
    """Copy the text of a file to another file."""
    with open(source, encoding="utf-8") as file:
        text = file.read()
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)


def screen(database: str) -> None:
    """Show a list of papers by curses: `j`, Page Down, `g`, `G`, and `/` with a word and Enter; `q` quits."""
    import curses

    curses.wrapper(lambda window: _List(window, sqlite3.connect(database)).run())


class _List:
    def __init__(self, window: "curses.window", connection: sqlite3.Connection) -> None:
        self._window = window
        self._connection = connection
        self._ids = [row[0] for row in connection.execute("SELECT id FROM paper ORDER BY day DESC")]
        self._cursor = 0

    def run(self) -> None:
        import curses

        height = curses.LINES - 1
        steps = {ord("j"): 1, curses.KEY_NPAGE: height, ord("g"): -len(self._ids), ord("G"): len(self._ids)}
        self._paint(height)
        while (key := self._window.getch()) != ord("q"):
            if key == ord("/"):
                self._find(self._typed())
            self._cursor = max(0, min(self._cursor + steps.get(key, 0), len(self._ids) - 1))
            self._paint(height)

    def _typed(self) -> str:
        word = ""
        while (key := self._window.getch()) not in (10, 13):
            word += chr(key)
        return word

    def _find(self, word: str) -> None:
        self._ids = [row[0] for row in self._connection.execute(RANKED, (word,))]
        self._cursor = 0

    def _paint(self, height: int) -> None:
        import curses

        top = max(0, self._cursor - height + 1)
        shown = self._ids[top : top + height]
        marks = ",".join("?" * len(shown))
        titles = dict(self._connection.execute(f"SELECT id, title FROM paper WHERE id IN ({marks})", shown).fetchall())
        self._window.erase()
        for line, number in enumerate(shown):
            style = curses.A_REVERSE if top + line == self._cursor else curses.A_NORMAL
            self._window.addnstr(line, 0, titles[number], curses.COLS - 1, style)
        self._window.refresh()


_FLOORS: dict[str, Callable[..., None]] = {
    function.__name__: function for function in (load, first, search, tag, mark, export, rewrite, screen)
}

if __name__ == "__main__":
    _FLOORS[sys.argv[1]](*sys.argv[2:])
