"""The layers of Stanza's models, run on whole batches.

Stanza hands its layers some thirty sentences at a time and builds the numbers for them in Python, which takes most
of its time. Here the same layers see thousands of tokens at once, and what they make of a word by itself (its
vectors, its characters) is asked for once a word. Models of another build than the shipped one's are left to Stanza
(`runs`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.language.glued import Rank
from analysis.language.sentences import Token, as_read

if TYPE_CHECKING:
    import stanza
    import torch
    from stanza.pipeline.processor import Processor

LETTERS = {"space_before", "capitalized", "numeric", "end_of_para", "start_of_para"}
LONGEST = 1_000  # characters that the tokenizer sees at once
TOKENS = 12_000  # that the layers see at once
WORDS = 60_000  # whose vectors are kept
ADDRESS = re.compile(r"@|://|www\.|\.(?:gov|org|edu|net|com|co)\.")  # without it Stanza's pattern finds nothing
Decoded = Callable[["torch.Tensor", "list[int]"], np.ndarray]


def runs(nlp: stanza.Pipeline) -> bool:
    """Return whether the models of a pipeline are of the build that this module knows."""
    if list(nlp.processors) != ["tokenize", "mwt", "pos", "lemma", "ner"]:
        return False
    (cut, _, pos, _, ner) = (processor.config for processor in nlp.processors.values())
    plain = not any(config.get("charlm") or config.get("bert_model") for config in (cut, pos, ner))
    tagger, tags = nlp.processors["ner"].trainers[0].model, nlp.processors["ner"].trainers[0].vocab
    return (
        plain
        and LETTERS.issuperset(cut["feat_funcs"])
        and not (cut.get("use_dictionary") or cut.get("skip_newline"))
        and bool(pos.get("pretrain") and pos.get("char") and pos.get("word_emb_dim"))
        and bool(ner.get("char") and tagger.input_transform and "word" in tags and "delta" in tags)
        and len(nlp.processors["ner"].trainers) == tagger.num_output_layers == 1
    )


def segmented(texts: list[str], processor: Processor, rank: Rank) -> list[list[list[Token]]]:
    """Return the sentences of each paragraph, parted where a reader parts them, as tokens."""
    kept = [re.sub(" {2,}", " ", text.rstrip()) for text in texts]
    sentences = []
    for text, plain, labels in zip(texts, kept, _labels(kept, processor), strict=True):
        blank = np.array([c == " " for c in text.rstrip()], dtype=bool)
        places = np.flatnonzero(~(blank[1:] & blank[:-1])) + 1
        tokens = _tokens(plain, [0, *places.tolist()], _whole_addresses(plain, labels), processor.config["max_seqlen"])
        sentences.append(as_read(tokens, rank))
    return sentences


def _labels(texts: list[str], processor: Processor) -> list[np.ndarray]:
    """Return of each character whether it ends a token (1), a sentence (2) or, of more than one word, either (3, 4).

    A text longer than what the tokenizer sees at once goes on where its last whole sentence ended.
    """
    import torch

    found = [np.zeros(len(text), dtype=np.int64) for text in texts]
    units, features = _numbers(texts, processor)
    left = {n: 0 for n, text in enumerate(texts) if text}
    model = processor.trainer.model.eval()
    while left:
        spans = {n: (at, min(at + LONGEST, len(texts[n]))) for n, at in left.items()}
        # Stanza ends a text by padding, but no window of a longer one
        sizes = {n: end - at + (len(texts[n]) < LONGEST) for n, (at, end) in spans.items()}
        for group in _groups(sizes, 6 * TOKENS):
            shape = (len(group), sizes[group[0]])
            seen = torch.zeros(shape, dtype=torch.int64)
            marks = torch.zeros((*shape, features[0].shape[1]))
            for row, n in enumerate(group):
                at, end = spans[n]
                seen[row, : end - at] = torch.from_numpy(units[n][at:end])
                marks[row, : end - at] = torch.from_numpy(features[n][at:end])
            scores = model(seen, marks, [sizes[n] for n in group]).argmax(2).numpy()
            for row, n in enumerate(group):
                at, end = spans[n]
                label = scores[row, : end - at]
                stops = np.flatnonzero((label == 2) | (label == 4))
                whole = not len(stops) or at >= len(texts[n]) - LONGEST
                left[n] = end if whole else at + int(stops[-1]) + 1
                found[n][at : left[n]] = label[: left[n] - at]
        left = {n: at for n, at in left.items() if at < len(texts[n])}
    for labels in found:
        labels[-1:] = np.where(labels[-1:] > 2, 4, 2)
    return found


def _numbers(texts: list[str], processor: Processor) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return of each text what the tokenizer knows its characters by: numbers, and features beside them."""
    vocabulary, wanted = processor.vocab, processor.config["feat_funcs"]
    codes, at = np.unique([ord(c) for c in "".join(texts)], return_inverse=True)
    letters = [chr(code) for code in codes.tolist()]
    tests: dict[str, Callable[[str], bool]] = {
        "space_before": lambda c: c == " ",
        "capitalized": str.isupper,
        "numeric": lambda c: re.fullmatch(r"\d", c) is not None,
    }
    numbers = np.array([vocabulary.unit2id(letter) for letter in letters], dtype=np.int64)
    marks = np.array([[name in tests and tests[name](c) for name in wanted] for c in letters], dtype=np.float32)
    borders = np.cumsum([len(text) for text in texts])[:-1]
    features = np.split(marks[at].reshape(-1, len(wanted)), borders)
    for feature in features:
        for name, place in (("end_of_para", -1), ("start_of_para", 0)):
            if name in wanted and len(feature):
                feature[place, wanted.index(name)] = 1
    return np.split(numbers[at], borders), features


