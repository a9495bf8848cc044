"""A model in a GGUF file, run in this process by llama.cpp through the package `xllamacpp`."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.llm.chat_answer import raw_reply_of
from censemble.llm.exchange import CallFault, Message, RawReply, Settings


class LlamaCpp:
    """Adapter for one model file; the model is loaded with the first question.

    Not for many questions at once: calls wait for one another. The package also listens on a port of this machine's
    loopback address, which nothing here uses.

    Parameters
    ----------
    path : Path
        The GGUF file; its name identifies the model.
    threads : int
        Of the processor, >= 1.
    context : int
        Most tokens of prompt and answer together.

    Raises
    ------
    ConfigError
        There is no such file.

    Examples
    --------
    >>> LlamaCpp(Path("no-such.gguf"))
    Traceback (most recent call last):
        ...
    censemble.errors.ConfigError: the language model cannot be loaded
      1. no-such.gguf: expected a GGUF file, found none. Correct the path.
    """

    def __init__(self, path: Path, *, threads: int = 2, context: int = 8192) -> None:
        if not path.is_file():
            problem = Problem(str(path), "", "a GGUF file", "none", "Correct the path.", "missing-file")
            raise ConfigError("the language model cannot be loaded", [problem])
        self.path = path
        self.name = path.name
        self.threads = threads
        self.context = context
        self._server: Any = None
        self._lock = threading.Lock()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, Any] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Make one call."""
        body = {"messages": [m.as_dict() for m in messages], "seed": random_seed, **settings.as_dict()}
        if response_format is not None:
            body["response_format"] = dict(response_format)
        with self._lock:
            server = self._loaded()
            begun = time.monotonic()
            try:
                answer = server.handle_chat_completions(body)
                return raw_reply_of(answer, seconds=time.monotonic() - begun, name=self.name)
            except (ValueError, TypeError, RuntimeError) as error:  # a prompt too long, a schema it cannot hold
                raise CallFault("request", f"{self.name}: {str(error)[:300]}") from None

    def _loaded(self) -> Any:
        if self._server is None:
            self._server = self._load()
        return self._server

    def _load(self) -> Any:
        try:
            import xllamacpp
        except ImportError:
            action = "Install it: pip install 'censemble[llama]'"
            problem = Problem(str(self.path), "", "the package xllamacpp", "none", action, "no-package")
            raise ConfigError("the language model cannot be loaded", [problem]) from None
        params = xllamacpp.CommonParams()
        params.model.path, params.n_ctx, params.n_parallel, params.port = str(self.path), self.context, 1, 0
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self.threads
        params.warmup, params.verbosity = False, -1
        try:
            return xllamacpp.Server(params)
        except (RuntimeError, ValueError, OSError) as error:
            action = "Look whether the file is complete and the memory is enough."
            problem = Problem(str(self.path), "", "a model that loads", str(error)[:200], action, "unreadable")
            raise ConfigError("the language model cannot be loaded", [problem]) from None
