"""Reading by order alone: the document as a stream of tokens, held against the form's rows, heads and counts.

Where neither rules nor declared cells tell what stands where, the form still does: its labels come in an order
that hardly varies, and so many figures follow each. ``tokens`` is the stream, ``written`` parts the cells of its
lines, ``years`` leaves out what is of others, ``pieces`` cuts its words into labels, ``expected`` is what the
form leads one to expect, ``rows`` gives figures to labels, ``layouts`` tells how the table is turned and how its
columns are ordered, ``placing`` gives figures to slots, ``reading`` makes facts of them, ``proof`` doubts those
whose order nothing shows.
"""
