"""Which decision counts where several were made, in whatever order their lines come."""

from hypothesis import given
from hypothesis import strategies as st

from gkingest.model.decision import Decision
from gkingest.review.making import taken_back
from gkingest.review.standing import standing

from .reports import GRANTED, says


def counts(*decisions: Decision) -> str | None:
    """The value that counts for the one figure that is decided; ``open`` where people differ."""
    found = list(standing(decisions).values())
    if not found:
        return None
    (one,) = found
    return one.stands.value if one.stands else "open"


def test_the_last_word_of_a_person_counts() -> None:
    assert counts(says(GRANTED, "12"), says(GRANTED, "13", at=2)) == "13"


def test_two_who_differ_leave_it_open_until_a_third_decides() -> None:
    one, other = says(GRANTED, "12"), says(GRANTED, "13", by="李", at=2)
    assert counts(one, other) == "open"
    assert counts(one, other, says(GRANTED, "13", by="张", at=3)) == "13"
    assert counts(one, other, says(GRANTED, "14", by="张", at=3)) == "14"  # had both before them
    assert counts(one, other, says(GRANTED, "12", by="李", at=3)) == "12"  # or gives in
    four = (one, other, says(GRANTED, "12", by="张", at=3), says(GRANTED, "13", by="赵", at=4))
    assert counts(*four) == "open"


def test_what_is_taken_back_is_as_if_never_said() -> None:
    first, second = says(GRANTED, "12"), says(GRANTED, "13", at=2)
    undo = taken_back(second, by="王", at="2026-01-02")
    assert counts(first, second, undo) == "12"
    assert counts(first, second, undo, taken_back(undo, by="王", at="2026-01-03")) == "13"
    assert counts(first, taken_back(first, by="李", at="2026-01-02")) is None


@given(st.data())
def test_the_order_of_lines_and_lines_told_twice_change_nothing(data: st.DataObject) -> None:
    line = st.builds(
        says, st.just(GRANTED), st.sampled_from("123"), by=st.sampled_from("王李张赵"), at=st.integers(0, 9)
    )
    lines = data.draw(st.lists(line, max_size=8))
    lines += [taken_back(d, by="王", at="x") for d in lines if data.draw(st.booleans())]
    shuffled = data.draw(st.permutations(lines))
    assert standing(shuffled + lines[:3]) == standing(lines)
