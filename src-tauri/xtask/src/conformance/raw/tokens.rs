//! `GET /v3/token`.

use anyhow::ensure;
use serde_json::{Value, json};

use super::Case;
use super::http::{Answer, ask};
use super::scene::Scene;

pub(super) const CASES: &[Case] = &[
    ("a_token_comes_as_json_with_its_window", "TokenResponse::expires_in_seconds", |scene| {
        let answer = minted(scene, "expires_in_seconds=600")?;
        ensure!(answer.status == 200, "{answer:?}");
        ensure!(
            answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
        );
        let body = answer.json()?;
        ensure!(
            body["expires_in_seconds"] == 600 && body["token"].is_string(),
            "the body is another"
        );
        Ok(())
    }),
    ("two_tokens_are_never_the_same", "TokenResponse::token", |scene| {
        let two = [minted(scene, "expires_in_seconds=1")?, minted(scene, "expires_in_seconds=1")?];
        ensure!(two[0].json()?["token"] != two[1].json()?["token"]);
        Ok(())
    }),
    ("tokens_are_got_and_not_posted", "TokenRequest", |scene| {
        let port = scene.service.port;
        let headers = [format!("Host: 127.0.0.1:{port}"), authorization(scene)];
        let headers: Vec<_> =
            headers.iter().map(String::as_str).chain(["Content-Length: 0"]).collect();
        let answer = ask(port, "POST /v3/token?expires_in_seconds=60", &headers)?;
        ensure!(answer.status == 405, "{answer:?}");
        Ok(())
    }),
    (
        "a_window_of_0_is_refused_in_the_words_of_the_service",
        "ValidationDetail::out_of_range",
        |scene| {
            let expected = json!([{ "type": "greater_than_equal", "loc": ["query", "expires_in_seconds"],
            "msg": "Input should be greater than or equal to 1", "input": "0", "ctx": { "ge": 1 } }]);
            refused(&minted(scene, "expires_in_seconds=0")?, &expected)
        },
    ),
    ("a_window_of_601_is_refused", "EXPIRES_IN_SECONDS", |scene| {
        let expected = json!([{ "type": "less_than_equal", "loc": ["query", "expires_in_seconds"],
            "msg": "Input should be less than or equal to 600", "input": "601", "ctx": { "le": 600 } }]);
        refused(&minted(scene, "expires_in_seconds=601")?, &expected)
    }),
    ("the_ends_of_both_ranges_are_taken", "MAX_SESSION_SECONDS", |scene| {
        for (expires, session) in [(1, 60), (600, 10_800)] {
            let query =
                format!("expires_in_seconds={expires}&max_session_duration_seconds={session}");
            let answer = minted(scene, &query)?;
            ensure!(answer.status == 200, "{query}: {answer:?}");
        }
        Ok(())
    }),
    ("a_window_that_is_missing_is_refused", "ValidationDetail::missing", |scene| {
        complaint(&minted(scene, "")?, &[("missing", "expires_in_seconds")])
    }),
    ("a_window_that_is_no_number_is_refused", "ValidationDetail::not_a_number", |scene| {
        complaint(
            &minted(scene, "expires_in_seconds=soon")?,
            &[("int_parsing", "expires_in_seconds")],
        )
    }),
    ("no_authorization_is_a_missing_header", "TokenErrorBody::is_about_authorization", |scene| {
        complaint(&scene.token("expires_in_seconds=60", &[])?, &[("missing", "authorization")])
    }),
    ("everything_that_is_wrong_is_said_at_once", "ValidationDetail", |scene| {
        let query = "expires_in_seconds=x&max_session_duration_seconds=y";
        let names = [
            ("missing", "authorization"),
            ("int_parsing", "expires_in_seconds"),
            ("int_parsing", "max_session_duration_seconds"),
        ];
        complaint(&scene.token(query, &[])?, &names)
    }),
    ("a_wrong_key_is_401_with_an_error", "TokenErrorBody::Message", |scene| {
        let answer = scene.token("expires_in_seconds=60", &["Authorization: 00000000"])?;
        ensure!(answer.status == 401 && answer.json()?["error"].is_string(), "{answer:?}");
        Ok(())
    }),
    ("a_key_with_bearer_mints_tokens", "TokenRequest", |scene| {
        let bearer = format!("Authorization: Bearer {}", scene.service.key);
        ensure!(scene.token("expires_in_seconds=60", &[&bearer])?.status == 200);
        Ok(())
    }),
];

fn authorization(scene: &Scene<'_>) -> String {
    format!("Authorization: {}", scene.service.key)
}

fn minted(scene: &Scene<'_>, query: &str) -> anyhow::Result<Answer> {
    scene.token(query, &[&authorization(scene)])
}

/// 422 with exactly these details, and an `error` beside them.
fn refused(answer: &Answer, details: &Value) -> anyhow::Result<()> {
    ensure!(answer.status == 422, "{answer:?}");
    let body = answer.json()?;
    ensure!(&body["detail"] == details, "{body}");
    ensure!(body["error"].is_string(), "{body}");
    Ok(())
}

/// 422 with details of these kinds about these names.
fn complaint(answer: &Answer, names: &[(&str, &str)]) -> anyhow::Result<()> {
    ensure!(answer.status == 422, "{answer:?}");
    let body = answer.json()?;
    let details = body["detail"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found: Vec<_> = details.iter().map(|one| (&one["type"], &one["loc"][1])).collect();
    let is_same = names.len() == found.len()
        && names.iter().all(|(kind, name)| found.iter().any(|one| one.0 == kind && one.1 == name));
    ensure!(is_same && body["error"].is_string(), "{body}");
    Ok(())
}
