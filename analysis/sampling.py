"""Paragraphs to code by hand, drawn so that what was missed can be estimated too, and what their coding shows.

Paragraphs are drawn, not hits: each stands in the stratum of the rarest code that Simak gave it, those in which it
found nothing in one of their own, and weighs as many paragraphs as it stands for (Horvitz & Thompson 1952). For each
code the estimates rest on three parts of the corpus, whose sizes are known: paragraphs with the code, with others
alone, with none. Intervals are drawn from the posterior of each part with a half prior, which stays honest where a
sample of unremarkable paragraphs holds no miss (Webber 2013, "Approximate recall confidence intervals", ACM TOIS 31).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ValidationError

from analysis.accuracy import Accuracy
from analysis.corpus import Corpus
from analysis.errors import SimakError
from analysis.measures.agreement import issue_agreement, rates
from analysis.measures.inference import bounds
from analysis.storage import written
from analysis.words import said

KEY = "key.json"
NOTHING, OTHER = "", "(other)"
QUOTES = ("quote:any", "quote:negative", "quote:positive")
SHARE_OF_NOTHING = 0.3
WIDEST = 30.0  # percentage points of an interval that still supports a figure
DRAWS = 4000


class Unit(BaseModel):
    """A paragraph of a sample: what coders see of it, what Simak found in it, how many it stands for."""

    unit: str
    title: str
    text: str
    codes: list[str]
    weight: float


class Sample(BaseModel):
    """A sample with what coders must not see: the key to it.

    Attributes
    ----------
    made_with
        Fingerprints of the models and the knowledge that found the codes.
    meanings, meanings_id
        Code → what belongs to it, in English and Indonesian.
    paragraphs, nothing
        Paragraphs of the corpus, and those in which nothing was found.
    coded
        Code → paragraphs of the corpus that Simak gave it.
    units
        The paragraphs drawn, in an order that tells nothing.
    """

    made_with: dict[str, str]
    meanings: dict[str, str]
    meanings_id: dict[str, str] = {}
    paragraphs: int
    nothing: int
    coded: dict[str, int]
    units: list[Unit]

    def meant(self, language: str) -> dict[str, str]:
        """Return of each code what belongs to it, in English where the sample does not say it in the language."""
        return self.meanings | (self.meanings_id if language == "id" else {})


def by_paragraph(corpus: Corpus) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return issues and articles in which each paragraph stands as an article of its own.

    They make a measure count paragraphs, such as ``prevalence(*by_paragraph(corpus), quality=accuracy.counts())``
    with the accuracy of a sample of paragraphs.

    Returns
    -------
    issues, articles
        The frames of those names with ``article_id`` of the paragraph, which is ``article_id:start-end``; articles
        have also ``start``, ``end`` and keep ``duplicate_group``, ``outlet`` and ``date``.

    Examples
    --------
    >>> import analysis as an
    >>> issues, articles = by_paragraph(an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt")))
    >>> bool(issues["article_id"].isin(articles["article_id"]).all())
    True
    """
    unit = _units(corpus)
    whole = corpus.sentences.assign(unit=unit.to_numpy()).groupby("unit", sort=False)
    spans = whole.agg(article=("article_id", "first"), start=("start", "min"), end=("end", "max")).reset_index()
    articles = spans.merge(corpus.articles, left_on="article", right_on="article_id").assign(article_id=spans["unit"])
    issues = corpus.issues.assign(article_id=corpus.issues["sentence_id"].map(unit).astype("str"))
    return issues, articles.drop(columns=["unit", "article"])


def _units(corpus: Corpus) -> pd.Series:
    """Return the paragraph of each sentence: sentence_id → article_id:start-end."""
    span = corpus.sentences.groupby(["article_id", "paragraph"])
    start, end = span["start"].transform("min").astype("str"), span["end"].transform("max").astype("str")
    return (corpus.sentences["article_id"] + ":" + start + "-" + end).set_axis(corpus.sentences["sentence_id"])


