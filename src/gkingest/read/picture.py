"""A page as a picture, for a person to look at."""

import io

from gkingest.read.pdf import open_pdf


def page_picture(data: bytes, number: int, dpi: int = 100) -> bytes:
    """PNG of page ``number`` (1-based) as a viewer displays it."""
    with open_pdf(data) as document:
        page = document[number - 1]
        image = page.render(scale=dpi / 72).to_pil()
    stream = io.BytesIO()
    image.save(stream, format="PNG", optimize=True)
    return stream.getvalue()
