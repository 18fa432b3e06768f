"""Make the citation keys of papers, and change them all at once to another form.

`generated_keys` makes the key of one paper. `rekey` plans and changes the keys of many. `papers.corrections` sets a key
that a person chose.
"""
