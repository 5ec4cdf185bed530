// Keys and tokens.

import assert from "node:assert/strict";
import { check } from "./registry.mjs";
import { Session, client, refused, token } from "./session.mjs";

const INVALID = "Unauthorized Connection: Invalid API key";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function begun(service, parameters) {
  const session = await Session.open(service, parameters);
  await session.end();
  return session.begin;
}

/** What the SDK says about a request for a token that has to be refused. */
function complaint(service, options, key) {
  return client(service, key)
    .streaming.createTemporaryToken(options)
    .then(
      () => assert.fail("a token was given"),
      (error) => error.message,
    );
}

check("the_sdk_mints_a_token", "sotto_protocol::TokenResponse::token", async (stage) => {
  assert.match(await token(stage.service), /^[\w-]{32,}$/);
});

check("a_token_in_the_query_opens_a_session", "sotto_protocol::credential_in_query", async (stage) => {
  assert.ok((await begun(stage.service, { token: await token(stage.service) })).id);
});

check("a_key_in_the_header_opens_a_session", "sotto_protocol::credential_in_query", async (stage) => {
  assert.ok((await begun(stage.service)).id);
});

check("a_token_opens_sessions_as_long_as_its_window_is_open", "sotto_protocol::EXPIRES_IN_SECONDS", async (stage) => {
  const shared = { token: await token(stage.service) };
  assert.notEqual((await begun(stage.service, shared)).id, (await begun(stage.service, shared)).id);
});

check("a_strict_service_takes_a_token_once", "sotto_protocol::EXPIRES_IN_SECONDS", async (stage) => {
  const once = { token: await token(stage.strict) };
  await begun(stage.strict, once);
  await refused(stage.strict, 1008, INVALID, once);
});

check("a_token_past_its_window_is_told_so", "sotto_protocol::texts::TOKEN_EXPIRED", async (stage) => {
  const short = { token: await token(stage.service, { expires_in_seconds: 1 }) };
  await sleep(1200);
  await refused(stage.service, 1008, "Unauthorized Connection: Signature has expired", short);
});

check("a_token_caps_its_session", "sotto_protocol::MAX_SESSION_SECONDS", async (stage) => {
  const options = { expires_in_seconds: 60, max_session_duration_seconds: 60 };
  const begin = await begun(stage.service, { token: await token(stage.service, options) });
  const left = begin.expires_at - Date.now() / 1000;
  assert.ok(Number.isInteger(begin.expires_at) && left > 0 && left <= 61, `${left}`);
});

check("a_wrong_key_opens_no_session", "sotto_protocol::texts::INVALID_KEY", (stage) =>
  refused(stage.service, 1008, INVALID, { apiKey: "0".repeat(32) }),
);

check("a_token_nobody_issued_opens_no_session", "sotto_protocol::texts::INVALID_KEY", (stage) =>
  refused(stage.service, 1008, INVALID, { token: "x".repeat(2600) }),
);

check("an_empty_window_is_refused_in_one_readable_line", "sotto_protocol::TokenErrorBody", async (stage) => {
  // The SDK shows `error` where there is one, and the raw body else.
  const message = await complaint(stage.service, { expires_in_seconds: 0 });
  assert.equal(message, "expires_in_seconds: Input should be greater than or equal to 1");
});

check("a_missing_window_is_refused_in_one_readable_line", "sotto_protocol::ValidationDetail", async (stage) => {
  assert.equal(await complaint(stage.service, {}), "expires_in_seconds: Field required");
});

check("too_long_a_session_is_refused_in_one_readable_line", "sotto_protocol::TokenRequest", async (stage) => {
  const options = { expires_in_seconds: 60, max_session_duration_seconds: 10801 };
  const message = await complaint(stage.service, options);
  assert.equal(message, "max_session_duration_seconds: Input should be less than or equal to 10800");
});

check("a_wrong_key_mints_no_token", "sotto_protocol::TokenErrorBody", async (stage) => {
  const message = await complaint(stage.service, { expires_in_seconds: 60 }, "0".repeat(32));
  assert.match(message, /^Authentication error/);
});

check("a_session_too_many_is_refused_with_3009", "sotto_protocol::texts::TOO_MANY_SESSIONS", async (stage) => {
  const first = await Session.open(stage.strict);
  await refused(stage.strict, 3009, "Too many concurrent sessions", {});
  await first.end();
  // The SDK tries again by itself, and finds the place free.
  await begun(stage.strict, { maxConnectionRetries: 10, connectionRetryDelay: 200 });
});
