"""SQL on papers and the rows that belong to them: tags, notes, keys, sightings, files.

`queries` reads for lists and the screen, `decisions`, `notes` and `corrections` write a person's actions, `insert`
writes new papers in bulk, `lookup` and `field_states` serve imports and undo. Imports `journal`, `connection` and
`schema`; only `insert` may import SQLModel, inside functions. A new statement goes to the module of its subject.
"""
