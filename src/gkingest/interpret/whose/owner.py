"""A report with its owner: kind of organ, division and key, from what it says of itself and what a crawl told."""

from dataclasses import replace

from gkingest.interpret.whose.clues import Clues
from gkingest.interpret.whose.organs import read_organ, zone_key
from gkingest.interpret.whose.region import Whose, identify_region
from gkingest.interpret.whose.title import Identity
from gkingest.model.finding import Finding
from gkingest.model.provenance import Provenance
from gkingest.model.report import Report
from gkingest.regions.divisions import Divisions
from gkingest.text.labels import fold, simplified
from gkingest.told import Told


def with_owner(
    report: Report, identity: Identity, provenance: Provenance, text: str, divisions: Divisions
) -> Report:
    """``report`` with its division in the year, the evidence for it and the doubts about it.

    ``text`` is that of the whole report, ``divisions`` are all there are.
    """
    clues = clues_of(identity, provenance, text)
    whose = identify_region(divisions, report.organ, report.year, clues)
    findings = [*report.findings, *whose.findings]
    sure = whose.code or any(f.code == "organ.conflict" for f in identity.findings)
    if identity.pictured and report.organ and not (sure or read_organ(divisions, report.organ).state):
        told = "{0} was recognised in a picture, and neither the crawl's title nor a division confirms it"
        hint = "look at the page: a sign may have been read wrongly"
        findings.append(Finding("organ.doubtful", Told(told, report.organ), found=report.organ, hint=hint))
    return replace(
        report,
        period=(str(identity.period.start), str(identity.period.end)) if identity.period else None,
        organ_kind=whose.organ_kind,
        organ_key=organ_key(divisions, report.organ, whose, clues.host),
        region_code=whose.code,
        region_name=whose.region_name,
        province=whose.province,
        prefecture=whose.prefecture,
        region_evidence=whose.told(divisions, report.year),
        findings=tuple(findings),
    )


def clues_of(identity: Identity, provenance: Provenance, text: str = "") -> Clues:
    """All that tells whose report it is beside the organ's name; ``text`` is that of the whole report."""
    signature, organ = identity.signature, identity.organ
    if organ and identity.preface.endswith(organ):  # the same organ by its longer name, not who demanded the report
        signature = f"{identity.preface} {signature}"
    title = f"{identity.title}\n{provenance.title}"
    site = {field: value for field, value, _ in reversed(provenance.said)}
    return Clues(
        title,
        identity.preface,
        signature,
        provenance.host,
        provenance.source_name,
        text,
        site.get("site_code", ""),
        tuple(site[name] for name in ("police_filing", "icp") if name in site),
    )


def organ_key(divisions: Divisions, organ: str, whose: Whose, host: str) -> str:
    """What is the same in all reports of one organ: with its division certain, its name without the place.

    A zone has no division; it is known by its name without city or province, and by where it lies.
    Of an organ that may be several (教育局, 鼓楼区财政局) the site tells which it is; without one the key is "",
    and no other report counts as one of the same organ.
    """
    read = read_organ(divisions, organ)
    if whose.code:
        return "人民政府" if whose.organ_kind == "government" else read.own_name
    if read.has_no_division:
        return read.name
    name = zone_key(read) if whose.organ_kind == "zone" else read.name
    if whose.ambiguous or not (read.place or whose.province):
        return f"{name}@{host}" if host and name else ""
    return name


def plain_text(texts: list[str]) -> str:
    """Text of pages as clues are looked for in it."""
    return simplified(fold("".join(texts)))
