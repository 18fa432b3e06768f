"""Citations: write export files, copy keys and entries, and freeze the keys that leave the library.

`export_formats` is the table of export formats, `export` has the functions that the command line and the UI call,
`output_file` writes the file. May import the store, `formats/` and `model/`. The text of a format is written in
`readq.formats`; a new format is a module there and a line in the table.
"""
