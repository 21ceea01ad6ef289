"""The value of an indicator for any grouping and period, with the counts it is made of."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import UsageError
from analysis.indicators import counts, flow
from analysis.indicators.codebook import Indicator, indicator
from analysis.indicators.periods import PERIODS, in_period
from analysis.indicators.quantiles import quantiles
from analysis.indicators.registers import register
from analysis.policy import FEWEST_CASES

COLUMNS = ("indicator_id", "period", "numerator_count", "denominator_count", "value", "low", "high")


def values(name: str, *, source_id: str, by: Sequence[str] = (), period: str = "month") -> pd.DataFrame:
    """Compute an indicator.

    Parameters
    ----------
    name
        Of the codebook.
    source_id
        Whose dossiers.
    by
        Columns to group by beside the period, as far as the indicator's counts have them: province_code, unit_code,
        unit_level, field_code; applicant_type, procedure_code or linked_group and step where they are counted.
    period
        `month`, `quarter`, `year` or `all` together; by receipt, for the official share and the backlog by the end
        of the period.

    Returns
    -------
    pandas.DataFrame
        One row per period and group: `period`, the columns `by`, `indicator_id`, `numerator_count`,
        `denominator_count` (for days: how many dossiers), `value` (percent on 0–100, days, or a count; missing where
        the denominator is 0), `low` and `high` (bounds, where the indicator has them, else missing). An interval is
        made from the counts, by `methods.wilson`.

    Raises
    ------
    UsageError
        If there is no such indicator, source, period or column; the error lists those there are.
    """
    chosen = indicator(name)
    if period not in PERIODS:
        raise UsageError(f"There is no period {period!r}", allowed=", ".join(PERIODS))
    if chosen.kind == "register":
        frame = register(name, source_id=source_id, by=by, period=period)
        return _shown(frame, name, by)
    table = counts.load(_table(chosen, by), source_id)
    missing = [column for column in by if column not in table]
    if missing:
        raise UsageError(
            f"{name} cannot be grouped by {', '.join(missing)}",
            allowed=", ".join(str(name) for name in table if not str(name).endswith(("_count", "_month", "_days"))),
        )
    frame = _KINDS[chosen.kind](chosen, table, list(by), period, source_id)
    return _shown(frame, name, by)


def _shown(frame: pd.DataFrame, name: str, by: Sequence[str]) -> pd.DataFrame:
    named = frame.assign(indicator_id=name).reindex(columns=["indicator_id", "period", *by, *COLUMNS[2:]])
    return named.sort_values(["period", *by], ignore_index=True)


def _table(chosen: Indicator, by: Sequence[str]) -> str:
    """Give the table of counts: that of applicants where they are asked for."""
    return "groups" if "applicant_type" in by and chosen.of == "dossiers" else chosen.of


def _share(frame: pd.DataFrame) -> pd.Series:
    return 100 * frame["numerator_count"] / frame["denominator_count"].where(frame["denominator_count"] > 0)


def _ratio(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    absent = [name for name in (*chosen.numerator, *chosen.denominator) if name not in table]
    if absent:
        raise UsageError(f"{chosen.id} is not counted by kind of applicant", where=f"missing: {', '.join(absent)}")
    rows = pd.DataFrame(
        {
            "period": in_period(table["month"], period),
            **{name: table[name] for name in by},
            "numerator_count": table[list(chosen.numerator)].sum(axis=1),
            "denominator_count": table[list(chosen.denominator)].sum(axis=1),
        }
    )
    frame = rows.groupby(["period", *by], as_index=False).sum()
    return frame.assign(value=_share(frame))


def _quantile(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    if chosen.of == "linked":
        table = table.rename(columns={"cases_count": "dossiers_count"})
        table = table if "step" in by else table[table["step"] == "all"]
    assert chosen.probability is not None  # for the type checker: a quantile has one
    histogram = table.assign(period=in_period(table["month"], period))
    found = quantiles(histogram, ["period", *by], [chosen.probability])
    days = f"p{round(100 * chosen.probability)}_days"
    return found.rename(columns={"dossiers_count": "denominator_count", days: "value"})


def _services(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    """Count procedures, not dossiers: a procedure counts once in a period, whatever its dossiers."""
    rows = table.assign(period=in_period(table["month"], period))
    each = rows.groupby(["period", *by, "procedure_code"], as_index=False)[
        [*chosen.numerator, *chosen.denominator]
    ].sum()
    offered = each[chosen.denominator[0]] > 0
    each = each.assign(
        numerator_count=(offered & (each[chosen.numerator[0]] > 0)).astype(int), denominator_count=offered.astype(int)
    )
    frame = each.groupby(["period", *by], as_index=False)[["numerator_count", "denominator_count"]].sum()
    return frame.assign(value=_share(frame))


def _bounds(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    """Give the share of all dossiers that people filed online themselves, between what is sure and what is possible."""
    filed = counts.load("dossiers", source_id)
    keys = ["period", *by]
    doubtful = table.assign(period=in_period(table["month"], period)).groupby(keys)["doubtful_count"].sum()
    sums = (
        filed.assign(period=in_period(filed["month"], period))
        .groupby(keys)[["online_count", "proxy_count", "dossiers_count"]]
        .sum()
    )
    most = sums["online_count"] - sums["proxy_count"]
    least = most - doubtful.reindex(sums.index, fill_value=0)
    frame = pd.DataFrame({"numerator_count": most, "denominator_count": sums["dossiers_count"]})
    share = _share(frame)
    # no point value: what lies between the bounds is not known
    low = 100 * least / sums["dossiers_count"].where(sums["dossiers_count"] > 0)
    bounded: pd.DataFrame = frame.assign(value=float("nan"), low=low, high=share).reset_index()
    return bounded


def _cohort(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    last = table["month"].max()
    dated = table[table["due_month"].notna()]
    decided = dated[dated["finished_month"].notna() | (dated["due_month"] < last)]
    rows = decided.assign(
        period=in_period(decided["month"], period),
        numerator_count=decided["in_time_count"],
        denominator_count=decided["dossiers_count"],
    )
    frame: pd.DataFrame = rows.groupby(["period", *by], as_index=False)[["numerator_count", "denominator_count"]].sum()
    return frame.assign(value=_share(frame))


def _official(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    parts = flow.official_parts(table, by, period)
    rows = parts.assign(
        numerator_count=parts["dossiers_count"].where(parts["part"].isin(flow.ON_TIME_PARTS), 0),
        denominator_count=parts["dossiers_count"],
    )
    frame = rows.groupby(["period", *by], as_index=False)[["numerator_count", "denominator_count"]].sum()
    return frame.assign(value=_share(frame))


def _backlog(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    parts = []
    for name, end in flow.period_ends(table, period).items():
        open_then = flow.pending(table, end)
        age = (int(end[:4]) - open_then["month"].str[:4].astype(int)) * 12 + int(end[5:7])
        age = age - open_then["month"].str[5:7].astype(int)
        weighted = open_then.assign(period=name, months=age * open_then["dossiers_count"])
        parts.append(weighted.groupby(["period", *by], as_index=False)[["dossiers_count", "months"]].sum())
    frame = pd.concat(parts, ignore_index=True).rename(columns={"dossiers_count": "denominator_count"})
    value = frame["denominator_count"] if chosen.kind == "backlog" else frame["months"] / frame["denominator_count"]
    return frame.drop(columns="months").assign(value=value.astype(float))


def _gap(chosen: Indicator, table: pd.DataFrame, by: list[str], period: str, source_id: str) -> pd.DataFrame:
    """Give how far units lie apart: nine tenths of them against one tenth, of those with enough dossiers."""
    units = _ratio(chosen, table, [*by, "unit_code"], period, source_id)
    enough = units[units["denominator_count"] >= FEWEST_CASES]
    spread = enough.groupby(["period", *by], as_index=False).agg(
        denominator_count=("denominator_count", "sum"),
        low=("value", lambda shares: shares.quantile(0.1)),
        high=("value", lambda shares: shares.quantile(0.9)),
    )
    apart: pd.DataFrame = spread.assign(value=spread["high"] - spread["low"])
    return apart


_KINDS = {
    "gap": _gap,
    "ratio": _ratio,
    "quantile": _quantile,
    "services": _services,
    "bounds": _bounds,
    "cohort": _cohort,
    "official": _official,
    "backlog": _backlog,
    "backlog_age": _backlog,
}
