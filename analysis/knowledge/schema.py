"""What each YAML file of knowledge may hold, one model a file."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, LiteralString, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from analysis.knowledge.patterns import branching, parsed


class Entry(BaseModel):
    """A mapping in which only declared keys are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _pattern(text: str) -> str:
    parsed(text)
    return text


PatternText = Annotated[str, AfterValidator(_pattern)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Position(Entry):
    """What one can be for or against, and the words of those who are."""

    label: str
    label_id: str
    yes: list[PatternText] = []
    no: list[PatternText] = []

    @model_validator(mode="before")
    @classmethod
    def _words_for_truth(cls, given: Any) -> Any:
        """Return the keys as written: YAML reads yes and no as true and false."""
        return {{True: "yes", False: "no"}.get(k, k): v for k, v in given.items()} if isinstance(given, dict) else given


class Issue(Entry):
    """One code of the codebook."""

    label: str
    label_id: str
    definition: str
    definition_id: str = ""
    patterns: list[PatternText] = Field(min_length=1)
    hints: list[PatternText] = []
    exclude: list[PatternText] = []
    parent: str | None = None
    positions: dict[Code, Position] = {}

    def meaning(self, language: str) -> str:
        """Return the name and what belongs to it, in English where the language has no definition."""
        if language == "en" or not self.definition_id:
            return f"{self.label}: {self.definition}"
        return f"{self.label_id}: {self.definition_id}"


class Codebook(RootModel[dict[Code, Issue]]):
    """`codebook.yml`: code → issue."""

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Return the codebook; beside the fields, the parents must be codes and form no circle."""
        book = super().model_validate(obj, **options)
        mistakes = [
            InitErrorDetails(type=PydanticCustomError("parent", message), loc=(code, "parent"), input=issue.parent)
            for code, issue in book.root.items()
            if (message := book._parent_mistake(code))
        ]
        if mistakes:
            raise ValidationError.from_exception_data("codebook", mistakes)
        return book

    def ancestors(self, code: str) -> list[str]:
        """Return the parent of a code, its parent and so on."""
        line: list[str] = []
        while (parent := self.root[code].parent) is not None and parent in self.root and parent not in line:
            line.append(parent)
            code = parent
        return line

    def _parent_mistake(self, code: str) -> LiteralString | None:
        parent = self.root[code].parent
        if parent is not None and parent not in self.root:
            return "the parent is no code of this codebook"
        return "the code is its own ancestor" if code in self.ancestors(code) else None


Implication = Literal[
    "says", "adds", "asserts", "explains", "reports", "announces", "claims", "admits", "denies", "warns", "threatens",
    "accuses", "criticises", "praises", "demands", "advises", "promises", "expects", "asks", "answers",
]  # fmt: skip


class Cue(Entry):
    """One reporting verb."""

    active: list[str] = []
    passive: list[str] = []
    bare: bool = False
    implies: Implication
    takes: Literal["noun", "clause", "that", "request"]
    source: Literal["any", "person", "document"] = "any"


#: The lists of words in `verbs.yml`.
_WORDS = """giving stances settings dangers according channel no_agent pronouns adverbs after_verb unsaid that about
    purpose so_that joining meanwhile when contrast sourcing as_said so copula said_of_things favours
    occasion asides connectives subordinate shared pointers days remarks spells asked_for people collectives
    documents things no_people leaders no_leaders definite article indefinite plural crowd stand_ins
    relatives servants empty topics no_verb predicates clause_marks""".split()
_Words = type("_Words", (Entry,), {"__module__": __name__, "__annotations__": dict.fromkeys(_WORDS, list[str])})


class Verbs(_Words):
    """`verbs.yml`: reporting verbs, and the words that stand around them."""

    cues: dict[str, Cue]
    speech: dict[str, Implication]
    short: dict[str, str]


class ToneWords(Entry):
    """Words of one kind and weight."""

    weight: float = Field(ge=-1, le=1)
    patterns: list[PatternText] = Field(min_length=1)


class Shift(Entry):
    """Words that change the weight of the tone words after them."""

    reach: int = Field(ge=1, le=10)
    factor: float = Field(ge=-1, le=1)
    patterns: list[PatternText] = Field(min_length=1)


class Aim(Entry):
    """Words that tell at whom a tone is aimed."""

    after: dict[str, list[str]]
    about: dict[str, list[str]]


class Tone(Entry):
    """`tone.yml`: words that carry tone, and what turns or weakens them."""

    words: dict[str, ToneWords]
    negation: Shift
    hedging: Shift
    contrast: list[PatternText]
    cues: dict[Implication, Annotated[float, Field(ge=-1, le=1)]]
    aim: Aim


def _regex(pattern: str) -> str:
    """Refuse what is no regular expression, and nested repeats, which can take forever."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    if branching(pattern):
        raise ValueError("a repeat or a choice inside a long repeat, like (a+)+ or (a|aa)+, can take forever")
    return pattern


Regex = Annotated[str, AfterValidator(_regex)]
Marks = dict[str, Regex]


class Language(Entry):
    """Words by which Indonesian is known and told from Malay."""

    common: list[str] = Field(min_length=10)
    indonesian: list[str]
    malay: list[str]


class Boilerplate(Entry):
    """`boilerplate.yml`: marks of what is not article, each a name and a regular expression."""

    lines: Marks
    headed: Marks
    ends: Marks
    finals: Marks
    inside: Marks
    links: Marks
    tails: Marks
    captions: Marks
    credits: Marks
    authors: Marks
    placed: Marks
    house: Regex
    headline_words: list[str]
    language: Language


class Dates(Entry):
    """`dates.yml`: names of months, days and zones."""

    months: dict[Annotated[int, Field(ge=1, le=12)], list[str]] = Field(min_length=12)
    days: list[str]
    zones: dict[str, Annotated[float, Field(ge=-12, le=14)]]
    home_zone: str
    published: list[str]
    updated: list[str]

    @model_validator(mode="after")
    def _home_is_a_zone(self) -> Dates:
        if self.home_zone not in self.zones:
            raise ValueError(f"home_zone must be one of {', '.join(self.zones)}")
        return self


class Outlet(Entry):
    """One outlet; its name is matched too, whatever the case. `boilerplate`: whole lines that are no article in it."""

    name: str
    spellings: list[str] = []
    domains: list[str] = []
    boilerplate: list[Regex] = []


class Outlets(RootModel[dict[str, Outlet]]):
    """`outlets.yml`: outlet id → outlet with its spellings and domains."""


class Columns(Entry):
    """`columns.yml`: names under which tables hold the fields of an article."""

    text: list[str]
    title: list[str]
    date: list[str]
    outlet: list[str]
    author: list[str]
    url: list[str]
    headlines: list[str]


class Stopwords(RootModel[dict[str, list[str]]]):
    """`stopwords.yml`: words that no topic is made of."""


ActorId = Annotated[str, Field(pattern=r"^[\w-]+$")]


class Office(Entry):
    """An office that somebody holds or held; days are inclusive at the start, exclusive at the end."""

    office: str
    of: ActorId | None = None
    since: date | None = Field(default=None, alias="from")
    until: date | None = None


class Actor(Entry):
    """What is known of one actor; all but the id may be missing in an analyst's own entry."""

    name: str | None = None
    name_id: str | None = None
    type: Literal["PER", "ORG", "LOC", "EVT"] | None = None
    country: ActorId | None = None
    wikidata: Annotated[str, Field(pattern=r"^Q\d+$")] | None = None
    aliases: list[str] = []
    weak: list[str] = []
    institution: str | None = Field(default=None, alias="is")
    offices: list[Office] = []
    merge_into: ActorId | None = None
    articles: list[str] = []


class Actors(RootModel[dict[ActorId, Actor]]):
    """`actors.yml`: actor_id → actor."""


class Correction(Entry):
    """What an analyst knows better of one quote."""

    actor_id: Annotated[str, Field(pattern=r"^[\w#-]+$")]


class Corrections(RootModel[dict[str, Correction]]):
    """`corrections.yml`: quote_id → who really said it."""


class Country(Entry):
    """A country or territory."""

    name: str
    name_id: str
    adjective: str | None = None
    aliases: list[str] = []
    seats: dict[ActorId, list[str]] = {}
    wikidata: Annotated[str, Field(pattern=r"^Q\d+$")] | None = None


class Countries(RootModel[dict[ActorId, Country]]):
    """`countries.yml`: actor_id → country."""


class OfficeName(Entry):
    """How an office is called."""

    name: str
    words: list[str]


class Institution(Entry):
    """An institution that every country has; `place` says that 'di' and a place may belong to its name."""

    name: str
    words: list[str]
    default: ActorId | None = None
    place: bool = False


class Seats(Entry):
    """What tells a government from the place where it sits."""

    place_before: list[str]
    government_before: list[str]
    given: list[str]
    leaves: list[str]
    government_after: Regex
    place_after: Regex


class Unnamed(Entry):
    """Words for sources without a name."""

    nouns: dict[str, str]
    qualities: dict[str, str]
    several: list[str]
    ignored: list[str]
    institutions: dict[str, str]


class Roles(Entry):
    """`roles.yml`: titles, offices, institutions and words for unnamed sources."""

    titles: frozenset[str]
    tails: frozenset[str]
    carriers: frozenset[str]
    groups: frozenset[str]
    missions: frozenset[str]
    joins: frozenset[str]
    given_names: frozenset[str]
    place_words: frozenset[str]
    offices: dict[str, OfficeName]
    institutions: dict[ActorId, Institution]
    institution_words: dict[str, ActorId]
    heads: dict[Literal["ORG", "LOC", "EVT"], list[str]]
    no_names: frozenset[Annotated[str, AfterValidator(str.lower)]]
    weak_after: list[str]
    seats: Seats
    unnamed: Unnamed
