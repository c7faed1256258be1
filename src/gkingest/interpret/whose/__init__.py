"""Whose report, of which year, or what else the document is.

`title` reads what the document claims, `owner` and `region` find the organ among the divisions of its year,
`borrowed` takes from the crawl what a document leaves open and says so, `parts` cuts several reports apart,
`kinds` knows what is none.
"""
