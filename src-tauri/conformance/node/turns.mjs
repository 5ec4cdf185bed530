// What a session says, from `Begin` to `Termination`.

import assert from "node:assert/strict";
import { check } from "./registry.mjs";
import { Session } from "./session.mjs";
import { silence, understood } from "./speech.mjs";

check("begin_has_the_eight_keys_of_its_configuration", "sotto_protocol::BeginConfiguration", async (stage) => {
  const { configuration } = (await stage.formatted()).begin;
  const keys = ["api_version", "domain", "filter_profanity", "mode", "model", "redact_pii", "speaker_labels"];
  assert.deepEqual(Object.keys(configuration).sort(), [...keys, "voice_focus"]);
  assert.equal(configuration.mode, null);
  assert.equal((await stage.universal3()).begin.configuration.mode, "balanced");
});

check("begin_is_told_to_the_listener_too", "sotto_protocol::Begin", async (stage) => {
  const session = await stage.formatted();
  assert.deepEqual(session.of("open"), [session.begin]);
  assert.equal(session.events[0].kind, "open");
  assert.match(session.begin.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

check("what_was_said_is_understood", "sotto_protocol::Turn::transcript", async (stage) => {
  const text = (await stage.formatted()).text(true);
  assert.ok(understood(text) >= 4, text);
  return text;
});

check("turns_are_numbered_from_zero_one_by_one", "sotto_protocol::Turn::turn_order", async (stage) => {
  const orders = (await stage.formatted()).finals(true).map((turn) => turn.turn_order);
  assert.deepEqual(orders, [...orders.keys()]);
  assert.ok(orders.length > 1);
});

check("a_formatted_turn_ends_twice_in_order", "sotto_protocol::StreamingParameters::format_turns", async (stage) => {
  const ends = (await stage.formatted()).finals().map((turn) => [turn.turn_order, turn.turn_is_formatted]);
  const orders = [...new Set(ends.map(([order]) => order))];
  const pairs = orders.flatMap((order) => [
    [order, false],
    [order, true],
  ]);
  assert.deepEqual(ends, pairs);
});

check("without_formatting_a_turn_ends_once", "sotto_protocol::StreamingParameters::format_turns", async (stage) => {
  const session = await stage.unformatted();
  const ends = session.finals().map((turn) => turn.turn_order);
  assert.deepEqual(ends, [...ends.keys()]);
  assert.ok(ends.length > 0 && session.text() === session.text().toLowerCase());
});

check("every_turn_has_all_its_fields", "sotto_protocol::Turn::utterance", async (stage) => {
  for (const session of [await stage.formatted(), await stage.universal3()]) {
    for (const turn of session.turns()) {
      assert.equal(typeof turn.turn_order, "number");
      assert.equal(typeof turn.end_of_turn_confidence, "number");
      for (const name of ["turn_is_formatted", "end_of_turn"]) assert.equal(typeof turn[name], "boolean", name);
      for (const name of ["transcript", "utterance"]) assert.equal(typeof turn[name], "string", name);
      assert.ok(Array.isArray(turn.words));
    }
  }
});

check("every_word_has_whole_milliseconds_and_a_confidence", "sotto_protocol::Word", async (stage) => {
  const words = (await stage.formatted()).turns().flatMap((turn) => turn.words);
  assert.ok(words.length > 10);
  for (const word of words) {
    assert.ok(Number.isInteger(word.start) && Number.isInteger(word.end), JSON.stringify(word));
    assert.ok(word.start >= 0 && word.start <= word.end && word.end <= 12000, JSON.stringify(word));
    assert.ok(word.confidence >= 0 && word.confidence <= 1 && word.text, JSON.stringify(word));
    assert.equal(typeof word.word_is_final, "boolean");
  }
});

check("a_partial_never_comes_after_the_end_of_its_turn", "sotto_protocol::Turn::end_of_turn", async (stage) => {
  const over = new Set();
  for (const turn of (await stage.formatted()).turns()) {
    assert.ok(turn.end_of_turn || !over.has(turn.turn_order), JSON.stringify(turn));
    if (turn.end_of_turn) over.add(turn.turn_order);
  }
  assert.ok(over.size > 1);
});

check("words_are_final_in_a_final_and_not_all_before", "sotto_protocol::Word::word_is_final", async (stage) => {
  const session = await stage.formatted();
  assert.ok(session.finals().every((turn) => turn.words.every((word) => word.word_is_final)));
  const partials = session.turns().filter((turn) => !turn.end_of_turn);
  assert.ok(partials.some((turn) => turn.words.some((word) => !word.word_is_final)));
});

check("speech_is_announced_on_universal_3_only", "sotto_protocol::SpeechStarted", async (stage) => {
  assert.deepEqual((await stage.formatted()).of("speechStarted"), []);
  const session = await stage.universal3();
  const started = session.of("speechStarted");
  assert.equal(started.length, new Set(session.turns().map((turn) => turn.turn_order)).size);
  assert.ok(started.every((one) => Number.isInteger(one.timestamp) && one.confidence >= 0 && one.confidence <= 1));
});

check("universal_3_says_its_final_in_utterance_too", "sotto_protocol::Turn::utterance", async (stage) => {
  const finals = (await stage.universal3()).finals();
  assert.ok(finals.length > 0);
  for (const turn of finals) {
    assert.ok(turn.turn_is_formatted && turn.utterance === turn.transcript, JSON.stringify(turn));
    assert.equal(turn.end_of_turn_confidence, 1);
  }
});

check("termination_comes_well_before_the_sdk_gives_up", "sotto_protocol::Termination", async (stage) => {
  const session = await Session.open(stage.service);
  session.say(stage.pcm(2));
  await session.wait("turn");
  const took = await session.end();
  // The SDK's own limit, which it keeps to without a word.
  assert.ok(took < 5000, `${took} ms`);
  assert.ok(session.finals().length > 0, "the flush has no final");
  return `${took.toFixed(0)} ms`;
});

check("a_regular_end_is_no_error", "sotto_protocol::texts::CLOSE_REASON_ENDED", async (stage) => {
  const session = await Session.open(stage.service);
  // Terminate by hand, for `close()` takes the listeners away before the close comes.
  session.transcriber.socket.send('{"type":"Terminate"}');
  await session.wait("close");
  assert.deepEqual(session.events.at(-1).told, [1000, "Session Ended"]);
  assert.deepEqual(session.of("error"), []);
});

check("channels_are_told_apart_by_the_clock_of_samples", "sotto_protocol::Word::start", async (stage) => {
  const channels = [{ name: "speaker" }, { name: "nobody" }];
  const session = await Session.open(stage.service, { channels, channelAttribution: { flushIntervalMs: 20 } });
  const nothing = silence(6);
  const pcm = stage.pcm(6);
  for (let first = 0; first < pcm.length; first += 3200) {
    session.transcriber.sendAudio(pcm.slice(first, first + 3200), { channel: "speaker" });
    session.transcriber.sendAudio(nothing.slice(first, first + 3200), { channel: "nobody" });
  }
  await session.end();
  const words = session.finals().flatMap((turn) => turn.words.map((word) => word.channel));
  const right = words.filter((channel) => channel === "speaker").length;
  assert.ok(words.length > 0 && right >= 0.8 * words.length && !words.includes("nobody"), `${words}`);
});

check("a_stream_of_audio_may_be_piped_in", "sotto_protocol::ServerMessage", async (stage) => {
  const session = await Session.open(stage.service);
  const writer = session.transcriber.stream().getWriter();
  const pcm = stage.pcm(6);
  for (let first = 0; first < pcm.length; first += 6400) await writer.write(pcm.slice(first, first + 6400));
  await session.end();
  assert.ok(understood(session.text()) >= 3, session.text());
});
