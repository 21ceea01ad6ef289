"""Tells people once when something goes wrong and once when it is mended, and nothing in between.

`ANALYSIS_ALERTS` says whom: Apprise addresses with spaces between them (mailto://…, json://…), or the path of an
Apprise configuration file. Neither belongs into the repository, for both hold passwords.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import paths
from analysis.errors import AnalysisError, GateFailedError, LockedError, ReportFailedError, UsageError
from analysis.reporting import publish
from analysis.reporting.due import Turn
from analysis.reporting.history import History
from analysis.reporting.outputs import LANGUAGES
from analysis.reporting.standing import Standing
from analysis.reporting.words import in_language, long_date

if TYPE_CHECKING:
    from apprise import Apprise

ADDRESSES = "ANALYSIS_ALERTS"
TOLD = "alerts.json"
SHOWN = 10
STOPPED = "run"

Troubles = Mapping[str, Mapping[str, str]]


def troubles(found: Mapping[str, Standing]) -> dict[str, dict[str, str]]:
    """List what people have to know: pages that fail, and sources that are late or incomplete, each source once.

    Returns
    -------
    dict
        What identifies a trouble from run to run → what to say, by language. A page that waits for its turn with
        changed inputs is none.
    """
    told = {}
    for page, stands in found.items():
        for reason in stands.reasons:
            if reason.of_data:
                told[f"{reason.word} {reason.source['en']}"] = {name: reason.says(name) for name in LANGUAGES}
            elif reason.word in ("reason_failed", "reason_damaged", "reason_error"):
                told[page] = {name: f"{page}: {reason.says(name)}" for name in LANGUAGES}
    return told


def recipients() -> Apprise | None:
    """Give whom to tell; nobody if `ANALYSIS_ALERTS` is not set.

    Raises
    ------
    UsageError
        If the extra is not installed, or an address or the file is not one.
    """
    written = os.environ.get(ADDRESSES, "").strip()
    if not written:
        return None
    try:
        from apprise import Apprise, AppriseConfig
    except ModuleNotFoundError:
        raise UsageError(
            "Alerts need the package apprise", where=ADDRESSES, next_step="pip install 'public-services-lab[alerts]'"
        ) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would print addresses with their passwords
    everybody = Apprise()
    if "://" not in written:
        if Path(written).is_file():
            everybody.add(AppriseConfig(paths=[written]))
    else:
        for number, address in enumerate(written.split(), start=1):
            if not everybody.add(address):  # the address itself is not printed, for it may hold a password
                raise UsageError(f"Address {number} is none that Apprise knows", where=ADDRESSES)
    if len(everybody) == 0:
        raise UsageError(
            "There is nobody to tell",
            where=ADDRESSES,
            allowed="addresses such as mailto://user:password@host?to=x@y.vn, or the path of an Apprise configuration",
        )
    return everybody


@contextlib.contextmanager
def if_stopped(*, unattended: bool) -> Iterator[None]:
    """Tell what stops the block before it can show it on a page: nobody looks at a timer's own output.

    The next run that ends is the recovery. A page that failed is on its page, and another run at work is no trouble.

    Parameters
    ----------
    unattended
        Whether a timer asked for the block. Whoever types a command sees its error; he is told of the machine's alone.
    """
    try:
        yield
    except (ReportFailedError, GateFailedError, LockedError):
        raise
    except Exception as error:
        if unattended or isinstance(error, OSError):
            # neither may hide the error itself: it may be that the addresses are wrong, or the disk is full
            with contextlib.suppress(UsageError, OSError):
                words = {name: in_language(name)["alert_stopped"].format(reason=_reason(error)) for name in LANGUAGES}
                tell({**_told(), STOPPED: words}, recipients(), History())
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, AnalysisError):
        return f"{error.what} ({error.where})" if error.where else error.what
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}"


def still_stopped() -> Troubles:
    """Give the run that was stopped, if none has ended since: only a run can mend that."""
    return {name: words for name, words in _told().items() if name == STOPPED}


def missed(turns: Iterable[Turn]) -> dict[str, dict[str, str]]:
    """Give the scheduled runs that have not happened in the form of `troubles`."""
    return {
        f"missed {turn.report.id}": {
            language: in_language(language)["alert_missed"].format(
                report=turn.report.id,
                time=f"{turn.scheduled_at:%H:%M} {long_date(f'{turn.scheduled_at:%Y-%m-%d}', language)}",
            )
            for language in LANGUAGES
        }
        for turn in turns
    }


def tell(now: Troubles, everybody: Apprise | None, history: History) -> None:
    """Send one message with what is new and what is mended since the last one; none if nothing is.

    A message that nobody received counts as not sent: the next run tries again.
    """
    if everybody is None:
        return
    before = _told()
    new = [words for key, words in now.items() if key not in before]
    mended = [words for key, words in before.items() if key not in now]
    if not new and not mended:
        if not (paths.RUNS / TOLD).exists():
            _remember(now)
        return
    title, body = _message(new, mended)
    delivered = bool(everybody.notify(title=title, body=body))
    if delivered:
        _remember(now)
    history.add("alert", new=len(new), mended=len(mended), delivered=delivered)


def _remember(told: Troubles) -> None:
    """Write down what was told, even on a full disk: else everybody is told again at every run."""
    path, content = paths.RUNS / TOLD, publish.dump_json(told)
    aside = path.with_name(f".{TOLD}")
    try:
        paths.RUNS.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError:
        if not path.exists():
            raise
        # what a file takes already is there on a full disk too, and a page of it holds many troubles
        with path.open("r+b") as file:
            file.write(content)
            file.truncate()


def _told() -> Troubles:
    return publish.read_json(paths.RUNS / TOLD)


def _message(new: list[Mapping[str, str]], mended: list[Mapping[str, str]]) -> tuple[str, str]:
    """Write the title and the text, Vietnamese first."""
    titles, texts = [], []
    for language in LANGUAGES:
        words = in_language(language)
        titles.append(words["alert_title"].format(new=len(new), mended=len(mended)))
        lines = []
        for word, some in (("alert_new", new), ("alert_mended", mended)):
            if some:
                lines += [words[word], *(f"- {each[language]}" for each in some[:SHOWN])]
            if len(some) > SHOWN:
                lines.append(words["alert_more"].format(count=len(some) - SHOWN))
        texts.append("\n".join(lines))
    return " / ".join(titles), "\n\n".join(texts)
