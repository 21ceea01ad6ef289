"""The documented shape of every response; what departs from it is drift and is named, never repaired.

Null is allowed only where the portal was seen to give it: `ratio` and `score` of a metric without cases,
`score` of a metric without points, the counts of `ELECTRONIC_CERTIFIED_COPY`, `scoreDelta`,
`averageScore` of satisfaction. Keys nobody documented are allowed and listed by `unknown_fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

from analysis.sources.portal.endpoints import DIGITISATION_CODES, SATISFACTION_CODES, TRANSPARENCY_CODES


class Shape(BaseModel):
    """Strict about types, tolerant of additions; field names follow the API's camel case."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, allow_inf_nan=False, alias_generator=to_camel)


Identifier = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Filled = Annotated[str, Field(min_length=1)]
Level = Literal["PROVINCE", "COMMUNE"]


class Metric(Shape):
    """One coded metric of a unit; `max_score` stands before `score` because its rule needs it."""

    code: str
    name: str
    numerator: float | None
    denominator: float | None
    max_score: float
    ratio: float | None
    score: float | None
    data_quality_status: str | None = None
    data_quality_message: str | None = None

    @field_validator("numerator", "denominator")
    @classmethod
    def _is_counted(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None and info.data.get("code") != "ELECTRONIC_CERTIFIED_COPY":
            raise ValueError("null where a number was")
        return value

    @field_validator("ratio", "score")
    @classmethod
    def _is_null_only_without_cases(cls, value: float | None, info: ValidationInfo) -> float | None:
        is_unscored = info.field_name == "score" and info.data.get("max_score") == 0
        if value is None and info.data.get("denominator") and not is_unscored:
            raise ValueError(f"null where a number was, with {info.data['denominator']:g} cases")
        return value


def _exactly(codes: tuple[str, ...]) -> Callable[[list[Metric]], list[Metric]]:
    def check(metrics: list[Metric]) -> list[Metric]:
        found = [metric.code for metric in metrics]
        if sorted(found) != sorted(codes):
            odd = sorted(set(found) ^ set(codes)) or ["one code twice"]
            raise ValueError(f"the metric codes are not those known: {', '.join(odd)}")
        return metrics

    return check


class Unit(Shape):
    """What every row of every endpoint says of its unit."""

    department_id: Identifier
    department_name: Filled


class MetricUnit(Unit):
    """A province, department or commune in the endpoints with coded metrics."""

    stt: int
    department_type: Literal["PROVINCE", "PROVINCIAL_DEPARTMENT", "COMMUNE_PEOPLE_COMMITTEE"]
    department_level: Level
    agency_level: str
    total_score: float
    total_max_score: float
    ratio: float
    score_delta: float | None


class TransparencyUnit(MetricUnit):
    """A unit of `transparency`."""

    metrics: Annotated[list[Metric], AfterValidator(_exactly(TRANSPARENCY_CODES))]


class TransparencyProvince(TransparencyUnit):
    """The province of `transparency`, which alone has an average."""

    average_score: float


class SatisfactionUnit(MetricUnit):
    """A unit of `handling-satisfaction`."""

    metrics: Annotated[list[Metric], AfterValidator(_exactly(SATISFACTION_CODES))]
    total_petitions: float
    classified_petitions: float
    total_dossiers: float
    average_score: float | None


class DigitisationUnit(MetricUnit):
    """A unit of `dossier-digitized`."""

    department_code: Filled
    metrics: Annotated[list[Metric], AfterValidator(_exactly(DIGITISATION_CODES))]


class TreeUnit(Unit):
    """A unit of a tree endpoint."""

    department_code: Filled
    ratio: float


class TreeChild(Shape):
    """What a department or commune has and the province of a tree has not."""

    level: Level
    score_delta: float | None


class Scored(Shape):
    """The score keys of most tree rows."""

    total_score: float
    total_max_score: float


class Progress(TreeUnit):
    """The counts that both rows of `dvc-progress-tree` have."""

    total_received: float
    total_on_time: float
    avg_processing_days: float


class ProgressProvince(Progress, Scored):
    """The province of `dvc-progress-tree`."""

    total_completed: float


class ProgressChild(Progress, TreeChild):
    """A department or commune of `dvc-progress-tree`, whose score keys are named differently."""

    total_overdue: float
    score: float
    max_score: float


class OnlineProvince(TreeUnit, Scored):
    """The province of `provide-online-tree`, which alone has counts."""

    authority_count: float
    partial_count: float
    full_count: float
    online_dossier_count: float
    online_service_total: float
    channel_online_sum: float
    channel_direct_sum: float
    channel_postal_sum: float
    channel_total_sum: float
    online_on_time_sum: float
    online_overdue_sum: float


class OnlineChild(TreeUnit, Scored, TreeChild):
    """A department or commune of `provide-online-tree`."""


class PaymentProvince(TreeUnit, Scored):
    """The province of `formality-online-payment-tree`."""

    total_dossier_online_payment_success: float
    total_dossier_financial_obligation: float
    total_dossier_online_formality_payment_success: float
    total_fee_dossier_formality_distinct: float
    total_fee_dossier_formality: float
    total_fee_formality: float


class PaymentChild(PaymentProvince, TreeChild):
    """A department or commune of `formality-online-payment-tree`."""


class ProgressMonth(Shape):
    """One month of the chart of `dvc-progress-tree`."""

    month: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])$")]
    on_time_pct: float
    overdue_pct: float


