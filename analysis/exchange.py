"""Codings to and from INCEpTION and Label Studio, by way of standoff documents.

INCEpTION gets one UIMA CAS JSON a document and ``layers.json``, the layers to import into the project first; Label
Studio gets one JSON of tasks, and beside it the labelling configuration. Both hold spans with a label (PER, ORG, LOC,
EVT, quote, speaker, cue), what is known of them, ties between a quote and its speaker and cue, and issues of the
document. Offsets of Label Studio count characters as Python does, those of UIMA count in UTF-16, which cassis minds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cassis
import jinja2
from cassis.typesystem import TypeSystem, TypeSystemMode

from analysis.errors import SimakError
from analysis.frames import MENTION_TYPES, QUOTE_KINDS, SENTIMENTS
from analysis.standoff import Document, Mention, Quote, Span
from analysis.storage import written
from analysis.words import TEMPLATES

SPAN, TIE, ISSUE = "webanno.custom.Simak", "webanno.custom.SimakTie", "webanno.custom.SimakIssue"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
FIELDS = ("kind", "sentiment", "actor", "target", "channel", "issues")
PARTS = ("speaker", "cue")
CURATED = "curation"  # the folder of an exported project
IMPORTED = re.compile(r"(layers|INITIAL_CAS|exportedproject\d*)\.json$")
TAGS = {"label": (*MENTION_TYPES, "quote", *PARTS), "kind": QUOTE_KINDS, "sentiment": SENTIMENTS}
ORDER = ("labels", "choices", "textarea", "relation")


@dataclass
class _Region:
    """A span with its label, what is known of it, and the spans that belong to it."""

    label: str
    start: int
    end: int
    known: dict[str, str] = field(default_factory=dict)
    parts: list[_Region] = field(default_factory=list)


def to_inception(documents: Iterable[Document], folder: Path, codes: Mapping[str, str]) -> Path:
    """Write one UIMA CAS JSON a document, and ``layers.json``; return the folder.

    ``codes`` says of each code what belongs to it.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.standoff import document
    >>> seed = document(Path("tests/gold/seed1.json"))
    >>> folder = to_inception([seed], Path(tempfile.mkdtemp()), {"trade": "Trade."})
    >>> read(folder)[0].mentions == [m.model_copy(update={"surface": None}) for m in seed.mentions]
    True
    """
    layers = _types()
    written(folder / "layers.json", json.dumps(_layers(codes), ensure_ascii=False, indent=1))
    for document in documents:
        cas = cassis.Cas(layers)
        cas.sofa_string, cas.sofa_mime = document.text, "text/plain"
        for region in _regions(document):
            together = [region, *region.parts]
            spans = [layers.get_type(SPAN)(begin=r.start, end=r.end, label=r.label, **r.known) for r in together]
            whole, parts = spans[0], spans[1:]
            ties = [layers.get_type(TIE)(begin=p.begin, end=p.end, Governor=whole, Dependent=p) for p in parts]
            cas.add_all([*spans, *ties])
        cas.add_all([layers.get_type(ISSUE)(code=code) for code in document.issues])
        name = (document.id or "").replace(":", "~")
        written(folder / f"{name}.json", cas.to_json(type_system_mode=TypeSystemMode.MINIMAL) or "")
    return folder


def to_label_studio(documents: Iterable[Document], path: Path, codes: Mapping[str, str]) -> Path:
    """Write one JSON of tasks, and ``….config.xml`` with the labels; return the JSON.

    ``codes`` says of each code what belongs to it.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.standoff import document
    >>> seed = document(Path("tests/gold/seed1.json"))
    >>> path = to_label_studio([seed], Path(tempfile.mkdtemp()) / "tasks.json", dict.fromkeys(seed.issues, ""))
    >>> read(path)[0].issues == seed.issues
    True
    """
    tasks = []
    for document in documents:
        text = document.text or ""
        result: list[dict[str, Any]] = []
        for number, region in enumerate(_regions(document)):
            for part, each in enumerate([region, *region.parts]):
                id_, at = f"{number}-{part}", {"start": each.start, "end": each.end}
                shown = {"labels": [each.label], "text": text[each.start : each.end]}
                result.append({"id": id_, "from_name": "label", "to_name": "text", "type": "labels",
                               "value": at | shown})  # fmt: skip
                for name, value in each.known.items():
                    kind, key = ("choices", "choices") if name in ("kind", "sentiment") else ("textarea", "text")
                    result.append({"id": id_, "from_name": name, "to_name": "text", "type": kind,
                                   "value": at | {key: [value]}})  # fmt: skip
                if part:
                    result.append({"type": "relation", "from_id": f"{number}-0", "to_id": id_, "direction": "right"})
        if document.issues:
            result.append({"id": "issues", "from_name": "issue", "to_name": "text", "type": "choices",
                           "value": {"choices": document.issues}})  # fmt: skip
        kind = "predictions" if document.made_with else "annotations"
        task = {"data": {"id": document.id, "title": document.meta.title, "text": text}}
        tasks.append(task | ({kind: [{"result": result}]} if result else {}))
    template = jinja2.Template((TEMPLATES / "label-studio.xml.j2").read_text("utf-8"), keep_trailing_newline=True)
    written(path.with_suffix(".config.xml"), template.render(tags=TAGS, fields=FIELDS, codes=codes))
    return written(path, json.dumps(tasks, ensure_ascii=False, indent=1))


def read(path: str | Path) -> list[Document]:
    """Return the codings of a folder of UIMA CAS JSON (INCEpTION), or of a JSON of tasks (Label Studio).

    What nobody coded is left out, as are skipped tasks; of several codings of a task the last counts. A folder may be
    the unpacked export of a whole project of INCEpTION: what was imported there is left out, too, and a curated
    document counts in place of what annotators made of it.

    Raises
    ------
    SimakError
        When a file is neither, or two hold codings of one document.
    """
    path = Path(path)
    found: dict[str | None, Document] = {}
    coded_in: dict[str | None, Path] = {}
    curated = path / CURATED
    files = path.rglob("*.json") if path.is_dir() else [path]
    for file in sorted(files, key=lambda file: (curated not in file.parents, file)):
        if file.is_dir() or file.relative_to(path).parts[:1] == ("source",) or IMPORTED.match(file.name):
            continue
        try:
            content = json.loads(file.read_bytes())
            documents = _of_cas(file) if "%FEATURE_STRUCTURES" in content else _of_tasks(content)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            name = "INCEpTION (UIMA CAS JSON) or Label Studio (JSON, not JSON-MIN)"
            raise SimakError(f"'{file}' is no export of {name}.") from error
        for document in documents:
            other = coded_in.setdefault(document.id, file)
            if other != file and curated not in other.parents:
                raise SimakError(
                    f"'{other}' and '{file}' both code '{document.id}': curate it in INCEpTION, or keep one coder's "
                    "files here and give a folder with those of the other as a second coding."
                )
            if other == file:
                found[document.id] = document
    return list(found.values())


def _of_cas(file: Path) -> list[Document]:
    cas = cassis.load_cas_from_json(file.read_text("utf-8"), lenient=True)

    def all_of(name: str) -> list[Any]:
        return list(cas.select(name)) if cas.typesystem.contains_type(name) else []

    spans = {
        span.xmiID: _Region(span.label, span.begin, span.end,
                            {name: value for name in FIELDS if (value := getattr(span, name, None))})
        for span in all_of(SPAN)
    }  # fmt: skip
    for tie in all_of(TIE):
        _tie(spans[tie.Governor.xmiID], spans[tie.Dependent.xmiID])
    issues, exported = [issue.code for issue in all_of(ISSUE) if issue.code], all_of(METADATA)
    if not (spans or issues or exported):  # as it was handed out
        return []
    name = (exported[0].documentTitle if exported else None) or file.name  # an export may bear the annotator's name
    return [
        _document(re.sub(r"~(?=\d+-\d+$)", ":", name.removesuffix(".json")), cas.sofa_string, spans.values(), issues)
    ]


def _of_tasks(tasks: list[dict[str, Any]]) -> list[Document]:
    if not isinstance(tasks, list):
        raise ValueError("a list of tasks is expected")
    found = []
    for task in tasks:
        text, spans, issues = task["data"]["text"], {}, []
        coded = [coding for coding in task.get("annotations", []) if not coding.get("was_cancelled")]
        for part in sorted(coded[-1]["result"] if coded else [], key=lambda part: ORDER.index(part["type"])):
            value, name = part.get("value", {}), part.get("from_name")
            if part["type"] == "labels":
                spans[part["id"]] = _Region(value["labels"][0], value["start"], value["end"])
            elif part["type"] == "relation":
                _tie(spans[part["from_id"]], spans[part["to_id"]])
            elif name == "issue":
                issues += value["choices"]
            else:
                told = value.get("choices") or value.get("text") or []
                spans[part["id"]].known[name] = told if isinstance(told, str) else ", ".join(told)
        found += [_document(str(task["data"]["id"]), text, spans.values(), issues)] if coded else []
    return found


def _tie(one: _Region, other: _Region) -> None:
    """Add speaker or cue to its quote, in whichever direction a coder drew the line."""
    whole, part = (other, one) if one.label in PARTS else (one, other)
    whole.parts.append(part)


def _regions(document: Document) -> list[_Region]:
    regions = [_Region(m.type, m.start, m.end, {"actor": m.actor} if m.actor else {}) for m in document.mentions]
    for quote in document.quotes:
        known = {"kind": quote.kind, "sentiment": quote.sentiment, "actor": quote.speaker_actor, "target": quote.target,
                 "channel": quote.channel, "issues": ", ".join(quote.issues)}  # fmt: skip
        parts = [_Region(name, span.start, span.end) for name in PARTS if (span := getattr(quote, name))]
        regions.append(_Region("quote", quote.start, quote.end, {k: v for k, v in known.items() if v}, parts))
    return regions


def _document(id_: str, text: str, regions: Iterable[_Region], issues: list[str]) -> Document:
    regions = sorted(regions, key=lambda region: (region.start, region.end))
    names = [Mention(start=r.start, end=r.end, type=r.label, actor=r.known.get("actor"))
             for r in regions if r.label in MENTION_TYPES]  # fmt: skip
    quotes = []
    for r in regions:
        if r.label != "quote":
            continue
        parts = {part.label: Span(start=part.start, end=part.end) for part in r.parts if part.label in PARTS}
        codes = [code.strip() for code in r.known.get("issues", "").split(",") if code.strip()]
        plain = {name: r.known.get(name) for name in ("kind", "sentiment", "target", "channel")}
        speaker = r.known.get("actor")
        quotes.append(Quote(start=r.start, end=r.end, speaker_actor=speaker, issues=codes, **plain, **parts))
    return Document(id=id_, text=text, mentions=names, quotes=quotes, issues=issues)


def _types() -> TypeSystem:
    types = TypeSystem()
    for layer in _layers({}):
        of = "cas.AnnotationBase" if layer["type"] == "document-metadata" else "tcas.Annotation"
        type_ = types.create_type(layer["name"], f"uima.{of}")
        for feature in layer["features"]:
            types.create_feature(type_, feature["name"], feature["type"])
    for name in ("Governor", "Dependent"):
        types.create_feature(types.get_type(TIE), name, SPAN)
    return types


def _layers(codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the layers in INCEpTION's own form: of a type system it imports no layer for whole documents."""

    def feature(name: str, tags: Mapping[str, str] | None) -> dict[str, Any]:
        listed = [{"tag_name": tag, "tag_description": meaning} for tag, meaning in (tags or {}).items()]
        tag_set = {"name": f"Simak {name}", "create_tag": False, "tags": listed} if listed else None
        return {"name": name, "uiName": name, "type": "uima.cas.String", "visible": True, "tag_set": tag_set,
                "multi_value_mode": "NONE", "link_mode": "NONE"}  # fmt: skip

    of_spans = [feature(name, dict.fromkeys(TAGS.get(name, ()), "")) for name in ("label", *FIELDS)]
    kinds = {SPAN: ("span", of_spans), TIE: ("relation", []), ISSUE: ("document-metadata", [feature("code", codes)])}
    shared = {"cross_sentence": True, "anchoring_mode": "CHARACTERS", "overlap_mode": "ANY_OVERLAP"}
    return [{"name": name, "uiName": name.split(".")[-1], "type": kind, "features": features, **shared,
             "attach_type": {"name": SPAN} if kind == "relation" else None}
            for name, (kind, features) in kinds.items()]  # fmt: skip
