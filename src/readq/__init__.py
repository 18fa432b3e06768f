"""readq: a reading-list manager with spaced review, in the terminal.

Packages, from the top down. Each may import only the packages below it, which a test checks:

- `cli`, `tui`: commands, and the terminal UI. `mcp`: the tools of agents, beside the UI.
- `services`: one call for each thing that a person does; it opens the transaction.
- `registries`: ask a server about one paper (Crossref, OpenAlex …).
- `feeds`: pull and parse sources of many papers. `merge`: merge two libraries, without reading or writing.
- `store`: SQLite, the only package with SQL. `net`: the HTTP client. `formats`: BibTeX and other file formats.
  `pdf`: text of PDFs. `review`: FSRS. `sample`: the papers of the demo.
- `model`: a paper, its identifiers, rules that find equal papers. `latex`: LaTeX from and to Unicode.
- `clock`, `config`, `days`, `text`; `paths`, `errors`.

A new file goes to `formats` if it knows a file format, to `feeds` or `registries` if it knows a server, to `store` if
it holds SQL, to `model`, `merge`, `review` or `latex` if it decides without I/O and clock. Each package's docstring
says more. The folder names the subject, the file one noun or verb of it.
"""

__version__ = "0.1.0"
