"""Keys and tokens."""

import time

import httpx
from registry import check
from session import PATIENCE, Session, failure, minter, token_of


def refused(service, *request, key=None):
    """The answer to a request for a token that has to be refused."""
    try:
        minter(service, key).create_temporary_token(*request)
    except httpx.HTTPStatusError as error:
        return error.response
    raise AssertionError("a token was given")


def opened(service, **credential):
    with Session(service, **credential) as session:
        return session.wait("Begin")


@check("sotto_protocol::TokenResponse::token")
def the_sdk_mints_a_token(stage):
    token = token_of(stage.service)
    assert isinstance(token, str) and len(token) >= 32, len(token)


@check("sotto_protocol::credential_in_query")
def a_token_in_the_authorization_header_opens_a_session(stage):
    with Session(stage.service, token=token_of(stage.service)) as session:
        session.wait("Begin")
        request = session.client._websocket.request
    assert "token=" not in request.path, "this SDK has it in the header"


@check("sotto_protocol::MAX_SESSION_SECONDS")
def a_token_caps_its_session(stage):
    begin = opened(stage.service, token=token_of(stage.service, 60, 300))
    left = begin.expires_at.timestamp() - time.time()
    assert 300 - PATIENCE < left <= 301, left


@check("sotto_protocol::EXPIRES_IN_SECONDS")
def a_token_opens_sessions_as_long_as_its_window_is_open(stage):
    token = token_of(stage.service)
    assert opened(stage.service, token=token).id != opened(stage.service, token=token).id


@check("sotto_protocol::EXPIRES_IN_SECONDS")
def a_strict_service_takes_a_token_once(stage):
    token = token_of(stage.strict)
    opened(stage.strict, token=token)
    failure(stage.strict, 1008, "Unauthorized Connection: Invalid API key", token=token)


@check("sotto_protocol::texts::TOKEN_EXPIRED")
def a_token_past_its_window_is_told_so(stage):
    token = token_of(stage.service, 1)
    time.sleep(1.2)
    failure(stage.service, 1008, "Unauthorized Connection: Signature has expired", token=token)


@check("sotto_protocol::EXPIRES_IN_SECONDS")
def the_window_of_a_token_does_not_cut_its_session(stage):
    with Session(stage.service, token=token_of(stage.service, 1)) as session:
        session.wait("Begin")
        time.sleep(1.5)
        session.say(stage.pcm(seconds=1))
        assert session.end().audio_duration_seconds == 1


@check("sotto_protocol::texts::INVALID_KEY")
def a_wrong_key_opens_no_session(stage):
    failure(stage.service, 1008, "Unauthorized Connection: Invalid API key", key="0" * 32)


@check("sotto_protocol::texts::INVALID_KEY")
def a_token_nobody_issued_opens_no_session(stage):
    failure(stage.service, 1008, "Unauthorized Connection: Invalid API key", token="x" * 2600)


@check("sotto_protocol::ValidationDetail")
def a_window_of_0_or_601_seconds_is_refused_with_422(stage):
    for seconds, limit in ((0, {"ge": 1}), (601, {"le": 600})):
        answer = refused(stage.service, seconds)
        (detail,) = answer.json()["detail"]
        assert answer.status_code == 422, answer.status_code
        assert detail["loc"] == ["query", "expires_in_seconds"] and detail["ctx"] == limit, detail


@check("sotto_protocol::TokenRequest::max_session_duration_seconds")
def a_session_of_59_or_10801_seconds_is_refused_with_422(stage):
    for seconds, limit in ((59, {"ge": 60}), (10801, {"le": 10800})):
        answer = refused(stage.service, 60, seconds)
        (detail,) = answer.json()["detail"]
        assert answer.status_code == 422, answer.status_code
        assert detail["loc"] == ["query", "max_session_duration_seconds"] and detail["ctx"] == limit, detail


@check("sotto_protocol::TokenErrorBody")
def a_wrong_key_mints_no_token(stage):
    answer = refused(stage.service, 60, key="0" * 32)
    assert answer.status_code == 401 and isinstance(answer.json()["error"], str), answer.text


@check("sotto_protocol::CloseCode::TOO_MANY_SESSIONS")
def a_session_too_many_is_refused_and_its_place_is_free_again_later(stage):
    with Session(stage.strict) as session:
        session.wait("Begin")
        failure(stage.strict, 3009, "Too many concurrent sessions")
        session.end()
    until = time.monotonic() + PATIENCE
    while True:
        with Session(stage.strict) as again:
            # The place is free a moment after the close.
            if again.wait_any("Begin", "Error") == "Begin":
                return
        assert time.monotonic() < until, "no place is free"
