"""Citations on their way out of the library: exported files, copied entries, and the freezing of their keys.

`formats` is the table of export formats, `export` the calls that the command line and the UI make, `output_file` writes
the file. May import the store, `formats/` and `model/`. The text of a format is written in `readq.formats`; a new
format is a module there and a line in the table.
"""
