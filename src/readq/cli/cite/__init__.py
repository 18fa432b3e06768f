"""Commands that use papers as citations: export, verify, where.

Commands that check citations, or search documents for citations, belong here. A command parses arguments, calls
services and prints. It imports no command of another group.
"""
