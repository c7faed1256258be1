"""The narrative can be searched word by word."""

from dataclasses import replace

from sqlalchemy import Engine

from gkingest.interpret.prose.search_words import phrase, segmented
from gkingest.model.report import Section
from gkingest.store.ask.search import index_sections, search_sections
from gkingest.store.write.save import save_document

from .cases import ONE, TWO, document


def put(engine: Engine, path: str, sha256: str, text: str) -> None:
    section = Section(1, "一、总体情况", text, 2)
    save_document(engine, replace(document(path, sha256), sections=(section,)))


def found(engine: Engine, words: str) -> list[str]:
    return [hit.path for hit in search_sections(engine, phrase(words), 10, words)]


def test_sections_are_found_by_their_words_once_they_are_indexed(engine: Engine) -> None:
    put(engine, "a.pdf", ONE, "申请内容以土地征收和\n房屋拆迁为主。")
    put(engine, "b.pdf", TWO, "申请内容以食品安全为主。")
    assert found(engine, "土地征收") == []
    assert index_sections(engine, segmented) == 2
    assert found(engine, "土地征收") == ["a.pdf"]
    assert sorted(found(engine, "申请内容")) == ["a.pdf", "b.pdf"]
    assert found(engine, "土地 食品") == []
    assert found(engine, "，。") == []


def test_a_hit_shows_where_it_stands(engine: Engine) -> None:
    put(engine, "a.pdf", ONE, "甲" * 100 + "房屋拆迁" + "乙" * 100)
    index_sections(engine, segmented)
    (hit,) = search_sections(engine, phrase("房屋拆迁"), 10, "房屋拆迁")
    assert (hit.heading, hit.page, hit.year) == ("一、总体情况", 2, 2023)
    assert hit.excerpt == "甲" * 40 + "房屋拆迁" + "乙" * 36


def test_traditional_characters_are_found_by_simplified_ones(engine: Engine) -> None:
    put(engine, "a.pdf", ONE, "申請內容以環境保護為主。")
    index_sections(engine, segmented)
    assert found(engine, "环境保护") == ["a.pdf"]


def test_what_is_read_again_is_forgotten_and_found_anew(engine: Engine) -> None:
    put(engine, "a.pdf", ONE, "土地征收。")
    index_sections(engine, segmented)
    put(engine, "a.pdf", ONE, "食品安全。")
    assert found(engine, "土地征收") == []
    assert index_sections(engine, segmented) == 1
    assert index_sections(engine, segmented) == 0
    assert found(engine, "食品安全") == ["a.pdf"]


def test_signs_of_the_query_language_are_only_signs(engine: Engine) -> None:
    put(engine, "a.pdf", ONE, "土地征收。")
    index_sections(engine, segmented)
    for words in ('"', "'", "OR", "土地 OR", '"土地', "土地*", "NEAR(土地)", "-土地", ":words"):
        assert found(engine, words) in ([], ["a.pdf"])
    assert found(engine, '"土地"') == ["a.pdf"]
