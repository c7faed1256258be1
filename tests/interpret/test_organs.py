"""An organ's name taken apart: what kind of body it is, the place it begins with, and what it leaves open."""

import pytest

from gkingest.interpret.whose.organs import Organ, fits, is_hall, read_organ, zone_key, zone_name
from gkingest.regions.divisions import load_divisions


def read(name: str) -> Organ:
    """The name by the table that ships."""
    return read_organ(load_divisions(), name)


def codes(organ: Organ) -> tuple[str, ...]:
    """Codes of the divisions that the organ's place may be, each once."""
    return tuple(dict.fromkeys(d.code for d in organ.place.divisions)) if organ.place else ()


@pytest.mark.parametrize(
    ("name", "kind", "code", "rest"),
    [
        ("河南省人民政府", "government", "410000", "人民政府"),
        ("卫东区人民政府", "government", "410403", "人民政府"),
        ("攸县政府", "government", "430223", "政府"),
        ("卫东区人民政府办公室", "department", "410403", "人民政府办公室"),
        ("平顶山市城市管理局", "department", "410400", "城市管理局"),
        ("平顶山市卫东区司法局", "department", "410403", "司法局"),
        ("河南省平顶山市卫东区教育体育局", "department", "410403", "教育体育局"),
        ("桃江县松木塘镇人民政府", "township", "430922", "松木塘镇人民政府"),
        ("青岛市李沧区人民政府沧台路街道办事处", "township", "370213", "人民政府沧台路街道办事处"),
        ("卫东区人民医院", "public_body", "410403", "人民医院"),
        ("攸县自来水公司", "public_body", "430223", "自来水公司"),
        ("卫东区委党校", "public_body", "410403", "委党校"),
    ],
)
def test_the_place_is_the_chain_of_divisions_in_front_and_the_rest_says_the_kind(
    name: str, kind: str, code: str, rest: str
) -> None:
    organ = read(name)
    assert (organ.kind, codes(organ), organ.rest) == (kind, (code,), rest)
    assert (organ.unknown, organ.level, organ.state, organ.corps, organ.led) == ("", "", False, False, False)


@pytest.mark.parametrize("name", ["鶴山市雅瑤鎮人民政府", "鹤 山 市雅瑶镇\n人民政府", "鹤山市雅瑶镇⼈⺠政府"])
def test_how_a_name_is_set_does_not_change_it(name: str) -> None:
    organ = read(name)
    assert (organ.name, organ.kind, codes(organ)) == ("鹤山市雅瑶镇人民政府", "township", ("440784",))


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_no_name_is_an_organ_of_no_kind(name: str) -> None:
    assert read(name) == Organ("", "")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("卫东区乡村振兴局", "department"),  # 乡 and 镇 in words that are no towns
        ("攸县城乡建设发展局", "department"),
        ("攸县乡镇企业局", "department"),
        ("北京市驻上海办事处", "department"),  # an office that speaks for the city elsewhere
        ("攸县国有资产监督管理委员会", "department"),  # a committee, but of no zone
        ("攸县城市管理委员会", "department"),
        ("市国有资产监督管理委员会", "department"),
        ("攸县街道办事处", "township"),
        ("攸县驻长沙办事处", "department"),
        ("卫东区行政审批局", "department"),
        ("攸县科技馆", "public_body"),
        ("攸县经济开发区管委会", "zone"),
        ("攸县工业园区管理委员会", "zone"),
        ("攸县经济开发区中心小学", "public_body"),
    ],
)
def test_words_that_look_like_another_kind_do_not_mislead(name: str, kind: str) -> None:
    assert read(name).kind == kind


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("县林业局", "county", "department"),
        ("区教育局", "district", "department"),
        ("市城市管理局", "city", "department"),
        ("市人民政府", "city", "government"),
        ("旗人民政府", "banner", "government"),
        ("省自然资源厅", "province", "department"),
        ("财政厅", "province", "department"),
        ("市场监督管理局", "", "department"),  # 市 of 市场
        ("区域合作局", "", "department"),
        ("办公厅", "", "department"),
    ],
)
def test_a_name_without_place_tells_what_kind_of_division_it_is_of(name: str, level: str, kind: str) -> None:
    organ = read(name)
    assert (organ.place, organ.level, organ.kind) == (None, level, kind)


def test_a_town_without_its_county_has_no_place() -> None:
    assert (read("城关镇人民政府").kind, read("城关镇人民政府").place) == ("township", None)
    assert read("南京路街道办事处").place is None  # called after 南京, wherever it lies


def test_a_zone_in_a_city_is_of_the_city_and_one_called_after_a_county_is_not() -> None:
    zone = read("平顶山高新技术产业开发区管委会")
    assert (zone.kind, codes(zone)) == ("zone", ("410400",))
    lent = read("滨湖新区管委会")  # 滨湖区 lies in 无锡; zones of this name lie in several cities
    assert (lent.kind, lent.place) == ("zone", None)


