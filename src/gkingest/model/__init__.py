"""What all rooms speak of: paper, reports, doubts, provenance. Values only; they know no file and no database.

Places are in points from the top left of a page as a reader holds it. Printed numbers are `Decimal`.
"""
