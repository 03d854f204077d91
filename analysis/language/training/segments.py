"""Make the training material of the tokenizer: treebank sentences written as news writes them.

The treebanks hold clean sentences one by one. Here they are glued into paragraphs, and some are
rewritten with what real news has at the borders of sentences: acronyms and degrees before the full
stop, datelines, quotation marks of every kind, dates, sums of money, names joined by hyphens.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from . import data, names, words

LISTS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
ACRONYMS, DEGREES, TITLES, OUTLETS, MONTHS, HYPHENED = (
    LISTS[k].split() for k in ("acronyms", "degrees", "titles", "outlets", "months", "hyphened")
)
QUOTES = [("“", "”"), ("‘", "’"), ('"', '"'), ("'", "'"), ("”", "”"), ("«", "»"), ("``", "''")]


@dataclass(frozen=True)
class Piece:
    """A token, whether a space stands before it, and its words."""

    text: str
    space: bool = True
    words: tuple[data.Word, ...] = ()

    @property
    def name(self) -> bool:
        """Whether the treebank calls it a proper noun."""
        return len(self.words) == 1 and ("PROPN" in (self.words[0].upos, *self.words[0].old.split(";")))


def taken_apart(sentence: data.Sentence) -> list[Piece]:
    """The tokens of `sentence` as pieces."""
    ends = [0, *(t.end for t in sentence.tokens)]
    return [
        Piece(sentence.surface(t), t.start > before, t.words) for t, before in zip(sentence.tokens, ends, strict=False)
    ]


def glued(*texts: str, space: bool = True) -> list[Piece]:
    """Pieces without space between them."""
    return [Piece(t, space and i == 0) for i, t in enumerate(texts)]


def closes(pieces: list[Piece]) -> bool:
    """Whether the sentence ends as plain statements end."""
    return len(pieces) > 3 and pieces[-1].text == "." and pieces[-2].text.isalpha()


def pair(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Two names joined by a hyphen in the place of one: each is a token."""
    places = [i for i, p in enumerate(pieces) if p.name and p.text.isalpha() and p.text[0].isupper()]
    if not places:
        return pieces
    kind = rng.choice("CCCLSO")
    left, right = names.draw(kind, rng), names.draw(kind, rng)
    at = rng.choice(places)
    joined = [
        *(Piece(w, i > 0 or pieces[at].space) for i, w in enumerate(left)),
        Piece(rng.choice("---–"), False),
        *(Piece(w, i > 0) for i, w in enumerate(right)),
    ]
    return pieces[:at] + joined + pieces[at + 1 :]


