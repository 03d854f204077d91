"""Topics: terms and phrases, models that do not depend on the order of files, stability, coherence, files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from analysis.errors import SimakError
from analysis.measures.terms import TermCounts, term_counts
from analysis.measures.topic_issues import coincidence
from analysis.measures.topic_study import matched, stability, study
from analysis.measures.topic_words import coherence, foremost_words, label
from analysis.measures.topics import TopicModel, fitted, tfidf, too_few, topics, typical_sentences

SUBJECTS = {
    "trade": "tarif dagang impor ekspor pasar perang dagang",
    "sea": "kapal laut china selatan filipina patroli laut china selatan",
    "fentanyl": "fentanil opioid obat narkoba bahan kimia",
}


def corpus(n: int = 90, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return articles, sentences, tokens and issues of n articles about one subject each."""
    rng = np.random.default_rng(seed)
    articles, sentences, tokens, issues = [], [], [], []
    for number in range(n):
        article, issue = f"n{number:03d}", list(SUBJECTS)[number % 3]
        articles.append(
            (article, article if number else "n003", pd.Timestamp("2023-01-01") + pd.Timedelta(days=number))
        )
        issues.append((article, issue))
        at = 0
        for _ in range(3):
            words = [*SUBJECTS[issue].split(), *rng.choice(["pejabat", "negara", "hari", "kota"], 2), "yang", "."]
            ends = np.cumsum([len(word) + 1 for word in words]) + at
            sentence = f"{article}:{at}-{ends[-1]}"
            sentences.append((article, sentence, " ".join(words)))
            for word, end in zip(words, ends, strict=True):
                tokens.append(
                    (
                        article,
                        sentence,
                        end - len(word) - 1,
                        word.capitalize(),
                        word,
                        "PUNCT" if word == "." else "NOUN",
                    )
                )
            at = ends[-1]
    return (
        pd.DataFrame(articles, columns=["article_id", "duplicate_group", "date"]),
        pd.DataFrame(sentences, columns=["article_id", "sentence_id", "text"]),
        pd.DataFrame(tokens, columns=["article_id", "sentence_id", "start", "text", "lemma", "upos"]),
        pd.DataFrame(issues, columns=["article_id", "issue"]),
    )


ARTICLES, SENTENCES, TOKENS, ISSUES = corpus()
COUNTS = term_counts(TOKENS, ARTICLES["article_id"], stopwords=["yang"])


@pytest.fixture(scope="module")
def found():
    return topics(ARTICLES, TOKENS, 3, counts=COUNTS, draws=50)


def test_counts_from_parts_of_the_tokens_are_those_from_the_whole():
    parts = [part for _, part in TOKENS.groupby(TOKENS["article_id"].str[-1])]
    for unit in ("article_id", "sentence_id"):
        whole, again = (term_counts(tokens, unit=unit, stopwords=["yang"]) for tokens in (TOKENS, iter(parts)))
        assert again.terms.tolist() == whole.terms.tolist() and again.ids.tolist() == whole.ids.tolist()
        assert (again.matrix != whole.matrix).nnz == 0


def test_terms_are_words_and_phrases_without_stop_words():
    assert {"tarif", "laut china selatan", "perang dagang"} <= set(COUNTS.terms)
    assert not {"yang", ".", "dagang perang"} & set(COUNTS.terms)
    row, column = list(COUNTS.ids).index("n001"), list(COUNTS.terms).index("laut china selatan")
    assert COUNTS.matrix[row, column] == 6


def test_counts_of_words_are_those_of_scikit_learn():
    texts = SENTENCES.groupby("article_id")["text"].agg(" ".join)
    other = CountVectorizer(stop_words=["yang"], min_df=5, max_df=0.5)
    matrix = other.fit_transform(texts)
    counts = term_counts(TOKENS, stopwords=["yang"], phrases=1)
    assert counts.terms.tolist() == other.get_feature_names_out().tolist()
    assert (counts.matrix.toarray() == matrix.toarray()).all()
    weights = TfidfTransformer(sublinear_tf=True).fit(matrix)
    assert tfidf(counts.matrix, weights.idf_).toarray() == pytest.approx(weights.transform(matrix).toarray())


def test_given_terms_are_counted_as_before_and_rows_may_be_empty():
    again = term_counts(TOKENS, ["n001", "nowhere"], terms=[*COUNTS.terms, "tidak ada"])
    assert again.ids.tolist() == ["n001", "nowhere"] and again.matrix[1].sum() == 0
    assert (again.matrix[0].toarray()[:-1] == COUNTS.rows(["n001"]).matrix.toarray()[0]).all()


