"""What a site's host name says of whose it is: certain where the table knows it, a hint where it spells a name."""

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from gkingest.regions.divisions import Division, Divisions, read_rows, regions_folder

_COLUMNS = ["host", "code", "name"]
_COMMON = frozenset(("www", "xxgk", "zwgk", "gov", "cn", "com", "org", "net", "edu"))
_ENDINGS = {"区": "qu", "县": "xian", "市": "shi", "州": "zhou", "旗": "qi", "省": "sheng", "盟": "meng"}

# First sign of a filing with the ministry (闽ICP备…) → first digits of the province's code.
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕甘陇青宁新"
_BEGINS = (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 51, 52, 52)
_FILED_IN = dict(zip(_PROVINCES, (*_BEGINS, 53, 53, 54, 61, 62, 62, 63, 64, 65), strict=True))

SPELLS_BOTH = 3  # the name and one above it: njgl for 鼓楼区 in 南京, hnyx for 攸县 in 湖南
SPELLS_NAME = 2  # weidong, baotaqu
SPELLS_ABOVE = 1  # only one above it: sjz for anything in 石家庄


@dataclass(frozen=True, slots=True)
class Site:
    """A host name of the table and the code (of 2024) of the division whose site it is."""

    host: str
    code: str


def site_of(host: str) -> Site | None:
    """The site that ``host`` belongs to: itself or the nearest name above it that the table knows."""
    labels = _labels(host)
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        if code := load_hosts().get(name):
            return Site(name, code)
    return None


def codes_of(filing: str) -> tuple[str, ...]:
    """Codes of divisions that a site's code (网站标识码) or filing (备案) may stand for, the narrowest first.

    A site of a zone has one of its own that no division has, so what is around it counts too.

    >>> codes_of("3590000001"), codes_of("闽ICP备05022042号")
    (('359000', '359000', '350000'), ('350000',))
    """
    if province := _FILED_IN.get(filing[:1]):
        return (f"{province}0000",)
    return (filing[:6], f"{filing[:4]}00", f"{filing[:2]}0000") if filing[:6].isdigit() else ()


def spelling(table: Divisions, host: str, division: Division) -> int:
    """How far ``host`` spells the division's name in pinyin or its initials; 0 if not at all.

    This is a hint and no more: xihu.gov.cn is 溪湖区, gushi.gov.cn 固始县, and many names share their initials.
    """
    labels = {label for label in _labels(host) if label not in _COMMON}
    own = _spellings(division) | _initials(division)
    above = frozenset().union(*(_spellings(d) | _initials(d) for d in table.ancestors(division)), ())
    if labels & above and labels & own:
        return SPELLS_BOTH
    if any(a + o in labels for a in above for o in own):
        return SPELLS_BOTH
    if labels & _spellings(division):
        return SPELLS_NAME
    return SPELLS_ABOVE if labels & above else 0


@lru_cache(maxsize=1)
def load_hosts() -> MappingProxyType[str, str]:
    """Host → code, as the shipped table has them."""
    rows = read_rows(regions_folder() / "hosts.tsv", _COLUMNS)
    return MappingProxyType({host: code for _, (host, code, _name) in rows})


def _labels(host: str) -> list[str]:
    name = re.sub(r"^[a-z]+://|^//", "", host.strip().lower())
    return [label for label in re.split(r"[/:?#]", name)[0].split(".") if label]


@lru_cache(maxsize=4096)
def _spellings(division: Division) -> frozenset[str]:
    """Full spellings, as weidong, weidongqu, weidongq."""
    ending = _ENDINGS.get(division.name[-1], "")
    plain = {"".join(way) for way in itertools.product(*division.pinyin)}
    return frozenset(p + e for p in plain for e in {"", ending, ending[:1]} if p)


@lru_cache(maxsize=4096)
def _initials(division: Division) -> frozenset[str]:
    """Initials, as pds; those of two characters also with the ending's (wdq)."""
    ending = _ENDINGS.get(division.name[-1], "")[:1]
    plain = {"".join(syllable[0] for syllable in way) for way in itertools.product(*division.pinyin)}
    return frozenset(p + e for p in plain for e in {"", ending} if len(p) > 1)
