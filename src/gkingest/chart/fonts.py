"""A font that has Chinese: one that the user names, or the best that is installed."""

import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import EngineError, UsageError
from gkingest.extras import install_line

if TYPE_CHECKING:
    from matplotlib import font_manager

ENVIRONMENT = "GKINGEST_FONT"
# Simplified forms before others, faces without serifs first: they are read at small sizes.
_PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "AR PL SungtiL GB",
    "SimSun",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Noto Sans CJK HK",
    "Noto Sans CJK KR",
)
_ENDINGS = (".ttf", ".ttc", ".otf", ".otc")
_PROBES = "政府信息公开"
_FALLBACK = "DejaVu Sans"  # comes with matplotlib; for signs that a Chinese font may lack


def families() -> list[str]:
    """Names of the fonts to draw with, the Chinese one first.

    Raises :class:`EngineError` where matplotlib or any such font is missing, :class:`UsageError` where
    ``GKINGEST_FONT`` (a family, or the path of a font file) names none that has Chinese.
    """
    return [_chosen(os.environ.get(ENVIRONMENT, "")), _FALLBACK]


@lru_cache(maxsize=8)
def _chosen(named: str) -> str:
    # A first look at the fonts of a machine takes a moment, and matplotlib says so in English.
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        from matplotlib import font_manager
    except ImportError as error:
        raise EngineError(
            f"matplotlib is not installed, so no chart can be drawn; {install_line('charts')}, "
            "or print the figures with --csv"
        ) from error
    finally:
        logger.setLevel(level)
    manager = font_manager.fontManager
    if named:
        return _named(named, manager)
    for _ in range(2):
        installed = {entry.name for entry in manager.ttflist}
        for family in _PREFERRED:
            if family in installed:
                return family
        # Its list is remembered from an earlier day; a font may have been installed since.
        known = {entry.fname for entry in manager.ttflist}
        for path in sorted(set(font_manager.findSystemFonts()) - known):
            _add(manager, path)
    raise EngineError(
        "no font with Chinese characters is installed, so a chart would show boxes; install one (Debian, Ubuntu: "
        f"apt install fonts-noto-cjk), or name a font file in {ENVIRONMENT}"
    )


def _named(named: str, manager: "font_manager.FontManager") -> str:
    if named.lower().endswith(_ENDINGS):
        if not Path(named).is_file():
            raise UsageError(f"{ENVIRONMENT}={named}: there is no such font file; name another")
        if not _add(manager, named):
            raise UsageError(f"{ENVIRONMENT}={named}: this is no font that can be read; name another")
        family = next(e.name for e in reversed(manager.ttflist) if e.fname == named)
    else:
        family = named
    found = next((e for e in manager.ttflist if e.name == family), None)
    if found is None:
        raise UsageError(
            f"{ENVIRONMENT}={named}: no installed font is called so; give the name that fc-list shows, or a path"
        )
    from matplotlib.ft2font import FT2Font

    index = getattr(found, "index", 0)
    font = FT2Font(found.fname, face_index=index) if index else FT2Font(found.fname)
    if not ({ord(c) for c in _PROBES} <= set(font.get_charmap())):
        raise UsageError(f"{ENVIRONMENT}={named}: this font has no Chinese characters; name another")
    return str(family)


def _add(manager: "font_manager.FontManager", path: str) -> bool:
    try:
        manager.addfont(path)
    except (OSError, RuntimeError, ValueError):  # a damaged or unknown kind of font: the others are looked at
        return False
    return True
