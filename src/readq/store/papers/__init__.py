"""Read and write papers and the rows that belong to them: tags, notes, keys, sightings in feeds, paths of PDF files.

`queries` reads papers for lists and the screen. `decisions`, `notes` and `corrections` write the changes that a person
makes to papers. `insert` writes new papers in bulk. `lookup` reads stored papers for imports, `field_states` for undo.
The package imports `journal` and `schema`. Only `insert` may import SQLModel, and only inside functions. A new SQL
statement goes to the module of its subject.
"""
