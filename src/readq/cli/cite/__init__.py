"""Commands that use papers as citations: export.

One module is here, because `export` is the only such command. New commands that check citations, or search documents
for citations, belong here. A command parses arguments, calls services and prints. It imports no command of another
group.
"""
