"""Command lines of every command over a library with the papers 1 and 2: those that look, and those that change."""

from collections.abc import Mapping, Sequence

Lines = Sequence[Sequence[str]]

LOOKS: Mapping[str, Lines] = {
    "list": [[], ["--json"], ["--count"], ["laws"], ["--format", "{key}"], ["--sort", "due"], ["is:double"]],
    "show": [["1"], ["2", "--json"]],
    "open": [["1"]],
    "due": [[], ["--json"]],
    "cards": [["1"], ["1", "--json"]],
    "stats": [[], ["--json"], ["--log"]],
    "postpone": [["1", "3d", "--dry-run"]],
    "note": [["1"], ["1", "--json"]],
    "key": [["1"]],
    "rekey": [["--dry-run"], ["--dry-run", "--frozen", "--json"]],
    "view": [["list"]],
    "feed": [["list"], ["list", "--json"], ["export"]],
    "doubles": [[], ["--json"]],
    "undo": [["--list"], ["--list", "--json"]],
    "dump": [["dumped"]],
    "check": [[], ["--json"]],
    "config": [["show"], ["path"]],
    "import": [["--dry-run", "new.bib"]],
    "sync": [["--dry-run"]],
    "digest": [[], ["--format", "html"], ["--json"], ["--question"], ["--email", "ada@example.org", "--dry-run"]],
    "pdf": [["1", "--no-open"]],
    "backup": [["copy.db"]],
    "mcp": [[], ["--write"]],
    "completion": [["--values", "ref"], ["--values", "tag", "x"], ["--values", "query", "tag:"]],
    "verify": [["--offline"], ["--offline", "--json"]],
    "where": [["1"], ["1", ".", "--json"]],
}
"""The command lines that change nothing in the library."""

CHANGES: Mapping[str, Lines] = {
    "import": [["new.bib"]],
    "add": [["2611.00009"], ["1"], ["A title of some words"]],
    "feed": [["add", "hf:daily", "--no-sync"], ["add", "hf:daily"], ["remove", "arxiv"], ["import", "feeds.opml"]],
    "sync": [[], ["--quiet"], ["arxiv"]],
    "enrich": [[], ["1", "--as", "2611.00009"]],
    "pdf": [["1", "--attach", "new.pdf"], ["2", "--no-open"], ["--index"]],
    "mark": [["queued", "1"], ["dropped", "--query", "notes"]],
    "star": [["2"]],
    "snooze": [["3d", "2"]],
    "tag": [["1", "-a", "x"]],
    "note": [["1", "--append", "x"], ["2", "--set", "new.bib"]],
    "highlights": [["1"]],
    "view": [["save", "x", "tag:y"], ["remove", "mine"]],
    "key": [["1", "other2020key"]],
    "rekey": [[], ["--frozen"]],
    "remove": [["2", "--yes"]],
    "doubles": [["--apart", "1", "2"]],
    "merge": [["1", "2"]],
    "undo": [[]],
    "redo": [[]],
    "rate": [["good", "1"]],
    "enrol": [["2"]],
    "unenrol": [["1"]],
    "suspend": [["1"]],
    "unsuspend": [["1"]],
    "retire": [["1"]],
    "postpone": [["1", "3d"]],
}
"""The command lines that change the library."""

NEITHER = {
    "notes": "needs a folder of notes, with which tests/cli/papers/test_notes.py runs it",
    "edit": "needs a terminal for the editor",
    "export": "freezes keys where it can, and else only reads",
    "review": "opens the UI",
    "demo": "has a library of its own",
    "help": "opens no library",
    "skill": "opens no library",
    "man": "opens no library",
    "zotero": "needs a Zotero",
    "restore": "replaces the library",
    "serve": "runs until it is ended; tests/tui/app/test_web_server.py runs it",
    "share": "needs git",
    "merge-dump": "opens no library",
}
"""The commands that no line above stands for, each with the reason."""
