"""The checks by name, and how they are run: one line of JSON each."""

import functools
import json

import speech
from session import whole

CHECKS = []


def check(note):
    """A check, and the item of the protocol notes that it is about."""

    def register(function):
        CHECKS.append((function.__name__, note, function))
        return function

    return register


class Stage:
    """The services, the recording, and the sessions that more than one check looks at."""

    def __init__(self, given):
        self.service, self.strict, self.path = given["service"], given["strict"], given["speech"]

    def pcm(self, rate=16000, seconds=12, begin=0):
        return speech.pcm(self.path, rate, seconds, begin)

    @functools.cached_property
    def formatted(self):
        """Twelve seconds, with `format_turns`."""
        return whole(self.service, self.pcm(), format_turns=True)

    @functools.cached_property
    def unformatted(self):
        return whole(self.service, self.pcm(), format_turns=False)

    @functools.cached_property
    def universal_3(self):
        return whole(self.service, self.pcm(), speech_model="universal-3-6-pro", mode="min_latency")


def run(given):
    stage = Stage(given)
    for name, note, function in CHECKS:
        try:
            detail, has_passed = function(stage) or "", True
        except Exception as error:
            detail, has_passed = f"{type(error).__name__}: {error}", False
        line = {"name": name, "note": note, "pass": has_passed, "detail": str(detail)[:400]}
        print(json.dumps(line), flush=True)