def _whole_addresses(text: str, labels: np.ndarray) -> np.ndarray:
    """Return the labels with addresses of mail and pages left whole, as Stanza leaves them."""
    if ADDRESS.search(text):
        from stanza.models.tokenization.utils import MASK_RE

        for match in MASK_RE.finditer(text):
            labels[match.start() : match.end() - 1] = 0
            labels[match.end() - 1] = max(labels[match.end() - 1], 1)
    return labels


def _tokens(text: str, places: list[int], labels: np.ndarray, longest: int) -> Iterator[list[Token]]:
    """Yield the sentences that the labels of a text's characters spell; ``places``: where these stand."""
    from stanza.pipeline.tokenize_processor import TOKEN_TOO_LONG_REPLACEMENT

    sentence, begin = [], 0
    ends = np.flatnonzero(labels)
    for end, label in zip(ends.tolist(), labels[ends].tolist(), strict=True):
        surface = text[begin : end + 1]
        word = surface.lstrip()
        first, begin = end + 1 - len(word), end + 1
        if not word:
            continue
        shown = word if len(word) <= longest else TOKEN_TOO_LONG_REPLACEMENT
        sentence.append(Token(shown, places[first], places[end] + 1, label > 2))
        if label in (2, 4):
            yield sentence
            sentence = []


class Vectors:
    """What layers make of words by themselves: vectors, each made once as long as there is room."""

    def __init__(self, made: Callable[[list[str]], torch.Tensor]) -> None:
        self.made = made
        self.known: dict[str, int] = {}
        self.table: torch.Tensor | None = None
        self.busy = Lock()  # a cluster's worker may have several threads

    def of(self, words: list[str]) -> torch.Tensor:
        """Return one vector a word."""
        import torch

        with self.busy:
            if len(self.known) > WORDS:
                self.known, self.table = {}, None
            new = sorted(set(words) - self.known.keys(), key=lambda word: (-len(word), word))
            for first in range(0, len(new), WORDS):
                some = new[first : first + WORDS]
                made = self.made(some)
                self.table = made if self.table is None else torch.cat([self.table, made])
                self.known |= {word: n for n, word in enumerate(some, len(self.known))}
            assert self.table is not None
            return self.table[[self.known[word] for word in words]]


def classes(sentences: list[list[str]], vectors: Vectors, processor: Processor) -> list[list[str]]:
    """Return the word class of each word of sentences."""
    model, vocabulary = processor.trainer.model, processor.vocab["upos"]

    def decoded(states: torch.Tensor, _: list[int]) -> np.ndarray:
        return model.upos_clf(model.upos_hid(states).relu()).argmax(1).numpy()

    return [vocabulary.unmap(found) for found in _decoded(sentences, vectors, model, decoded)]


def names(sentences: list[list[str]], vectors: Vectors, processor: Processor) -> list[list[str]]:
    """Return the tag of each token of sentences: what of a name it is."""
    from stanza.models.common.vocab import VOCAB_PREFIX_SIZE
    from stanza.models.ner.trainer import fix_singleton_tags

    trainer = processor.trainers[0]
    model, tags = trainer.model, trainer.vocab["tag"].items(0)
    moves = model.crits[0]._transitions.numpy()

    def decoded(states: torch.Tensor, sizes: list[int]) -> np.ndarray:
        return np.maximum(best_paths(model.tag_clfs[0](states).numpy(), moves, sizes), VOCAB_PREFIX_SIZE)

    return [fix_singleton_tags([tags[n] for n in found]) for found in _decoded(sentences, vectors, model, decoded)]


