"""What a web page's own style makes of its elements: what is drawn, where, how large, on what ground.

`css` tells which declarations hold for an element; `said` puts them together with what its kind and its attributes
say; `values` reads them; `reckon` makes the `look` of it from that of the element around; `looks` keeps those of a
page. Nothing is laid out: what only a layout would tell is a doubt.
"""
