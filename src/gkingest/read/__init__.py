"""Files to pages: any kind of bytes to words and rulings at places in points, or to declared cells.

In: bytes. Out: a `ReadDocument`. `triage` knows kinds by their bytes, `files` which reader takes which. The
reader knows no form and no label. Foreign libraries for PDF, pictures, markup and office files live here and
nowhere else.
"""
