"""What an organ's name says of itself: its kind, the place it begins with, and whether that place is a zone."""

import re
from dataclasses import dataclass, replace
from typing import Literal, Self

from gkingest.regions.divisions import Divisions, Level
from gkingest.regions.mentions import Mention, mention_at, names_inside, short_inside
from gkingest.text.labels import fold, simplified

OrganKind = Literal["government", "department", "township", "zone", "public_body", ""]

# Bodies of the state: what follows may name the place they are in charge of (国家税务总局平顶山市税务局).
_STATE = re.compile(
    r"^(?:中共|国务院|中华人民共和国|国家[^省市县区州]{2,12}?(?:总局|局|会|署|中心)|国家|"
    r"中国(?:人民银行|[^省市县区州]{2,14}?(?:管理局|总局|局|委员会|总署))|全国|中央|最高人民|国网)"
)
# Offices of the state whose district is no division, though they are called after a town.
_OWN_DISTRICTS = re.compile(r"铁路|海关|海事局|航道|航务|民航|流域|水利委员会|救助局|电力监管|煤矿安全")
_CORPS = re.compile(r"新疆生产建设兵团|^兵团|^第[一二三四五六七八九十]{1,3}师(?!范)")
_PUBLIC = re.compile(
    r"(?:大学|学院|学校|党校|中学|[一二三四五六七八九十]中|小学|幼儿园|医院|卫生院|保健院|疾控|血站|公司|集团|厂|协会|学会|商会|"
    r"联合会|联合社|供销(?:合作)?社|信用社|银行|报社|电视台|广播电台|台|馆|中心|研究院|研究所|设计院|科学院|基金会|红十字会|"
    r"残联|妇联|总工会|工会|团委|文联|科协|社科联|工商联|侨联|福利院|敬老院|养老院|剧院|出版社|院)$"
)
_TOWNSHIP = re.compile(
    r"[\u4e00-\u9fff]{1,14}?(?:(?:镇|乡|苏木)(?:人民政府|政府|党政|便民)?[\u4e00-\u9fff]{0,8}"
    r"|街道(?:办事处|办|管理)?[\u4e00-\u9fff]{0,8}|街道|(?<![驻联络])办事处)$"
)
_TOWNSHIP_NOT = re.compile(r"城乡|乡村|乡镇企业|镇江|乡镇(?!人民政府$)|驻[\u4e00-\u9fff]{1,6}办事处|移民|联络|^镇")
_TOWN_FIRST = re.compile(r"(?:镇|乡|街道|苏木)(?!企业|振兴|建设|规划|江)")  # 城关镇, where there is a 城关区
_TOWN_END = re.compile(r"(?:镇|乡|苏木|街道)(?:人民政府|政府|办事处|办|党政办公室|党政综合办公室|$)|办事处$")
_ZONE = re.compile(
    r"开发区|高新(?:技术)?(?:产业)?(?:开发)?区|经开区|保税(?:港|物流)?(?:园)?区|自由?贸易?(?:试验)?区|工业园|产业园|科技园|"
    r"软件园|化工园|物流园|产业基地|集聚区|集中区|示范区|示范园|度假区|风景(?:名胜)?区|旅游区|景区|试验区|实验区|合作区|"
    r"出口加工区|空港区|航空港|功能区|管委会|新区|"
    r"[区园岛港城湖山带](?:党工委)?管理委员会|工业区|管理区|综合体"
)
_GOVERNMENT = re.compile(r"^(?:省|市|区|县|州|旗|盟)?(?:人民)?(?:政府|行政公署|行署|公署)?$")
_GENERIC = re.compile(
    r"^(?:(?P<province>省|自治区)|(?P<city>市(?![场政容民]))|(?P<district>区(?![域划]))|(?P<county>县(?!域))|"
    r"(?P<prefecture>自治州|州|盟|地区|行署)|(?P<banner>旗))"
)
_PLACE = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{1,9}?(?:区|县|旗|自治州|市(?=人民政府)))(?:人民政府|政府|[\u4e00-\u9fff]{1,16}?"
    r"(?:局|委员会|委|办公室|办公厅|办|厅|所|站|队|中心|院)$|$)"
)
_NO_PLACE = re.compile(
    r"(?:社|园|林|山|牧|库|景|湾|港|校|军|厂|营|片|城|市|本|各|全|我|保护|风景|地|灾|辖|自治|行政)区$|各县|郡县"
)
_BRANCH = re.compile(r"(?:分局|分中心|管理部|分公司|分院|支行|税务局)$")


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ's name taken apart.

    ``place`` is the chain of divisions it begins with, ``rest`` what follows it; ``unknown`` a place it names that
    the table lacks, "" if none; ``level`` what kind of division a name without place is of (县林业局). ``state``
    tells of a central body or one whose district is no division, ``corps`` of one of the Xinjiang Production and
    Construction Corps; in ``led`` a central body's name stands before the place.
    """

    name: str
    kind: OrganKind
    place: Mention | None = None
    rest: str = ""
    unknown: str = ""
    level: str = ""
    state: bool = False
    corps: bool = False
    led: bool = False

    @property
    def has_no_division(self) -> bool:
        """Whether it is of the state or the Corps, and so known by its name alone."""
        return self.state or self.corps

    @property
    def own_name(self) -> str:
        """Its name without the place."""
        return self.rest or self.name

    @classmethod
    def of_the_state(
        cls, name: str, kind: OrganKind, place: Mention | None, rest: str, *, led: bool
    ) -> Self | None:
        """A central body, or one of districts of its own that are no divisions; ``None`` if it is neither."""
        central = led and place is None
        if not central and not ((place is None or place.short) and _OWN_DISTRICTS.search(rest)):
            return None
        if central:
            kind = "public_body" if _PUBLIC.search(name) else "department"
        return cls(name, kind, place, rest, state=True)

    @classmethod
    def of_the_corps(cls, table: Divisions, name: str) -> Self:
        """An organ of the Xinjiang Production and Construction Corps, in a city of its own if it names one."""
        mentions = (mention_at(table, name, n) for n in range(2, len(name)))
        city = next((m for m in mentions if m and m.text.endswith("市") and not m.short), None)
        if _PUBLIC.search(name):
            return cls(name, "public_body", city, corps=True)
        zone = re.search(r"(?:兵团|师|团场?|市|人民政府|办公厅?室?)$", name)
        return cls(name, "zone" if zone else "department", city, corps=True)

    def with_unknown(self, table: Divisions) -> "Organ":
        """The organ with the part of the city that it is of, or a place that no table knows."""
        place = _branch(table, self)
        text = self.rest if place else self.name
        may_be_unknown = place == self.place and self.kind in ("government", "department")
        begun = _PLACE.match(text) if may_be_unknown else None
        name = begun["name"] if begun else ""
        unknown = name if len(name) > 2 and not _NO_PLACE.search(name) else ""
        kind = _kind(text.removeprefix(unknown), place) if unknown else self.kind
        level = ""
        if not place:  # what kind of division a name without place is of
            found = _GENERIC.match(self.name)
            named = found.groupdict() if found else {"province": is_hall(self.name)}
            level = next(filter(named.get, named), "")
        return replace(self, kind=kind, place=place, unknown=unknown, level=level)


def read_organ(table: Divisions, organ: str) -> Organ:
    """Take an organ's name apart; an empty name gives an organ of no kind."""
    name = simplified(fold(organ))
    if not name:
        return Organ("", "")
    if _CORPS.search(name):
        return Organ.of_the_corps(table, name)
    start = lead.end() if (lead := _STATE.match(name)) else 0
    place = mention_at(table, name, 0) or mention_at(table, name, start)
    found = _behind(place, name, start)
    if found.unknown:
        return found
    place, rest = found.place, found.rest
    # A 新区 of the table that a committee runs is not meant, but a zone called so.
    if place is not None and place.text.endswith("新区") and rest.startswith(("管委会", "管理委员会")):
        return replace(found, kind="zone")
    of_the_state = Organ.of_the_state(name, found.kind, place, rest, led=start > 0)
    return of_the_state or replace(found, led=start > 0).with_unknown(table)


