"""What a session says, from `Begin` to `Termination`."""

import asyncio
import time
import uuid

import speech
from assemblyai.streaming.v3 import (
    AsyncRealTimeTranscriber,
    RealTimeEvents,
    RealTimeParameters,
    RealTimeTranscriberOptions,
)
from assemblyai.streaming.v3.extras import ChannelStreamer
from registry import check
from session import PATIENCE, Session, socket_host, whole


@check("sotto_protocol::Begin::id")
def begin_has_a_uuid(stage):
    (begin,) = stage.formatted.of("Begin")
    return uuid.UUID(begin.id)


@check("sotto_protocol::MAX_SESSION_SECONDS_DEFAULT")
def begin_expires_in_three_hours(stage):
    with Session(stage.service) as session:
        left = session.wait("Begin").expires_at.timestamp() - time.time()
    assert 10700 < left <= 10801, left
    return f"{left:.0f} s"


@check("sotto_protocol::BeginConfiguration::model")
def begin_says_which_model_really_hears(stage):
    (begin,) = stage.formatted.of("Begin")
    assert begin.configuration.model.startswith("moonshine"), begin
    return begin.configuration.model


@check("sotto_protocol::API_VERSION")
def begin_echoes_the_version_that_the_sdk_asks_for(stage):
    (begin,) = stage.formatted.of("Begin")
    asked = stage.formatted.client._websocket.request.headers["AssemblyAI-Version"]
    assert begin.configuration.api_version == asked == "2025-05-12", (begin, asked)


@check("sotto_protocol::BeginConfiguration::mode")
def mode_is_null_outside_universal_3(stage):
    assert stage.formatted.of("Begin")[0].configuration.mode is None
    assert stage.universal_3.of("Begin")[0].configuration.mode == "min_latency"


@check("sotto_protocol::Turn::transcript")
def what_was_said_is_understood(stage):
    text = stage.formatted.text(formatted=True)
    assert speech.understood(text) >= 4, text
    return text


@check("sotto_protocol::Turn::turn_order")
def turns_are_numbered_from_zero_one_by_one(stage):
    orders = [turn.turn_order for turn in stage.formatted.turns()]
    assert orders == sorted(orders), orders
    assert sorted(set(orders)) == list(range(orders[-1] + 1)), orders
    assert orders[-1] >= 1, "one turn only"


@check("sotto_protocol::Turn::end_of_turn")
def partials_come_before_the_end_of_their_turn(stage):
    turns = stage.formatted.turns()
    for order in {turn.turn_order for turn in turns}:
        ends = [turn.end_of_turn for turn in turns if turn.turn_order == order]
        assert ends == sorted(ends) and not ends[0] and ends[-1], (order, ends)


@check("sotto_protocol::StreamingParameters::format_turns")
def a_formatted_turn_ends_unformatted_and_then_formatted(stage):
    ends = [(turn.turn_order, turn.turn_is_formatted) for turn in stage.formatted.finals()]
    orders = sorted({order for order, _ in ends})
    assert ends == [(order, form) for order in orders for form in (False, True)], ends


@check("sotto_protocol::StreamingParameters::format_turns")
def without_formatting_a_turn_ends_once(stage):
    ends = [(turn.turn_order, turn.turn_is_formatted) for turn in stage.unformatted.finals()]
    assert ends == [(order, False) for order in range(len(ends))] and ends, ends


@check("sotto_protocol::Turn::turn_is_formatted")
def only_the_formatted_final_has_case_and_punctuation(stage):
    plain, formatted = stage.formatted.text(False), stage.formatted.text(True)
    assert plain == plain.lower() and not set(".,?!") & set(plain), plain
    assert formatted[0].isupper() and "." in formatted, formatted


@check("sotto_protocol::Word::word_is_final")
def all_words_of_a_final_are_final(stage):
    assert all(word.word_is_final for turn in stage.formatted.finals() for word in turn.words)
    partials = [turn for turn in stage.formatted.turns() if not turn.end_of_turn]
    assert any(not word.word_is_final for turn in partials for word in turn.words)


@check("sotto_protocol::Word::start")
def times_are_in_order_and_inside_the_audio(stage):
    for turn in stage.formatted.finals():
        times = [time for word in turn.words for time in (word.start, word.end)]
        assert times == sorted(times), (turn.turn_order, times)
        assert times[-1] <= 12_000, times
    assert stage.formatted.finals()[-1].words[-1].end > 9_000


@check("sotto_protocol::Word::confidence")
def confidences_are_between_0_and_1(stage):
    words = [word.confidence for turn in stage.formatted.turns() for word in turn.words]
    assert all(0 <= value <= 1 for value in words), words
    assert len(set(words)) > 3, "always the same"