def test_parts_of_speech_and_missing_lemmas():
    tokens = TOKENS.assign(
        upos=np.where(TOKENS["lemma"] == "tarif", "ADP", None), lemma=pd.Series([None] * len(TOKENS), dtype="str")
    )
    assert "tarif" not in term_counts(tokens, stopwords=[]).terms
    assert "tarif" in term_counts(tokens, stopwords=[], upos=None).terms


def test_words_may_be_taken_as_they_stand(tmp_path):
    tokens = TOKENS.assign(lemma=TOKENS["lemma"].replace({"tarif": "bea"}))
    assert "bea" in term_counts(tokens, stopwords=[]).terms
    counts = term_counts(tokens, stopwords=[], lemmas=False)
    assert {"tarif"} <= set(counts.terms) and "bea" not in counts.terms
    fitted(counts, 2).save(tmp_path)
    assert (TopicModel.load(tmp_path).counts(tokens).matrix != counts.matrix).nnz == 0


def test_under_fifty_different_articles_no_model_is_fitted():
    few = ARTICLES.head(49)
    assert too_few(few) and not too_few(ARTICLES)
    with pytest.raises(SimakError, match="50"):
        topics(few, TOKENS, 3, counts=COUNTS)


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_topics_are_the_subjects(method):
    found = topics(ARTICLES, TOKENS, 3, method=method, counts=COUNTS, draws=20, seed=1)
    largest = found.shares.sort_values("share").drop_duplicates("article_id", keep="last").merge(ISSUES)
    assert largest.groupby("issue")["topic"].nunique().eq(1).all() and largest["topic"].nunique() == 3
    assert found.shares.groupby("article_id")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert (found.summary["low"] <= found.summary["share"]).all() and found.summary["articles"].sum() == len(ARTICLES)


def test_the_order_of_files_changes_nothing(found):
    counts = term_counts(TOKENS.sample(frac=1, random_state=1), stopwords=["yang"])
    turned = topics(ARTICLES[::-1], TOKENS, 3, counts=counts, draws=50)
    pd.testing.assert_frame_equal(found.summary, turned.summary)
    pd.testing.assert_frame_equal(found.shares, turned.shares)


def test_typical_sentences_are_of_the_topic(found):
    table = typical_sentences(found, SENTENCES, TOKENS, number=2).merge(ISSUES)
    assert len(table) == 6 and table.groupby("topic")["issue"].nunique().eq(1).all()
    assert table["article_id"].is_unique


def test_topics_coincide_with_the_issues_they_are_made_of(found):
    table = coincidence(found, ISSUES, ARTICLES, draws=50)
    best = table.drop_duplicates("topic")
    assert set(best["issue"]) == set(SUBJECTS) and (best["low"] > 0.5).all()
    shares = found.shares.merge(ISSUES)
    own = shares[(shares["topic"] == best["topic"].iloc[0]) & (shares["issue"] == best["issue"].iloc[0])][
        "share"
    ].mean()
    assert best["share_with"].iloc[0] == pytest.approx(own)


def test_anchors_come_first_and_name_their_topic():
    found = topics(ARTICLES, TOKENS, 3, counts=COUNTS, anchors={"narkotika": ["Fentanil"]}, draws=10)
    named = found.summary[found.summary["label"].str.startswith("narkotika: ")]["topic"].item()
    largest = found.shares.sort_values("share").drop_duplicates("article_id", keep="last").merge(ISSUES)
    assert set(largest[largest["topic"] == named]["issue"]) == {"fentanyl"}
    with pytest.raises(SimakError, match="bola"):
        topics(ARTICLES, TOKENS, 3, counts=COUNTS, anchors={"bola": ["sepakbola"]})


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_a_saved_model_places_new_articles_as_the_first_did(method, tmp_path):
    found = topics(ARTICLES, TOKENS, 3, method=method, counts=COUNTS, draws=10)
    found.model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["topics.json", "topics.npz"]
    model = TopicModel.load(tmp_path)
    _, _, tokens, issues = corpus(12, seed=9)
    placed = model.place(model.counts(tokens, [*issues["article_id"], "empty"]))
    assert placed[placed["article_id"] == "empty"]["share"].isna().all()
    largest = placed.dropna().sort_values("share").drop_duplicates("article_id", keep="last").merge(issues)
    assert largest.groupby("issue")["topic"].nunique().eq(1).all()
    again = model.place(model.counts(TOKENS))
    assert again["share"].to_numpy() == pytest.approx(found.shares["share"].to_numpy(), abs=1e-3)


