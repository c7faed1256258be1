"""The pages of `gkingest serve`: reports as the form, organs, comparisons, figures, search.

A page asks the database through Datasette (its SQL lies in `store.ask`), lays values out and fills a template.
`form` lays the form out, `answer` is what pages have in common.
"""
