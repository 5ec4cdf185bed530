"""Encodings, sample rates and the lengths of messages."""

import speech
from registry import check
from session import Session, failure, whole


def hears(stage, rate):
    session = whole(stage.service, stage.pcm(rate), sample_rate=rate)
    assert speech.understood(session.text()) >= 4, session.text()
    (termination,) = session.of("Termination")
    assert termination.audio_duration_seconds == 12, termination
    assert session.finals()[-1].words[-1].end <= 12_000
    return session.text()


@check("sotto_protocol::StreamingParameters::sample_rate")
def speech_at_8000_hz_is_understood(stage):
    return hears(stage, 8000)


@check("sotto_protocol::StreamingParameters::sample_rate")
def speech_at_24000_hz_is_understood(stage):
    return hears(stage, 24000)


@check("sotto_protocol::StreamingParameters::sample_rate")
def speech_at_44100_hz_is_understood(stage):
    return hears(stage, 44100)


@check("sotto_protocol::StreamingParameters::sample_rate")
def speech_at_48000_hz_is_understood(stage):
    return hears(stage, 48000)


@check("sotto_protocol::Encoding::PcmMulaw")
def mulaw_at_8000_hz_is_understood(stage):
    audio = speech.mulaw(stage.path)
    session = whole(stage.service, audio, width=1, sample_rate=8000, encoding="pcm_mulaw")
    assert speech.understood(session.text()) >= 4, session.text()
    assert session.of("Termination")[0].audio_duration_seconds == 12
    return session.text()


@check("sotto_protocol::StreamingParameters::sample_rate")
def a_rate_under_8000_hz_is_refused(stage):
    failure(stage.service, 3006, "must be at least 8,000 Hz", sample_rate=7000)


@check("sotto_protocol::StreamingParameters::sample_rate")
def a_rate_over_96000_hz_is_refused(stage):
    failure(stage.service, 3006, "sample_rate", sample_rate=96001)


@check("sotto_protocol::Encoding")
def compressed_encodings_are_refused_before_begin(stage):
    for encoding in ("opus", "ogg_opus", "aac"):
        session = failure(stage.service, 3006, f"encoding {encoding}", encoding=encoding)
        assert session.kinds() == ["Error"], session.kinds()


@check("sotto_protocol::FRAME_MS_MAX")
def a_message_of_1000_ms_passes(stage):
    with Session(stage.service) as session:
        session.say(stage.pcm(seconds=4), frame_ms=1000)
        assert session.end().audio_duration_seconds == 4
    assert session.of("Error") == []


@check("sotto_protocol::FRAME_MS_MAX")
def a_message_of_1200_ms_ends_the_session_at_once(stage):
    words = "Input Duration Error: Input Duration Violation: 1200.0 ms. Expected between 50 and 1000 ms"
    failure(stage.service, 3007, words, act=lambda session: session.say(speech.silence(1.2), 1200))


@check("sotto_protocol::FRAME_MS_MIN")
def messages_of_20_ms_end_the_session_after_a_second(stage):
    with Session(stage.service) as session:
        session.say(speech.silence(0.8), frame_ms=20)
        session.say(speech.silence(0.1))
        session.wait("Begin")
        session.say(speech.silence(1.2), frame_ms=20)
        error = session.wait("Error")
    assert error.code == 3007 and "Input Duration Error" in str(error), f"{error.code} {error}"


@check("sotto_protocol::FRAME_MS_MIN")
def a_short_tail_before_terminate_is_no_error(stage):
    with Session(stage.service) as session:
        session.say(stage.pcm(seconds=3))
        session.client.stream(speech.silence(0.01))
        assert session.end().audio_duration_seconds == 3
    assert session.of("Error") == []


@check("sotto_protocol::max_frame_bytes")
def a_second_at_48000_hz_in_one_message_passes(stage):
    with Session(stage.service, sample_rate=48000) as session:
        session.say(stage.pcm(48000, 3), frame_ms=1000)
        assert session.end().audio_duration_seconds == 3
    assert session.of("Error") == []
