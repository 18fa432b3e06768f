"""The table of all commands of `readq`, with the module and the line of help of each command.

The commands are in the groups that `readq --help` shows. To add a command, add a module to the folder of its group, and
a line to this table. readq imports only the module of the command that it runs.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "collect papers": {
        "import": ("readq.cli.collect.import_", "import papers from feed pages, Hugging Face JSON, .bib files"),
        "add": ("readq.cli.collect.add", "queue one paper by arXiv id, DOI, address, PDF or title"),
        "feed": ("readq.cli.collect.feed", "list, add, remove, import and export feeds"),
        "sync": ("readq.cli.collect.sync", "pull the feeds"),
        "digest": ("readq.cli.collect.digest", "print what is new and due, or send it by mail"),
        "enrich": ("readq.cli.collect.enrich", "complete papers that lack authors, ids or a published version"),
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
        "notes": ("readq.cli.papers.notes", "keep the notes in step with a folder of Markdown files"),
        "highlights": ("readq.cli.papers.highlights", "take the highlights of the PDF into the note"),
        "view": ("readq.cli.papers.view", "list, save and remove queries of your own"),
    },
    "correct and undo": {
        "edit": ("readq.cli.correct.edit", "correct the metadata, as BibTeX in your editor"),
        "key": ("readq.cli.correct.key", "print or set the citation key"),
        "rekey": ("readq.cli.correct.rekey", "make the citation keys anew, in the form of your config"),
        "remove": ("readq.cli.correct.remove", "remove papers"),
        "doubles": ("readq.cli.correct.doubles", "list papers that look alike, or settle that two differ"),
        "merge": ("readq.cli.correct.merge", "merge two records of the same paper"),
        "undo": ("readq.cli.correct.undo", "undo the last step, or one by its number"),
        "redo": ("readq.cli.correct.redo", "redo the step that was undone last"),
    },
    "review papers": {
        "due": ("readq.cli.review.due", "list what is due for review today"),
        "review": ("readq.cli.review.review", "review what is due, in the UI"),
        "rate": ("readq.cli.review.rate", "rate papers from a script: again, hard, good or easy"),
        "enrol": ("readq.cli.review.enrol", "put papers into spaced review"),
        "unenrol": ("readq.cli.review.unenrol", "take papers out of spaced review"),
        "retire": ("readq.cli.review.retire", "stop asking what has been learnt"),
        "postpone": ("readq.cli.review.postpone", "ask due cards later, or spread them over days"),
        "cards": ("readq.cli.review.cards", "list the cards of a paper with their histories"),
        "stats": ("readq.cli.review.stats", "print figures: what waits, what is kept, papers in and out"),
        "suspend": ("readq.cli.review.suspend", "stop asking the cards of papers"),
        "unsuspend": ("readq.cli.review.unsuspend", "ask the suspended cards of papers again"),
    },
    "cite papers": {
        "export": ("readq.cli.cite.export", "write a .bib for LaTeX, or another format"),
        "verify": ("readq.cli.cite.verify", "ask whether entries exist, unretracted and as they say"),
        "where": ("readq.cli.cite.where", "find the .tex files that cite a paper"),
    },
    "exchange with other programs": {
        "zotero": ("readq.cli.exchange.zotero", "send papers to Zotero, or take a collection in"),
        "mcp": ("readq.cli.exchange.mcp", "serve the library to an agent"),
        "skill": ("readq.cli.exchange.skill", "print a page that teaches an agent the command line"),
    },
    "keep the library safe": {
        "backup": ("readq.cli.safety.backup", "copy the library and verify the copy"),
        "restore": ("readq.cli.safety.restore", "replace the library by a backup"),
        "check": ("readq.cli.safety.check", "look for damage, and repair it"),
        "dump": ("readq.cli.safety.dump", "write your data as plain text, for git"),
        "merge-dump": ("readq.cli.safety.merge_dump", "merge one file of a dump, as git's merge driver"),
        "share": ("readq.cli.safety.share", "keep the libraries of several machines in step, through git"),
    },
    "set up readq": {
        "demo": ("readq.cli.setup.demo", "try readq on a throw-away library"),
        "serve": ("readq.cli.setup.serve", "show the UI in a browser on this computer"),
        "config": ("readq.cli.setup.config", "show or edit the settings"),
        "completion": ("readq.cli.setup.completion", "print a script that completes command lines in a shell"),
        "man": ("readq.cli.setup.man", "print the manual page"),
        "help": ("readq.cli.setup.help", "print a page about a topic, such as interest"),
    },
}
"""Maps the title of each group to its commands, and the name of each command to its module and its line of help.

The modules of a group are in one folder.
"""

COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}
