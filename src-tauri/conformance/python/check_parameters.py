"""The query as the SDK writes it."""

import speech
from assemblyai.streaming.v3.models import LLMGatewayConfig, LLMGatewayMessage
from registry import check
from session import Session, failure, whole


def begins(stage, **parameters):
    with Session(stage.service, **parameters) as session:
        session.wait("Begin")
        session.end()
    return session


@check("sotto_protocol::StreamingParameters::parse")
def booleans_in_the_case_of_python_are_read(stage):
    assert "format_turns=True" in stage.formatted.client._websocket.request.path
    assert stage.formatted.finals(formatted=True)
    assert "format_turns=False" in stage.unformatted.client._websocket.request.path
    assert not stage.unformatted.finals(formatted=True)


@check("sotto_protocol::StreamingParameters::keyterms_prompt")
def keyterms_are_taken_and_warned_of(stage):
    session = begins(stage, keyterms_prompt=["AssemblyAI", "two cities"])
    (warning,) = session.of("Warning")
    assert warning.warning.startswith("keyterms_prompt"), warning


@check("sotto_protocol::StreamingParameters::keyterms_prompt")
def a_hundred_keyterms_are_taken_and_101_are_not(stage):
    begins(stage, keyterms_prompt=[f"term {n}" for n in range(100)])
    failure(stage.service, 3006, "Max 100 items", keyterms_prompt=[f"term {n}" for n in range(101)])


@check("sotto_protocol::StreamingParameters::keyterms_prompt")
def a_keyterm_of_60_characters_is_no_error(stage):
    begins(stage, keyterms_prompt=["x" * 60])


@check("sotto_protocol::Warning")
def each_parameter_without_effect_is_warned_of(stage):
    session = begins(
        stage,
        language_detection=True,
        filter_profanity=True,
        speaker_labels=True,
        max_speakers=2,
        prompt="A novel.",
        agent_context="What is it about?",
        redact_pii=True,
        acknowledge_silence=True,
    )
    warned = {warning.warning.split()[0] for warning in session.of("Warning")}
    expected = {"language_detection", "filter_profanity", "speaker_labels", "prompt", "agent_context"}
    assert warned == expected | {"redact_pii", "acknowledge_silence"}, warned


@check("sotto_protocol::StreamingParameters")
def parameters_that_are_not_modelled_are_ignored(stage):
    message = LLMGatewayMessage(role="user", content="Summarise.")
    session = begins(
        stage,
        webhook_url="https://example.com/hook",
        webhook_auth_header_name="X-Key",
        webhook_auth_header_value="1",
        llm_gateway=LLMGatewayConfig(model="any", messages=[message], max_tokens=10),
        speaker_labels_revision_interval_ms=0,
        include_partial_turns=True,
        customer_support_audio_capture=False,
    )
    assert session.kinds() == ["Begin", "Termination"], session.kinds()


@check("sotto_protocol::StreamingParameters::voice_focus")
def universal_3_parameters_in_range_are_taken(stage):
    begins(
        stage,
        speech_model="universal-3-5-pro",
        mode="max_accuracy",
        voice_focus="far-field",
        voice_focus_threshold=0.5,
        interruption_delay=1000,
        continuous_partials=True,
        turn_left_pad_ms=10,
        domain="medical-v1",
    )


@check("sotto_protocol::StreamingParameters::voice_focus")
def the_old_name_noise_suppression_is_taken(stage):
    begins(stage, noise_suppression_model="near-field", noise_suppression_threshold=0.1)


@check("sotto_protocol::StreamingParameters::min_turn_silence")
def the_old_name_of_min_turn_silence_is_taken(stage):
    begins(stage, min_end_of_turn_silence_when_confident=300)


@check("sotto_protocol::SpeechModel")
def a_model_that_the_cloud_no_longer_has_is_refused_with_the_list(stage):
    failure(stage.service, 3006, "universal-streaming-english", speech_model="u3-pro")


@check("sotto_protocol::SpeechModel")
def every_other_model_of_the_sdk_begins(stage):
    for model in ("universal-streaming-multilingual", "whisper-rt", "u3-rt-pro", "universal-3-6"):
        begins(stage, speech_model=model)


@check("sotto_protocol::StreamingParameters::end_of_turn_confidence_threshold")
def thresholds_out_of_0_to_1_are_refused(stage):
    words = "User Input Validation Error"
    failure(stage.service, 3006, words, end_of_turn_confidence_threshold=1.5)
    failure(stage.service, 3006, words, vad_threshold=-0.5)
    failure(stage.service, 3006, words, voice_focus_threshold=2.0)


@check("sotto_protocol::StreamingParameters::inactivity_timeout")
def an_inactivity_timeout_out_of_5_to_3600_is_refused(stage):
    for seconds in (4, 3601):
        failure(stage.service, 3006, "inactivity_timeout", inactivity_timeout=seconds)


@check("sotto_protocol::StreamingParameters::max_speakers")
def more_than_10_speakers_are_refused(stage):
    failure(stage.service, 3006, "max_speakers", speaker_labels=True, max_speakers=11)


@check("sotto_protocol::StreamingParameters::language_codes")
def more_than_10_languages_are_refused(stage):
    failure(stage.service, 3006, "language_codes", language_codes=["en"] * 11)


@check("sotto_protocol::StreamingParameters::prompt")
def a_prompt_of_more_than_1750_characters_is_refused(stage):
    begins(stage, prompt="x" * 1750)
    failure(stage.service, 3006, "prompt", prompt="x" * 1751)


@check("sotto_protocol::StreamingParameters::max_turn_silence")
def a_short_silence_ends_more_turns_than_a_long_one(stage):
    audio = stage.pcm(seconds=5) + speech.silence(2) + stage.pcm(seconds=5, begin=5) + speech.silence(1)
    impatient = whole(stage.service, audio, min_turn_silence=100, max_turn_silence=200)
    patient = whole(stage.service, audio, min_turn_silence=9_000, max_turn_silence=9_000)
    assert len(patient.finals()) == 1 < len(impatient.finals()), (patient.text(), impatient.text())
    return f"{len(impatient.finals())} and {len(patient.finals())}"
