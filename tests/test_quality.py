"""The extraction does not get worse on articles annotated apart from its making.

The floors lie a little under the figures measured when they were written (see the README): a change
that falls below one has lost more than it won.
"""

import pytest
from quality import NEWS, measured

from analysis import accuracy

FLOORS = {
    "body characters": ("f1", 95),
    "mentions PER+ORG+LOC": ("f1", 86),
    "actors (B-cubed, shared mentions)": ("f1", 97),
    "quotes overlap 0.8": ("f1", 88),
    "quotes overlap 0.3": ("f1", 92),
    "quotes 0.8 with speaker": ("f1", 82),
    "quotes direct recall 0.3": ("r", 98),
    "speaker of found quotes": ("accuracy", 91),
    "sentiment of found quotes, macro F1": ("f1", 63),
    "target of found quotes": ("f1", 48),
    "issues of articles": ("f1", 77),
}
#: The same of the 229 articles that were annotated afterwards.
AFTERWARDS = {
    "mentions PER+ORG+LOC": ("f1", 92),
    "quotes overlap 0.8": ("f1", 90),
    "quotes overlap 0.3": ("f1", 93),
    "quotes 0.8 with speaker": ("f1", 82),
    "quotes direct recall 0.3": ("r", 98),
    "speaker of found quotes": ("accuracy", 90),
    "issues of articles": ("f1", 80),
}


def on(name, tmp_path_factory):
    if not NEWS.exists():
        pytest.skip("the shared data holds no news")
    return measured(name, tmp_path_factory.mktemp("quality"))


@pytest.fixture(scope="module")
def apart(shared, tmp_path_factory):
    return on("apart", tmp_path_factory)


@pytest.fixture(scope="module")
def afterwards(shared, tmp_path_factory):
    return on("afterwards", tmp_path_factory)


@pytest.mark.parametrize("figure", FLOORS)
def test_figure_stays_above_its_floor(apart, figure):
    value, floor = FLOORS[figure]
    assert getattr(apart.figures[figure], value) >= floor


@pytest.mark.parametrize("figure", AFTERWARDS)
def test_figure_stays_above_its_floor_on_what_was_annotated_afterwards(afterwards, figure):
    value, floor = AFTERWARDS[figure]
    assert getattr(afterwards.figures[figure], value) >= floor


def test_reports_quote_what_is_measured_now(apart, tmp_path):
    for found in (measured("seeds", tmp_path), apart):
        assert accuracy.read(accuracy.SHIPPED[found.name]) == found, "`make accuracy` measures anew"