def _behind(place: Mention | None, name: str, start: int) -> Organ:
    """An organ by what follows its place, or ``start``; a short name may only serve to call something else."""
    rest = name[place.end if place else start :]
    if place is None or not place.short:
        return Organ(name, _kind(rest, place), place, rest)
    if ending := _GENERIC.match(rest):  # of another place: 清河市, where there is a 清河县 and a 清河区
        unknown = place.text + ending[0]
        return Organ(name, _kind(name.removeprefix(unknown), None), None, name, unknown)
    kind: OrganKind = "township" if _TOWN_FIRST.match(rest) else _kind(rest, place)
    # A town, or a zone in a city: 南京路街道, 滨湖新区.
    if kind == "township" or (kind == "zone" and all(d.level == "county" for d in place.divisions)):
        return Organ(name, kind, None, name)
    return Organ(name, kind, place, rest)


def zone_name(name: str) -> str:
    """The zone in an organ's name, without its committee and departments: 平顶山高新技术产业开发区."""
    ends = [m.end() for m in _ZONE.finditer(name) if not m[0].endswith(("管委会", "管理委员会"))]
    committee = re.search(r"(?:党工委)?(?:管委会|管理委员会)", name)
    return name[: committee.start()] if committee else name[: max(ends, default=len(name))]


