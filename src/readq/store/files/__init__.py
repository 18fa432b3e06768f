"""Handle the library as a file: back it up, restore it, check its integrity and its location on the disk.

Imports `connection` only. A new file belongs here if it treats the library as a whole, without reading or writing
particular rows.
"""
