"""Every link in the documents leads somewhere: to a file or heading that is there, a whole address."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/**/*.md"))
    if ".pytest_cache" not in path.parts
]


def prose(page: Path) -> str:
    """A page without what stands in code."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code[0]), text)


def headings(page: Path) -> set[str]:
    """Anchors that a forge gives the headings of a page: small letters, no punctuation, - for a space."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    found: list[str] = []
    for title in re.findall(r"(?m)^#+ +(.+?)\s*$", text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return set(found)


def wrong(page: Path, target: str) -> str:
    """What is wrong with a link of a page; nothing if it leads somewhere."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        address = urlsplit(target)
        whole = address.scheme in ("http", "https") and re.fullmatch(r"([\w-]+\.)+[a-z]{2,}", address.netloc)
        return "" if whole else "no whole address"
    path, _, anchor = target.partition("#")
    leads = page.parent / path if path else page
    if not leads.exists():
        return "no such file"
    return "" if not anchor or anchor in headings(leads) else "no such heading"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(page))
    assert {link: wrong(page, link) for link in links if wrong(page, link)} == {}
    assert not re.findall(r"\]\([^)]*$|\]\(\s|\]\[", prose(page)), "a link that is cut or refers to a list"


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One: two, `three`\n\n## 中文 标题\n\n## Same\n\n## Same\n", encoding="utf-8")
    good = ("page.md", "#one-two-three", "page.md#中文-标题", "#same-1", "https://example.org/a#b", ".")
    bad = ("pages.md", "#one", "page.md#two", "#same-2", "https://example", "htps://example.org", "file:///etc")
    assert [wrong(page, link) for link in good] == [""] * len(good)
    assert all(wrong(page, link) for link in bad)
