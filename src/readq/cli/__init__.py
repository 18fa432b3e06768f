"""The command line: one module for each command, in the folder of its group in `readq --help`.

`main` runs a command of `command_table`. `context` gives it the config, the library and the papers that it acts on;
`arguments` and `argument_parser` parse its words; `output/` prints; `ui` starts the terminal UI. May import services
and all layers below; only `ui` imports the TUI. A new command is a module with its name, and a line in the table. Slow
imports (ORM, HTTP, TUI) are made inside functions, so that a list or a help text does not load them.
"""
