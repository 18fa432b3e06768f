"""The command line: one module for each command. The folders are the command groups that `readq --help` shows.

`main` runs a command of `command_table`. `context` holds the config, the library and the papers that a command acts on.
`arguments` and `argument_parser` parse the command line. `output/` prints results. `ui` starts the terminal UI.

The package may import services and all layers below. Only `ui` imports the TUI. A new command is a module with the
command's name, and a line in `command_table`. Slow imports (ORM, HTTP, TUI) are made inside functions, so that `readq
list` and `--help` do not load them.
"""
