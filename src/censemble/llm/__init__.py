"""Language models: one protocol, structured answers from servers that may not give any, and a file that keeps all.

Ask through a `Client`. Its model is the environment's (`configured_model`), that of a replay file (`replayed_model`),
or an adapter of your own choice (`OpenAIServer`, `LlamaCpp`, `FakeModel`). See docs/language-models.md.
"""

from censemble.llm.budget import Budget, Preview, Price, Spending, read_prices
from censemble.llm.client import Client
from censemble.llm.configure import configured_model
from censemble.llm.data_text import DATA_RULE, clean_labels, clean_text, data_block
from censemble.llm.exchange import CallFault, LanguageModel, Message, RawReply, Reply, Request, Settings
from censemble.llm.fake import FakeModel
from censemble.llm.json_schema import Fault, faults_of
from censemble.llm.llama_cpp import LlamaCpp
from censemble.llm.openai_server import OpenAIServer
from censemble.llm.pacing import Clock, Patience
from censemble.llm.replay import ReplayModel, replayed_model
from censemble.llm.store import Entry, Store
from censemble.llm.store_file import move_aside

__all__ = [
    "DATA_RULE",
    "Budget",
    "CallFault",
    "Client",
    "Clock",
    "Entry",
    "FakeModel",
    "Fault",
    "LanguageModel",
    "LlamaCpp",
    "Message",
    "OpenAIServer",
    "Patience",
    "Preview",
    "Price",
    "RawReply",
    "ReplayModel",
    "Reply",
    "Request",
    "Settings",
    "Spending",
    "Store",
    "clean_labels",
    "clean_text",
    "configured_model",
    "data_block",
    "faults_of",
    "move_aside",
    "read_prices",
    "replayed_model",
]