def one_name(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """A name with a hyphen of its own in the place of a name."""
    places = [i for i, p in enumerate(pieces) if p.name and p.text.isalpha()]
    if not places:
        return pieces
    at = rng.choice(places)
    listed = [w for full, _ in names.people() for w in full.split() if "-" in w]
    name = rng.choice(HYPHENED + listed if rng.random() < 0.7 else HYPHENED[:6])
    before = [Piece("Perserikatan", pieces[at].space)] if name == "Bangsa-Bangsa" else []
    return [*pieces[:at], *before, Piece(name, bool(before) or pieces[at].space), *pieces[at + 1 :]]


def capitals(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """The sentence with the capitals of a heading: "Negara-Negara Anggota Hadir"."""
    return [
        replace(p, text=re.sub(r"\b[a-z]", lambda m: m[0].upper(), p.text)) if p.text.islower() else p for p in pieces
    ]


def acronym_at_end(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """An acronym or a name before the full stop."""
    if not closes(pieces):
        return pieces
    last = [rng.choice(ACRONYMS)] if rng.random() < 0.7 else names.draw(rng.choice("CLOMS"), rng)
    return [*pieces[:-2], *(Piece(w) for w in last), pieces[-1]]


def degrees_at_end(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """An attribution that ends in degrees: ", kata Dr. H. Nama, S.E., M.M."."""
    if not closes(pieces):
        return pieces
    titles = [p for t in rng.sample(TITLES, rng.choice([0, 1, 1, 2])) for p in (Piece(t), Piece(".", False))]
    person = [Piece(w) for w in names.draw("P", rng)]
    held = rng.sample(DEGREES, rng.choice([1, 2]))
    tail = [p for d in held for p in (Piece(",", False), Piece(d))]
    return [*pieces[:-1], Piece(",", False), Piece(rng.choice(["kata", "ujar"])), *titles, *person, *tail]


def title_inside(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """An abbreviated title or an initial before a name."""
    places = [i for i, p in enumerate(pieces) if p.name and p.text[:1].isupper() and i]
    if not places:
        return pieces
    at = rng.choice(places)
    title = rng.choice(TITLES) if rng.random() < 0.6 else rng.choice("ABCDEFGHIJKLMNRSTW")
    return [
        *pieces[:at], Piece(title, pieces[at].space), Piece(".", False),
        replace(pieces[at], space=True), *pieces[at + 1 :],
    ]  # fmt: skip


def dateline(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Place and outlet before the first sentence; they belong to it."""
    place = names.draw("L", rng)
    if rng.random() < 0.5:
        place = [w.upper() for w in place]
    outlet, dash = rng.choice(OUTLETS), Piece(rng.choice("--–—"))
    comma, place_ = Piece(",", False), [Piece(w) for w in place]
    head = rng.choice(
        [
            [*place_, comma, Piece(outlet), dash],
            [Piece(outlet), comma, *place_, dash],
            [*place_, dash],
            [*place_, *bracketed(outlet), dash],
            [*bracketed(outlet), dash, *place_, dash],
        ]
    )
    return head + [replace(pieces[0], space=True), *pieces[1:]]


def bracketed(text: str) -> list[Piece]:
    """`text` in brackets."""
    return glued("(", text, ")")


def quoted(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """The sentence in quotation marks, with or without an attribution after it."""
    left, right = rng.choice(QUOTES)
    head = [Piece(left), replace(pieces[0], space=rng.random() < 0.03), *pieces[1:]]
    if pieces[-1].text not in ".?!" or rng.random() < 0.3:
        return [*head, Piece(right, False)]
    stop = Piece(",", False) if pieces[-1].text == "." else pieces[-1]
    who = names.draw(rng.choice("PSM"), rng)
    marks = [stop, Piece(right, False)] if rng.random() < 0.8 else [Piece(right, False), stop]
    said = Piece(rng.choice(["kata", "ujar", "tutur", "tegas", "tulis", "katanya"]))
    return [*head[:-1], *marks, said, *(Piece(w) for w in who), Piece(".", False)]


def quoted_words(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Some words of the sentence, or its last ones, in quotation marks."""
    if len(pieces) < 8:
        return pieces
    left, right = rng.choice(QUOTES)
    last = len(pieces) - 1
    b = last if rng.random() < 0.5 else rng.randrange(3, last)
    a = rng.randrange(1, b)
    inner = [replace(pieces[a], space=False), *pieces[a + 1 : b]]
    if b == last and rng.random() < 0.5:
        return [*pieces[:a], Piece(left), *inner, pieces[-1], Piece(right, False)]
    return [*pieces[:a], Piece(left), *inner, Piece(right, False), *pieces[b:]]


def figure(rng: random.Random) -> list[Piece]:
    """A number as news writes it."""
    n = rng.randrange
    return rng.choice(
        [
            lambda: glued("Rp", f"{n(1, 99)}.{n(100, 999)}"),
            lambda: glued("Rp", f"{n(1, 99)},{n(1, 9)}"),
            lambda: glued("$", f"{n(1, 999)}"),
            lambda: glued(f"{n(1, 29)}.{n(1, 13)}.{n(2015, 2027)}"),
            lambda: glued("(", f"{n(1, 29)}/{n(1, 13)}/{n(2015, 2027)}", ")"),
            lambda: glued("(", f"{n(1, 29)}/{n(1, 13)}", ")"),
            lambda: [*glued(f"{n(1, 29)}"), Piece(rng.choice(MONTHS)), Piece(f"{n(2015, 2027)}")],
            lambda: [*glued(f"{n(1, 9)}"), Piece("+"), Piece(f"{n(1, 9)}")],
            lambda: [*glued(f"{n(10, 23)}.{n(10, 59)}"), Piece("WIB")],
            lambda: glued(f"{n(1, 999)}.{n(100, 999)}.{n(100, 999)}"),
            lambda: glued(f"{n(1, 99)},{n(1, 99)}", "%"),
            lambda: glued(f"{(year := n(1990, 2027))}/{year + 1}"),
        ]
    )()


def figures(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Another number in the place of one, or before the full stop."""
    places = [i for i, p in enumerate(pieces) if p.text.isdigit() and p.space and i]
    if places:
        at = rng.choice(places)
        return [*pieces[:at], *figure(rng), *pieces[at + 1 :]]
    return [*pieces[:-1], *figure(rng), pieces[-1]] if closes(pieces) else pieces


def particle(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """A word with "-lah" or "-kah", which are words of their own."""
    places = [
        i for i, p in enumerate(pieces) if len(p.words) == 1 and p.text.isalpha() and len(p.text) > 3 and not p.name
    ]
    if not places:
        return pieces
    at = rng.choice(places)
    ending = rng.choice(["lah", "kah"])
    word = pieces[at].words[0]
    longer = replace(pieces[at], text=pieces[at].text + ending, words=(word, replace(word, text=ending)))
    return [*pieces[:at], longer, *pieces[at + 1 :]]


def without_stop(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """A heading: no full stop."""
    return pieces[:-1] if closes(pieces) else pieces


#: A word before a full stop that GSD takes for an abbreviation: a capital and at most three letters more.
SHORT = r"[A-Z]\w{0,3}"
#: The share of GSD's sentences that are run on into the next, and the most letters of both.
RUN_ON, LONGEST = 0.15, 290
Rewrite = Callable[[list[Piece], random.Random], list[Piece]]
REWRITES: list[tuple[float, Rewrite]] = [
    (0.16, pair), (0.04, one_name), (0.02, capitals), (0.06, acronym_at_end), (0.03, degrees_at_end),
    (0.03, title_inside), (0.05, figures), (0.03, quoted_words), (0.06, quoted), (0.02, dateline),
    (0.02, particle),
]  # fmt: skip
LIGHT: list[tuple[float, Rewrite]] = [(0.04, pair), (0.02, one_name), (0.02, figures), (0.03, particle)]


def rewritten(
    sentence: data.Sentence, rng: random.Random, rewrites: list[tuple[float, Rewrite]] = REWRITES
) -> list[Piece]:
    """The pieces of `sentence`, rewritten here and there."""
    pieces = taken_apart(sentence)
    for share, rewrite in rewrites:
        if rng.random() < share:
            pieces = rewrite(pieces, rng)
    return pieces


def several(sentence: data.Sentence) -> bool:
    """Whether the treebank left several sentences in one."""
    return bool(re.search(r"\w[.?!]\s+[A-Z][a-z]", sentence.text))


def unparted(sentence: data.Sentence) -> bool:
    """Whether they are in one because the first ends in a short word with a capital, after which GSD does not part."""
    return bool(re.search(rf"\b{SHORT}[.]\s+[A-Z][a-z]", sentence.text))


def run_on(first: list[Piece], second: list[Piece], last: str) -> list[Piece]:
    """Two sentences in one, the first with `last` before its full stop."""
    return [*first[:-2], replace(first[-2], text=last), first[-1], replace(second[0], space=True), *second[1:]]


def habitual(sentences: list[list[Piece]], short: list[str], rng: random.Random) -> list[list[Piece]]:
    """Sentences of GSD, some of them run on after one of the words in `short`, as GSD leaves them."""
    result: list[list[Piece]] = []
    for sentence in sentences:
        before = result[-1] if result else []
        length = sum(len(p.text) + p.space for p in before + sentence)
        if closes(before) and length < LONGEST and sentence[0].text[:1].isupper() and rng.random() < RUN_ON:
            result[-1] = run_on(before, sentence, rng.choice(short))
        else:
            result.append(sentence)
    return result


def training(held: list[data.Sentence], rng: random.Random) -> list[list[list[Piece]]]:
    """Paragraphs of sentences of pieces, from every treebank.

    Long paragraphs hold GSD's sentences as they are, by its own habits: it leaves two sentences in
    one where the first ends in a capital and at most three letters more ("… di Laut Jawa. Kajen …"). Short ones hold
    sentences rewritten as news writes them, parted where a reader parts them. A model sees the
    borders of a short paragraph, so that it can tell the two apart. No sentence of `held` is among them.
    """
    kept_back, today = {data.key(s) for s in held}, data.treebank("id_gsd-ud-dev")
    gsd = [s for s in today if data.key(s) not in kept_back]
    known = {data.key(s) for s in today}
    old = [words.with_clitics(s) for k, s in data.old_gsd().items() if k not in known]
    apart = words.forms(old + gsd)
    others = [words.parted_alike(s, apart) for b in ("id_csui-ud-train", "id_pud") for s in data.treebank(b)]
    short = [p.text for s in old + gsd for p in taken_apart(s) if p.name and re.fullmatch(SHORT, p.text)]
    short += 5 * [w for w in ACRONYMS if len(w) <= 4]
    paragraphs = []
    treebank = old + 2 * gsd
    treebank += [s for s in old if unparted(s)]
    rng.shuffle(treebank)
    while treebank:
        size = rng.randint(10, 40)
        paragraphs.append(habitual([rewritten(s, rng, LIGHT) for s in treebank[:size]], short, rng))
        treebank = treebank[size:]
    plain = [s for s in old + gsd if not several(s)]
    for bank in (others, others, rng.sample(plain, len(plain) // 2)):
        at = 0
        while at < len(bank):
            size = rng.choice([1, 2, 2, 3])
            group = [rewritten(s, rng) for s in bank[at : at + size]]
            if rng.random() < 0.05:
                group[-1] = without_stop(group[-1], rng)
            if rng.random() < 0.1:
                group[0] = dateline(group[0], rng)
            paragraphs.append(group)
            at += size
    rng.shuffle(paragraphs)
    return paragraphs


def write(folder: Path, name: str, paragraphs: list[list[list[Piece]]], rng: random.Random) -> None:
    """Write paragraphs as Stanza's tokenizer reads them: the text, and a label for each letter."""
    with (folder / f"{name}.txt").open("w") as texts, (folder / f"{name}.labels").open("w") as labels:
        for paragraph in paragraphs:
            text, label = "", ""
            for sentence in paragraph:
                lost = text[-1:] == "." and text[-2:-1].islower() and rng.random() < 0.01
                for i, piece in enumerate(sentence):
                    if text and (piece.space or i == 0) and not (i == 0 and lost):
                        text, label = text + " ", label + "0"
                    mark = 1 + (i == len(sentence) - 1) + 2 * (len(piece.words) > 1)
                    text += piece.text
                    label += "0" * (len(piece.text) - 1) + str(mark)
            texts.write(text + "\n\n")
            labels.write(label + "\n\n")
