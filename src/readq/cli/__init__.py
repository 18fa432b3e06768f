"""The command line: one module for each command. The folders are the command groups that `readq --help` shows.

`main` runs a command of `command_table`. `context` gives a command the config, the library and the papers to act on.
`arguments` and `argument_parser` parse the command line. `output/` prints results. `ui` starts the terminal UI.

The package may import services and all layers below. Only `ui` starts the TUI. Other modules may import only those
modules of `readq.tui` that have no widgets, such as `readq.tui.text`. To add a command, add a module with the command's
name, and a line in `command_table`. Slow imports (ORM, HTTP, TUI) are made inside functions, so that `readq list` and
`--help` do not load them.
"""
