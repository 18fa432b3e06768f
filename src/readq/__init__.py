"""readq: a reading-list manager with spaced review, in the terminal.

Packages, from the top down. Each may import only the packages below it. A test checks this.

- `cli`: the commands. `tui`: the terminal UI. `mcp`: a server of tools for AI agents.
- `services`: one function for each action of a person; it opens the library and runs the transaction.
- `registries`: ask a server about one paper (Crossref, OpenAlex …).
- `feeds`: pull and parse sources of many papers. `merge`: merge two libraries, without reading or writing.
- `store`: SQLite, the only package with SQL. `net`: the HTTP client. `formats`: BibTeX and other file formats.
  `pdf`: text of PDFs. `review`: FSRS. `sample`: the papers of the demo.
- `model`: a paper, its identifiers, rules that find equal papers. `latex`: LaTeX from and to Unicode. `ranking`: the
  user's interest in a paper, as a number.
- Modules, also from the top down. First come `config_file`, `config_text` and `log`. Below them are `clock`, `config`,
  `days`, `line_wrap`, `log_file` and `spool`. Below these is `text`. At the bottom are `paths`, `errors`,
  `nearest_name` and the package `templates`.

A new file goes to `formats` if it knows a file format, to `feeds` or `registries` if it knows a server, and to `store`
if it holds SQL. It goes to `model`, `merge`, `review`, `ranking` or `latex` if it only computes, without I/O or clock.
Each package's docstring says more. A package is named after its subject, a module after a noun or verb that belongs to
this subject.
"""

__version__ = "0.1.0"
