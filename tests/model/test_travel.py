"""What readers send back is what they read: the types survive the way between processes."""

import pickle
from collections.abc import Callable

from gkingest.model.paper import Box, Cell
from gkingest.model.report import Document


def test_a_document_comes_back_as_it_was_sent(ingested: Callable[[str], Document]) -> None:
    sent = ingested("www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf")
    assert sent.grids and sent.report and len(sent.report.facts) > 150
    assert pickle.loads(pickle.dumps(sent)) == sent


def test_every_field_travels() -> None:
    cell = Cell("总计", Box(1, 2, 3, 4), Box(1.5, 2.5, 3.5, 4.5), 2, 3, 4, 5, 6, 0.5, "faint")
    back = pickle.loads(pickle.dumps(cell))
    assert (back, back.ink, back.doubt, back.confidence) == (cell, cell.ink, "faint", 0.5)
