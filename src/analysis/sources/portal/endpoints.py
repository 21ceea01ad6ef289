"""The eight endpoints of the reporting API: how each is asked, and the columns its answer becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from analysis.errors import UsageError
from analysis.sources.portal.periods import Period

METRIC_KEYS = ("numerator", "denominator", "ratio", "score", "maxScore")
GROUP_CODES = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
TEXT_COLUMNS = (
    "departmentCode",
    "departmentName",
    "level",
    "departmentType",
    "departmentLevel",
    "agencyLevel",
)

TRANSPARENCY_CODES = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "DOSSIER_SYNC")
SATISFACTION_CODES = (
    "PETITION_CLASSIFICATION_TTHC",
    "DOSSIER_RECEIVING_SATISFACTION",
    "PETITION_PROCESSING_ON_TIME",
    "PETITION_HANDLING_SATISFACTION",
    "PETITION_CLASSIFICATION_STAFF",
)
DIGITISATION_CODES = (
    "ORIGINAL_RESULT_AVAILABLE",
    "SO_HOA_GIAY_TO_GIAI_QUYET",
    "REUSED_DIGITIZED_DATA",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    "CITIZEN_DATA_CONNECTED_DOSSIER",
    "CITIZEN_DATA_CONNECTED_FORMALITY",
    "ELECTRONIC_CERTIFIED_COPY",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    Attributes
    ----------
    kind
        `metrics`: `overview` and `evaluation` with coded metrics; `tree`: `parent` and `children`;
        `national`: the 34 provinces; `catalogue`: the procedures.
    page_size
        What a request asks for; None where the endpoint has no pages.
    columns
        Columns of the table its answers become, in order.
    level_key
        The child's key that `level` repeats; None where `level` only tells PARENT from CHILD.
    """

    name: str
    kind: Literal["metrics", "tree", "national", "catalogue"]
    path: str
    page_size: int | None
    columns: tuple[str, ...] = ()
    level_key: str | None = None

    @property
    def has_department_codes(self) -> bool:
        """Tell whether units carry their `departmentCode`, which two endpoints leave out."""
        return self.name not in ("transparency", "handling-satisfaction")

    @property
    def max_pages(self) -> int:
        """Give the number of pages past which a response is not believed."""
        return 2000 if self.kind == "catalogue" else 100

    def body(self, period: Period, *, province_id: str | None, page: int) -> dict[str, Any]:
        """Give the JSON body of a request; the key order means nothing to the portal."""
        paging = {"currentPage": page, "pageSize": self.page_size}
        if self.kind == "catalogue":
            return paging
        if self.kind == "national":
            return {**period.as_time_type(), "departmentType": "ADMINISTRATIVE_UNIT"}
        dated = self.name == "handling-satisfaction"
        time = period.as_dates() if dated else period.as_time_type()
        return {**time, "rootDepartmentId": province_id, **paging}

    @property
    def dtypes(self) -> dict[str, str]:
        """Give the dtype of each column: names and codes are text, every figure is a float."""
        texts = (*TEXT_COLUMNS, "DOSSIER_SYNC.dataQualityStatus")
        return {column: "str" if column in texts else "float64" for column in self.columns}


def _columns(names: str, codes: tuple[str, ...] = ()) -> tuple[str, ...]:
    unit = ("departmentCode", "departmentName", "level", *names.split())
    return unit + tuple(f"{code}.{key}" for code in codes for key in METRIC_KEYS)


_SCORES = "totalScore totalMaxScore ratio"

# Endpoints whose units carry a code come first: by the time a unit without one arrives, its code is known.
EVALUATION = (
    Endpoint(
        "dossier-digitized",
        "metrics",
        "/evaluation/dossier-digitized",
        200,
        _columns(f"stt departmentType departmentLevel agencyLevel {_SCORES} scoreDelta", DIGITISATION_CODES),
    ),
    Endpoint(
        "dvc-progress-tree",
        "tree",
        "/evaluation/dvc-progress-tree",
        100,
        _columns(
            "totalReceived totalOnTime totalCompleted avgProcessingDays ratio totalScore totalMaxScore "
            "totalOverdue score maxScore scoreDelta"
        ),
        "level",
    ),
    Endpoint(
        "provide-online-tree",
        "tree",
        "/evaluation/provide-online-tree",
        200,
        _columns(
            f"{_SCORES} authorityCount partialCount fullCount onlineDossierCount onlineServiceTotal "
            "channelOnlineSum channelDirectSum channelPostalSum channelTotalSum onlineOnTimeSum "
            "onlineOverdueSum scoreDelta"
        ),
        "level",
    ),
    Endpoint(
        "formality-online-payment-tree",
        "tree",
        "/evaluation/formality-online-payment-tree",
        100,
        _columns(
            "totalMaxScore ratio totalScore totalDossierOnlinePaymentSuccess totalDossierFinancialObligation "
            "totalDossierOnlineFormalityPaymentSuccess totalFeeDossierFormalityDistinct "
            "totalFeeDossierFormality totalFeeFormality scoreDelta"
        ),
        "level",
    ),
    Endpoint(
        "transparency",
        "metrics",
        "/evaluation/transparency",
        200,
        (
            *_columns(f"departmentType agencyLevel stt {_SCORES} scoreDelta averageScore", TRANSPARENCY_CODES),
            "DOSSIER_SYNC.dataQualityStatus",
        ),
        "departmentLevel",
    ),
    Endpoint(
        "handling-satisfaction",
        "metrics",
        "/evaluation/handling-satisfaction",
        200,
        _columns(
            f"stt departmentType departmentLevel agencyLevel {_SCORES} scoreDelta totalPetitions "
            "classifiedPetitions totalDossiers averageScore",
            SATISFACTION_CODES,
        ),
    ),
)
NATIONAL = Endpoint(
    "service-results",
    "national",
    "/evaluation/service-results",
    None,
    ("departmentCode", "departmentName", "totalScore", *(f"groupScores.{code}" for code in GROUP_CODES)),
)
CATALOGUE = Endpoint("formalities", "catalogue", "/formalities", 10)
CHART_COLUMNS = {
    "dvc-progress-tree": ("month", "onTimePct", "overduePct"),
    "provide-online-tree": ("label", "onlineDossierPct"),
}

_BY_NAME = {endpoint.name: endpoint for endpoint in (*EVALUATION, NATIONAL, CATALOGUE)}


def find_endpoint(name: str) -> Endpoint:
    """Give the endpoint of a name.

    Raises
    ------
    UsageError
        No such endpoint.
    """
    if name not in _BY_NAME:
        raise UsageError(f"the portal has no endpoint {name!r}", allowed=", ".join(_BY_NAME))
    return _BY_NAME[name]
