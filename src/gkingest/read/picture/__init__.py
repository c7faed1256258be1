"""Pages that are pictures: from pixels to the words and rulings that a text layer would give.

`recognise` chooses the pages, `raster` makes pictures, `clean`, `warp`, `rules` and `segments` go from a
picture to pieces of text, `ocr` recognises them, `scan` puts a page together. `png` makes pictures for people.
"""
