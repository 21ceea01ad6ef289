"""What may be published of small counts: cells to withhold, and an attacker who tries to reckon them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, diags_array, eye_array, hstack, lil_array, vstack

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import Floats, column, numbers
from analysis.methods.result import Check, Estimate, Result, said

THRESHOLD = 5  # counts from 1 up to, but not with, this are small
PROTECT = 3  # an attacker must not come closer than this
MOST_CELLS = 3000
TOTAL = "*"
SECONDS = 60
ROOM = 10
SOLVED, UNBOUNDED = 0, 3  # scipy's names of how a linear program ended
_SLACK = 1e-6

Cell = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Safe(Result):
    """Tables with the cells to withhold.

    Attributes
    ----------
    tables
        Name → all cells of the table with its margins (`*` for all values of a column): its columns, `count`, `shown`,
        `reason` (small; for others: withheld so that a small one cannot be reckoned; empty where shown), and `low` and
        `high`, what an attacker learns of it from everything shown in all tables together.
    """

    tables: Mapping[str, pd.DataFrame]


def safe(tables: Mapping[str, pd.DataFrame], *, threshold: int = THRESHOLD, protect: float = PROTECT) -> Safe:
    """Withhold small counts, and as few others as it takes that nobody can reckon them back.

    The estimand is what an attacker can learn: the least and the most that each withheld count can be, given all that
    is shown. Assumes that the attacker knows nothing else of these cases.

    Parameters
    ----------
    tables
        Everything that is published together: name → one row per inner cell, the columns that name it and `count`.
        All margins are made here; cells of two tables that mean the same (the totals of a shared column) are one.
    threshold
        Counts of at least 1 and below this are small.
    protect
        From what is shown, nobody may bound a small count to less than this many on either side, or to less than it can
        be below.

    Returns
    -------
    Safe
        Estimates, without intervals: `small_count`, `others_count` (withheld for them), `shown_pct` (of all cells).

    Raises
    ------
    DataContractError
        If a count is missing, negative or no whole number, two inner cells have the same name, or two tables count one
        cell differently.
    UsageError
        If there are more than 3,000 cells, or no way was found within a minute.

    Notes
    -----
    The choice is an integer program: the smallest sum of withheld counts under which every small cell has two other
    tables, one with more and one with less of it, that agree with all that is shown. Shares with a published
    denominator are counts: pass the counts. A table published at another time is another table: pass it too. Some
    seconds for the 426 cells of 142 units in three channels.

    References
    ----------
    Fischetti & Salazar (2001), Management Science 47:1008; Federal Committee on Statistical Methodology, Working Paper
    22 (2005).

    Examples
    --------
    >>> counts = pd.DataFrame({"unit": list("aabb"), "channel": ["online", "desk"] * 2, "count": [2, 30, 40, 50]})
    >>> found = safe({"use": counts})
    >>> cells = found.tables["use"]
    >>> cells.loc[~cells["shown"], ["unit", "channel", "reason"]].to_numpy().tolist()
    [['a', 'online', 'small'], ['a', 'desk', 'for others'], ['b', 'online', 'for others'], ['b', 'desk', 'for others']]
    """
    made = {name: _with_margins(name, table) for name, table in tables.items()}
    counts, equations = _linked(made)
    values = np.array(list(counts.values()))
    small = (values >= 1) & (values < threshold)
    withheld = _withheld(values, small, equations, protect)
    low, high = _bounds(values, withheld, equations)
    place = {cell: number for number, cell in enumerate(counts)}
    told = {
        name: _told(table, place, small=small, withheld=withheld, bounds=(low, high)) for name, table in made.items()
    }
    missed = int(
        (small & ((high < values + protect - _SLACK) | (low > np.maximum(values - protect, 0) + _SLACK))).sum()
    )
    small_count, others = int(small.sum()), int((withheld & ~small).sum())
    shown = 100 * float((~withheld).mean())
    return Safe(
        estimates=tuple(
            Estimate(name, value, np.nan, np.nan, method="integer program", n=len(values))
            for name, value in (("small_count", small_count), ("others_count", others), ("shown_pct", shown))
        ),
        checks=(
            Check(
                "an attacker cannot reckon a small count",
                missed,
                missed == 0,
                said("Small counts that can be reckoned closer than {protect_count}: {missed_count}.",
                     protect_count=protect, missed_count=missed),
            ),
        ),
        assumptions=(said("Everything that is published of these cases is in these tables."),),
        claim=said(
            "Of {cells_count} cells {small_count} are withheld as small and {others_count} so that they cannot be "
            "reckoned.",
            cells_count=len(values),
            small_count=small_count,
            others_count=others,
        ),
        tables=told,
    )  # fmt: skip


def attack(tables: Mapping[str, pd.DataFrame], hidden: Mapping[str, pd.Series]) -> dict[str, pd.DataFrame]:
    """Say what somebody learns of hidden inner cells from the others and all margins.

    The estimand is the least and the most that each cell can be, given what is shown of all tables together. Assumes
    that counts are 0 or more and that the attacker knows nothing else of these cases.

    Parameters
    ----------
    tables
        As for `safe`: one row per inner cell, the columns that name it and `count`.
    hidden
        Name → True for the inner cells that are not shown, in the order of the table's rows. All margins are shown.

    Returns
    -------
    dict of pandas.DataFrame
        Name → the table's inner cells with `low` and `high`; equal where a cell is known.

    Raises
    ------
    DataContractError
        As for `safe`.

    References
    ----------
    Fischetti & Salazar (2001), Management Science 47:1008; Federal Committee on Statistical Methodology, Working Paper
    22 (2005): a pattern with two withheld cells in every row and column that gives one away.

    Examples
    --------
    >>> counts = pd.DataFrame({"unit": list("aabb"), "channel": ["online", "desk"] * 2, "count": [2, 30, 40, 50]})
    >>> found = attack({"use": counts}, {"use": pd.Series([True, False, False, False])})
    >>> found["use"][["low", "high"]].to_numpy().tolist()[0]
    [2.0, 2.0]
    """
    made = {name: _with_margins(name, table) for name, table in tables.items()}
    counts, equations = _linked(made)
    place = {cell: number for number, cell in enumerate(counts)}
    withheld = np.zeros(len(counts), dtype=bool)
    inner = {name: [place[cell] for cell in _names(table)] for name, table in tables.items()}
    for name, cells in inner.items():
        withheld[np.array(cells)[hidden[name].to_numpy(dtype=bool)]] = True
    low, high = _bounds(np.array(list(counts.values())), withheld, equations)
    return {name: table.assign(low=low[inner[name]], high=high[inner[name]]) for name, table in tables.items()}


def _dimensions(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if name != "count"]


def _names(table: pd.DataFrame) -> list[Cell]:
    names = _dimensions(table)
    rows = zip(*(table[name].astype(str) for name in names), strict=True)
    return [frozenset((name, value) for name, value in zip(names, row, strict=True) if value != TOTAL) for row in rows]


def _with_margins(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Give all cells: inner ones as they are, and a row per margin."""
    dimensions = _dimensions(table)
    counts = numbers(table, "count", least=0)
    wrong = counts != np.floor(counts)
    twice = table.duplicated(dimensions).to_numpy() | wrong
    if twice.any():
        first = int(twice.argmax())
        raise DataContractError(
            "A count is no whole number, or its cell stands twice",
            where=f"table {name!r}, row {table.index[first]!r}",
            allowed="one row per cell, whole counts",
        )
    inner = pd.DataFrame({each: column(table, each).astype(str) for each in dimensions}).assign(count=counts)
    made = []
    for kept in (set(each) for size in range(len(dimensions), -1, -1) for each in combinations(dimensions, size)):
        rest = inner.assign(**{each: TOTAL for each in dimensions if each not in kept})
        made.append(rest.groupby(dimensions, as_index=False, sort=False).agg({"count": "sum"}))
    return pd.concat(made, ignore_index=True)


