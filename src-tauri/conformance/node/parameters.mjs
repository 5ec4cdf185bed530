// The query as the SDK writes it.

import assert from "node:assert/strict";
import { check } from "./registry.mjs";
import { Session, refused, whole } from "./session.mjs";
import { silence, understood } from "./speech.mjs";

const begins = (stage, parameters) => whole(stage.service, silence(1), parameters);

check("keyterms_as_a_json_list_are_taken_and_warned_of", "sotto_protocol::Warning", async (stage) => {
  const session = await begins(stage, { keytermsPrompt: ["AssemblyAI", "Tauri"] });
  const warnings = session.of("warning");
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0].warning.startsWith("keyterms_prompt") && Number.isInteger(warnings[0].warning_code));
});

check("the_old_name_keyterms_is_taken", "sotto_protocol::StreamingParameters::keyterms_prompt", async (stage) => {
  assert.equal((await begins(stage, { keyterms: ["Tauri"] })).of("warning").length, 1);
});

check("101_keyterms_are_refused", "sotto_protocol::StreamingParameters::keyterms_prompt", (stage) =>
  refused(stage.service, 3006, "Max 100 items", { keytermsPrompt: Array(101).fill("term") }),
);

check("english_alone_needs_no_warning", "sotto_protocol::StreamingParameters::language_codes", async (stage) => {
  assert.deepEqual((await begins(stage, { languageCodes: ["en"] })).of("warning"), []);
  const warned = (await begins(stage, { languageCodes: ["en", "de"] })).of("warning");
  assert.ok(warned[0]?.warning.startsWith("language_codes"), JSON.stringify(warned));
});

check("a_session_without_a_model_begins", "sotto_protocol::SpeechModel", async (stage) => {
  const session = await begins(stage, { speechModel: undefined });
  assert.ok(session.begin.configuration.model);
});

check("an_unknown_model_is_refused_with_the_list", "sotto_protocol::UnknownName", (stage) =>
  refused(stage.service, 3006, "universal-streaming-multilingual", { speechModel: "universal-9" }),
);

check("an_unknown_mode_is_refused_with_the_list", "sotto_protocol::Mode", (stage) =>
  refused(stage.service, 3006, "min_latency, balanced, max_accuracy", {
    speechModel: "universal-3-5-pro",
    mode: "fastest",
  }),
);

check("an_unknown_voice_focus_is_refused_with_the_list", "sotto_protocol::VoiceFocus", (stage) =>
  refused(stage.service, 3006, "near-field, far-field", { voiceFocus: "mid-field" }),
);

check("flac_is_refused", "sotto_protocol::Encoding", (stage) =>
  refused(stage.service, 3006, "Invalid encoding", { encoding: "flac" }),
);

check("opus_without_a_rate_is_refused_before_begin", "sotto_protocol::Encoding::Opus", (stage) =>
  refused(stage.service, 3006, "does not take encoding opus", { encoding: "opus", sampleRate: undefined }),
);

check("7999_hz_are_refused_and_8000_are_not", "sotto_protocol::StreamingParameters::sample_rate", async (stage) => {
  await refused(stage.service, 3006, "must be at least 8,000 Hz", { sampleRate: 7999 });
  const session = await whole(stage.service, stage.pcm(12, 8000), { sampleRate: 8000 });
  assert.ok(understood(session.text()) >= 4, session.text());
});

check("speech_at_48000_hz_is_understood", "sotto_protocol::StreamingParameters::sample_rate", async (stage) => {
  const session = await whole(stage.service, stage.pcm(12, 48000), { sampleRate: 48000, encoding: "pcm_s16le" });
  assert.ok(understood(session.text()) >= 4, session.text());
});

check("thresholds_out_of_0_to_1_are_refused", "sotto_protocol::StreamingParameters::vad_threshold", async (stage) => {
  await refused(stage.service, 3006, "vad_threshold", { vadThreshold: 1.1 });
  await refused(stage.service, 3006, "voice_focus_threshold", { voiceFocusThreshold: -1 });
  await refused(stage.service, 3006, "end_of_turn_confidence", { endOfTurnConfidenceThreshold: 2 });
});

check("a_late_first_partial_is_refused", "sotto_protocol::StreamingParameters::interruption_delay", (stage) =>
  refused(stage.service, 3006, "interruption_delay", { interruptionDelay: 1001 }),
);

check("what_is_not_modelled_is_ignored", "sotto_protocol::StreamingParameters", async (stage) => {
  const session = await begins(stage, {
    webhookUrl: "https://example.com/hook",
    llmGateway: { model: "any", messages: [{ role: "user", content: "?" }], max_tokens: 1 },
    customerSupportAudioCapture: true,
    redactPiiPolicies: ["date"],
    turnLeftPadMs: 5,
  });
  assert.deepEqual(session.kinds(), ["open"]);
});

check("retries_of_a_refused_session_are_refused_too", "sotto_protocol::CloseCode::POLICY", async (stage) => {
  // The SDK tries 1008 again, though it will not help; the service must take that calmly.
  const parameters = { apiKey: "wrong", maxConnectionRetries: 2, connectionRetryDelay: 10 };
  await refused(stage.service, 1008, "Invalid API key", parameters);
  await (await Session.open(stage.service)).end();
});
