"""Any server with an endpoint for chat completions in OpenAI's form, through the `openai` package.

Vendors, vLLM, llama-server, Ollama and others have it. The package's own retries are off, because waiting, slowing down
and giving up are decided for all adapters in `pacing` and `client`. Answers are read in pieces, so that neither an
endless one nor one that trickles in can hold a run.
"""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from censemble.errors import ConfigError, Problem
from censemble.llm.chat_answer import raw_reply_of
from censemble.llm.exchange import CallFault, FaultKind, Message, RawReply, Settings
from censemble.llm.pacing import seconds_asked

MOST_BYTES = 4_000_000
MOST_QUOTED = 300  # characters of a server's own words in a message
NEWER_LIMIT = "max_completion_tokens"  # some models take no other name for it, and say so
LONGEST_EXCUSE = 5.0  # seconds to read why a request failed
SHORTEST_SECRET = 8  # shorter keys are place-holders such as "none"


class OpenAIServer:
    """Adapter for one model of one server.

    Parameters
    ----------
    base_url : str
        Up to and without `/chat/completions`, such as ``http://127.0.0.1:8080/v1``.
    model : str
        As the server names it.
    key : str or None
        Sent as a bearer token and shown nowhere.
    timeout : float
        Seconds for one call, > 0. A server that trickles may take twice as long.
    most_bytes : int
        A longer answer is not read to its end and counts as cut off.

    Raises
    ------
    ConfigError
        The package `openai` is not installed; the address is none, or holds a password.

    Examples
    --------
    >>> OpenAIServer("http://127.0.0.1:8080/v1", "small", key="a-secret-key")
    OpenAIServer('http://127.0.0.1:8080/v1', 'small')
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key: str | None = None,
        timeout: float = 300.0,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.base_url = _checked_url(base_url)
        self.name = model
        self.timeout = timeout
        self.most_bytes = most_bytes
        self._key = key or ""
        self._newer_limit = False
        self._client = self._connected()

    def __repr__(self) -> str:
        return f"OpenAIServer({self.base_url!r}, {self.name!r})"

    def __reduce__(self) -> Any:
        raise TypeError("a connection to a language model cannot be copied or saved: it holds a key")

    def __enter__(self) -> OpenAIServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _connected(self) -> Any:
        try:
            import openai
        except ImportError:
            action = "Install it: pip install 'censemble[llm]'"
            problem = Problem("language model", "", "the package openai", "none", action, "no-package")
            raise ConfigError("a language model's server cannot be asked", [problem]) from None
        hooks = {"response": [self._refuse_failure]}
        client = openai.OpenAI(
            base_url=self.base_url,
            api_key=self._key or "none",  # else the package would look for one in the environment
            max_retries=0,
            timeout=openai.Timeout(self.timeout, connect=min(self.timeout, 10.0)),
            http_client=openai.DefaultHttpxClient(event_hooks=hooks, follow_redirects=False),
        )
        client.organization = client.project = None  # the package takes them from the environment
        return client

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, Any] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Make one call."""
        body: dict[str, Any] = {**settings.as_dict(), "seed": random_seed}
        if self._newer_limit:
            body[NEWER_LIMIT] = body.pop("max_tokens")
        if response_format is not None:
            body["response_format"] = dict(response_format)
        sent = [m.as_dict() for m in messages]
        try:
            return self._call({"messages": sent, **body})
        except CallFault as fault:
            if fault.kind != "request" or NEWER_LIMIT not in fault.message or NEWER_LIMIT in body:
                raise
        self._newer_limit = True
        body[NEWER_LIMIT] = body.pop("max_tokens")
        return self._call({"messages": sent, **body})

    def _call(self, body: dict[str, Any]) -> RawReply:
        import openai

        begun = time.monotonic()
        try:
            with self._client.chat.completions.with_streaming_response.create(
                model=self.name, messages=body["messages"], extra_body=body
            ) as response:
                data = self._body(response.iter_bytes(), begun)
        except CallFault:
            raise
        except openai.APITimeoutError:
            raise CallFault("timeout", f"{self.base_url} took longer than {self.timeout:g} s") from None
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, CallFault):  # from the hook
                raise error.__cause__ from None
            raise CallFault("connection", f"{self.base_url} cannot be reached: {self._why(error)}") from None
        except openai.OpenAIError as error:
            raise CallFault("unreadable", f"{self.base_url}: {self._scrubbed(str(error))}") from None
        except _transport_errors() as error:
            raise self._broken_off(error) from None
        return self._read(data, time.monotonic() - begun)

    def _body(self, pieces: Iterator[bytes], begun: float) -> bytes | None:
        """All bytes of an answer; None if there are more than allowed."""
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > self.most_bytes:
                return None
            if time.monotonic() - begun > self.timeout:
                raise CallFault("timeout", f"{self.base_url} took longer than {self.timeout:g} s")
        return bytes(data)

    def _refuse_failure(self, response: Any) -> None:
        """Turn an HTTP status of failure into a fault, before anything reads its body to an end that may not come."""
        status = response.status_code
        if status < 300:
            return
        body, latest = bytearray(), time.monotonic() + min(self.timeout, LONGEST_EXCUSE)
        try:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > 20_000 or time.monotonic() > latest:
                    break
        except _transport_errors():
            pass  # the status says enough
        finally:
            response.close()
        said = self._scrubbed(_message_in(bytes(body)))
        words = f"{self.base_url} answers HTTP {status}" + (f": {said}" if said else "")
        asked = seconds_asked(response.headers.get("Retry-After"), datetime.now(UTC))
        raise CallFault(_kind_of(status), words, retry_after=asked)

    def _read(self, data: bytes | None, seconds: float) -> RawReply:
        if data is None:
            return RawReply("", "length", None, None, seconds, self.name)
        try:
            raw = raw_reply_of(json.loads(data), seconds=seconds, name=self.name)
        except (ValueError, TypeError, RecursionError):
            shown = self._scrubbed(data[:MOST_QUOTED].decode("utf-8", "replace"))
            raise CallFault("unreadable", f"{self.base_url} sends no chat completion but {shown!r}") from None
        return replace(raw, text=self._scrubbed(raw.text, most=None), served_by=self._scrubbed(raw.served_by))

    def _scrubbed(self, text: str, *, most: int | None = MOST_QUOTED) -> str:
        """Text without the key, should a server send it back."""
        if len(self._key) >= SHORTEST_SECRET:
            text = text.replace(self._key, "***")
        return text if most is None or len(text) <= most else text[:most] + "..."

    def _why(self, error: BaseException) -> str:
        cause = error.__cause__ or error
        return self._scrubbed(str(cause) or type(cause).__name__)

    def _broken_off(self, error: Exception) -> CallFault:
        if "timeout" in type(error).__name__.lower():
            return CallFault("timeout", f"{self.base_url} took longer than {self.timeout:g} s")
        return CallFault("connection", f"{self.base_url} broke off: {self._why(error)}")


