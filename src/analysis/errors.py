"""Errors that say what is wrong, where, what is allowed, and what to do next."""

from __future__ import annotations


class AnalysisError(Exception):
    """Anything a user can mend; the command line prints it without a traceback.

    Parameters
    ----------
    what
        What is wrong, one sentence.
    where
        File, row, column, parameter or address.
    allowed
        The values or the form that would have been accepted.
    next_step
        The command to run or the file to edit.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", allowed: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.allowed = allowed
        self.next_step = next_step

    def __str__(self) -> str:
        details = {"where": self.where, "allowed": self.allowed, "next": self.next_step}
        return "\n".join([self.what, *(f"  {name}: {value}" for name, value in details.items() if value)])


class UsageError(AnalysisError):
    """A wrong parameter, report id, unit code or option."""

    exit_code = 2


class DataContractError(AnalysisError):
    """Data that are not what the contract says: shape, hash, range or key."""

    exit_code = 3


class LateError(AnalysisError):
    """Data that should be here and are not."""

    exit_code = 4


class SourceUnavailableError(LateError):
    """A source that cannot be reached or is not fetched yet."""


class ReportFailedError(AnalysisError):
    """At least one page could not be built; the others were."""

    exit_code = 5


class SystemRefusedError(AnalysisError):
    """The machine refused: the disk is full or may not be written. What was published stays as it was."""

    exit_code = 5

    @classmethod
    def of(cls, error: OSError) -> SystemRefusedError:
        """Say in one line what the machine refused, without its folders."""
        file = str(error.filename2 or error.filename or "").rpartition("/")[2]
        return cls(
            f"The run was stopped: {error.strerror}{f' ({file})' if file else ''}; every page stays as it was",
            next_step="free what is short or allow writing, then run it again: nothing else is needed",
        )


class PartialError(AnalysisError):
    """Part of the site is not as it should be; the rest is."""

    exit_code = 8


class LockedError(AnalysisError):
    """Another run is at work on the same site."""

    exit_code = 7


class GateFailedError(AnalysisError):
    """A built page that must not be published as it is."""

    exit_code = 6
