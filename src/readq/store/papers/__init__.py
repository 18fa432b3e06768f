"""Read and write papers and the rows that belong to them: tags, notes, keys, sightings in feeds, paths of PDF files.

`queries` reads papers for lists and the screen. `decisions`, `notes` and `corrections` write the changes that a person
makes to papers. `insert` writes new papers in bulk. `lookup` reads stored papers for imports, `field_states` for undo.
Imports `journal` and `schema`. Only `insert` may import SQLModel, inside functions. A new statement goes to the module
of its subject.
"""
