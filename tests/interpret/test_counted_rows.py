"""Numbers of rows on a printed page without rules: they count, and are none of the figures."""

from gkingest.formats.spec import Format
from gkingest.interpret.stream.beside import without_beside
from gkingest.interpret.stream.tokens import Token
from gkingest.model.paper import Box


def token(text: str, x: float, line: int) -> Token:
    return Token(text, 1, Box(x, 20.0 * line, x + 6.0 * len(text), 20.0 * line + 10), line, paged=True)


def left(form: Format, *rows: tuple[tuple[str, float], ...]) -> list[str]:
    """What is left of the lines of a page."""
    return [
        t.text for t in without_beside([token(s, x, n) for n, row in enumerate(rows) for s, x in row], form).tokens
    ]


def test_numbers_that_count_the_rows_are_left_out(gk2021: Format) -> None:
    rows: list[tuple[tuple[str, float], ...]] = [
        ((str(n), 40.0), (f"{n}.乙", 60.0), ("7", 200.0)) for n in range(1, 8)
    ]
    rows[4] = (("5", 40.0), ("7", 200.0))  # between the two lines of its label
    wrapped = [*rows[:4], (("五之", 60.0),), rows[4], (("二", 60.0),), *rows[5:]]
    assert left(gk2021, *wrapped) == [
        *("1.乙", "7", "2.乙", "7", "3.乙", "7", "4.乙", "7", "五之", "7", "二", "6.乙", "7", "7.乙", "7"),
    ]


def test_figures_that_happen_to_count_are_kept(gk2021: Format) -> None:
    behind = [(("乙", 40.0), (str(n), 200.0), ("7", 240.0)) for n in range(1, 8)]
    assert sum(s.isdecimal() for s in left(gk2021, *behind)) == 14
    alone = [((str(n), 200.0), ("7", 240.0)) for n in range(1, 8)]  # each below its label
    assert len(left(gk2021, *alone)) == 14
    few = [((str(n), 40.0), ("乙", 60.0), ("7", 200.0)) for n in range(1, 4)]
    assert len(left(gk2021, *few)) == 9
    apart = [((str(n), 40.0 + 30 * n), ("乙", 260.0), ("7", 300.0)) for n in range(1, 8)]
    assert len(left(gk2021, *apart)) == 21
