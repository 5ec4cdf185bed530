"""A session of the SDK's threaded client, and everything that it told its handlers."""

import threading
import time

from assemblyai.streaming.v3 import (
    RealTimeEvents,
    RealTimeParameters,
    RealTimeSessionParameters,
    RealTimeTranscriber,
    RealTimeTranscriberOptions,
    SpeechModel,
)

# Even a machine that does much else keeps to this.
PATIENCE = 60


def socket_host(service):
    """The SDK takes a host with its scheme, which is all that loopback needs."""
    return service["base"].replace("http://", "ws://")


def minter(service, key=None):
    """A client whose tokens come from the service: the SDK knows only https, so the one URL is put in from outside."""
    options = RealTimeTranscriberOptions(api_host="127.0.0.1", api_key=key or service["key"])
    client = RealTimeTranscriber(options)
    client._client._http_client.base_url = service["base"]
    return client


def token_of(service, expires=60, session=None):
    return minter(service).create_temporary_token(expires, session)


class Session:
    """Connected from the start; `with` ends it."""

    def __init__(self, service, token=None, key=None, **parameters):
        self.events = []
        self._news = threading.Condition()
        credential = {"token": token} if token else {"api_key": key or service["key"]}
        options = RealTimeTranscriberOptions(
            api_host=socket_host(service), connect_timeout=PATIENCE, terminate_timeout=PATIENCE, **credential
        )
        self.client = RealTimeTranscriber(options)
        for event in RealTimeEvents:
            self.client.on(event, lambda _client, message, name=event.name: self._heard(name, message))
        self.rate = parameters.setdefault("sample_rate", 16000)
        parameters.setdefault("speech_model", SpeechModel.universal_streaming_english)
        self.began = time.monotonic()
        self.client.connect(RealTimeParameters(**parameters))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()

    def _heard(self, name, message):
        with self._news:
            self.events.append((name, message, time.monotonic()))
            self._news.notify_all()

    def of(self, name):
        """Every message of a kind, so far."""
        return [message for kind, message, _ in list(self.events) if kind == name]

    def wait(self, name, matches=lambda _message: True, patience=PATIENCE):
        """The first message of a kind for which `matches` holds."""

        def found():
            return next((message for message in self.of(name) if matches(message)), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None or self._is_over(name), patience)
        message = found()
        assert message is not None, f"no {name} came, but {self.kinds()} {self.of('Error')}"
        return message

    def wait_any(self, *names):
        """Whichever of these kinds came first."""

        def found():
            return next((kind for kind, _, _ in self.events if kind in names), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None, PATIENCE)
        return found()

    def _is_over(self, name):
        return name != "Error" and any(kind in ("Error", "Termination") for kind, _, _ in self.events)

    def kinds(self):
        return sorted({kind for kind, _, _ in self.events})

    def say(self, audio, frame_ms=100, width=2):
        """In messages of `frame_ms`, as fast as they can be sent."""
        size = self.rate * frame_ms // 1000 * width
        for first in range(0, len(audio), size):
            self.client.stream(audio[first : first + size])

    def update(self, **changes):
        self.client.set_params(RealTimeSessionParameters(**changes))

    def end(self):
        """Terminates, and gives the answer to that."""
        self.client.disconnect(terminate=True)
        return self.wait("Termination")

    def turns(self):
        return self.of("Turn")

    def finals(self, formatted=None):
        """Ends of turns that say something."""
        is_wanted = lambda turn: formatted is None or turn.turn_is_formatted == formatted
        return [turn for turn in self.turns() if turn.end_of_turn and turn.words and is_wanted(turn)]

    def text(self, formatted=None):
        return " ".join(turn.transcript for turn in self.finals(formatted))


def whole(service, audio, width=2, **parameters):
    """A session from `Begin` to `Termination`."""
    with Session(service, **parameters) as session:
        session.wait("Begin")
        session.say(audio, width=width)
        session.end()
    return session


def failure(service, code, words, act=lambda _session: None, **parameters):
    """A session that has to end with an error of this code and with these words in it."""
    with Session(service, **parameters) as session:
        if not session.of("Error"):
            act(session)
        error = session.wait("Error")
    assert error.code == code, f"code {error.code}: {error}"
    assert words in str(error), f"{error}"
    assert not session.of("Termination"), "an error was followed by Termination"
    return session
