"""How Word and spreadsheet files say that text looks, as far as it decides what a reader sees of a figure."""