class OnlineMonth(Shape):
    """One month of the chart of `provide-online-tree`."""

    label: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])$")]
    online_dossier_pct: float


class GroupScores(Shape):
    """The six group scores of a province, under the portal's own codes."""

    model_config = ConfigDict(alias_generator=str.upper)

    ckmb: float
    tdgq: float
    clgq: float
    tttt: float
    mdhl: float
    mdsh: float


class NationalProvince(Unit):
    """One province in `service-results`."""

    department_code: Filled
    total_score: float
    group_scores: GroupScores


class NationalTotal(Shape):
    """The country in `service-results`."""

    department_name: Filled
    total_score: float


class Procedure(Shape):
    """One procedure of the catalogue."""

    id: Identifier
    code: Filled
    name: Filled
    state: str
    department_id: Identifier
    publishing_department_ids: list[str]
    applied_department_ids: list[str]


class Pagination(Shape):
    """Where a page stands."""

    total: int
    current_page: int
    page_size: int
    total_pages: int


Root = TypeVar("Root", bound=Shape)
Child = TypeVar("Child", bound=Shape)
Month = TypeVar("Month", bound=Shape)


class MetricData(Shape, Generic[Root, Child]):
    """The data of `transparency`, `handling-satisfaction` and `dossier-digitized`."""

    overview: Root
    evaluation: list[Child]
    pagination: Pagination
    monthly_chart: list[object] = []
    source: str | None = None


class TreeData(Shape, Generic[Root, Child]):
    """The data of `formality-online-payment-tree`."""

    parent: Root
    children: list[Child]


class ChartedTreeData(TreeData[Root, Child], Generic[Root, Child, Month]):
    """The data of `dvc-progress-tree` and `provide-online-tree`: twelve months always."""

    monthly_chart: Annotated[list[Month], Field(min_length=12, max_length=12)]


class NationalData(Shape):
    """The data of `service-results`."""

    overview: NationalTotal
    evaluation: list[NationalProvince]


class CatalogueData(Shape):
    """The data of `formalities`."""

    items: list[Procedure]
    pagination: Pagination


DATA: dict[str, type[Shape]] = {
    "transparency": MetricData[TransparencyProvince, TransparencyUnit],
    "handling-satisfaction": MetricData[SatisfactionUnit, SatisfactionUnit],
    "dossier-digitized": MetricData[DigitisationUnit, DigitisationUnit],
    "dvc-progress-tree": ChartedTreeData[ProgressProvince, ProgressChild, ProgressMonth],
    "provide-online-tree": ChartedTreeData[OnlineProvince, OnlineChild, OnlineMonth],
    "formality-online-payment-tree": TreeData[PaymentProvince, PaymentChild],
    "service-results": NationalData,
    "formalities": CatalogueData,
}


def unknown_fields(value: object, path: str) -> Iterator[str]:
    """Give the paths of fields that no shape knows; rows of a list share one path."""
    if isinstance(value, list):
        for item in value:
            yield from unknown_fields(item, f"{path}[]")
    elif isinstance(value, Shape):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name, field in type(value).model_fields.items():
            yield from unknown_fields(getattr(value, name), f"{path}.{field.alias or name}")
