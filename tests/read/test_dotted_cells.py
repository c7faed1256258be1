"""Cells within borders of dots, as browsers draw them round each: the dots are no ink that the text conceals."""

import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Box
from gkingest.read.ink.held import AS_TOLD, held

SCALE = 2.0
CELL = Box(20, 20, 60, 44)
Picture = NDArray[np.uint8]


def bordered(inset: float = 2.0) -> Picture:
    """A white page with one cell, in it a rounded border of dots every point and a half."""
    page = np.full((140, 180, 3), 255, np.uint8)
    left, top = round((CELL.x0 + inset) * SCALE), round((CELL.top + inset) * SCALE)
    right, bottom = round((CELL.x1 - inset) * SCALE), round((CELL.bottom - inset) * SCALE)
    page[top:bottom:3, [left, right]] = 90
    page[[[top], [bottom]], np.arange(left + 4, right - 4, 3)] = 90
    page[top : top + 2, left + 1 : left + 3] = 90  # dots of the corner touch
    return page


def one(page: Picture, x: int, top: int, high: int) -> Picture:
    """The page with a stroke on it, as the figure 1 is."""
    page[top : top + high, x : x + 2] = 0
    return page


def test_a_border_of_dots_is_no_ink_beside_the_text() -> None:
    assert held(bordered(), SCALE, CELL, ()) == AS_TOLD


def test_a_figure_drawn_within_the_dots_is_seen() -> None:
    """In the middle, and so close to the border that it is higher than wide there."""
    for x in (80, 50):
        assert "ink that is no text" in held(one(bordered(), x, 58, 12), SCALE, CELL, ()).doubt


def test_figures_drawn_side_by_side_are_no_border_of_dots() -> None:
    page = np.full((140, 180, 3), 255, np.uint8)
    for x in range(46, 116, 7):
        one(page, x, 58, 12)
    assert "ink that is no text" in held(page, SCALE, CELL, ()).doubt


def test_a_figure_made_of_dots_is_seen() -> None:
    page = bordered()
    page[58:72:2, 80] = page[58, 74:80:2] = page[64, 74:80:2] = 0  # a 7 with a stroke through it
    assert "ink that is no text" in held(page, SCALE, CELL, ()).doubt