def test_a_damaged_model_is_named(tmp_path):
    with pytest.raises(SimakError, match="no topic model"):
        TopicModel.load(tmp_path)
    (tmp_path / "topics.json").write_text('{"method": "nmf", "upos": null, "lemmas": true, "terms": ["a"]}')
    np.savez(tmp_path / "topics.npz", components=np.ones((2, 3)), idf=np.ones(3))
    with pytest.raises(SimakError, match="belong together"):
        TopicModel.load(tmp_path)


def test_the_study_recommends_the_number_of_subjects():
    table = study(COUNTS, numbers=[3, 6, 9, 5000], fits=15)
    assert table["number"].tolist() == [3, 6, 9] and table["fits"].sum() == 15
    assert table.set_index("number")["recommended"].to_dict() == {3: True, 6: False, 9: False}
    assert table["stability"].between(table["low"], table["high"]).all()
    pd.testing.assert_frame_equal(table, study(COUNTS, numbers=[9, 6, 3], fits=15))
    with pytest.raises(SimakError, match="fits=5"):
        study(COUNTS, numbers=[2, 3], fits=5)


def test_a_study_is_kept_under_texts_and_parameters(tmp_path):
    options = {"numbers": [3, 6], "fits": 8, "cache": tmp_path / "kept"}
    table = study(COUNTS, **options)
    (file,) = (tmp_path / "kept").iterdir()
    kept = pd.read_parquet(file).assign(coherence=9.0)
    kept.to_parquet(file)
    assert (study(COUNTS, **options)["coherence"] == 9).all()
    other = TermCounts(COUNTS.matrix * 2, COUNTS.ids, COUNTS.terms)
    for counts, changed in ((COUNTS, {"seed": 1}), (COUNTS, {"fits": 10}), (other, {})):
        assert (study(counts, **{**options, **changed})["coherence"] != 9).all()
    file.write_bytes(b"damaged")
    pd.testing.assert_frame_equal(study(COUNTS, **options), table)
    pd.testing.assert_frame_equal(study(COUNTS, **options), table)


def test_stability_names_its_runs():
    agreement, _ = stability(COUNTS, 3, runs=4)
    assert agreement.drop_duplicates("run")["kind"].tolist() == ["seed", "order", "sample", "seed"]
    assert agreement["agreement"].between(0, 1).all()


def test_agreement_of_ranked_words_is_the_average_jaccard_of_greene_et_al():
    one = "album music best award win".split()
    other = "sport best win medal award".split()
    numbers = {word: place for place, word in enumerate(sorted({*one, *other}))}
    ranks = [np.array([[numbers[word] for word in words]]) for words in (one, other)]
    by_hand = np.mean([len({*one[:d]} & {*other[:d]}) / len({*one[:d]} | {*other[:d]}) for d in range(1, 6)])
    assert matched(*ranks) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(0.154, abs=0.0005)  # table 1 of Greene et al. (2014)


def test_coherence_is_npmi_by_hand():
    counts = TermCounts(
        sparse.csr_array([[1, 2, 0], [1, 0, 1], [0, 1, 1], [0, 0, 3]]), np.array(list("abcd")), np.array(list("xyz"))
    )
    expected = np.log((1 / 4) / (2 / 4 * 2 / 4)) / -np.log(1 / 4)
    assert coherence(np.array([[2.0, 1.0, 0.0]]), counts, top=2) == pytest.approx([expected])


def test_frex_prefers_what_is_the_topics_own():
    words = foremost_words(np.array([[5.0, 4.0, 3.0], [5.0, 0.0, 0.0]]), np.array(["hari", "tarif", "kapal"]), 3)
    assert words.query("topic == 1 and rank == 1")["term"].item() == "hari"
    assert words.query("topic == 1 and frex_rank == 1")["term"].item() == "tarif"
    assert words.groupby("topic")["weight"].sum().to_numpy() == pytest.approx(1)
    assert label(["laut", "laut china selatan", "kapal", "patroli", "asean"]) == "laut · kapal · patroli"


def test_a_model_needs_fitting_terms():
    model = fitted(COUNTS, 2)
    with pytest.raises(SimakError, match="other terms"):
        model.place(COUNTS.rows(["n001"]).__class__(COUNTS.matrix[:, :2], COUNTS.ids, COUNTS.terms[:2]))
    for wrong in ({"number": 1}, {"number": 3, "method": "bert"}):
        with pytest.raises(SimakError, match="number=1|bert"):
            topics(ARTICLES, TOKENS, counts=COUNTS, **wrong)
