"""Seven shares, the median and the 90th percentile by unit, field and month: ours, pandas, and SQL by hand.

Run: `python benchmarks/indicators.py [--full]`. Simulated dossiers, 1 and 10 million, or 100 million with `--full`
(ours and the SQL only: pandas would not fit). Every way gives the same figures, which is checked; each runs in a
process of its own. Ours goes month by month through the codebook's expressions; the SQL is one query, or one a month.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
from side_by_side import Measured, measured, record

from analysis.indicators import counting, engine
from analysis.indicators.counts import together
from analysis.indicators.quantiles import quantiles
from analysis.simulation import simulate

BY = ["unit_code", "field_code", "month"]
SHARES = {
    "online": ("online_count", "dossiers_count"),
    "full_online": ("full_online_count", "service_level_known_count"),
    "paid_online": ("paid_online_count", "fee_due_count"),
    "digitised": ("digitised_count", "with_components_count"),
    "reused": ("reused_count", "dossiers_count"),
    "e_result": ("e_result_count", "settled_count"),
    "verified": ("verified_count", "dossiers_count"),
}
NEEDED = sorted({name for pair in SHARES.values() for name in pair})
SQL = """
SELECT unit_code, field_code, {month} AS month,
  count(*) FILTER (channel = 'online') / count(*) AS online,
  count(*) FILTER (channel = 'online' AND service_level = 'full') / nullif(count(service_level), 0) AS full_online,
  count(*) FILTER (fee_due AND paid_online) / nullif(count(*) FILTER (fee_due), 0) AS paid_online,
  count(*) FILTER (components_count > 0 AND digitised_components_count >= components_count)
    / nullif(count(*) FILTER (components_count > 0), 0) AS digitised,
  count(*) FILTER (reused_components_count > 0) / count(*) AS reused,
  count(*) FILTER (status_code IN ('9', '10') AND e_result)
    / nullif(count(*) FILTER (status_code IN ('9', '10')), 0) AS e_result,
  count(*) FILTER (verified_identity) / count(*) AS verified,
  quantile_cont(processing_working_days, 0.5) FILTER (status_code IN ('9', '10')) AS p50_days,
  quantile_cont(processing_working_days, 0.9) FILTER (status_code IN ('9', '10')) AS p90_days
FROM read_parquet('{files}', hive_partitioning = false) GROUP BY ALL
"""


def months(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("month=") for path in folder.glob("month=*"))


def by_ours(folder: Path) -> pd.DataFrame:
    backend = engine.connect("duckdb")
    parts = []
    for some in together({month: folder / f"month={month}" for month in months(folder)}):
        table = engine.months_of(backend, folder, some)
        counts = counting.dossiers(table)[[*BY, *NEEDED]].to_pyarrow().to_pandas()
        days = quantiles(counting.durations(table).to_pyarrow().to_pandas(), BY, [0.5, 0.9])
        shares = {name: counts[top] / counts[below].where(counts[below] > 0) for name, (top, below) in SHARES.items()}
        parts.append(counts[BY].assign(**shares).merge(days.drop(columns="dossiers_count"), how="left", on=BY))
    return pd.concat(parts)


def by_sql(folder: Path) -> pd.DataFrame:
    month = r"regexp_extract(filename, 'month=(\d{4}-\d{2})', 1)"
    return duckdb.sql(SQL.format(month=month, files=folder / "month=*/*.parquet")).df()


def by_sql_monthly(folder: Path) -> pd.DataFrame:
    return pd.concat(
        duckdb.sql(SQL.format(month=f"'{month}'", files=folder / f"month={month}/*.parquet")).df()
        for month in months(folder)
    )


def by_pandas(folder: Path) -> pd.DataFrame:
    columns = ["unit_code", "field_code", "channel", "service_level", "fee_due", "paid_online", "components_count"]
    columns += ["digitised_components_count", "reused_components_count", "status_code", "e_result"]
    columns += ["verified_identity", "processing_working_days"]
    files = {month: folder / f"month={month}" / "part-0.parquet" for month in months(folder)}
    table = pd.concat(pd.read_parquet(path, columns=columns).assign(month=month) for month, path in files.items())
    table = table.reset_index(drop=True)
    online, settled = table["channel"] == "online", table["status_code"].isin(["9", "10"])
    with_papers = table["components_count"] > 0
    marks = {
        "online_count": online,
        "full_online_count": online & (table["service_level"] == "full"),
        "service_level_known_count": table["service_level"].notna(),
        "fee_due_count": table["fee_due"] == True,  # noqa: E712 - a missing one is not due
        "paid_online_count": (table["fee_due"] == True) & (table["paid_online"] == True),  # noqa: E712
        "with_components_count": with_papers,
        "digitised_count": with_papers & (table["digitised_components_count"] >= table["components_count"]),
        "reused_count": table["reused_components_count"] > 0,
        "settled_count": settled,
        "e_result_count": settled & (table["e_result"] == True),  # noqa: E712
        "verified_count": table["verified_identity"] == True,  # noqa: E712
        "days": table["processing_working_days"].where(settled),
    }
    keyed = table[BY].assign(**marks).groupby(BY, dropna=False)
    counts = keyed[[name for name in marks if name != "days"]].sum().assign(dossiers_count=keyed.size())
    days = keyed["days"].quantile([0.5, 0.9]).unstack().set_axis(["p50_days", "p90_days"], axis=1)
    shares = {name: counts[top] / counts[below].where(counts[below] > 0) for name, (top, below) in SHARES.items()}
    return counts.assign(**shares)[list(SHARES)].join(days).reset_index()


WAYS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "ours, month by month": by_ours,
    "DuckDB SQL by hand, one query": by_sql,
    "DuckDB SQL by hand, month by month": by_sql_monthly,
    "pandas": by_pandas,
}


def timed(way: str, folder: Path) -> Measured:
    before = f"""
import ibis.backends.duckdb
from pathlib import Path
from indicators import WAYS, told
folder = Path({str(folder)!r})
"""
    return measured(before=before, work=f"told(WAYS[{way!r}](folder))", root=folder.parent)


def told(table: pd.DataFrame) -> list[float]:
    """Give what the process tells: how many rows, and a number that no other table would have."""
    figures = table[[*SHARES, "p50_days", "p90_days"]].astype(float)
    weights = pd.Series(range(1, figures.shape[1] + 1), index=figures.columns)
    return [float(len(table)), round(float((figures.sum() * weights).sum()), 4)]


def main() -> None:
    rows = []
    full = "--full" in sys.argv
    for count in [100_000_000] if full else [1_000_000, 10_000_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = simulate(dossiers_count=count, seed=4550, into=Path(name), workers=2).folder
            ways = [way for way in WAYS if count <= 10_000_000 or way != "pandas"]
            found = {way: timed(way, folder) for way in ways}
        answers = [each.answer for each in found.values()]
        assert all(each == answers[0] for each in answers), found
        ours = found["ours, month by month"]
        for way, each in found.items():
            rows.append(
                {
                    "dossiers": f"{count:,}",
                    "way": way,
                    "wall s": f"{each.seconds:.2f}",
                    "peak MB": f"{each.peak_mb:,.0f}",
                    "wall, times ours": f"{each.seconds / ours.seconds:.2f}",
                    "peak, times ours": f"{each.peak_mb / ours.peak_mb:.2f}",
                }
            )
    title = "Seven shares, median and 90th percentile by unit, field and month (simulated dossiers)"
    name, option = ("indicators_full", " --full") if full else ("indicators", "")
    record(name, title=title, command=f"python benchmarks/indicators.py{option}", rows=rows)


if __name__ == "__main__":
    main()
