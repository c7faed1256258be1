"""Headings that wrap on a page: each half shows the place of its own column, whatever it was put together with."""

from gkingest.formats.spec import Format
from gkingest.interpret.stream.expected import printed_order
from gkingest.interpret.stream.pieces import Piece, Role
from gkingest.interpret.stream.tokens import Token
from gkingest.model.paper import Box
from gkingest.text.labels import label_key

COLUMN = frozenset([Role("requests", "column")])
AS_PRINTED = ["natural_person", "commercial", "research", "public_interest", "legal_service", "other_org", "total"]


def piece(*words: tuple[str, float], roles: frozenset[Role] = COLUMN) -> Piece:
    """Words about these middles."""
    tokens = tuple(Token(s, 1, Box(x - 5 * len(s), 20, x + 5 * len(s), 30), 1, paged=True) for s, x in words)
    text = "".join(s for s, _ in words)
    return Piece(text, label_key(text), tokens, roles)


def order(form: Format, *pieces: Piece) -> list[str | None]:
    return [h.node.key for h in printed_order(form.table("requests").blocks[0].columns, pieces).leaves]


def test_halves_on_a_line_stand_each_above_its_column(gk2021: Format) -> None:
    """A word processor sets the halves first, behind a remark at the left margin that joined them."""
    halves = piece(("之和，", 120), ("科研", 374), ("社会公", 413), ("法律服务", 463), roles=frozenset())
    rest = [piece((s, x)) for s, x in (("自然人", 287), ("商业企业", 331), ("其他", 506), ("总计", 535))]
    assert order(gk2021, halves, *rest) == AS_PRINTED


def test_a_heading_put_together_with_half_of_another_stands_where_it_begins(gk2021: Format) -> None:
    halves = piece(("社会公益", 388), ("法律服务", 432), roles=frozenset())
    rest = [piece((s, x)) for s, x in (("自然人", 260), ("商业企业", 305), ("科研机构", 346), ("总计", 513))]
    assert order(gk2021, halves, *rest, piece(("其他", 468), ("组织", 379))) == AS_PRINTED