def _linked(made: Mapping[str, pd.DataFrame]) -> tuple[dict[Cell, float], csr_array]:
    """Give every cell once, and the sums that tie them: one row a margin and column that is summed over."""
    counts: dict[Cell, float] = {}
    sums: list[tuple[Cell, list[Cell]]] = []
    for name, table in made.items():
        cells = _names(table)
        told = dict(zip(cells, table["count"].tolist(), strict=True))
        _refuse_contradictions(name, told, counts)
        counts |= told
        values = {each: sorted(set(table[each]) - {TOTAL}) for each in _dimensions(table)}
        for cell, (each, its) in product(cells, values.items()):
            if each not in dict(cell):
                parts = [part for value in its if (part := cell | {(each, value)}) in told]
                sums.append((cell, parts))
    if len(counts) > MOST_CELLS:
        raise UsageError(f"{len(counts)} cells are too many", allowed=f"{MOST_CELLS}, margins included")
    place = {cell: number for number, cell in enumerate(counts)}
    equations = lil_array((len(sums), len(counts)))
    for row, (whole, parts) in enumerate(sums):
        equations[row, place[whole]] = -1
        for part in parts:
            equations[row, place[part]] = 1
    return counts, csr_array(equations)


def _refuse_contradictions(name: str, told: Mapping[Cell, float], counts: Mapping[Cell, float]) -> None:
    """Refuse two counts of one cell: no table agrees with both, so nothing would be found out from them."""
    for cell, count in told.items():
        if count != counts.get(cell, count):
            where = ", ".join(f"{column} {value}" for column, value in sorted(cell)) or "all cases"
            raise DataContractError(
                f"Two tables count one cell as {counts[cell]:g} and {count:g}",
                where=f"table {name!r}, {where}",
                allowed="the same cases in all tables",
                next_step="Count the tables from the same cases, or name columns that mean something else differently.",
            )


