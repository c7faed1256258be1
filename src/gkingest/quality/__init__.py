"""How good the data are: coverage, doubts, and what was read held against what a person read.

In: a database, and a folder of truths. Out: shares with intervals, and one HTML page without scripts.
"""
