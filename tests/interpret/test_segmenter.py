"""Labels are cut into words as jieba cuts them, without its whole dictionary."""

from gkingest.interpret.segmenter import segmenter, words_of

LABELS = (
    *("本年度办理结果", "其他处理", "三安全一稳定", "属于行政查询事项", "杞麓湖", "gdp增长率"),
    *("补正后申请内容仍不明确行政机关无法作出处理", "规范性文件本年制发件数", "上年结转政府信息公开申请数量"),
)


def test_words_are_those_of_the_whole_dictionary() -> None:
    assert [words_of(label) for label in LABELS] == [tuple(segmenter().cut(label)) for label in LABELS]