def _withheld(values: Floats, small: np.ndarray, equations: csr_array, protect: float) -> np.ndarray:
    """Choose the cells: for every small one two ways to shift the withheld ones that no sum betrays."""
    count, needy = len(values), np.flatnonzero(small)
    if not len(needy):
        return np.zeros(count, dtype=bool)
    # shifts of a few times the protection suffice; with more room the solver's tolerance alone could make one
    room = float(ROOM * max(protect, values[small].max()))
    flows = 2 * len(needy)
    # variables: one choice a cell, then a shift of every cell for each small cell and direction
    rows, low, high = [], [], []
    for flow in range(flows):
        blocks = [csr_array((equations.shape[0], count))] * (1 + flows)
        blocks[1 + flow] = equations
        rows.append(hstack(blocks, format="csr"))
        low.append(np.zeros(equations.shape[0]))
        high.append(np.zeros(equations.shape[0]))
        # a cell that is shown cannot shift; a withheld one no further than to 0 below, and within reason above
        for sign, reach in ((1, np.full(count, room)), (-1, np.minimum(values, room))):
            blocks = [csr_array((count, count))] * (1 + flows)
            blocks[0], blocks[1 + flow] = diags_array(-reach), sign * eye_array(count)
            rows.append(hstack(blocks, format="csr"))
            low.append(np.full(count, -np.inf))
            high.append(np.zeros(count))
    least = np.full(count * (1 + flows), -room)
    most = np.full(count * (1 + flows), room)
    least[:count], most[:count] = small, 1
    for number, cell in enumerate(needy):
        least[count * (1 + 2 * number) + cell] = protect
        most[count * (2 + 2 * number) + cell] = -min(values[cell], protect)
    # the cost of a cell grows with its count, slowly, so that a margin is not paid for with many cells
    cost = np.concatenate([np.log1p(values) + 1, np.zeros(count * flows)])
    kinds = np.concatenate([np.ones(count), np.zeros(count * flows)])
    limits = LinearConstraint(vstack(rows, format="csr"), np.concatenate(low), np.concatenate(high))
    found = milp(
        cost, constraints=limits, bounds=Bounds(least, most), integrality=kinds, options={"time_limit": SECONDS}
    )
    if found.x is None:
        raise UsageError(
            f"No way was found to protect {len(needy)} small counts",
            next_step="Add up rows, or publish fewer columns together.",
        )
    return np.asarray(found.x[:count] > 0.5)


def _bounds(values: Floats, withheld: np.ndarray, equations: csr_array) -> tuple[Floats, Floats]:
    """Give what an attacker learns: the least and the most each withheld cell can be, given all that is shown."""
    low, high = values.copy(), values.copy()
    unknown = np.flatnonzero(withheld)
    if len(unknown):
        left = equations[:, unknown]
        right = -(equations[:, np.flatnonzero(~withheld)] @ values[~withheld])
        for number, cell in enumerate(unknown):
            aim = np.zeros(len(unknown))
            aim[number] = 1
            for sign, side in ((1, low), (-1, high)):
                found = linprog(sign * aim, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
                if found.status not in (SOLVED, UNBOUNDED):
                    raise UsageError(f"The attack on a cell failed: {found.message}", next_step="Report the tables.")
                side[cell] = sign * found.fun if found.status == SOLVED else np.inf
    return low, high


def _told(
    table: pd.DataFrame, place: Mapping[Cell, int], *, small: np.ndarray, withheld: np.ndarray,
    bounds: tuple[Floats, Floats],
) -> pd.DataFrame:  # fmt: skip
    at = np.array([place[cell] for cell in _names(table)])
    reason = np.where(small[at], "small", np.where(withheld[at], "for others", ""))
    return table.assign(shown=~withheld[at], reason=reason, low=bounds[0][at], high=bounds[1][at])
