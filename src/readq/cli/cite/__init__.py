"""Commands that use papers as citations: export.

One module, because only `export` exists yet; verifying citations (`verify`) and finding where they are cited (`where`)
belong here. They parse arguments, call services and print. A command imports no command of another group.
"""
