"""One document, one transaction: reports as rows, copies and pairs of years linked when a run ends."""
