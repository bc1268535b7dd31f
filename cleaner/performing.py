"""How a command is performed: its options become settings, and what else it asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cleaner import messages
from cleaner.settings import HERE, BadSettings, Settings, codes, find, judging, load, narrowed, profiled, removing


def to_its_reader(perform: Callable[..., int], options: dict[str, Any]) -> int:
    """A command whose reader may go before it is done (| head): then there is nothing more to say."""
    try:
        settings, lang = _settings(options), _lang(options)
        if HERE not in settings.model:
            return perform(settings=settings, lang=lang, **_rest(options))
        from cleaner.learning import knowing_here

        with knowing_here(settings, options.get("paths", ()), lang, options.get("keep_bad_bytes", False)) as knowing:
            return perform(settings=knowing, lang=lang, **_rest(options))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def without_rules(perform: Callable[..., int], options: dict[str, Any]) -> int:
    """A command that runs no rules, and has none of their options."""
    no_rules = {
        "select": "",
        "ignore": "",
        "across": False,
        "no_cache": False,
        "model": ("policy",),  # whatever the settings say: no rule asks it
        "sensitive": False,
        "script": None,
        "profile": None,
    }
    return to_its_reader(perform, options | no_rules)


def _settings(options: dict[str, Any]) -> Settings:
    config = options.pop("config")
    settings = load(config) if config else find(Path.cwd())
    settings = removing(settings) if options.pop("across") else settings
    settings = profiled(settings, options.pop("profile"))
    settings = judging(settings, options.pop("model"), options.pop("sensitive"), options.pop("script"))
    if models := tuple(name for name in settings.model if name != HERE):
        from cleaner.language.lexicon import BadModel, chosen

        try:
            chosen(models)
        except BadModel as error:
            raise BadSettings(str(error)) from None
    return narrowed(settings, codes(options.pop("select")), codes(options.pop("ignore")), tuple(options.pop("exclude")))


def _lang(options: dict[str, Any]) -> str:
    return options.pop("lang") or messages.preferred()


def _rest(options: dict[str, Any]) -> dict[str, Any]:
    options.pop("no_cache")
    return options
