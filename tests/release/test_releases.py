"""A release of the shipped corpus is whole, told to catalogues, the same every time, and refused if it lacks."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from frictionless import validate
from sqlalchemy import Engine

from gkingest.errors import UsageError
from gkingest.export.authors import authors_of
from gkingest.formats.expectations import load_expectations
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.quality.evaluate import evaluate
from gkingest.release.accuracy import of_coding, of_truth
from gkingest.release.run import LackingError, release
from gkingest.release.wanted import Wanted, licence_of, place_of
from gkingest.review.coding import read_sheet
from gkingest.store.database import open_database

WHO = authors_of(["王, 小明 <0000-0002-1825-0097>", "某大学"])  # the example of orcid.org
PROVISIONAL = frozenset({"provisional"})  # one report of the corpus is in the national sheet of 2014
WANTED = Wanted(
    "2026.1",
    WHO,
    *[licence_of("cc-by-4.0")],
    doi="10.5281/zenodo.1",
    url="https://doi.org/10.5281/zenodo.1",
    allowed=PROVISIONAL,
)


@pytest.fixture(scope="module")
def engine(shipped_database: Path, formats: tuple[Format, ...], tmp_path_factory: Any) -> Iterator[Engine]:
    place = shutil.copy(shipped_database, tmp_path_factory.mktemp("release") / "gkingest.sqlite")
    engine = open_database(str(place), formats)
    yield engine
    engine.dispose()


def released(
    engine: Engine, formats: tuple[Format, ...], target: Path, wanted: Wanted = WANTED, **more: Any
) -> Path:
    """A release with the accuracy that the expected figures of the corpus give."""
    measures = shipped_measures()
    accuracy = of_truth(evaluate(engine, Path(__file__).parents[1] / "expected"))
    release(engine, formats, measures, target, wanted, load_expectations(measures), accuracy, **more)
    return target


@pytest.fixture(scope="module")
def folder(engine: Engine, formats: tuple[Format, ...], tmp_path_factory: Any) -> Path:
    """The shipped corpus released in every format."""
    return released(engine, formats, tmp_path_factory.mktemp("released") / "2026.1")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def told(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_a_release_has_everything_to_cite_it_by(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        *("panel.csv", "facts.parquet", "gkingest.xlsx", "panel.dta", "errata.csv", "corrections.csv"),
        *("coverage.csv", "gaps.csv", "sources.csv", "codebook.en.html", "codebook.zh.md", "accuracy.json"),
        *("LICENSE", "README.md", "CITATION.cff", "datacite.json", "zenodo.json", "croissant.json"),
        *("datapackage.json", "release.json", "expectations.json", "SHA256SUMS"),
    }
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for word in (
        "2026.1",
        "王, 小明",
        "CC-BY-4.0",
        "https://doi.org/10.5281/zenodo.1",
        "cells of",
        "格中",
        "`sources`",
    ):
        assert word in readme
    assert "`url_told_by`" in (folder / "codebook.zh.md").read_text(encoding="utf-8")


def test_its_sources_have_hash_address_and_what_read_them(folder: Path, corpus: Path) -> None:
    sources = {Path(row["path"]).name: row for row in rows_of(folder / "sources.csv")}
    files = {path.name: path for path in corpus.rglob("*") if path.is_file()}
    assert set(sources) == set(files)
    for name, row in sources.items():
        assert row["sha256"] == hashlib.sha256(files[name].read_bytes()).hexdigest()
        # No crawl tells of the corpus: addresses are inferred from folders, which is said.
        assert (row["url"].startswith("http"), row["url_told_by"]) in ((True, "mirror"), (False, ""))
    reading = told(folder, "release.json")["readings"][sources["content_3384712.pdf"]["reading"]]
    assert set(reading) == {"version", "format_hash", "formats", "readers", "settings"}
    assert {"gk-2019", "gk-2021"} <= set(reading["formats"])


def test_what_there_is_and_what_is_missing_is_counted(folder: Path) -> None:
    """攸县人民政府办公室 has reports of 2020 to 2023, so it lacks the others of 2009 to 2024.

    Of all reports one has its figures in sentences alone: it is none that covers a year.
    """
    coverage = rows_of(folder / "coverage.csv")
    reports = rows_of(folder / "reports.csv")
    assert [r["organ"] for r in reports if r["verdict"] == "rejected"] == ["建宁县莲子产业局"]
    assert sum(int(row["reports"]) for row in coverage) == len(reports) - 1
    gaps = [row for row in rows_of(folder / "gaps.csv") if row["organ"] == "攸县人民政府办公室"]
    assert {int(row["year"]) for row in gaps} == {*range(2009, 2020), 2024}
    assert sum(int(row["gaps"]) for row in coverage) == len(rows_of(folder / "gaps.csv"))


def test_its_citation_names_the_people_and_no_other(folder: Path) -> None:
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    # What the schema of CFF 1.2.0 demands, and the keys that it knows of these.
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert set(cited) <= {
        *("cff-version", "message", "title", "authors", "type", "abstract", "version", "date-released"),
        *("license", "doi", "url", "keywords", "references"),
    }
    assert cited["authors"] == [
        {"family-names": "王", "given-names": "小明", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        {"name": "某大学"},
    ]
    assert (cited["type"], cited["version"], cited["license"]) == ("dataset", "2026.1", "CC-BY-4.0")
    (software,) = cited["references"]
    assert (software["type"], software["title"]) == ("software", "gkingest")


def test_catalogues_can_take_it(folder: Path) -> None:
    datacite = told(folder, "datacite.json")
    # What DataCite's kernel 4 demands.
    assert set(datacite) >= {"doi", "creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"}
    assert datacite["types"]["resourceTypeGeneral"] == "Dataset"
    assert datacite["creators"][0]["nameIdentifiers"][0]["nameIdentifierScheme"] == "ORCID"
    assert {"date": "2009/2024", "dateType": "Coverage"} in datacite["dates"]
    zenodo = told(folder, "zenodo.json")["metadata"]
    assert set(zenodo) >= {"upload_type", "title", "creators", "description", "access_right", "license", "version"}
    assert zenodo["creators"] == [{"name": "王, 小明", "orcid": "0000-0002-1825-0097"}, {"name": "某大学"}]
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:3]
    package = told(folder, "datapackage.json")
    assert (package["version"], package["licenses"][0]["name"]) == ("2026.1", "CC-BY-4.0")
    assert {"corrections", "sources", "coverage", "gaps"} <= {one["name"] for one in package["resources"]}


def test_croissant_names_every_file_and_column(folder: Path) -> None:
    croissant = told(folder, "croissant.json")
    assert croissant["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert set(croissant) >= {
        "@context",
        "@type",
        "name",
        "description",
        "license",
        "url",
        "creator",
        "datePublished",
    }
    for file in croissant["distribution"]:
        assert hashlib.sha256((folder / file["contentUrl"]).read_bytes()).hexdigest() == file["sha256"]
    files = {file["@id"] for file in croissant["distribution"]}
    for record in croissant["recordSet"]:
        names = (
            list(rows_of(folder / f"{record['name']}.csv")[0])
            if rows_of(folder / f"{record['name']}.csv")
            else None
        )
        fields = {field["@id"] for field in record["field"]}
        assert names is None or [field["source"]["extract"]["column"] for field in record["field"]] == names
        assert {key["@id"] for key in record["key"]} <= fields
        assert {field["source"]["fileObject"]["@id"] for field in record["field"]} <= files


def test_the_same_database_gives_the_same_bytes_elsewhere(
    folder: Path, engine: Engine, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another folder, called from another place, years later by the clock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    again = released(engine, formats, Path("elsewhere/with a name"))
    assert {path.name for path in again.iterdir()} == {path.name for path in folder.iterdir()}
    for path in sorted(folder.iterdir()):
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_what_is_missing_is_told_all_at_once_and_nothing_is_written(
    engine: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    provisional = [
        f.model_copy(update={"provisional": "from memory"}) if f.edition == "2019" else f for f in formats
    ]
    measures, place = shipped_measures(), tmp_path / "out"
    file = tmp_path / "expectations.yaml"
    file.write_text(
        "expectations:\n- key: henan\n  title: {en: Henan, zh: 河南}\n"
        "  rows: {province: 河南省, years: [2023], at_least: 3}\n",
        encoding="utf-8",
    )
    held = load_expectations(measures, file=file)
    with pytest.raises(LackingError, match="--allow author --allow accuracy") as refused:
        release(engine, provisional, measures, place, Wanted("1"), held)
    kinds = dict.fromkeys(str(lack.kind) for lack in refused.value.lacks)
    assert list(kinds) == ["author", "accuracy", "provisional", "expectations"]
    assert sum("provisional" in lack.told for lack in refused.value.lacks) == 2
    assert not place.exists()
    allowed = Wanted("1", allowed=frozenset({"author", "accuracy", "provisional", "expectations"}))
    release(engine, provisional, measures, place, allowed, held, formats=["csv"])
    assert {lack["kind"] for lack in told(place, "release.json")["lacks"]} == set(kinds)
    assert "Author not named" in (place / "CITATION.cff").read_text(encoding="utf-8")
    (outcome,) = told(place, "expectations.json")["expectations"]
    assert (outcome["held"], outcome["places"]) == (False, ["河南省 2023: 2, expected at least 3"])


@pytest.mark.parametrize("word", ["<0000-0002-1825-0097>", "Li, Na <0000-0002-1825-0098>", "Li, Na <12>"])
def test_an_author_without_a_name_or_with_a_false_orcid_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="--author"):
        authors_of([word])


def test_authors_of_the_environment_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GKINGEST_AUTHOR", "Li, Na; 某研究院")
    assert [(a.family, a.given, a.person) for a in authors_of([])] == [("Li", "Na", True), ("某研究院", "", False)]
    assert [a.name for a in authors_of(["李，娜"])] == ["李, 娜"]


def test_a_place_is_a_doi_or_an_address() -> None:
    assert place_of("doi:10.5281/zenodo.7") == ("10.5281/zenodo.7", "https://doi.org/10.5281/zenodo.7")
    assert place_of("https://example.org/data") == ("", "https://example.org/data")
    with pytest.raises(UsageError, match="neither"):
        place_of("my disk")


def coded(folder: Path, coder: str, report_id: str, **values: str) -> Path:
    """A sheet as a coder fills it in; the cells are of 申请, in the column of totals."""
    path = folder / f"{coder}.csv"
    lines = ["coder,report_id,cell,value"]
    lines += [f"{coder},{report_id},requests/{row}/total,{value}" for row, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_accuracy_comes_from_two_people_who_read_blind(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """固始县城乡建设发展局 prints 16 granted, 39 decided and 4 carried out; one coder misreads one of them."""
    (report,) = (r["id"] for r in rows_of(folder / "reports.csv") if r["organ"] == "固始县城乡建设发展局")
    one = coded(tmp_path, "甲", report, granted="16", decided_total="39", carried_out="4")
    other = coded(tmp_path, "乙", report, granted="16", decided_total="39", carried_out="5")
    accuracy = of_coding(engine, [read_sheet(one), read_sheet(other)])
    assert accuracy.tree["total"]["cells"] == accuracy.tree["total"]["right"] == 2  # type: ignore[index]
    assert accuracy.tree["agreement"]["same"] == 2  # type: ignore[index]
    assert "2 people read 3 cells without knowing of each other, 2 of them alike" in accuracy.lines[0][0]
    third = coded(tmp_path, "丙", report, carried_out="5")  # who decides, and is wrong
    accuracy = of_coding(engine, [read_sheet(one), read_sheet(other)], read_sheet(third))
    assert (accuracy.tree["total"]["cells"], accuracy.tree["total"]["wrong"]) == (3, 1)  # type: ignore[index]
    with pytest.raises(UsageError, match="no cell"):
        of_coding(engine, [read_sheet(one)])
