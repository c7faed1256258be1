"""All decisions of a file and all reports of a database, held against each other: what to make of each report.

Nothing is written here. What comes out depends on what was read and on the decisions alone.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gkingest.formats.spec import Format
from gkingest.model.decision import Decision, Field, Ruling
from gkingest.model.key import FactKey
from gkingest.model.report import ReportId
from gkingest.regions.divisions import load_divisions
from gkingest.review.recheck import Order, rechecked
from gkingest.review.standing import Question, question_of, standing, undone
from gkingest.review.standing import Standing as Stands
from gkingest.review.whose import Identity, decided_identity, is_division, of_same_organ
from gkingest.store.ask.deciding import IDENTITY, AsRead, Filed, Known, known_reports, places_of, sources_known
from gkingest.store.views.panel import panel_slots
from gkingest.store.write.decisions import Rewritten
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine

_VERSION = "1"  # of what this module and `recheck` make of decisions
_ORGAN_FIELDS = frozenset((Field.ORGAN, Field.YEAR, Field.REGION, Field.EDITION))


@dataclass(frozen=True)
class Sitting:
    """All decisions of a file and all reports of a database, held against each other."""

    engine: "Engine"
    decisions: tuple[Decision, ...]
    formats: tuple[Format, ...]

    @cached_property
    def standing(self) -> Mapping[Question, Stands]:
        """What stands of every question."""
        return standing(self.decisions)

    @cached_property
    def fallen(self) -> frozenset[str]:
        """Ids of the decisions that are taken back."""
        return undone(self.decisions)

    @cached_property
    def reports(self) -> Mapping[str, Known]:
        """Every report as it was read."""
        return known_reports(self.engine)

    @cached_property
    def forms(self) -> Mapping[str, Format]:
        """The editions of the form."""
        return {form.edition: form for form in self.formats}

    @cached_property
    def units(self) -> Mapping[tuple[str, FactKey], str]:
        """The form's units by edition and figure."""
        return {(form.edition, slot.fact_key): slot.unit for form in self.formats for slot in panel_slots([form])}

    @cached_property
    def cells(self) -> frozenset[FactKey]:
        """Every figure of the forms."""
        return frozenset(key for _, key in self.units)

    @cached_property
    def paths(self) -> Mapping[str, list[str]]:
        """Every path by the bytes that lie there."""
        return sources_known(self.engine) if self.decisions else {}

    @cached_property
    def filed(self) -> Mapping[str, list[Filed]]:
        """Where the files lie of which it is decided whose they are."""
        asked = {source for (source, _, subject) in self.standing if subject in _ORGAN_FIELDS}
        return places_of(self.engine, asked) if asked else {}

    def is_placed(self, question: Question) -> bool:
        """Whether the database has what is asked about."""
        source, report, subject = question
        one = self.standing[question]
        known = self.reports.get(str(ReportId(source, report)))
        if known is None:
            return subject == Field.IS_REPORT and source in self.paths
        word = one.stands
        if word is None:
            return True
        if word.key is not None:
            return word.key in self.cells
        if subject == Field.REGION:
            return is_division(word.value, load_divisions())
        return subject != Field.SAME_ORGAN_AS or word.value in self.reports

    @cached_property
    def words(self) -> Mapping[str, dict[str, Stands]]:
        """What is decided of each report that is there, by subject."""
        found: dict[str, dict[str, Stands]] = defaultdict(dict)
        for question, one in self.standing.items():
            source, report, subject = question
            report_id = str(ReportId(source, report))
            if report_id in self.reports and self.is_placed(question):
                found[report_id][subject] = one
        return found

    def says(self, report_id: str) -> dict[str, str]:
        """The decided values of a report's fields."""
        words = self.words.get(report_id, {})
        return {s: w.stands.value for s, w in words.items() if w.stands is not None and w.stands.key is None}

    @cached_property
    def own(self) -> Mapping[str, Identity]:
        """Whose each report is by its own decisions, those that others are called the same as left out."""
        found = {}
        for report_id in self.words:
            says = self.says(report_id)
            if _ORGAN_FIELDS & says.keys():
                known = self.reports[report_id]
                filed = self.filed.get(known.sha256, ())
                found[report_id] = decided_identity(known, says, filed, load_divisions())
        return found

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """Whose each report is, where that is decided."""
        found = dict(self.own)
        for report_id in sorted(self.words):
            target = self.same_as(report_id)
            if target is None:
                continue
            read = {name: getattr(self.reports[target], name) for name in IDENTITY}
            shared = of_same_organ({**read, **self._own_columns(target)})
            if not shared["organ_key"]:  # an organ that may be one of several is made one of its own by name
                shared["organ_key"] = f"={target}"
                found[target] = Identity({**self._own_columns(target), "organ_key": f"={target}"})
            mine = found.get(report_id, Identity({}))
            found[report_id] = Identity({**mine.columns, **shared})
        return found

    def _own_columns(self, report_id: str) -> Mapping[str, object]:
        return self.own[report_id].columns if report_id in self.own else {}

    def same_as(self, report_id: str) -> str | None:
        """The report that this one is finally said to be of the same organ as; of a circle the least stands."""
        line = [report_id]
        while (following := self.says(line[-1]).get(Field.SAME_ORGAN_AS)) is not None:
            if following in line:
                circle = line[line.index(following) :]
                return min(circle) if min(circle) != report_id else None
            line.append(following)
        return line[-1] if len(line) > 1 else None

    @cached_property
    def elsewhere(self) -> Mapping[str, dict[str, Decision]]:
        """Decisions about other bytes of a document that the database has, by report and subject."""
        found: dict[str, dict[str, Decision]] = defaultdict(dict)
        by_organ: dict[tuple[str, int | None], list[Known]] = defaultdict(list)
        by_name: dict[str, list[Known]] = defaultdict(list)
        if not self.standing:
            return found
        for known in self.reports.values():
            says = self.says(known.id)
            organ, year = says.get(Field.ORGAN, known.organ), int(says.get(Field.YEAR, known.year or 0)) or None
            if organ and year:
                by_organ[organ, year].append(known)
            for path in self.paths.get(known.sha256, ()):
                by_name[path.rpartition("/")[2]].append(known)
        for (_, _, subject), one in self.standing.items():
            word = one.stands
            if word is None or subject == Field.SAME_ORGAN_AS:
                continue
            for known in _other_bytes(word, by_organ, by_name):
                before = found[known.id].get(subject)
                if before is None or (before.at, before.id) < (word.at, word.id):
                    found[known.id][subject] = word
        return found

    def order(self, report_id: str) -> Order:
        """All that is decided of one report."""
        return Order(
            self.words.get(report_id, {}),
            self.identities.get(report_id, Identity({})),
            self.elsewhere.get(report_id, {}),
        )

    @cached_property
    def version(self) -> str:
        """What the outcome depends on beside decisions and reading."""
        told = "\n".join([_VERSION, *(form.model_dump_json() for form in self.formats)])
        return hashlib.sha256(told.encode()).hexdigest()

    def digest(self, order: Order) -> str:
        """What is to be applied, as one word; "" for nothing."""
        if not order:
            return ""
        told = {
            "words": {s: [d.id for d in one.words] for s, one in order.words.items()},
            "identity": {**order.identity.columns, "findings": [f.message for f in order.identity.findings]},
            "elsewhere": {s: d.id for s, d in order.elsewhere.items()},
            "version": self.version,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def outdated(self, only: Collection[str] | None = None) -> list[str]:
        """The reports, of all or these, of which the database does not say what is decided, or says what is not."""
        among = self.reports if only is None else [i for i in only if i in self.reports]
        return [i for i in among if self.digest(self.order(i)) != self.reports[i].digest]

    def decide(self, read: AsRead) -> Rewritten | None:
        """What decisions make of one report; ``None`` if there are none."""
        order = self.order(read.id)
        return rechecked(read, order, self.forms, self.units, self.digest(order)) if order else None

    def no_reports(self, sha256: str) -> str:
        """Who decided that no report of a source is one; "" where that is not so."""
        mine = [known.id for known in self.reports.values() if known.sha256 == sha256]
        told = [
            one.by
            for i in mine
            if (one := self.words.get(i, {}).get(Field.IS_REPORT)) is not None
            if one.stands is not None and one.stands.value == "no"
        ]
        return "; ".join(sorted(set(told))) if mine and len(told) == len(mine) else ""

    def unread(self) -> list[str]:
        """What is to be said of files that a person calls reports, of which no report was read."""
        read = {known.sha256 for known in self.reports.values()}
        return [
            Told(
                "{0}: {1} decided that it is a report, and no figure of it was read; read it with --ocr always "
                "--force, or fetch a better copy",
                self.paths[source][0],
                one.by,
            )
            for (source, _, subject), one in self.standing.items()
            if subject == Field.IS_REPORT and source in self.paths and source not in read
            if one.stands is not None and one.stands.value == "yes"
        ]

    def became(self, decision: Decision) -> str:
        """What became of a line: a word of the table of decisions."""
        one = self.standing.get(question_of(decision))
        if decision.id in self.fallen:
            return "undone"
        if decision.verdict is Ruling.UNDO:
            return "undo"
        if one is None or decision not in one.words:
            return "superseded"
        if not self.is_placed(question_of(decision)):
            return "unplaced"
        if one.stands is None or one.stands.says != decision.says:
            return "differs"
        return "stands" if one.stands == decision else "agrees"


def _other_bytes(
    word: Decision, by_organ: Mapping[tuple[str, int | None], list[Known]], by_name: Mapping[str, list[Known]]
) -> list[Known]:
    """Reports that are the document of a decision in other bytes: of that organ and year, or of that file name.

    Names of organs without their place are borne by many, so of several reports those of the same file name are
    meant, and none where the file is called otherwise.
    """
    named = [known for known in by_name.get(word.file, ()) if known.ordinal == word.report] if word.file else []
    if word.organ and word.year:
        same = [known for known in by_organ.get((word.organ, word.year), ()) if known.sha256 != word.source]
        if len({known.sha256 for known in same}) > 1:
            same = [known for known in same if known in named]
        return same
    others = [known for known in named if known.sha256 != word.source]
    return others if len({known.sha256 for known in others}) == 1 else []
