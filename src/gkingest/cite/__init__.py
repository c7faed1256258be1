"""One figure with everything that stands behind it, as a person would cite it.

In: organ, year and cell as typed. Out: text, JSON, references and the picture of the place. Begin in
`citation`.
"""
