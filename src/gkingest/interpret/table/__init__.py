"""Grids to facts: which grid is which table, which line is which row, and what stands in each slot.

`locate` names the grids, `understanding` reads one table, `rows` tells which row each line is, `match` aligns
printed labels with the form (dynamic programming over two sequences in order), `facts` takes the figures, `doubts`
says what was met on the way.
"""
