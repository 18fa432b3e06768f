"""Make citation keys from the metadata of papers, and make the keys of many papers anew in another form.

`generated_keys` makes the key of one paper. `rekey` plans and changes the keys of many papers. `fit` warns when a
correction makes a frozen key unfit. `papers.corrections` sets a key that a person chose.
"""
