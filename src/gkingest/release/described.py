"""What is said of a release, for people and catalogues: CFF, DataCite, Zenodo, Croissant, licence, README."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gkingest.export.authors import UNNAMED, cff_authors, quoted
from gkingest.export.folder import sha256_of
from gkingest.export.package import cff_software, readme
from gkingest.export.run import Written
from gkingest.release.wanted import Wanted
from gkingest.store.ask.dump import Kind

_KEYWORDS = ("freedom of information", "government information disclosure", "政府信息公开", "年度报告", "China")
_DESCRIPTION = (
    "Figures of annual reports on government information disclosure in China (政府信息公开工作年度报告), read from "
    "published documents; every figure has its file, page and place. No number is not 0: each missing number has "
    "its reason. README.md tells which file holds what."
)
_TYPES = {Kind.TEXT: "sc:Text", Kind.INTEGER: "sc:Integer", Kind.NUMBER: "sc:Float", Kind.REAL: "sc:Float"}
# As the specification of Croissant 1.0 gives it.
_CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes "  # noqa: SIM905
            "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
            "samplingRate separator source subField transform".split()
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What a README tells of a release beside its files: each part a line or more, in both languages."""

    lacks: tuple[tuple[str, str], ...] = ()
    accuracy: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    expectations: tuple[tuple[str, str], ...] = ()


def json_text(tree: Mapping[str, object]) -> str:
    """JSON as people read it."""
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def names_of(wanted: Wanted) -> str:
    """The authors in one line, as a reference names them."""
    return "; ".join(author.name for author in wanted.authors) or UNNAMED


def reference(wanted: Wanted, date: str) -> str:
    """The release as a reader would cite it."""
    parts = [f"{names_of(wanted)} ({date[:4] or 'n.d.'}). {wanted.title}. Version {wanted.version}."]
    parts += [f"{wanted.publisher}."] if wanted.publisher else []
    return " ".join([*parts, *([wanted.url] if wanted.url else [])])


def citation_cff(wanted: Wanted, date: str, software: str) -> str:
    """``CITATION.cff`` (1.2.0) of the release."""
    lines = [
        "cff-version: 1.2.0",
        "message: Cite the reports themselves for single figures (gkingest cite), and this for the data set.",
        "type: dataset",
        f"title: {quoted(wanted.title)}",
        f"abstract: {quoted(_DESCRIPTION)}",
        "authors:",
        *cff_authors(wanted.authors),
        f"version: {quoted(wanted.version)}",
        *([f'date-released: "{date}"'] if date else []),
        f"license: {wanted.licence.spdx}",
        *([f"doi: {wanted.doi}"] if wanted.doi else []),
        *([f"url: {quoted(wanted.url)}"] if wanted.url and not wanted.doi else []),
        "keywords:",
        *(f"  - {quoted(word)}" for word in _KEYWORDS),
        *cff_software(software),
    ]
    return "\n".join(lines) + "\n"


