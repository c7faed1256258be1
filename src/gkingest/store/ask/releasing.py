"""What a release tells beside an export: files and their addresses, what read them, what people decided."""

import json
from collections.abc import Mapping

from gkingest.store.ask.dump import Column, Kind, Sheet, Snapshot
from gkingest.store.views.view import Words

SOURCES = Sheet(
    "sources",
    Words(
        "One row a path of a file that was read, with the hash of its bytes and the address it came from",
        "每个已读文件的每个路径一行，附字节的哈希值与来源网址",
    ),
    (
        Column("sha256", Kind.TEXT, Words("SHA-256 of the bytes, hexadecimal", "文件字节的 SHA-256（十六进制）")),
        Column("media_type", Kind.TEXT, Words("Media type by content", "按内容判断的媒体类型")),
        Column("page_count", Kind.INTEGER, Words("Pages; 0 if unknown", "页数；未知为 0")),
        Column("path", Kind.TEXT, Words("Path of the file as given", "给定的文件路径")),
        Column("status", Kind.TEXT, Words("What became of the file", "文件的处理结果")),
        Column("gone", Kind.INTEGER, Words("1 if the file was no longer there", "文件已不在则为 1")),
        Column("url", Kind.TEXT, Words("Address it was fetched from", "下载网址")),
        Column(
            "url_told_by",
            Kind.TEXT,
            Words(
                "Who tells the address; mirror: it was inferred from the folders that the file lies in",
                "网址由何处所说；mirror 表示由所在文件夹推断",
            ),
        ),
        Column("published_at", Kind.TEXT, Words("Date of publication, ISO 8601", "发布日期（ISO 8601）")),
        Column("fetched_at", Kind.TEXT, Words("When it was fetched, UTC, ISO 8601", "下载时间（UTC）")),
        Column(
            "reading",
            Kind.TEXT,
            Words(
                "What it was read with: key of readings in release.json",
                "读取所用版本与设置：release.json 的 readings",
            ),
        ),
    ),
    ("path",),
    "SELECT s.sha256, s.media_type, s.page_count, l.path, l.status, l.gone, l.url, CAST(l.said AS TEXT) AS "
    "url_told_by, l.published_at, l.fetched_at, CAST(l.run_id AS TEXT) AS reading "
    "FROM location AS l JOIN source AS s ON s.sha256 = l.sha256 ORDER BY l.path",
)
_DECIDED = (
    ("report_id", "sha256 || '-' || CAST(report AS TEXT)", "Report it is about", "所涉报告"),
    (
        "subject",
        "subject",
        "Cell (table/row/column), or what is decided of the report",
        "数位（表/行/列），或报告的一项",
    ),
    ("id", "id", "Made of all that the line says", "由该行全部内容构成的编号"),
    ("verdict", "verdict", "set · confirm · undo", "判定种类：set（更正） · confirm（确认） · undo（撤销）"),
    ("value", "value", "What the person says: number, state, name, year, code", "判定的内容"),
    ("unit", "unit", "Unit of a number where it is not the one that was read", "数字的单位（与识读不同时填写）"),
    ("value_read", "value_read", "What had been read", "判定时所见的识读结果"),
    ("printed", "printed", "Printed text", "所印原文"),
    ("reason", "reason", "Reason, from a short list", "理由（选自列表）"),
    ("words", "words", "Reason in words", "理由说明"),
    ("person", "person", "Who decided", "判定人"),
    ("decided_at", "decided_at", "When, UTC, ISO 8601", "判定时间（UTC，ISO 8601）"),
    ("page", "page", "Page that was looked at, from 1", "所看页码，从 1 起"),
    ("undoes", "undoes", "Decision that is taken back", "所撤销的判定"),
    ("organ", "organ", "Organ of the report then", "当时的机关名称"),
    ("year", "year", "Year of the report then", "当时的年度"),
    (
        "standing",
        "standing",
        "stands: it counts · agrees: says the same as the one that counts · differs: people differ · superseded, "
        "undone, undo, unplaced: it does not count",
        "效力：stands（有效） · agrees（与有效者一致） · differs（各人不一） · "
        "superseded、undone、undo、unplaced（不生效）",
    ),
)
CORRECTIONS = Sheet(
    "corrections",
    Words(
        "One row a decision of a person on a figure or report, those too that do not count",
        "人工对数据或报告的每项判定一行，不生效的也列出",
    ),
    tuple(
        Column(name, Kind.INTEGER if name in ("page", "year") else Kind.TEXT, Words(english, chinese))
        for name, _, english, chinese in _DECIDED
    ),
    ("id",),
    f"SELECT {', '.join(f'{made} AS {name}' for name, made, *_ in _DECIDED)} FROM decision ORDER BY id",
)
_RUNS = Sheet(
    "runs",
    Words("Runs", "运行"),
    tuple(
        Column(name, Kind.TEXT, Words(name, name))
        for name in ("id", "version", "format_hash", "formats", "readers", "options", "finished_at")
    ),
    ("id",),
    "SELECT CAST(id AS TEXT) AS id, version, format_hash, CAST(formats AS TEXT) AS formats, CAST(readers AS "
    "TEXT) AS readers, CAST(options AS TEXT) AS options, finished_at FROM run "
    "WHERE id IN (SELECT run_id FROM location) ORDER BY run.id",
)
_SETTINGS = ("ocr_used", "render")  # options of a run that change what is read
_MIRROR = "mirror"


def readings(snapshot: Snapshot) -> dict[str, dict[str, object]]:
    """What the files of a database were read with, by the number of the run: version, forms, readers, settings."""
    found: dict[str, dict[str, object]] = {}
    for run, version, form_hash, forms, readers, options, _ in snapshot.rows(_RUNS):
        settings = json.loads(str(options or "{}"))
        found[str(run)] = {
            "version": version,
            "format_hash": form_hash,
            "formats": json.loads(str(forms or "{}")),
            "readers": json.loads(str(readers or "{}")),
            "settings": {name: settings.get(name) for name in _SETTINGS},
        }
    return found


def last_moment(snapshot: Snapshot) -> str:
    """When the database was last added to: the end of a run, or a decision; "" if never. UTC, ISO 8601."""
    ends = [str(row[6] or "") for row in snapshot.rows(_RUNS)]
    return max([*ends, *(str(row[_AT] or "") for row in snapshot.rows(CORRECTIONS))], default="")


_AT = [column.name for column in CORRECTIONS.columns].index("decided_at")


def told_by(said: str) -> str:
    """Who tells the address of a file, of all that is said of it (JSON list of [field, value, witness])."""
    witnesses = sorted({str(w) for field, _, w in json.loads(said or "[]") if field == "url"})
    return ", ".join(w for w in witnesses if w != _MIRROR or len(witnesses) == 1)


def reading_of(told: Mapping[str, object], media_type: str) -> str:
    """What decides how a file of this kind is read, of :func:`readings`, as one text."""
    readers = told.get("readers")
    own = [readers.get("", ""), readers.get(media_type, "")] if isinstance(readers, dict) else []
    return json.dumps([told.get("formats"), own, told.get("settings")], sort_keys=True)
