"""The command line: one module for each command, in the folder of its group in `readq --help`.

`command_table` lists the commands, `main` runs one of them. `context` gives it the config, the library and the papers
of its REFs; `arguments` and `parser` read its words; `output/` prints; `ui` starts the terminal UI. May import services
and everything below; only `ui` imports the TUI. A new command is a module named like it, and its line in the table.
Imports that cost time (ORM, HTTP, TUI) are made inside functions: a list or a help text must not load them.
"""
