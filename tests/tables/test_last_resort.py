"""camelot takes seconds, so it is asked only about pages with figures that it could make a table of."""

from collections.abc import Sequence

import pytest
from drawing_board import word

from gkingest.document.ladder import understand
from gkingest.formats.spec import Format
from gkingest.model.paper import Page, ReadDocument

# Prose with the form's labels, as it stands beside tables that are pictures.
PROSE = (
    "第二十条第（一）项 规章 行政规范性文件 第二十条第（五）项 行政许可 第二十条第（六）项 行政处罚 行政强制",
    "予以公开 部分公开 不予公开 本机关不掌握相关政府信息 没有现成信息需要另行制作 信访举报投诉类申请 重复申请",
    "结果维持 结果纠正 尚未审结 行政复议 行政诉讼",
)


@pytest.mark.parametrize(("figures", "asked"), [(("3",), False), (("53", "3"), False), (("53", "12", "7"), True)])
def test_camelot_is_asked_where_figures_stand_by_themselves(
    formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch, figures: Sequence[str], asked: bool
) -> None:
    looked_at: list[Sequence[Page]] = []
    monkeypatch.setattr("gkingest.document.ladder.read_plumber", lambda *_: [])
    monkeypatch.setattr("gkingest.document.ladder.read_camelot", lambda _, pages: looked_at.append(pages) or {})
    lines = [word(text, 50, 100 + 30 * n) for n, text in enumerate(PROSE)]
    alone = [word(text, 50 + 40 * n, 400) for n, text in enumerate(figures)]
    page = Page(1, 800.0, 800.0, (*lines, *alone), (), text="\n".join((*PROSE, " ".join(figures))))
    understand(ReadDocument(b"", (page,)), formats, 2023, titled=True)
    assert bool(looked_at) == asked