def _transport_errors() -> tuple[type[Exception], ...]:
    """What the HTTP library under `openai` raises while an answer is read; its name has changed between versions."""
    import openai

    library = importlib.import_module(openai.DefaultHttpxClient.__mro__[1].__module__.split(".")[0])
    return (library.TransportError, library.DecodingError, OSError)


def _checked_url(base_url: str) -> str:
    parts = urlsplit(base_url)
    sound = parts.scheme in ("http", "https") and parts.hostname
    if not sound or parts.username or parts.password or parts.query or parts.fragment:
        shown = base_url if sound is None or not (parts.username or parts.password or parts.query) else "one with more"
        action = "Write http(s)://host:port/v1; a key goes into CENSEMBLE_LLM_KEY."
        problem = Problem("CENSEMBLE_LLM_BASE_URL", "", "an address and nothing else", shown, action, "bad-address")
        raise ConfigError("the language model's server cannot be used", [problem])
    return base_url.rstrip("/")


def _message_in(body: bytes) -> str:
    """A server's own words about a failure, on one line."""
    text = body.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        text = error["message"] if isinstance(error, dict) else str(error)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    return " ".join(str(text).split())


def _kind_of(status: int) -> FaultKind:
    if status == 429:
        return "rate"
    if status in (401, 403):
        return "key"
    if status == 408:
        return "timeout"
    if status in (502, 503, 504, 529):
        return "busy"
    return "server" if status >= 500 else "request"
