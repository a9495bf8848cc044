"""Which language model to ask, from environment variables that the command hands over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from censemble.errors import ConfigError
from censemble.llm.exchange import LanguageModel
from censemble.llm.llama_cpp import LlamaCpp
from censemble.llm.openai_server import OpenAIServer

BASE_URL, MODEL, KEY, VENDOR_KEY = (
    "CENSEMBLE_LLM_BASE_URL",
    "CENSEMBLE_LLM_MODEL",
    "CENSEMBLE_LLM_KEY",
    "OPENAI_API_KEY",
)
VENDOR_HOST = "api.openai.com"
HOW = f"""No language model is configured. Set {BASE_URL} and {MODEL}, for
  any OpenAI-compatible server: {BASE_URL}=https://HOST/v1 {MODEL}=NAME {KEY}=...
  Ollama (run `ollama serve`):  {BASE_URL}=http://127.0.0.1:11434/v1 {MODEL}=qwen2.5:3b
  llama.cpp (run `llama-server -m model.gguf --port 8080`):  {BASE_URL}=http://127.0.0.1:8080/v1 {MODEL}=model"""


def configured_model(environ: Mapping[str, str], *, timeout: float = 300.0) -> LanguageModel:
    """The model that the environment names.

    Parameters
    ----------
    environ : mapping
        `os.environ`, read by the command. `CENSEMBLE_LLM_BASE_URL` and `CENSEMBLE_LLM_MODEL` are needed; the key is
        `CENSEMBLE_LLM_KEY`, or `OPENAI_API_KEY` for that vendor's own address only, so that it is sent nowhere else.
        A model that is the path of a `.gguf` file, without an address, is run in this process.
    timeout : float
        Seconds for one call.

    Raises
    ------
    ConfigError
        Nothing is configured: the message has a line for each usual case.

    Examples
    --------
    >>> configured_model({"CENSEMBLE_LLM_BASE_URL": "http://127.0.0.1:8080/v1", "CENSEMBLE_LLM_MODEL": "small"})
    OpenAIServer('http://127.0.0.1:8080/v1', 'small')
    """
    base_url, model = environ.get(BASE_URL, "").strip(), environ.get(MODEL, "").strip()
    if model.endswith(".gguf") and not base_url:
        return LlamaCpp(Path(model))
    if not base_url or not model:
        raise ConfigError(HOW)
    key = environ.get(KEY) or (environ.get(VENDOR_KEY) if urlsplit(base_url).hostname == VENDOR_HOST else None)
    return OpenAIServer(base_url, model, key=(key or "").strip() or None, timeout=timeout)
