"""What programs ask to be done: a decision, an edit, an undo, each on articles as the version that was seen.

Everything is strict: a number in quotes is no number, a member that is not described is refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag, field_validator

from articles.editable import SCHEDULE
from articles.mapping import ATTRIBUTES, LONGEST_NAME, LONGEST_TOPIC, PROVIDER_PARTS
from articles.models import Article
from articles.notes import LONGEST as LONGEST_NOTE

MOST = 200  # articles of one act
LARGEST = 2**63 - 1
LONGEST = 100_000  # characters of a text, as in the edit form
LINE = r"^[^\x00-\x1f\x7f]*$"
WEB = r"^https?://[^\x00-\x20\x7f]+$"
MOMENT = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"


def _number(value: Any) -> Any:
    """1.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _moment(text: str) -> datetime:
    """Raises ValueError for a day that there is not."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("A text holds no NUL: no file and no database takes it.")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
Whole = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_number)]
Line = Annotated[str, Field(max_length=200, pattern=LINE)]
Name = Annotated[str, Field(max_length=LONGEST_NAME, pattern=LINE)]
Address = Annotated[str, Field(max_length=4000, pattern=WEB)]


class Wish(Schema):
    model_config = ConfigDict(strict=True, extra="forbid")


class Seen(Wish):
    """One article as it was seen."""

    id: Whole
    version: Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_number)]


Many = Annotated[list[Seen], Field(min_length=1, max_length=MOST, description="Each article once; one is a list of one.")]
Note = Annotated[Text, Field(max_length=5000, description="Why, for the history.")]


class Act(Wish):
    articles: Many
    note: Note = ""


class Approve(Act):
    """Publish: ``published: true``. The quality stays."""

    decision: Literal["approve"]


class Reject(Act):
    decision: Literal["reject"]
    reason: Literal["off_topic", "thin", "advertising", "broken_link", "other"]


class RejectDuplicate(Act):
    decision: Literal["reject"]
    reason: Literal["duplicate"]
    duplicate_of: Whole | None = Field(None, description="The id of the article that these repeat.")


class Hold(Act):
    decision: Literal["hold"]
    hours: Annotated[int, Field(ge=1, le=8784), BeforeValidator(_number)] = Field(4, description="When it comes back.")


class Wake(Act):
    """Bring held articles back into the queue now."""

    decision: Literal["wake"]


def _kind(value: Any) -> str:
    """Which of the decisions it is, by its tag; what is none of them is refused by that name."""
    words = value if isinstance(value, dict) else {}
    decision = str(words.get("decision"))
    return "duplicate" if decision == "reject" and words.get("reason") == "duplicate" else decision


Decision = Annotated[
    Annotated[Approve, Tag("approve")]
    | Annotated[Reject, Tag("reject")]
    | Annotated[RejectDuplicate, Tag("duplicate")]
    | Annotated[Hold, Tag("hold")]
    | Annotated[Wake, Tag("wake")],
    Discriminator(_kind),
]


class ProviderWish(Wish):
    """The parts that are to change; the others stay."""

    name: Name | None = None
    domain: Name | None = None


class ImageWish(Wish):
    """What else the file says of a picture is kept with its address."""

    url: Address
    width: Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_number)]
    height: Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_number)]


class Changes(Wish):
    """New values in the file's spelling; what is left out stays. null takes a key out of the file."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra={"minProperties": 1})

    category: Line | None = None
    title: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(default_factory=str)
    excerpt: Annotated[Text, Field(max_length=LONGEST)] | None = None
    publishedDateTime: Annotated[str, Field(pattern=MOMENT)] | None = None
    originalUrl: Address | None = None
    webUrl: Address | None = None
    ampWebUrl: Address | None = None
    cdnAmpWebUrl: Address | None = None
    type: Line | None = None
    quality: Annotated[int, Field(ge=0, le=LARGEST), BeforeValidator(_number)] | None = None
    heat: Annotated[int, Field(ge=-1, le=LARGEST), BeforeValidator(_number)] | None = None
    featuredContent: Annotated[Text, Field(max_length=LONGEST)] | None = None
    provider: ProviderWish = ProviderWish()
    topics: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_TOPIC, pattern=LINE)]], Field(max_length=100)
    ] | None = None  # fmt: skip
    images: Annotated[list[ImageWish], Field(max_length=100)] | None = None
    publish_from: Annotated[str, Field(pattern=MOMENT)] | None = Field(None, description="Approved, it leaves with no export before.")
    publish_until: Annotated[str, Field(pattern=MOMENT)] | None = Field(None, description="From then on it leaves as taken down.")

    @field_validator("publishedDateTime", *SCHEDULE)
    @classmethod
    def a_day_that_there_is(cls, value: str | None) -> str | None:
        if value is not None:
            _moment(value)
        return value

    def of(self, article: Article) -> dict[str, Any]:
        """The attributes that are to change, for this article."""
        said = self.model_dump(exclude_unset=True)
        new = {ATTRIBUTES.get(key, key): value for key, value in said.items() if key != "provider"}
        new |= {PROVIDER_PARTS[part]: value for part, value in said.get("provider", {}).items()}
        new |= {name: _moment(new[name]) for name in ("published_at", *SCHEDULE) if new.get(name)}
        if new.get("images"):
            known = {one.get("url"): one for one in article.images or () if isinstance(one, dict)}
            new["images"] = [{**known.get(one["url"], {"isCached": False}), **one} for one in new["images"]]
        return {name: value for name, value in new.items() if value != getattr(article, name)}


class Edit(Act):
    changes: Changes


class Assign(Act):
    """Ask a person to judge the articles; nothing of it is exported."""

    person: Name | None = Field(description="The name under which they sign in; null for nobody.")


class WriteNote(Wish):
    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_NOTE, pattern=r"\S", description="@name mentions somebody who sees the site.")]


class ChangeNote(Wish):
    resolved: bool = Field(description="Whether it needs nobody any more.")


class Undo(Wish):
    review: Whole = Field(description="Any review of the act; all of its articles go back.")
