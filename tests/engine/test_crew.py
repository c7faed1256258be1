"""A crew makes something of pieces in their order, whoever of it dies."""

import os
from functools import partial

from deeds import begun

from gkingest.engine.crew import Crew

PIECES = [f"piece {n}" for n in range(9)]


def here(piece: str) -> str:
    return f"{piece.upper()} here"


def test_pieces_go_round_and_come_back_in_their_order() -> None:
    with Crew(partial(begun, ""), 2) as crew:
        assert crew.ready()
        made = [one.rpartition(" ") for one in crew.made(PIECES, here)]
    assert [words for words, _, _ in made] == [piece.upper() for piece in PIECES]
    who = [number for _, _, number in made]
    assert len(set(who)) == 2 and who == [*who[:2]] * 4 + [who[0]], "each has every second one"
    assert str(os.getpid()) not in who


def test_what_one_that_died_has_left_is_made_here() -> None:
    with Crew(partial(begun, ""), 2) as crew:
        assert crew.ready()
        made = list(crew.made([*PIECES[:3], "kill", *PIECES[4:]], here))
    assert [one.rpartition(" ")[0] for one in made] == [p.upper() for p in [*PIECES[:3], "kill", *PIECES[4:]]]
    assert [one.endswith("here") for one in made] == [n in (3, 5, 7) for n in range(9)]


def test_who_cannot_begin_is_told_of() -> None:
    with Crew(partial(begun, "fail"), 2) as crew:
        assert not crew.ready()
