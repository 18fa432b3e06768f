"""Write export files, copy citation keys and entries, and freeze the citation keys that leave the library.

`export_formats` is the table of export formats. `export` has the functions that the command line and the UI call.
`output_file` writes the file. The package may import the store, `formats/` and `model/`. The text of a format is made
in `readq.formats`. A new format is a module there and a line in the table.
"""
