"""One polite HTTP client: it says who it is, waits between requests, and stops when it is told no."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt
from tenacity.wait import wait_exponential

from analysis.errors import SourceUnavailableError, UsageError

BASE_URL = "https://dichvucong.gov.vn/api/v1/reporting"
_TRIES = 4
_REFUSALS = {401, 403, 429}
_REFUSAL_WORDS = (b"request rejected", b"access denied")


def _base_url() -> str:
    return os.environ.get("ANALYSIS_PORTAL_URL", BASE_URL)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class PortalSettings:
    """What a run of the client depends on besides its task; tests replace clock and waiting."""

    base_url: str = field(default_factory=_base_url)
    connect_seconds: float = 10.0
    read_seconds: float = 45.0
    pause_seconds: float = 1.0
    jitter_seconds: float = 0.25
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _now


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the bytes as received and the moment (aware, UTC) they were asked for."""

    status: int
    content_type: str
    content: bytes
    asked_at: datetime

    @property
    def is_page(self) -> bool:
        """Tell whether this is a page for people, hence a refusal, whatever its status."""
        start = self.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return (
            "html" in self.content_type.lower()
            or start.startswith(b"<")  # no JSON begins so
            or any(words in start for words in _REFUSAL_WORDS)
        )

    @property
    def is_refusal(self) -> bool:
        """Tell whether the portal said no; asking again would be rude and useless."""
        return self.status in _REFUSALS or self.is_page

    @property
    def is_retryable(self) -> bool:
        """Tell whether the portal stumbled and may answer in a moment."""
        return self.status >= 500 and not self.is_refusal


class PortalClient:
    """Asks one question at a time."""

    def __init__(self, settings: PortalSettings) -> None:
        if not settings.base_url.startswith(("http://", "https://")):
            raise UsageError(
                f"{settings.base_url!r} is no address of the portal",
                where="ANALYSIS_PORTAL_URL",
                allowed=f"an address that begins with http:// or https://, such as {BASE_URL}",
            )
        self._settings = settings
        self._has_asked = False
        self._http = httpx.Client(
            headers={"User-Agent": user_agent(), "Accept": "application/json"},
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, path: str, body: dict[str, Any]) -> Answer:
        """Post a question and give the answer, whatever its status.

        Transport errors and 5xx are asked again after 1, 2 and 4 seconds; nothing else is.

        Raises
        ------
        SourceUnavailableError
            No answer came.
        """
        if self._has_asked:
            pause = self._settings.pause_seconds + random.uniform(0, self._settings.jitter_seconds)
            self._settings.sleep(pause)
        self._has_asked = True
        retrying = Retrying(
            retry=retry_if_exception_type(httpx.TransportError) | retry_if_result(lambda answer: answer.is_retryable),
            wait=wait_exponential(multiplier=1, max=4),
            stop=stop_after_attempt(_TRIES),
            sleep=self._settings.sleep,
            retry_error_callback=_last_outcome,
        )
        try:
            return retrying(self._post, path, body)
        except httpx.RequestError as error:
            raise SourceUnavailableError(
                f"the portal cannot be reached: {type(error).__name__}: {error}",
                where=f"POST {self._settings.base_url}{path}",
                next_step="check the connection and run the same command again; it goes on where it stopped",
            ) from error

    def _post(self, path: str, body: dict[str, Any]) -> Answer:
        asked_at = self._settings.now().astimezone(UTC)
        response = self._http.post(f"{self._settings.base_url.rstrip('/')}{path}", json=body)
        kind = response.headers.get("Content-Type", "")
        return Answer(response.status_code, kind, response.content, asked_at)


def user_agent() -> str:
    """Give the name and version this project goes by."""
    return (
        f"public-services-lab/{version('public-services-lab')} "
        f"(analysis of published service figures; python-httpx/{httpx.__version__})"
    )


def _last_outcome(state: RetryCallState) -> Answer:
    """Give the last answer, or raise the last transport error."""
    assert state.outcome is not None  # an attempt was made
    answer: Answer = state.outcome.result()
    return answer
