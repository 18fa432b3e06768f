"""Keys: the table of actions with their default keys, and the keymap that also applies the user's own keys.

The package holds no widget and no screen. It may import the export formats and the own commands of readq.services,
because they have keys. A new action goes into the table. A new file is needed only for another notation or another use
of the table.
"""