def best_paths(scores: np.ndarray, moves: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Return the best sequences of tags (Viterbi 1967), of sentences side by side.

    Parameters
    ----------
    scores
        Of each token and tag, shape (tokens, tags): first tokens of all sentences, the longest sentence first,
        then second tokens, and so on.
    moves
        Of one tag after another, shape (tags, tags).
    sizes
        How many sentences have a first token, a second, and so on.
    """
    steps = np.split(scores, np.cumsum(sizes)[:-1])
    best, back = [steps[0]], []
    for step in steps[1:]:
        before = best[-1][: len(step), :, None] + moves
        back.append(before.argmax(1))
        best.append(step + before.max(1))
    ends = best[-1].argmax(1)
    paths = [ends]
    for came, step in zip(reversed(back), reversed(best[:-1]), strict=True):
        ends = np.concatenate([came[np.arange(len(ends)), ends], step[len(ends) :].argmax(1)])
        paths.append(ends)
    return np.concatenate(paths[::-1])


def _decoded(sentences: list[list[str]], vectors: Vectors, model: Any, decoded: Decoded) -> list[list[int]]:
    """Return the numbers of what is decoded from the states of a tagger over sentences."""
    import torch
    from torch.nn.utils.rnn import PackedSequence

    found: list[list[int]] = [[] for _ in sentences]
    model.eval()
    for group in _groups({n: len(sentence) for n, sentence in enumerate(sentences) if sentence}, TOKENS):
        lengths = np.array([len(sentences[n]) for n in group])
        starts = np.cumsum(lengths) - lengths
        sizes = [int((lengths > step).sum()) for step in range(lengths[0])]
        places = np.concatenate([starts[:size] + step for step, size in enumerate(sizes)])
        words = [word for n in group for word in sentences[n]]
        packed = PackedSequence(vectors.of(words)[torch.from_numpy(places)], torch.tensor(sizes))
        first = (model.taggerlstm_h_init, model.taggerlstm_c_init)
        states, _ = model.taggerlstm(packed, lengths.tolist(), hx=tuple(s.repeat(1, len(group), 1) for s in first))
        numbers = np.empty(len(places), dtype=np.int64)
        numbers[places] = decoded(states.data, sizes)
        for n, part in zip(group, np.split(numbers, starts[1:]), strict=True):
            found[n] = part.tolist()
    return found


def _groups(sizes: dict[int, int], most: int) -> Iterator[list[int]]:
    """Yield what is to be seen together, longest first: at most so much, padding included, and at least one."""
    group: list[int] = []
    for n in sorted(sizes, key=lambda n: (-sizes[n], n)):
        if group and sizes[group[0]] * (len(group) + 1) > most:
            yield group
            group = []
        group.append(n)
    if group:
        yield group


def class_vectors(processor: Processor) -> Vectors:
    """Return what the tagger of word classes makes of words."""
    import torch
    from stanza.models.common.utils import simplify_punct

    model, vocabulary, pretrained = processor.trainer.model.eval(), processor.vocab, processor.pretrain.vocab

    def made(words: list[str]) -> torch.Tensor:
        words = [word for (word,) in simplify_punct([[[word] for word in words]])[0]]
        known = pretrained.map([word.lower() for word in words])
        return torch.cat([
            model.word_emb(torch.tensor(vocabulary["word"].map(words))),
            model.trans_pretrained(model.pretrained_emb(torch.tensor(known))),
            model.trans_char(_characters(words, model.charmodel, vocabulary["char"])),
        ], 1)  # fmt: skip

    return Vectors(made)


def name_vectors(processor: Processor) -> Vectors:
    """Return what the tagger of names makes of words."""
    import torch
    from stanza.models.common.vocab import PAD_ID, UNK_ID

    trainer = processor.trainers[0]
    model, vocabulary, config = trainer.model.eval(), trainer.vocab, trainer.args

    def made(words: list[str]) -> torch.Tensor:
        cased = [word.lower() for word in words] if config.get("lowercase", True) else words
        known, learnt = (torch.tensor(vocabulary[name].map(cased)) for name in ("word", "delta"))
        learnt[(learnt == UNK_ID) & (known != UNK_ID)] = PAD_ID
        spelt = [word.lower() for word in words] if config.get("char_lowercase") else words
        characters = _characters(spelt, model.charmodel, vocabulary["char"])
        return model.input_transform(torch.cat([model.word_emb(known) + model.delta_emb(learnt), characters], 1))

    return Vectors(made)


def _characters(words: list[str], model: Any, vocabulary: Any) -> torch.Tensor:
    """Return what a model of characters makes of words, which stand longest first."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    parts = []
    for group in _groups({n: len(word) for n, word in enumerate(words)}, 10 * TOKENS):
        spelt = pad_sequence([torch.tensor(vocabulary.map(list(words[n]))) for n in group], batch_first=True)
        lengths = [len(words[n]) for n in group]
        parts.append(model(spelt, spelt == 0, list(range(len(group))), [len(group)], lengths).data)
    return torch.cat(parts)