def datacite(wanted: Wanted, date: str, years: Sequence[str], software: str) -> dict[str, object]:
    """The metadata of DataCite, kernel 4, as its REST interface takes them (``attributes``)."""
    creators: list[dict[str, object]] = []
    for author in wanted.authors:
        one: dict[str, object] = {
            "name": author.name,
            "nameType": "Personal" if author.person else "Organizational",
        }
        if author.given:
            one |= {"givenName": author.given, "familyName": author.family}
        if author.orcid:
            one["nameIdentifiers"] = [
                {
                    "nameIdentifier": author.orcid_url,
                    "nameIdentifierScheme": "ORCID",
                    "schemeUri": "https://orcid.org",
                }
            ]
        creators.append(one)
    dates = [{"date": date, "dateType": "Issued"}] if date else []
    if years:
        dates.append({"date": f"{years[0]}/{years[-1]}", "dateType": "Coverage"})
    tree: dict[str, object] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        # The words of DataCite for what is not known.
        "creators": creators or [{"name": ":unav"}],
        "titles": [{"title": wanted.title, "lang": "en"}],
        "publisher": {"name": wanted.publisher or ":unav"},
        "publicationYear": int(date[:4]) if date else None,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
        "version": wanted.version,
        "language": "zh",
        "dates": dates,
        "subjects": [{"subject": word} for word in _KEYWORDS],
        "descriptions": [{"description": _DESCRIPTION, "descriptionType": "Abstract", "lang": "en"}],
        "geoLocations": [{"geoLocationPlace": "China"}],
        "rightsList": [
            {
                "rights": wanted.licence.name,
                "rightsUri": wanted.licence.url,
                "rightsIdentifier": wanted.licence.spdx.lower(),
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "formats": ["text/csv", "application/vnd.apache.parquet", "application/x-stata-dta"],
        "contributors": [
            {"name": f"gkingest {software}".strip(), "nameType": "Organizational", "contributorType": "DataCurator"}
        ],
    }
    if wanted.doi:
        tree["doi"] = wanted.doi
    if wanted.url:
        tree["url"] = wanted.url
    return {name: value for name, value in tree.items() if value is not None}


def data_package(package: dict[str, object], wanted: Wanted, date: str) -> dict[str, object]:
    """The Data Package of the export as that of the release."""
    licence = {"name": wanted.licence.spdx, "title": wanted.licence.name, "path": wanted.licence.url}
    told = {**package, "name": "gkingest-release", "title": wanted.title, "version": wanted.version}
    told["licenses"] = [licence]
    if date:
        told["created"] = f"{date}T00:00:00Z"
    if wanted.url:
        told["homepage"] = wanted.url
    resources = told.pop("resources")
    return {**told, "resources": resources}


def zenodo(wanted: Wanted, date: str) -> dict[str, object]:
    """What Zenodo's interface for deposits takes."""
    creators: list[dict[str, str]] = [
        {"name": author.name, **({"orcid": author.orcid} if author.orcid else {})} for author in wanted.authors
    ]
    told: dict[str, object] = {
        "upload_type": "dataset",
        "title": wanted.title,
        "description": _DESCRIPTION,
        "creators": creators or [{"name": UNNAMED}],
        "version": wanted.version,
        "access_right": "open",
        "license": wanted.licence.spdx.lower(),
        "language": "zho",
        "keywords": list(_KEYWORDS),
    }
    if date:
        told["publication_date"] = date
    if wanted.doi:
        told["doi"] = wanted.doi
    return {"metadata": told}


def croissant(wanted: Wanted, date: str, written: Written) -> dict[str, object]:
    """The release in Croissant 1.0 (JSON-LD): every CSV file with its columns."""
    files, records = [], []
    for sheet in written.sheets:
        name = f"{sheet.name}.csv"
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": name,
                "encodingFormat": "text/csv",
                "sha256": sha256_of(written.folder / name),
            }
        )
        fields = [
            {
                "@type": "cr:Field",
                "@id": f"{sheet.name}/{column.name}",
                "name": column.name,
                "description": column.label.en,
                "dataType": _TYPES[column.kind],
                "source": {"fileObject": {"@id": name}, "extract": {"column": column.name}},
            }
            for column in sheet.columns
        ]
        records.append(
            {
                "@type": "cr:RecordSet",
                "@id": sheet.name,
                "name": sheet.name,
                "description": sheet.title.en,
                "key": [{"@id": f"{sheet.name}/{column}"} for column in sheet.key],
                "field": fields,
            }
        )
    creators = [
        {
            "@type": "sc:Person" if author.person else "sc:Organization",
            "name": author.name,
            **({"sameAs": author.orcid_url} if author.orcid else {}),
        }
        for author in wanted.authors
    ]
    tree: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "gkingest-release",
        "alternateName": wanted.title,
        "description": _DESCRIPTION,
        "license": wanted.licence.url,
        "version": wanted.version,
        "citeAs": reference(wanted, date),
        "keywords": list(_KEYWORDS),
        "inLanguage": ["zh", "en"],
        "creator": creators or [{"@type": "sc:Organization", "name": UNNAMED}],
        "distribution": files,
        "recordSet": records,
    }
    if date:
        tree["datePublished"] = date
    if wanted.url:
        tree["url"] = wanted.url
    return tree


def licence_text(wanted: Wanted) -> str:
    """Under which licence the compilation is handed out, and what it is not about."""
    licence = wanted.licence
    return f"""{licence.name}
SPDX-License-Identifier: {licence.spdx}
{licence.url}

© {names_of(wanted)}

The licence is about this compilation: its tables, their arrangement, corrections and documents. The annual reports
themselves are published by the organs that issued them; sources.csv has their addresses.

本许可适用于本数据集的汇编：其表格、编排、更正与说明文件。年度报告由各机关发布，来源网址见 sources.csv。
"""


def readme_text(wanted: Wanted, date: str, story: Story, written: Written) -> str:
    """The README of a release: what it is and how good, then what the files are."""
    parts = [
        f"# {wanted.title}\n",
        f"- Version 版本: {wanted.version}" + (f" ({date})" if date else ""),
        f"- Authors 作者: {names_of(wanted)}",
        f"- Licence 许可: {wanted.licence.name} ({wanted.licence.spdx}), LICENSE",
        f"- Cite as 引用: {reference(wanted, date)}",
        f"- Read by 读取软件: gkingest {written.run['version']} (`release.json`)\n",
        *_part("What this release lacks 本版尚缺", story.lacks),
        *_part("Accuracy 准确度", story.accuracy),
        *_part("Changes since the last release 与上一版的差别", story.changes),
        *_part("Expectations 预期检查", story.expectations),
    ]
    told = readme(written.sheets, written.rows, written.notes)
    return "\n".join(parts) + "\n" + told.replace("# Export of gkingest · gkingest 导出数据", _FILES, 1)


_FILES = """## Files 文件

`corrections` has every decision of a person, `sources` every file with its hash and address, `coverage` and `gaps`
which reports there are and which are missing, `accuracy.json` and `expectations.json` how good they are; `changes`
and `changes_by_indicator` (with an earlier release) what is other than in the last one. `datacite.json`,
`zenodo.json` and `croissant.json` are for catalogues."""


def _part(title: str, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    if lines:
        yield f"## {title}\n"
        yield from (f"- {english} {chinese}".rstrip() for english, chinese in lines)
        yield ""