def zone_key(organ: Organ) -> str:
    """What is the same however a zone's organ is called: 综合实验区, 综合实验区管委会 and its 管理委员会 are one.

    The city or province before the name is left out, a county stays: several of one city have a 经济开发区.
    An organ without a name has none.
    """
    if not organ.name:
        return ""
    place, name = organ.place, organ.own_name
    county = place.divisions[0].name if place and all(d.level == "county" for d in place.divisions) else ""
    zone = zone_name(name)
    rest = name[len(zone) :].replace("党工委", "").replace("管委会", "管理委员会")
    return county + zone + (rest or "管理委员会")


def fits(level: str, name: str, depth: Level) -> bool:
    """Whether a division can be what a name without place calls it: 县林业局 is of one that ends in 县."""
    if level == "city":
        return name.endswith("市")
    ends = {"district": "区", "county": "县", "banner": "旗"}
    if level in ends:
        return depth == "county" and name.endswith(ends[level])
    return not level or level == depth


def _kind(rest: str, place: Mention | None) -> OrganKind:
    if is_township(rest):
        return "township"
    if _ZONE.search(rest) and not re.search(r"(?:国有资产监督|城市|城乡|行政|卫生)管理委员会", rest):
        return "public_body" if _PUBLIC.search(rest) and not rest.endswith("管委会") else "zone"
    if _PUBLIC.search(rest):
        return "public_body"
    if _GOVERNMENT.match(rest) and (place is not None or rest):
        return "government"
    return "department"


def _branch(table: Divisions, organ: Organ) -> Mention | None:
    """The place of an organ; of a branch office the part of the city it is in charge of: 新华分局 → 新华区."""
    place, rest = organ.place, organ.rest
    if not place or organ.kind != "department" or all(d.level == "county" for d in place.divisions):
        return place
    part = names_inside(table, rest, place.divisions)
    if part is None and (end := _BRANCH.search(rest)):
        part = short_inside(table, rest[: end.start()], place.divisions)
    if part is None:
        return place
    return Mention(place.text + part.text, place.start, place.end, part.divisions, False, False, place.links + 1)


def is_township(name: str) -> bool:
    """Whether it is the organ of a town, township or sub-district."""
    return bool(_TOWNSHIP.search(name) and _TOWN_END.search(name) and not _TOWNSHIP_NOT.search(name))


def is_hall(name: str) -> bool:
    """Whether it is a 厅 or 总队, which only provinces have; the 办公厅 of a government need not be one."""
    return name.endswith(("厅", "调查总队")) and not name.endswith("办公厅")
