// What a client says in a session, and what it is told besides turns.

import assert from "node:assert/strict";
import { check } from "./registry.mjs";
import { Session, broken } from "./session.mjs";
import { silence } from "./speech.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

check("force_endpoint_ends_the_open_turn", "sotto_protocol::ClientMessage::ForceEndpoint", async (stage) => {
  const session = await Session.open(stage.service, { maxTurnSilence: 10000 });
  session.say(stage.pcm(5));
  await session.wait("turn");
  session.transcriber.forceEndpoint();
  const final = await session.wait("turn", (turn) => turn.end_of_turn);
  await session.end();
  assert.equal(final.turn_order, 0);
  assert.ok(final.words.length > 0);
});

check("formatting_can_be_turned_on", "sotto_protocol::UpdateConfiguration::format_turns", async (stage) => {
  const session = await Session.open(stage.service);
  session.transcriber.updateConfiguration({ format_turns: true, keyterms_prompt: [] });
  session.say(stage.pcm(5));
  await session.end();
  assert.ok(session.finals(true).length > 0);
});

check("an_update_out_of_range_ends_the_session", "sotto_protocol::UpdateConfiguration", (stage) =>
  broken(stage.service, 3006, "User Input Validation Error", {}, (session) =>
    session.transcriber.updateConfiguration({ vad_threshold: 7 }),
  ),
);

check("an_update_of_the_wrong_shape_ends_the_session", "sotto_protocol::ClientMessageError", (stage) =>
  broken(stage.service, 3006, "Invalid Message: ", {}, (session) =>
    session.transcriber.updateConfiguration({ vad_threshold: "high" }),
  ),
);

check("too_long_a_prompt_in_an_update_ends_the_session", "sotto_protocol::UpdateConfiguration::prompt", (stage) =>
  broken(stage.service, 3006, "prompt", {}, (session) =>
    session.transcriber.updateConfiguration({ prompt: "x".repeat(1751) }),
  ),
);

check("a_message_of_1200_ms_ends_the_session", "sotto_protocol::FrameLengthError", (stage) =>
  broken(stage.service, 3007, "1200.0 ms. Expected between 50 and 1000 ms", {}, (session) =>
    session.say(silence(2.4), 1200),
  ),
);

check("messages_of_20_ms_end_the_session", "sotto_protocol::FRAME_MS_MIN", (stage) =>
  broken(stage.service, 3007, "Input Duration Error", {}, (session) => session.say(silence(1.5), 20)),
);

check("a_silent_client_is_ended_when_it_asked_for_that", "sotto_protocol::texts::INACTIVITY", (stage) =>
  broken(stage.service, 3006, "No messages received for 5 seconds", { inactivityTimeout: 5 }, () => {}),
);

check("keep_alive_keeps_a_silent_session_alive", "sotto_protocol::ClientMessage::KeepAlive", async (stage) => {
  const session = await Session.open(stage.service, { inactivityTimeout: 5 });
  for (let beat = 0; beat < 3; beat++) {
    await sleep(2500);
    session.transcriber.keepAlive();
  }
  await session.end();
  assert.deepEqual(session.of("error"), []);
});

check("heartbeats_acknowledge_the_audio", "sotto_protocol::Heartbeat::total_audio_received_ms", async (stage) => {
  const session = await Session.open(stage.service, { sessionHeartbeat: true });
  session.say(stage.pcm(3));
  const beat = await session.wait("heartbeat");
  await session.end();
  assert.equal(beat.total_audio_received_ms, 3000);
  assert.ok(Number.isInteger(beat.total_duration_ms) && beat.total_duration_ms >= 4900, JSON.stringify(beat));
  assert.ok(beat.realtime_factor > 0 && beat.max_speech_probability > 0.5, JSON.stringify(beat));
});

check("without_asking_no_heartbeat_comes", "sotto_protocol::StreamingParameters::session_heartbeat", async (stage) => {
  const session = await Session.open(stage.service, { sessionHeartbeat: false });
  await sleep(5500);
  await session.end();
  assert.deepEqual(session.kinds(), ["open"]);
});

check("an_audio_of_half_a_sample_ends_the_session", "sotto_protocol::CloseCode::BAD_INPUT", (stage) =>
  broken(stage.service, 3006, "User Input Validation Error", {}, (session) =>
    session.transcriber.sendAudio(new Uint8Array(3201)),
  ),
);
