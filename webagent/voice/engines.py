"""Which engine to use, and what to install for it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from webagent.errors import UsageError

if TYPE_CHECKING:
    from webagent.voice.hearing import Recognizer

__all__ = ["Engine", "make"]

Engine: TypeAlias = Literal["auto", "sphinx", "whisper"]
_DEFAULT_MODEL = "base.en"


def make(engine: Engine = "auto", model: str | None = None) -> Recognizer:
    """An engine, loaded.

    Args:
        engine: ``auto`` takes Whisper when it and a model are there, else PocketSphinx.
        model: for Whisper: a folder, or a size such as ``"base.en"``, which is downloaded the first time;
            ``WEBAGENT_WHISPER`` when ``None``, then ``"base.en"``.

    Raises:
        UsageError: the engine is not installed, or its model is not there.
    """
    model = model or os.environ.get("WEBAGENT_WHISPER")
    if engine == "auto":
        engine = "whisper" if _whisper_is_there(model) else "sphinx"
    return _whisper(model or _DEFAULT_MODEL) if engine == "whisper" else _sphinx()


def _whisper_is_there(model: str | None) -> bool:
    """Whether Whisper can be used without a download."""
    if find_spec("faster_whisper") is None:
        return False
    if model and Path(model).is_dir():
        return True
    from faster_whisper import download_model
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        download_model(model or _DEFAULT_MODEL, local_files_only=True)
    except (LocalEntryNotFoundError, ValueError):
        return False
    return True


def _sphinx() -> Recognizer:
    if find_spec("pocketsphinx") is None:
        raise UsageError("speech needs an engine: python -m pip install 'webagent[voice]'")
    from webagent.voice.sphinx import Sphinx

    return Sphinx()


def _whisper(model: str) -> Recognizer:
    if find_spec("faster_whisper") is None:
        raise UsageError("this engine is not installed: python -m pip install 'webagent[voice-whisper]'")
    from webagent.voice.whisper import Whisper

    try:
        return Whisper(model)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"the Whisper model {model!r} is not here and could not be fetched ({str(error).splitlines()[0]}); "
            "give --model a folder that holds one, or use --engine sphinx"
        ) from None