@check("sotto_protocol::Turn::end_of_turn_confidence")
def confidence_in_the_end_of_a_turn_is_between_0_and_1(stage):
    values = {turn.end_of_turn_confidence for turn in stage.formatted.turns()}
    assert all(0 <= value <= 1 for value in values), values
    assert len(values) > 1, values


@check("sotto_protocol::Turn::words")
def the_transcript_of_a_final_is_its_words(stage):
    for turn in stage.formatted.finals():
        assert turn.transcript == " ".join(word.text for word in turn.words), turn


@check("sotto_protocol::Termination::audio_duration_seconds")
def termination_says_how_much_audio_came(stage):
    (termination,) = stage.formatted.of("Termination")
    assert termination.audio_duration_seconds == 12, termination


@check("sotto_protocol::Termination::session_duration_seconds")
def termination_says_how_long_the_session_was(stage):
    with Session(stage.service) as session:
        session.wait("Begin")
        session.say(stage.pcm(seconds=1))
        time.sleep(2.2)
        termination = session.end()
    assert termination.audio_duration_seconds == 1, termination
    assert 2 <= termination.session_duration_seconds <= 2 + PATIENCE, termination


@check("sotto_protocol::ClientMessage::Terminate")
def termination_is_the_last_word(stage):
    kinds = [kind for kind, _, _ in stage.formatted.events]
    assert kinds[0] == "Begin" and kinds[-1] == "Termination", kinds
    assert kinds.count("Termination") == 1


@check("sotto_protocol::CloseCode::ENDED")
def the_sdk_sees_no_error_in_a_regular_end(stage):
    assert stage.formatted.of("Error") == []
    assert stage.formatted.client._websocket.close_code == 1000


@check("sotto_protocol::SpeechStarted")
def universal_3_announces_speech_before_its_first_partial(stage):
    kinds = [kind for kind, _, _ in stage.universal_3.events if kind in ("SpeechStarted", "Turn")]
    assert kinds[:2] == ["SpeechStarted", "Turn"], kinds
    started, first = stage.universal_3.of("SpeechStarted")[0], stage.universal_3.turns()[0]
    assert started.timestamp == first.words[0].start, (started, first)


@check("sotto_protocol::SpeechModel::is_universal_3")
def universal_3_ends_a_turn_once_and_formatted(stage):
    ends = [(turn.turn_order, turn.turn_is_formatted) for turn in stage.universal_3.finals()]
    assert ends == [(order, True) for order in range(len(ends))] and ends, ends
    assert speech.understood(stage.universal_3.text()) >= 4, stage.universal_3.text()


@check("sotto_protocol::SpeechStarted")
def universal_streaming_announces_nothing(stage):
    assert stage.formatted.of("SpeechStarted") == []


@check("sotto_protocol::Word::start")
def clock_and_numbers_restart_in_each_session(stage):
    again = whole(stage.service, stage.pcm())
    first, second = stage.unformatted.turns()[0], again.turns()[0]
    assert first.turn_order == second.turn_order == 0
    assert abs(first.words[0].start - second.words[0].start) < 500, (first, second)


@check("sotto_protocol::ServerMessage")
def the_asyncio_client_has_a_whole_session(stage):
    async def session():
        options = RealTimeTranscriberOptions(
            api_host=socket_host(stage.service), api_key=stage.service["key"], terminate_timeout=PATIENCE
        )
        heard = []
        client = AsyncRealTimeTranscriber(options)
        for event in RealTimeEvents:
            client.on(event, lambda _client, message: heard.append(message))
        await client.connect(RealTimeParameters(sample_rate=16000, format_turns=True))
        pcm = stage.pcm()
        await client.stream([pcm[first : first + 3200] for first in range(0, len(pcm), 3200)])
        await client.disconnect(terminate=True)
        return heard

    heard = asyncio.run(session())
    kinds = [message.type for message in heard]
    assert kinds[0] == "Begin" and kinds[-1] == "Termination" and "Error" not in kinds, kinds
    text = " ".join(turn.transcript for turn in heard if turn.type == "Turn" and turn.end_of_turn)
    assert speech.understood(text) >= 4, text


@check("sotto_protocol::Word::end")
def the_clock_is_the_samples_so_channels_are_told_apart(stage):
    """The SDK attributes words to channels by the audio that it sent at their times."""
    with Session(stage.service) as session:
        turns = []
        channels = ChannelStreamer(session.client, ("speaker", "nobody"), sample_rate=16000)
        channels.on(RealTimeEvents.Turn, lambda _client, turn: turns.append(turn))
        pcm, nothing = stage.pcm(seconds=6), speech.silence(6)
        for first in range(0, len(pcm), 3200):
            channels.stream("speaker", pcm[first : first + 3200])
            channels.stream("nobody", nothing[first : first + 3200])
        channels.flush()
        session.end()
    words = [word.channel for turn in turns if turn.end_of_turn for word in turn.words]
    assert words and words.count("speaker") >= 0.8 * len(words) and "nobody" not in words, words
