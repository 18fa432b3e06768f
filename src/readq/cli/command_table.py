"""The table of all commands of `readq`, with the module and the line of help of each command.

The commands are in the groups that `readq --help` shows. To add a command, add a module to the folder of its group, and
a line to this table. readq imports only the module of the command that it runs.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "collect papers": {
        "import": ("readq.cli.collect.import_", "import papers from .bib files, saved feed pages and other files"),
        "add": ("readq.cli.collect.add", "queue papers by arXiv id, DOI, URL, PDF or title"),
        "feed": ("readq.cli.collect.feed", "list, add, remove, import and export feeds"),
        "sync": ("readq.cli.collect.sync", "pull new papers from the feeds"),
        "digest": ("readq.cli.collect.digest", "print what is new and due, or send it by mail"),
        "enrich": ("readq.cli.collect.enrich", "look up missing authors, ids and published versions"),
    },
    "read and triage papers": {
        "list": ("readq.cli.papers.list", "list the papers that a query finds"),
        "show": ("readq.cli.papers.show", "show everything about a paper"),
        "open": ("readq.cli.papers.open", "open a paper in the browser"),
        "pdf": ("readq.cli.papers.pdf", "download and open the PDF, or attach your own"),
        "mark": ("readq.cli.papers.mark", "set the status: inbox, queued, reading, done or dropped"),
        "star": ("readq.cli.papers.star", "star or unstar papers"),
        "snooze": ("readq.cli.papers.snooze", "hide papers until a day"),
        "tag": ("readq.cli.papers.tag", "add and remove tags"),
        "note": ("readq.cli.papers.note", "read or write the note on a paper"),
        "notes": ("readq.cli.papers.notes", "keep the notes in sync with a folder of Markdown files"),
        "highlights": ("readq.cli.papers.highlights", "copy the highlights of the PDF into the note"),
        "view": ("readq.cli.papers.view", "list, save, rename and remove saved queries"),
    },
    "correct and undo": {
        "edit": ("readq.cli.correct.edit", "correct the metadata, as BibTeX in your editor"),
        "key": ("readq.cli.correct.key", "print or set the citation key"),
        "rekey": ("readq.cli.correct.rekey", "regenerate the citation keys in the format of your config"),
        "remove": ("readq.cli.correct.remove", "remove papers"),
        "doubles": ("readq.cli.correct.doubles", "list possible duplicates, or mark two papers as different"),
        "merge": ("readq.cli.correct.merge", "merge two records of the same paper"),
        "undo": ("readq.cli.correct.undo", "undo the last step, or one by its number"),
        "redo": ("readq.cli.correct.redo", "redo the last undone step"),
    },
    "review papers": {
        "due": ("readq.cli.review.due", "list the cards that are due for review today"),
        "review": ("readq.cli.review.review", "review the due cards in the UI"),
        "rate": ("readq.cli.review.rate", "rate papers from a script: again, hard, good or easy"),
        "enrol": ("readq.cli.review.enrol", "add papers to spaced review"),
        "unenrol": ("readq.cli.review.unenrol", "take papers out of spaced review"),
        "retire": ("readq.cli.review.retire", "retire cards that you know well"),
        "postpone": ("readq.cli.review.postpone", "move due cards to a later day, or spread them over days"),
        "cards": ("readq.cli.review.cards", "list the review cards of a paper and their history"),
        "stats": ("readq.cli.review.stats", "show statistics: due cards, recall, papers in and out"),
        "suspend": ("readq.cli.review.suspend", "pause the review of papers"),
        "unsuspend": ("readq.cli.review.unsuspend", "resume the review of suspended papers"),
    },
    "cite papers": {
        "export": ("readq.cli.cite.export", "write a .bib for LaTeX, or another format"),
        "verify": ("readq.cli.cite.verify", "check that entries exist, are correct and not retracted"),
        "where": ("readq.cli.cite.where", "find the .tex files that cite a paper"),
    },
    "exchange with other programs": {
        "zotero": ("readq.cli.exchange.zotero", "send papers to Zotero, or import a collection"),
        "mcp": ("readq.cli.exchange.mcp", "serve the library to an AI agent over MCP"),
        "skill": ("readq.cli.exchange.skill", "print a page that teaches an agent to use readq"),
    },
    "keep the library safe": {
        "backup": ("readq.cli.safety.backup", "copy the library and verify the copy"),
        "restore": ("readq.cli.safety.restore", "replace the library with a backup"),
        "check": ("readq.cli.safety.check", "check the library for damage, and repair it"),
        "dump": ("readq.cli.safety.dump", "write your data to a folder of plain text, for git"),
        "merge-dump": ("readq.cli.safety.merge_dump", "merge two versions of a dump file, as git's merge driver"),
        "share": ("readq.cli.safety.share", "keep the libraries of several machines in sync through git"),
    },
    "set up readq": {
        "demo": ("readq.cli.setup.demo", "try readq on a throw-away library"),
        "serve": ("readq.cli.setup.serve", "show the UI in a browser on this computer"),
        "config": ("readq.cli.setup.config", "show or edit the settings"),
        "completion": ("readq.cli.setup.completion", "print a completion script for bash, zsh or fish"),
        "man": ("readq.cli.setup.man", "print the manual page"),
        "help": ("readq.cli.setup.help", "print help on a topic, such as interest, or on a command"),
    },
}
"""Maps the title of each group to its commands, and the name of each command to its module and its line of help.

The modules of a group are in one folder.
"""

COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}
