"""Who may decide in the browser, what is kept of it and when, and what a coder who reads blind is not shown."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gkingest.errors import UsageError
from gkingest.serve.picture_process import CellPictures, Cut
from gkingest.serve.review.coders import Coder, Coders, coders_of
from gkingest.serve.review.sheets import Sheets
from gkingest.serve.served import houses

from .conftest import Asked

GUSHI = "14b610031639f3a3db3fcfe3db5e9683c62f42adaf4683da79b08a23ed617433-1"
REVIEW = "/-/gkingest/review"
CELL = "requests/decided_total/natural_person"


def scope(host: str = "127.0.0.1:8001", client: str = "127.0.0.1", **headers: str) -> dict[str, Any]:
    """A request as a server is told of it."""
    told = [(name.encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    return {"headers": told, "client": (client, 5), "query_string": b"", "path": REVIEW}


def test_this_machine_may_decide_and_others_need_a_token() -> None:
    coders = coders_of(["李华", "王芳"])
    assert coders.coder_of(scope()) == Coder("")
    assert coders.coder_of(scope(client="192.168.7.8")) is None
    assert coders.coder_of(scope(host="data.example.org")) is None, "behind a proxy everybody seems to be here"
    token = coders.tokens["王芳"]
    assert coders.coder_of(scope(client="192.168.7.8", cookie=f"gk_coder={token}")) == Coder("王芳", token)
    assert coders.coder_of(scope(client="192.168.7.8", cookie="gk_coder=")) is None
    assert Coders().coder_of(scope(client="192.168.7.8", cookie="gk_coder=")) is None, "nobody was given a token"
    assert coders.tokens["李华"] != token


def test_a_form_is_sealed_and_comes_from_a_page_of_ours() -> None:
    coders, other = coders_of(["李华"]), coders_of(["李华"])
    local, named = Coder(""), Coder("李华", coders.tokens["李华"])
    assert coders.is_own(local, coders.seal(local), scope())
    assert coders.is_own(local, coders.seal(local), scope(origin="http://127.0.0.1:8001"))
    assert not coders.is_own(local, coders.seal(local), scope(origin="http://evil.example"))
    assert not coders.is_own(local, "", scope())
    assert not coders.is_own(named, coders.seal(local), scope()), "one coder's form is not another's"
    assert not coders.is_own(local, other.seal(local), scope()), "nor is that of another start"


def post(asked: Asked, where: str, told: dict[str, str], **headers: str) -> Any:
    """The answer to a form."""
    return asked.run(asked.datasette.client.post(where, data=told, headers=headers))


def seal_of(asked: Asked, where: str = REVIEW) -> str:
    """The seal that a page carries."""
    found = re.search(r'data-seal="([0-9a-f]{64})"', asked.get(where).text)
    assert found
    return found[1]


def told(seal: str, **more: str) -> dict[str, str]:
    """A decision that a person sends."""
    return {
        "seal": seal,
        "by": "李华",
        "report": GUSHI,
        "subject": CELL,
        "value": "36",
        "reason": "misprint",
        **more,
    }


def lines(folder: Path) -> list[dict[str, str]]:
    """What is kept."""
    path = folder / "corrections.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())) if path.exists() else []


def test_a_decision_is_on_the_disk_when_it_is_answered_and_in_the_data_after_that(
    changed: Callable[..., Asked], tmp_path: Path
) -> None:
    asked = changed()
    answer = post(asked, f"{REVIEW}/decide", told(seal_of(asked)))
    assert answer.status_code == 200, answer.text
    assert [(r["by"], r["value"], r["value_read"]) for r in lines(tmp_path)] == [("李华", "36", "63")]
    desk = houses[asked.datasette].desk
    assert desk is not None
    desk.settle()
    page = asked.get(f"/-/gkingest/report/{GUSHI}").text
    assert "decided by 李华; read: 63" in page
    assert "decided by 李华; read: 63" in asked.get(f"/-/gkingest/fact/{GUSHI}/{CELL}").text
    taken = post(asked, f"{REVIEW}/undo", {**told(seal_of(asked)), "decision": answer.json()["decision"]})
    assert taken.status_code == 200
    assert [r["verdict"] for r in lines(tmp_path)] == ["set", "undo"]
    desk.settle()
    assert "decided by" not in asked.get(f"/-/gkingest/report/{GUSHI}").text


def total_of(asked: Asked) -> int:
    """How many figures the queue of sums has."""
    found = re.search(r'data-total="([0-9]+)"', asked.get(REVIEW, code="rule.broken").text)
    assert found
    return int(found[1])


def test_what_is_decided_is_no_longer_in_the_queue_and_what_two_differ_on_is_there_with_both(
    changed: Callable[..., Asked], tmp_path: Path
) -> None:
    """The ranking that a server keeps is renewed for the report alone, and only the first is of all of them."""
    asked = changed()
    totals = [total_of(asked)]
    sealed = told(seal_of(asked))
    for by, value in (("李华", "36"), ("王芳", "40"), ("赵敏", "36")):
        assert post(asked, f"{REVIEW}/decide", {**sealed, "by": by, "value": value}).status_code == 200
        totals.append(total_of(asked))
        if by == "王芳":
            page = asked.get(REVIEW, code="decision.conflict", _lang="zh").text
            queue = re.search(r'data-queue="([0-9a-f]+)"', page)
            assert queue
            (one,) = asked.get(f"{REVIEW}/items.json", queue=queue[1], first="0", _lang="zh").json()["items"]
            assert [(c["value"], c["why"]) for c in one["candidates"]][1:3] == [("36", "李华"), ("40", "王芳")]
            assert len([words for words in one["doubts"] if "李华" in words]) == 1
    first, decided, differing, settled = totals
    assert decided < first, "36 settles three sums, and with them the figures that stand in no other"
    assert differing > decided == settled
    desk = houses[asked.datasette].desk
    assert desk is not None and desk.problem == ""
    assert len(lines(tmp_path)) == 3


def test_why_a_candidate_is_one_is_said_in_the_language_of_the_visitor(changed: Callable[..., Asked]) -> None:
    """A sum that does not hold is told as if the picture had been read once more."""
    asked = changed(
        "INSERT INTO word (id, text) SELECT max(id) + 1, 'cell.reread' FROM word",
        "UPDATE doubt SET found = '12', expected = '21', code = (SELECT id FROM word WHERE text = 'cell.reread') "
        "WHERE code = (SELECT id FROM word WHERE text = 'rule.broken')",
    )
    page = asked.get(REVIEW, code="cell.reread", _lang="zh").text
    queue = re.search(r'data-queue="([0-9a-f]+)"', page)
    assert queue
    items = asked.get(f"{REVIEW}/items.json", queue=queue[1], first="0", _lang="zh").json()["items"]
    why = {c["value"]: c["why"] for one in items for c in one["candidates"]}
    assert {"12", "21"} <= why.keys()
    assert not [words for words in why.values() if re.search("[A-Za-z]", words)]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"seal": "0" * 64}, 403, "may not decide"),
        ({"seal": ""}, 403, "may not decide"),
        ({"by": "  "}, 400, "write your name"),
        ({"value": "three"}, 400, "three"),
        ({"subject": "requests/nothing/total"}, 400, "no edition"),
        ({"report": f"{'0' * 64}-1"}, 400, "no such report"),
    ],
)
def test_what_is_no_decision_is_refused_with_a_reason(
    changed: Callable[..., Asked], tmp_path: Path, change: dict[str, str], status: int, says: str
) -> None:
    asked = changed()
    answer = post(asked, f"{REVIEW}/decide", {**told(seal_of(asked)), **change})
    assert answer.status_code == status
    assert says in answer.json()["problem"]
    assert lines(tmp_path) == []


def test_a_forged_request_is_refused(changed: Callable[..., Asked], tmp_path: Path) -> None:
    asked = changed()
    sealed = told(seal_of(asked))
    assert post(asked, f"{REVIEW}/decide", sealed, origin="http://evil.example").status_code == 403
    assert asked.get(f"{REVIEW}/decide", **sealed).status_code == 403, "a link decides nothing"
    assert lines(tmp_path) == []


def test_the_queue_hands_out_what_a_person_needs_and_pictures_of_it(shipped: Asked) -> None:
    page = shipped.get(REVIEW, code="rule.broken").text
    queue = re.search(r'data-queue="([0-9a-f]+)"', page)
    assert queue
    items = shipped.get(f"{REVIEW}/items.json", queue=queue[1], first="0").json()["items"]
    first = next(one for one in items if one["report"] == GUSHI)
    assert first["organ"] == "固始县城乡建设发展局" and first["year"] == 2023
    assert first["candidates"][0]["value"] == first["says"] and first["doubts"]
    cell, row, _ = first["pictures"]
    for address in (cell, row):
        assert shipped.get(address).content.startswith(b"\x89PNG")
    assert shipped.get(cell.replace("decided_total", "nothing")).status_code == 404
    assert shipped.get(f"{REVIEW}/items.json", queue="gone", first="0").status_code == 404


def test_pictures_of_a_cell_are_upright_with_the_headings_that_are_over_it(
    shipped: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """固始 2023: the figures of requests are all on page 2, those of what is published on page 1."""
    cuts = {}

    async def cut_of(asked: Any, data: bytes, sheet: tuple[str, str, int], cut: Cut) -> CellPictures:
        cuts[asked[1].row] = (sheet[2], cut)
        return CellPictures({"cell": b"", "row": b"", "head": b""})

    painter = houses[shipped.datasette].painter
    monkeypatch.setattr(painter, "cell", cut_of)
    monkeypatch.setattr(painter, "known_cell", lambda report, key: None)
    where = f"/-/gkingest/cell/{GUSHI}"
    rows = ("new_received", "granted", "rejected.publication", "decided_total", "carried_out")
    for row in rows:
        shipped.get(f"{where}/requests/{row}/total/row.png")
    shipped.get(f"{where}/proactive/licensing/decisions/row.png")
    assert {cut.turn for _, cut in cuts.values()} == {0}
    assert {row: (page, cut.begins[0]) for row, (page, cut) in cuts.items() if cut.begins} == {
        **dict.fromkeys(rows, (2, 2)),
        "licensing": (1, 1),
    }
    _, licensing = cuts["licensing"]
    assert licensing.begins is not None
    assert min(box.top for box in licensing.begins[1]) == licensing.box.top, (
        "its own heading, not that of the first"
    )


SHEET = ("item", "organ", "year", "page", "table", "row", "column", "value", "remark", "coder", "report_id", "cell")


def test_a_coder_reads_blind_and_what_is_written_is_on_the_sheet_at_once(
    changed: Callable[..., Asked], tmp_path: Path
) -> None:
    path = tmp_path / "coding-甲.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(SHEET)
        sheet.writerow(["1", "某局", "2023", "2", "三", "（七）", "自然人", "", "", "甲", GUSHI, CELL])
    asked = changed(code=[path])
    where = "/-/gkingest/code"
    page = asked.get(where).text
    items = asked.get(f"{where}/items.json", queue=path.name, first="0").json()["items"]
    assert "63" not in str({**items[0], "pictures": "", "report": "", "address": "", "sheet": ""})
    assert items[0]["says"] == "" and items[0]["candidates"] == [] and items[0]["doubts"] == []
    sent = {"seal": seal_of(asked, where), "queue": path.name, "number": "0", "value": "63", "words": "清楚"}
    assert post(asked, f"{where}/decide", {**sent, "value": ""}).status_code == 400
    assert post(asked, f"{where}/decide", {**sent, "value": "many"}).status_code == 400
    assert post(asked, f"{where}/decide", {**sent, "queue": "../other.csv"}).status_code == 403
    assert post(asked, f"{where}/decide", sent).status_code == 200
    (row,) = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert (row["value"], row["remark"], row["coder"]) == ("63", "清楚", "甲")
    assert 'data-first="0"' in page and 'data-first="1"' in asked.get(where).text
    assert post(asked, f"{where}/undo", sent).status_code == 200
    (row,) = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert row["value"] == ""


def test_a_sheet_that_is_not_there_is_refused_before_a_page_is_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv"):
        Sheets((tmp_path / "nowhere.csv",))
