"""The divisions of China by year, and their names in text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.errors import FormatError
from gkingest.regions.divisions import FIRST_YEAR, Division, load_divisions, read_rows
from gkingest.regions.hosts import SPELLS_ABOVE, SPELLS_BOTH, SPELLS_NAME, load_hosts, site_of, spelling
from gkingest.regions.mentions import mention_at, mentions

TABLE = load_divisions()


def one(name: str, year: int) -> Division:
    """The only division that ``name`` can mean in ``year``."""
    (found,) = TABLE.find(name, year)
    return found


# Checked against the yearly codes that the Ministry of Civil Affairs published.
@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("卫东区", 2023, "410403"),
        ("偃师市", 2020, "410381"),
        ("偃师区", 2021, "410307"),
        ("莱芜市", 2017, "371200"),
        ("莱芜区", 2019, "370116"),
        ("威宁县", 2022, "520526"),
        ("恩施州", 2022, "422800"),
        ("北京市朝阳区", 2022, "110105"),
        ("长春朝阳区", 2022, "220104"),
        ("仙桃市", 2022, "429004"),
        ("河南济源", 2022, "419001"),
        ("宣武区", 2009, "110104"),
    ],
)
def test_a_name_has_the_code_of_its_year(name: str, year: int, code: str) -> None:
    assert one(name, year).code == code


def test_several_divisions_of_one_name_are_all_given() -> None:
    towns = {TABLE.path(d, 2023) for d in TABLE.find("鼓楼区", 2023)}
    assert towns == {"江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "河南省开封市鼓楼区", "福建省福州市鼓楼区"}
    assert len(TABLE.find("鼓楼区", 2009)) == 4
    assert TABLE.find("宣武区", 2011) == ()


@pytest.mark.parametrize(
    ("name", "year", "later", "becomes"),
    [
        ("偃师市", 2020, 2021, "偃师区"),
        ("莱芜市", 2017, 2019, None),  # a prefecture became two districts
        ("赣县", 2015, 2016, "赣县区"),
        ("上饶县", 2018, 2019, "广信区"),
        ("毕节地区", 2010, 2012, "毕节市"),
    ],
)
def test_a_body_is_followed_through_its_names(name: str, year: int, later: int, becomes: str | None) -> None:
    heir = TABLE.same_body(one(name, year), later)
    assert (heir.name if heir else None) == becomes


def test_codes_and_parents_hold_together_in_every_year() -> None:
    for year in range(FIRST_YEAR, 2027):
        standing = [d for d in TABLE.rows if d.stands(year)]
        codes = [d.code for d in standing]
        assert len(codes) == len(set(codes)), f"a code of two divisions in {year}"
        orphans = [d for d in standing if d.parent and d.parent not in set(codes)]
        assert not orphans, year
        assert sum(d.level == "province" for d in standing) == 34
        assert all(d.code.startswith(d.parent.rstrip("0")[:2]) for d in standing if d.parent)
    assert 2_800 < sum(d.level == "county" and d.stands(2023) for d in TABLE.rows) < 2_900


def test_every_host_belongs_to_a_division_of_its_name() -> None:
    names = {
        host: (TABLE.coded(code, 2024), name)
        for _, (host, code, name) in read_rows(
            Path(__file__).parents[2] / "schemas/regions/hosts.tsv", ["host", "code", "name"]
        )
    }
    assert len(names) == len(load_hosts())
    assert [host for host, (division, name) in names.items() if division is None or division.name != name] == []


def test_a_host_below_a_known_one_belongs_to_it() -> None:
    assert (site := site_of("http://jyt.henan.gov.cn/a/b.html"))
    assert TABLE.coded(site.code, 2024) == one("河南省", 2024)
    assert site_of("xihu.example.cn") is None
    assert site_of("") is None


def test_a_host_may_spell_a_name() -> None:
    weidong, yongding = one("卫东区", 2023), one("张家界市永定区", 2023)
    assert spelling(TABLE, "www.weidong.example.cn", weidong) == SPELLS_NAME
    assert spelling(TABLE, "pds.example.cn", weidong) == SPELLS_ABOVE
    assert spelling(TABLE, "pdswdq.example.cn", weidong) == SPELLS_BOTH
    assert spelling(TABLE, "www.weidong.example.cn", yongding) == 0


@pytest.mark.parametrize(
    ("text", "said", "codes"),
    [
        ("河南省平顶山市卫东区财政局", "河南省平顶山市卫东区", {"410403"}),
        ("青岛市北区财政局", "青岛市北区", {"370203"}),
        ("广东深圳教育局", "广东深圳", {"440300"}),
        ("和县水利局", "和县", {"340523", "341424"}),  # before 2011 it lay in 巢湖
        ("吉林市船营区", "吉林市船营区", {"220204"}),
        ("大同县人民政府", "大同县", {"140227"}),
    ],
)
def test_the_longest_chain_of_names_counts(text: str, said: str, codes: set[str]) -> None:
    mention = mention_at(TABLE, text)
    assert mention is not None
    assert (mention.text, {d.code for d in mention.divisions}) == (said, codes)


def test_names_of_two_characters_are_not_found_inside_other_words() -> None:
    assert [m.text for m in mentions(TABLE, "本机关和县级部门")] == []
    assert [m.text for m in mentions(TABLE, "在平顶山市和石家庄市新华区")] == ["平顶山市", "石家庄市新华区"]


@given(st.text(st.sampled_from("河南省平顶山市卫东区北京朝阳新华县州旗和青岛市北"), max_size=40))
def test_mentions_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    place = 0
    for mention in mentions(TABLE, text, shorts=True):
        assert place <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        place = mention.end


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "columns"),
        ("host\tcode\n", "columns"),
        ("host\tcode\tname\na\t1\n", "2 cells where 3"),
    ],
)
def test_a_spoilt_table_says_what_is_wrong(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "hosts.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=complaint):
        read_rows(path, ["host", "code", "name"])
    with pytest.raises(FormatError, match="install the package again"):
        read_rows(tmp_path / "none.tsv", ["host"])
