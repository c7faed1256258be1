"""Words and rulings to grids: rows, columns, spans and the text of each cell.

In: pages. Out: `Grid`s. `ruled` follows the rules, between which `lattice` finds the cells, `aligned` finds
columns from where figures stand, `plain` asks pdfplumber and camelot, `stitch` joins what pages cut. It does not
know what a label means.
"""
