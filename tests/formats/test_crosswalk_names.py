"""Names that stand for several cells: a prefix ends at its dot, and takes in nothing that merely begins alike."""

import pytest

from gkingest.formats.names import expand, form_keys, keys_like
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey

KEYS = ("denied", "denied.internal", "denied.third_party", "denied_otherwise", "denials.internal")
CELLS = tuple(FactKey("requests", row, column) for row in KEYS for column in ("total", "research"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("denied.*", ["denied.internal", "denied.third_party"]),
        ("denied", ["denied"]),
        ("denied_otherwise", ["denied_otherwise"]),
        ("den.*", []),
        ("*", list(KEYS)),
    ],
)
def test_a_prefix_ends_at_its_dot(name: str, found: list[str]) -> None:
    assert [c.row for c in keys_like(f"requests/{name}/total", CELLS)] == found
    assert list(expand(name, KEYS)) == found


def test_each_part_of_a_name_must_fit() -> None:
    assert keys_like("disputes/denied/total", CELLS) == ()
    assert keys_like("requests/denied", CELLS) == ()
    assert [c.column for c in keys_like("requests/denied/*", CELLS)] == ["total", "research"]


def test_the_same_names_in_a_format_file(gk2021: Format) -> None:
    keys = form_keys(gk2021)
    assert {row for _, row, _ in keys_like("requests/other.*/total", keys)} == {
        "other.correction_overdue",
        "other.fee_overdue",
        "other.misc",
    }
    assert keys_like("requests/othe.*/total", keys) == ()
    assert keys_like("nowhere/granted/total", keys) == ()
    assert len(keys_like("requests/granted/*", keys)) == 7
    assert [c.column for c in keys_like("fees_collected/*/*", keys)] == ["amount", "notices", "notified"]
