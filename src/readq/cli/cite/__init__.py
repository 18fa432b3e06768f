"""Commands that use papers as citations: export.

One module, because only `export` exists yet. Commands that check citations, or search documents for them, belong here
as well. A command parses arguments, calls services and prints. It imports no command of another group.
"""
