"""What a web page's own style makes of its elements: what is drawn, where, how large, on what ground.

`css` tells which declarations hold for an element, `values` reads them, `looks` puts together what they mean for a
reader. Nothing is laid out: what only a layout would tell is a doubt.
"""
