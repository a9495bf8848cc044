"""Embeddings from any server with an endpoint in OpenAI's form (`/v1/embeddings`), through the `openai` package."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, LanguageModelError, Problem
from censemble.llm.exchange import CallFault, FaultKind
from censemble.llm.pacing import Clock, Patience, seconds_asked
from censemble.personas.embedder import require_texts

BASE_URL, MODEL, KEY = "CENSEMBLE_EMBEDDINGS_BASE_URL", "CENSEMBLE_EMBEDDINGS_MODEL", "CENSEMBLE_EMBEDDINGS_KEY"
HOW = f"""No endpoint for embeddings is configured. Set {BASE_URL} and {MODEL} (and {KEY}
  where the server wants one), or take `embedder: static`, which needs none."""
BATCH = 64  # texts in one call
MOST_QUOTED = 300
FAULT_OF: Mapping[int, FaultKind] = {401: "key", 403: "key", 408: "timeout", 429: "rate", 502: "busy", 503: "busy",
                                     504: "busy", 529: "busy"}  # fmt: skip
Call = Callable[[list[str]], Any]


class EndpointEmbedder:
    """Asks a server, 64 texts at a time; failures that pass are tried again with growing waits.

    Personas are sent to the address: not for texts about respondents that must stay where they are.

    Parameters
    ----------
    base_url : str
        Up to and without `/embeddings`.
    model : str
        As the server names it.
    key : str
        Sent as a bearer token and shown nowhere.
    timeout : float
        Seconds for one call.
    patience : Patience
        When to give up.
    clock : Clock
        Waits between attempts.
    call : callable, optional
        Takes texts, gives the server's answer; left out: the `openai` package is used.

    Raises
    ------
    ConfigError
        The package `openai` is not installed.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key: str = "",
        timeout: float = 120.0,
        patience: Patience | None = None,
        clock: Clock | None = None,
        call: Call | None = None,
    ) -> None:
        self.base_url = base_url
        self.model = model
        self.timeout = timeout
        self._key = key
        self._patience = patience or Patience()
        self._clock = clock or Clock()
        self._call = call or self._connected()
        self._width = 0

    def __repr__(self) -> str:
        return f"EndpointEmbedder({self.base_url!r}, {self.model!r})"

    @property
    def name(self) -> str:
        """The model's; where it is served does not change the vectors."""
        return f"endpoint {self.model}"

    @property
    def width(self) -> int:
        """Numbers in a vector; the server is asked for one where none has come yet."""
        return self._width or int(self.embed(["width"]).shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, of unit length.

        Raises
        ------
        LanguageModelError
            The server does not answer, or answers with something else than one vector for each text.
        InputError
            A text is empty.
        """
        require_texts(texts)
        parts = [self._batch(list(texts[first : first + BATCH])) for first in range(0, len(texts), BATCH)]
        if not parts:
            return np.zeros((0, self.width), dtype=np.float32)
        if len({part.shape[1] for part in parts}) > 1:
            raise LanguageModelError(f"{self.base_url} gives vectors of different lengths for one model", "unusable")
        self._width = parts[0].shape[1]
        return np.concatenate(parts)

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        failures = 0
        while True:
            try:
                return self._vectors(self._call(texts), len(texts))
            except CallFault as fault:
                failures += 1
                wait = self._patience.wait(fault, failures, self._clock.jitter())
                if wait is None:
                    tried = f" (tried {failures} times)" if failures > 1 else ""
                    words = f"personas cannot be embedded: {self._scrubbed(fault.message)}{tried}"
                    raise LanguageModelError(words, fault.kind) from None
                self._clock.sleep(threading.Event(), wait)

    def _vectors(self, answer: Any, n: int) -> NDArray[np.float32]:
        """One vector for each text, in the order of the texts, whatever the order of the answer."""
        try:
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], dtype=np.float64)
            in_order = [row.index for row in rows] == list(range(n))
        except (AttributeError, TypeError, ValueError):
            raise CallFault("unreadable", f"{self.base_url} sends no embeddings") from None
        norms = np.linalg.norm(vectors, axis=1) if vectors.ndim == 2 else np.zeros(0)
        if not (in_order and len(norms) == n and np.isfinite(norms).all() and (norms > 0).all()):
            raise CallFault("unreadable", f"{self.base_url} sends no vector for each of {n} texts")
        return np.asarray(vectors / norms[:, None], dtype=np.float32)

    def _connected(self) -> Call:
        try:
            import openai
        except ImportError:
            action = "Install it: pip install 'censemble[llm]'"
            problem = Problem("personas", "embedder", "the package openai", "none", action, "no-package")
            raise ConfigError("personas cannot be embedded by a server", [problem]) from None

        def call(texts: list[str]) -> Any:
            with openai.OpenAI(
                base_url=self.base_url,
                api_key=self._key or "none",  # else the package would look for one in the environment
                max_retries=0,
                timeout=self.timeout,
                http_client=openai.DefaultHttpxClient(follow_redirects=False),
            ) as client:
                client.organization = client.project = None
                return self._asked(client, texts)

        return call

    def _asked(self, client: Any, texts: list[str]) -> Any:
        """One call, each way of failing as a fault of its kind."""
        import openai

        try:
            return client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        except openai.APIStatusError as error:
            asked = seconds_asked(error.response.headers.get("Retry-After"), datetime.now(UTC))
            status = error.status_code
            kind = FAULT_OF.get(status, "server" if status >= 500 else "request")
            words = f"{self.base_url} answers HTTP {status}: {' '.join(str(error.message).split())}"
            raise CallFault(kind, words, retry_after=asked) from None
        except openai.APITimeoutError:
            raise CallFault("timeout", f"{self.base_url} took longer than {self.timeout:g} s") from None
        except openai.OpenAIError as error:
            raise CallFault("connection", f"{self.base_url} cannot be reached: {error}") from None
        except (ValueError, TypeError):
            raise CallFault("unreadable", f"{self.base_url} sends no embeddings") from None

    def _scrubbed(self, text: str) -> str:
        text = text.replace(self._key, "***") if len(self._key) >= 8 else text
        return text if len(text) <= MOST_QUOTED else text[:MOST_QUOTED] + "..."


def configured_endpoint(environ: Mapping[str, str]) -> EndpointEmbedder:
    """The endpoint that the environment names.

    Parameters
    ----------
    environ : mapping
        `os.environ`, read by the command; never the project file, which may be shared.

    Raises
    ------
    ConfigError
        Address or model is missing.
    """
    base_url, model = environ.get(BASE_URL, "").strip(), environ.get(MODEL, "").strip()
    if not base_url or not model:
        raise ConfigError(HOW)
    return EndpointEmbedder(base_url, model, key=environ.get(KEY, "").strip())