def drawn(
    corpus: Corpus, size: int, meanings: Mapping[str, str], seed: int = 0, meanings_id: Mapping[str, str] | None = None
) -> Sample:
    """Return a sample of paragraphs to code by hand.

    A third of it, about, are paragraphs in which nothing was found; the rest goes to the codes in turn, the same
    number to each while there are any. The same corpus and seed give the same sample.

    Parameters
    ----------
    corpus
        The corpus to judge.
    size
        Number of paragraphs; all, when there are fewer.
    meanings
        Code → what belongs to it, for the coders.
    seed
        Another one gives another sample.
    meanings_id
        The same as ``meanings`` in Indonesian.

    Examples
    --------
    >>> import analysis as an
    >>> corpus = an.extract(*an.read_articles("seeds/002_cbcf84cc3490cc42.txt"))
    >>> sample = drawn(corpus, 6, {"trade": "Trade."})
    >>> len(sample.units), round(sum(unit.weight for unit in sample.units)) == sample.paragraphs
    (6, True)
    """
    issues, paragraphs = by_paragraph(corpus)
    where = corpus.quotes["sentence_id"].map(_units(corpus)).astype("str")
    quotes = pd.DataFrame({"article_id": where, "issue": "quote:any"})
    toned = quotes.assign(issue="quote:" + corpus.quotes["sentiment"])
    found = pd.concat([issues[["article_id", "issue"]], quotes, toned]).drop_duplicates()
    found = found[found["issue"].isin([*meanings, *QUOTES])].sort_values("issue")
    coded = found["issue"].value_counts().to_dict()
    codes = found.groupby("article_id")["issue"].agg(list).to_dict()
    common = sorted(coded, key=lambda code: (-coded[code], code))[: max(size // 4, 1)]
    rank = {code: number for number, code in enumerate(common)}
    paragraphs["codes"] = [codes.get(unit, []) for unit in paragraphs["article_id"]]
    paragraphs["stratum"] = [_rarest(held, rank) for held in paragraphs["codes"]]
    there = paragraphs["stratum"].value_counts().to_dict()
    sizes = _allotted(there, size)
    rows = _shuffled(paragraphs, f"draw {seed}")
    rows = _shuffled(rows[rows.groupby("stratum").cumcount() < rows["stratum"].map(sizes)], f"order {seed}")
    return Sample(
        made_with=corpus.made_with, meanings={**meanings, **_of_quotes("en")}, paragraphs=len(paragraphs),
        meanings_id={**(meanings_id or {}), **_of_quotes("id")}, nothing=there.get(NOTHING, 0),
        coded={code: coded.get(code, 0) for code in [*meanings, *QUOTES]},
        units=[Unit(unit=row.article_id, title=row.title if isinstance(row.title, str) else "",
                    text=row.text[row.start : row.end], codes=row.codes, weight=there[row.stratum] / sizes[row.stratum])
               for row in rows.itertuples()],
    )  # fmt: skip


def _of_quotes(language: str) -> dict[str, str]:
    return {code: said(language, f"coder_{code.removeprefix('quote:')}") for code in QUOTES}


def _shuffled(paragraphs: pd.DataFrame, salt: str) -> pd.DataFrame:
    lots = [hashlib.blake2b(f"{salt} {unit}".encode()).hexdigest() for unit in paragraphs["article_id"]]
    return paragraphs.iloc[np.argsort(lots)]


def _rarest(codes: list[str], rank: Mapping[str, int]) -> str:
    known = [code for code in codes if code in rank]
    return max(known, key=rank.__getitem__) if known else OTHER if codes else NOTHING


def _allotted(there: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many to draw of each stratum: its share to nothing, then one to each other in turn."""
    size = min(size, sum(there.values()))
    sizes = dict.fromkeys(sorted(there), 0)
    sizes |= {NOTHING: min(there[NOTHING], max(round(SHARE_OF_NOTHING * size), 1))} if NOTHING in there else {}
    while sum(sizes.values()) < size:
        open_ = [stratum for stratum in sizes if sizes[stratum] < there[stratum]]
        least = min(open_, key=lambda stratum: (stratum == NOTHING, sizes[stratum], stratum))
        sizes[least] += 1
    return sizes


def kept(sample: Sample, folder: Path) -> Path:
    """Write the key of a sample into a folder, and return it; coders must not see it."""
    return written(folder / KEY, sample.model_dump_json(indent=1) + "\n")


def opened(folder: str | Path) -> Sample:
    """Return the sample whose key lies in a folder.

    Raises
    ------
    SimakError
        When there is none.
    """
    path = Path(folder) / KEY
    try:
        return Sample.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SimakError(f"'{path}' is no key of a sample that `simak validate --sample` drew.") from error


def estimated(sample: Sample, codings: pd.DataFrame, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Return how good the coding of Simak is in the whole corpus, code by code, as a coded sample shows it.

    Parameters
    ----------
    sample
        The sample.
    codings
        Index: units that were coded by hand; a boolean column for each code.
    level, seed
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a code, then ``(all)`` for the issues together that can be estimated: ``issue``; ``precision``,
        ``recall``, ``f1``, ``alpha`` (Krippendorff's, of Simak and the coder) each with ``…_low`` and ``…_high``
        (0..1; missing where no paragraph tells);
        ``coded`` (int64, paragraphs with the code by hand); ``tp, fp, fn, tn`` (float64): how many paragraphs drawn
        at random would tell as much, which is what ``prevalence(quality=…)`` takes; ``cannot_say`` (text: the
        figures that this sample cannot support, their intervals being wider than 30 points).
    """
    rng = np.random.default_rng(seed)
    units = pd.DataFrame([unit.model_dump() for unit in sample.units]).set_index("unit").loc[codings.index]
    point, draws = np.zeros((len(sample.coded), 4)), np.zeros((len(sample.coded), DRAWS, 4))
    for number, (code, given) in enumerate(sample.coded.items()):
        parts = {True: given, False: sample.paragraphs - sample.nothing - given, None: sample.nothing}
        for part, size in parts.items():
            inside = [(code in held) is part if held else part is None for held in units["codes"]]
            share, sure = _shares(codings.loc[inside, code], units.loc[inside, "weight"], size)
            theta = np.full(DRAWS, share)
            if sure < np.inf:
                theta = rng.beta(np.nan_to_num(share) * sure + 0.5, np.nan_to_num(1 - share) * sure + 0.5, DRAWS)
            yes, no = (0, 1) if part else (2, 3)  # tp and fp, or fn and tn
            for counts, rate in ((point[number], share), (draws[number].T, theta)):
                counts[yes] += size * rate
                counts[no] += size * (1 - rate)
    issues = [code not in QUOTES and not np.isnan(point[n]).any() for n, code in enumerate(sample.coded)]
    point, draws = (np.concatenate([counts, counts[issues].sum(axis=0, keepdims=True)]) for counts in (point, draws))
    table = pd.DataFrame({"issue": [*sample.coded, "(all)"]})
    spread = rates(draws.transpose(1, 0, 2))
    for name, value in rates(point[None]).items():
        low, high = bounds(spread[name], level)
        table[name] = value[0]
        # An estimate may lie at the end of what is likely, as a recall of 1 does when no miss was drawn.
        table[f"{name}_low"], table[f"{name}_high"] = np.minimum(low, value[0]), np.maximum(high, value[0])
    by_hand = codings[[*sample.coded]].sum()
    table["coded"] = [*by_hand, by_hand[issues].sum()]
    table[["tp", "fp", "fn", "tn"]] = _as_if_at_random(point, draws)
    wide = {name: table[f"{name}_high"] - table[f"{name}_low"] for name in ("precision", "recall", "alpha")}
    table["cannot_say"] = [
        ", ".join(name for name, width in wide.items() if not width[row] <= WIDEST / 100) for row in table.index
    ]
    return table


def _shares(yes: pd.Series, weight: pd.Series, size: int) -> tuple[float, float]:
    """Return the weighted share of a part, and how many paragraphs drawn at random would tell as much (Kish 1965)."""
    if not size:
        return 0.0, np.inf
    if yes.empty:
        return np.nan, 0.0
    seen = 1 - len(yes) / size
    return float(np.average(yes, weights=weight)), weight.sum() ** 2 / (weight**2).sum() / seen if seen else np.inf


def _as_if_at_random(point: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return counts whose shares are the estimates of sensitivity and specificity, and whose sums are as sure."""
    counts = []
    for yes, no in ((0, 2), (3, 1)):
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = draws[..., yes] / (draws[..., yes] + draws[..., no])
            sure = rate.mean(axis=1) * (1 - rate.mean(axis=1)) / rate.var(axis=1) - 1
            share = point[:, yes] / (point[:, yes] + point[:, no])
        counts += [share * sure, (1 - share) * sure]
    tp, fn, tn, fp = counts
    return np.column_stack([tp, fp, fn, tn])


def measured(sample: Sample, codings: pd.DataFrame, name: str) -> Accuracy:
    """Return the estimates of `estimated` in the form that reports quote and prevalence is corrected by."""
    table = estimated(sample, codings)
    names = {"(all)": "issues of paragraphs", "quote:any": "quotes of paragraphs"}
    figures = {
        names.get(row.issue, row.issue): {
            **{key: round(100 * value, 1) for key, value in zip("p r f1".split(), (row.precision, row.recall, row.f1),
                                                                strict=True) if np.isfinite(value)},
            **({"interval": [round(100 * row.f1_low, 1), round(100 * row.f1_high, 1)]} if np.isfinite(row.f1) else {}),
            **({"alpha": round(row.alpha, 3)} if np.isfinite(row.alpha) else {}),
            "gold": row.coded, "cannot_say": row.cannot_say,
        }
        for row in table.itertuples()
    }  # fmt: skip
    counts = table.set_index("issue").drop(["(all)", *QUOTES])[["tp", "fp", "fn", "tn"]].dropna().reset_index()
    return Accuracy(
        name=name, command="simak validate", unit="paragraph", units=len(codings), made_with=sample.made_with,
        figures=figures, issues=counts.to_dict("records"),
    )  # fmt: skip


def between_coders(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return how far two coders agree on the paragraphs that both coded, as `issue_agreement` does."""
    both = one.index.intersection(other.index)
    held = [frame.loc[both].rename_axis("unit").stack().rename_axis(["unit", "issue"]) for frame in (one, other)]
    codes = [rows[rows].index.to_frame(index=False) for rows in held]
    return issue_agreement(*codes, pd.DataFrame({"unit": both}), unit="unit", codes=one.columns)


def told(table: pd.DataFrame) -> str:
    """Return figures with their intervals as lines to print, and what a sample cannot support.

    Examples
    --------
    >>> print(told(pd.DataFrame({"issue": ["trade"], "recall": [0.5], "recall_low": [0.1], "recall_high": [0.9],
    ...                          "cannot_say": ["recall"]})))
    trade                     recall 50 [10–90]  cannot say: recall
    """
    lines = []
    for row in table.to_dict("records"):
        parts = [f"{name} {100 * row[name]:.0f} [{100 * row[f'{name}_low']:.0f}–{100 * row[f'{name}_high']:.0f}]"
                 for name in ("precision", "recall", "f1", "alpha") if np.isfinite(row.get(name, np.nan))]  # fmt: skip
        parts += [f"cannot say: {row['cannot_say']}"] if row.get("cannot_say") else []
        lines.append(f"{row['issue']:24}  " + "  ".join(parts))
    return "\n".join(lines)
