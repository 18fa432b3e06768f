"""Make citation keys from the metadata of papers, and replace existing keys by new ones.

A frozen key is a citation key that readq never changes by itself, because a document may cite it. `generated_keys`
makes the key of one paper. `rekey` plans and changes the keys of many papers. `fit` returns a warning if a corrected
paper no longer matches its frozen key. `papers.corrections` sets a key that a person chose.
"""
