"""Pages that are pictures: from pixels to the words and rulings that a text layer would give.

`recognise` chooses the pages and `raster` makes pictures. One sheet passes `clean`, `straight`, `rules` (over
`runs`) and `pieces`, which `view` puts in a row; `ocr` recognises pieces, `scan` puts a page together. `png` makes
pictures for people.
"""