def test_a_new_district_is_a_division_unless_a_committee_runs_it() -> None:
    assert (read("滨海新区人民政府").kind, codes(read("滨海新区人民政府"))) == ("government", ("120116",))
    run = read("浦东新区管委会")
    assert (run.kind, codes(run), run.rest) == ("zone", ("310115",), "管委会")
    office = read("浦东新区管理委员会办公室")
    assert (office.kind, codes(office)) == ("zone", ("310115",))


def test_a_district_that_no_table_knows_is_named_not_guessed() -> None:
    city = read("清河市人民政府")  # there is a 清河县 and a 清河区
    assert (city.unknown, city.place, city.kind) == ("清河市", None, "government")
    assert read("翠微坪区教育局").unknown == "翠微坪区"
    assert (read("翠微坪区人民政府").unknown, read("翠微坪区人民政府").kind) == ("翠微坪区", "government")
    inside = read("平顶山市翠微坪区民政局")
    assert (codes(inside), inside.unknown) == (("410400",), "翠微坪区")
    assert read("平顶山市自然保护区管理局").unknown == ""  # no district


def test_a_branch_office_is_of_the_part_of_the_city_that_it_is_in_charge_of() -> None:
    assert codes(read("平顶山市公安局新华分局")) == ("410402",)
    assert codes(read("平顶山市公安局卫东区分局")) == ("410403",)
    assert codes(read("平顶山市公安局交通分局")) == ("410400",)
    assert codes(read("平顶山市新华书店")) == ("410400",)
    assert codes(read("平顶山市卫东区中学")) == ("410403",)
    assert codes(read("平顶山市第一中学卫东区分院")) == ("410400",)  # a school is the city's wherever it stands


def test_bodies_of_the_state_may_name_the_place_they_are_in_charge_of() -> None:
    tax = read("国家税务总局平顶山市税务局")
    assert (tax.led, tax.state, codes(tax), tax.rest) == (True, False, ("410400",), "税务局")
    central = read("中国气象局")
    assert (central.led, central.state, central.place, central.kind) == (False, True, None, "department")


@pytest.mark.parametrize("name", ["青岛海关", "郑州铁路局", "黄河水利委员会"])
def test_offices_whose_district_is_no_division_are_told(name: str) -> None:
    assert read(name).state


def test_a_citys_own_office_for_railways_is_the_citys() -> None:
    assert not read("平顶山市铁路建设办公室").state


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("新疆生产建设兵团第八师石河子市", "zone", ("659001",)),
        ("兵团教育局", "department", ()),
        ("第八师驻乌鲁木齐办事处", "department", ()),
        ("第八师石河子市人民医院", "public_body", ("659001",)),
        ("第一师范学院", "public_body", ()),  # a school of teachers
    ],
)
def test_the_corps_and_its_cities_are_known(name: str, kind: str, code: tuple[str, ...]) -> None:
    organ = read(name)
    assert (organ.kind, codes(organ), organ.corps) == (kind, code, not name.startswith("第一师范"))


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("平顶山高新技术产业开发区管委会", "平顶山高新技术产业开发区"),
        ("平顶山高新技术产业开发区管理委员会财政局", "平顶山高新技术产业开发区"),
        ("攸县工业园党工委管委会", "攸县工业园"),
        ("攸县工业园区管委会开发区服务中心", "攸县工业园区"),
        ("攸县经济开发区财政局", "攸县经济开发区"),
        ("卫东区司法局", "卫东区司法局"),
    ],
)
def test_a_zone_is_called_without_its_committee(name: str, zone: str) -> None:
    assert zone_name(name) == zone


def test_what_a_name_without_place_calls_its_division_must_fit_it() -> None:
    assert fits("county", "攸县", "county") and not fits("county", "卫东区", "county")
    assert fits("district", "卫东区", "county") and not fits("district", "浦东新区", "prefecture")
    assert fits("banner", "土默特左旗", "county")
    assert fits("city", "石河子市", "county") and fits("city", "平顶山市", "prefecture")
    assert not fits("city", "攸县", "county")
    assert fits("province", "河南省", "province") and not fits("province", "平顶山市", "prefecture")
    assert fits("", "攸县", "county")


def test_only_provinces_have_halls() -> None:
    assert is_hall("河南省财政厅") and is_hall("国家统计局河南调查总队")
    assert not is_hall("郑州市人民政府办公厅") and not is_hall("攸县财政局")


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (
            (
                "平潭综合实验区",
                "平潭综合实验区管委会",
                "福建省平潭综合实验区管理委员会",
                "平潭综合实验区党工委管委会",
            ),
            "平潭综合实验区管理委员会",
        ),
        (("平潭综合实验区管委会办公室", "福建省平潭综合实验区管理委员会办公室"), "平潭综合实验区管理委员会办公室"),
        (("平顶山市高新技术产业开发区", "平顶山高新技术产业开发区管委会"), "高新技术产业开发区管理委员会"),
        (("攸县经济开发区管委会", "湖南省攸县经济开发区"), "攸县经济开发区管理委员会"),
        (("茶陵县经济开发区管委会",), "茶陵县经济开发区管理委员会"),
    ],
)
def test_a_zone_has_one_key_however_its_organ_is_called(names: tuple[str, ...], key: str) -> None:
    assert {zone_key(read(name)) for name in names} == {key}
