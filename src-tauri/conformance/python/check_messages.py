"""What a client says in text, and what it is told besides turns."""

import time

import speech
from assemblyai.streaming.v3 import RealTimeEvents
from registry import check
from session import PATIENCE, Session, failure


@check("sotto_protocol::ClientMessage::ForceEndpoint")
def force_endpoint_ends_the_open_turn(stage):
    with Session(stage.service, max_turn_silence=10_000) as session:
        session.say(stage.pcm(seconds=5))
        session.wait("Turn")
        session.client.force_endpoint()
        final = session.wait("Turn", lambda turn: turn.end_of_turn)
        assert not session.of("Termination") and final.words, final
        session.end()


@check("sotto_protocol::ClientMessage::ForceEndpoint")
def force_endpoint_without_a_turn_does_nothing(stage):
    with Session(stage.service) as session:
        session.wait("Begin")
        session.client.force_endpoint()
        session.say(speech.silence(1))
        session.client.force_endpoint()
        session.end()
    assert session.kinds() == ["Begin", "Termination"], session.kinds()


@check("sotto_protocol::ClientMessage::ForceEndpoint")
def the_turn_after_a_forced_end_has_the_next_number(stage):
    with Session(stage.service, max_turn_silence=10_000) as session:
        for begin in (0, 5):
            session.say(stage.pcm(seconds=5, begin=begin))
            session.client.force_endpoint()
        session.end()
    orders = [turn.turn_order for turn in session.finals()]
    assert orders == list(range(len(orders))) and len(orders) >= 2, orders


@check("sotto_protocol::UpdateConfiguration::format_turns")
def formatting_can_be_turned_on_in_a_session(stage):
    with Session(stage.service, format_turns=False) as session:
        session.say(stage.pcm(seconds=5))
        session.client.force_endpoint()
        session.wait("Turn", lambda turn: turn.end_of_turn)
        assert session.finals(formatted=True) == []
        session.update(format_turns=True)
        session.say(stage.pcm(seconds=5, begin=5))
        session.end()
    assert session.finals(formatted=True), session.turns()


@check("sotto_protocol::UpdateConfiguration::max_turn_silence")
def silences_can_be_changed_in_a_session(stage):
    with Session(stage.service, min_turn_silence=20_000, max_turn_silence=20_000) as session:
        session.say(stage.pcm(seconds=5) + speech.silence(3))
        session.wait("Turn")
        session.update(min_turn_silence=200, max_turn_silence=400)
        assert not session.finals(), "the long silence did not hold"
        session.say(speech.silence(2))
        session.wait("Turn", lambda turn: turn.end_of_turn)
        session.end()


@check("sotto_protocol::UpdateConfiguration")
def an_update_out_of_range_ends_the_session(stage):
    for change in ({"vad_threshold": 7.0}, {"end_of_turn_confidence_threshold": -0.1}):
        failure(stage.service, 3006, "User Input Validation Error", act=lambda session: session.update(**change))


@check("sotto_protocol::UpdateConfiguration::keyterms_prompt")
def an_update_with_101_keyterms_ends_the_session(stage):
    update = lambda session: session.update(keyterms_prompt=[f"term {n}" for n in range(101)])
    failure(stage.service, 3006, "Max 100 items", act=update)


@check("sotto_protocol::UpdateConfiguration::keyterms_prompt")
def an_empty_list_clears_without_a_warning(stage):
    with Session(stage.service) as session:
        session.wait("Begin")
        session.update(keyterms_prompt=[], language_codes=[])
        session.say(speech.silence(1))
        session.end()
    assert session.of("Warning") == [], session.of("Warning")


@check("sotto_protocol::Warning")
def an_update_without_effect_is_warned_of(stage):
    with Session(stage.service) as session:
        session.wait("Begin")
        session.update(keyterms_prompt=["Sotto"])
        assert "keyterms_prompt" in session.wait("Warning").warning
        session.end()


@check("sotto_protocol::StreamingParameters::inactivity_timeout")
def a_silent_client_is_ended_when_it_asked_for_that(stage):
    with Session(stage.service, inactivity_timeout=5) as session:
        session.wait("Begin")
        began = time.monotonic()
        error = session.wait("Error")
        took = time.monotonic() - began
    words = "Session terminated due to inactivity: No messages received for 5 seconds"
    assert error.code == 3006 and words in str(error), f"{error.code} {error}"
    assert 4.5 < took < PATIENCE, took
    return f"{took:.1f} s"


@check("sotto_protocol::ClientMessage::KeepAlive")
def keep_alive_keeps_a_silent_session_alive(stage):
    with Session(stage.service, inactivity_timeout=5) as session:
        session.wait("Begin")
        for _ in range(4):
            time.sleep(2)
            session.client.keep_alive()
        assert session.of("Error") == [], session.of("Error")
        assert session.end().session_duration_seconds >= 8


@check("sotto_protocol::Heartbeat")
def heartbeats_come_every_5_seconds_with_true_figures(stage):
    with Session(stage.service, session_heartbeat=True) as session:
        session.wait("Begin")
        session.say(stage.pcm(seconds=3))
        beat = session.wait("Heartbeat")
        session.end()
    assert beat.total_audio_received_ms == 3000, beat
    assert 4900 <= beat.total_duration_ms < 5000 + PATIENCE * 1000, beat
    assert 0 < beat.realtime_factor and 0.5 < beat.max_speech_probability <= 1, beat
    return beat


@check("sotto_protocol::UpdateConfiguration::session_heartbeat")
def heartbeats_can_be_turned_on_in_a_session(stage):
    with Session(stage.service) as session:
        session.wait("Begin")
        session.update(session_heartbeat=True)
        assert session.wait("Heartbeat").total_audio_received_ms == 0
        session.end()


@check("sotto_protocol::ServerMessage")
def every_message_has_a_type_that_the_sdk_knows(stage):
    """What it does not know it drops without a word to any handler, so the socket itself is listened to."""
    from websockets.sync.client import ClientConnection

    seen, receive = [], ClientConnection.recv
    ClientConnection.recv = lambda self, *a, **k: (seen.append(receive(self, *a, **k)), seen[-1])[1]
    try:
        with Session(stage.service, speech_model="universal-3-6-pro", keyterms_prompt=["x"]) as session:
            session.say(stage.pcm(seconds=6))
            session.end()
    finally:
        ClientConnection.recv = receive
    known = {event.name for event in RealTimeEvents}
    assert len(seen) > 5 and len(seen) == len(session.events), (len(seen), len(session.events))
    assert {kind for kind, _, _ in session.events} <= known
