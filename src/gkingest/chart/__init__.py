"""Charts as values, drawn by matplotlib, the same bytes every time.

In: bars, points and words. Out: SVG or PNG. It knows no report and no database; what is drawn is chosen in
`compare`.
"""
