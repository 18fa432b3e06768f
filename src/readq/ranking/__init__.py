"""Rank papers by interest, a number from 0 to 100 that is learnt from the user's decisions. Pure functions.

`features` turns a paper into words with weights. `weights` learns from decisions and scores a paper. `explanation` says
how much each word contributed to the number. `exploration` moves some papers of low interest to the start of a list.
Add a new file here for code that decides on an order of papers from values alone.
"""
