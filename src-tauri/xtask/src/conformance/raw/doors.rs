//! Who gets in: `Host`, `Origin`, the upgrade, and credentials after it.

use anyhow::ensure;

use super::Case;
use super::http::ask;
use super::scene::{Scene, ended, fails, mint, open};
use super::socket::{ACCEPT, KEY, Socket};

const MISSING: &str = "Unauthorized Connection: Missing Authorization header";
const INVALID: &str = "Unauthorized Connection: Invalid API key";

pub(super) const CASES: &[Case] = &[
    ("the_upgrade_is_answered_as_the_standard_says", "ServerMessage::Begin", |scene| {
        let mut socket = scene.open("")?;
        ensure!(
            socket.answer.header("sec-websocket-accept") == Some(ACCEPT),
            "{:?}",
            socket.answer
        );
        ensure!(ended(&mut socket)?.kinds() == ["Begin", "Termination"]);
        Ok(())
    }),
    ("compression_may_be_offered_and_is_declined", "ServerMessage::Begin", |scene| {
        let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
        let key = format!("Authorization: {}", scene.service.key);
        let mut socket = Socket::open(scene.service.port, "", &[&key, offer], &[])?;
        ensure!(socket.answer.header("sec-websocket-extensions").is_none(), "{:?}", socket.answer);
        ended(&mut socket).map(drop)
    }),
    ("a_plain_get_of_the_socket_is_refused", "Failure::of_handshake", |scene| {
        let answer = get(scene, "/v3/ws", &[])?;
        ensure!((400..500).contains(&answer), "{answer}");
        Ok(())
    }),
    ("another_version_of_the_protocol_is_refused", "Failure::of_handshake", |scene| {
        let headers =
            ["Upgrade: websocket", "Sec-WebSocket-Version: 8", KEY, "Connection: Upgrade"];
        let answer = get(scene, "/v3/ws", &headers)?;
        ensure!((400..500).contains(&answer), "{answer}");
        Ok(())
    }),
    ("the_socket_of_v2_is_gone", "FailureKind::WrongEndpoint", |scene| {
        ensure!(get(scene, "/v2/realtime/ws", &[])? == 410);
        Ok(())
    }),
    ("the_tokens_of_v2_are_not_there", "FailureKind::WrongEndpoint", |scene| {
        ensure!(get(scene, "/v2/realtime/token", &[])? == 404);
        Ok(())
    }),
    ("no_credential_is_said_after_the_upgrade", "texts::MISSING_AUTHORIZATION", |scene| {
        let mut socket = Socket::open(scene.service.port, "", &[], &[])?;
        let story = fails(&mut socket, 1008, MISSING)?;
        ensure!(story.kinds() == ["Error"], "{:?}", story.kinds());
        Ok(())
    }),
    ("an_empty_token_is_no_credential", "credential_in_query", |scene| {
        let mut socket = Socket::open(scene.service.port, "token=", &[], &[])?;
        fails(&mut socket, 1008, MISSING).map(drop)
    }),
    ("bearer_is_no_key_for_the_socket", "texts::INVALID_KEY", |scene| {
        let bearer = format!("Authorization: Bearer {}", scene.service.key);
        let mut socket = Socket::open(scene.service.port, "", &[&bearer], &[])?;
        fails(&mut socket, 1008, INVALID).map(drop)
    }),
    ("a_token_of_5000_characters_is_read_and_refused", "TokenResponse::token", |scene| {
        let query = format!("token={}", "x".repeat(5000));
        let mut socket = Socket::open(scene.service.port, &query, &[], &[])?;
        fails(&mut socket, 1008, INVALID).map(drop)
    }),
    ("the_credential_is_judged_before_the_parameters", "CloseCode::POLICY", |scene| {
        let mut socket = Socket::open(scene.service.port, "token=x&sample_rate=1", &[], &[])?;
        fails(&mut socket, 1008, INVALID).map(drop)
    }),
    ("a_token_counts_in_query_and_in_header", "credential_in_query", |scene| {
        let token = mint(scene.service, "expires_in_seconds=60")?;
        let port = scene.service.port;
        for (query, header) in [
            (format!("token={token}"), "User-Agent: raw".to_owned()),
            (String::new(), format!("Authorization: {token}")),
        ] {
            ended(&mut Socket::open(port, &query, &[&header], &[])?)?;
        }
        Ok(())
    }),
    ("a_key_counts_in_the_query", "credential_in_query", |scene| {
        let query = format!("token={}", scene.service.key);
        ended(&mut Socket::open(scene.service.port, &query, &[], &[])?).map(drop)
    }),
    ("a_token_of_another_service_opens_nothing", "texts::INVALID_KEY", |scene| {
        let token = mint(scene.strict, "expires_in_seconds=60")?;
        let query = format!("token={token}");
        let mut socket = Socket::open(scene.service.port, &query, &[], &[])?;
        fails(&mut socket, 1008, INVALID).map(drop)
    }),
    ("a_version_header_may_say_anything", "API_VERSION", |scene| {
        let key = format!("Authorization: {}", scene.service.key);
        let version = "AssemblyAI-Version: 2031-01-01";
        let story = ended(&mut Socket::open(scene.service.port, "", &[&key, version], &[])?)?;
        ensure!(story.messages[0]["configuration"]["api_version"] == "2025-05-12");
        Ok(())
    }),
    ("a_page_of_elsewhere_is_refused", "Failure::of_handshake", |scene| {
        for origin in ["Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1"] {
            ensure!(get(scene, "/v3/token?expires_in_seconds=60", &[origin])? == 403, "{origin}");
        }
        Ok(())
    }),
    ("a_socket_from_a_page_of_elsewhere_is_refused", "Failure::of_handshake", |scene| {
        let key = format!("Authorization: {}", scene.service.key);
        let opened =
            Socket::open(scene.service.port, "", &[&key, "Origin: https://evil.example"], &[]);
        ensure!(opened.err().is_some_and(|error| error.to_string().contains("403")));
        Ok(())
    }),
    ("a_rebound_name_is_refused", "Failure::of_handshake", |scene| {
        let port = scene.service.port;
        for host in
            [format!("rebound.example:{port}"), "127.0.0.1".to_owned(), format!("127.0.0.2:{port}")]
        {
            let answer = ask(port, "GET /v3/token", &[&format!("Host: {host}")])?;
            ensure!(answer.status == 403, "{host}: {answer:?}");
        }
        Ok(())
    }),
    ("two_hosts_or_none_are_refused", "Failure::of_handshake", |scene| {
        let port = scene.service.port;
        let host = format!("Host: 127.0.0.1:{port}");
        for headers in [vec![host.as_str(), host.as_str()], vec![]] {
            let answer = ask(port, "GET /v3/token", &headers)?;
            ensure!([400, 403].contains(&answer.status), "{answer:?}");
        }
        Ok(())
    }),
    ("localhost_is_this_machine_in_any_case", "Failure::of_handshake", |scene| {
        let port = scene.service.port;
        let answer = ask(port, "GET /v3/token", &[&format!("Host: LocalHost:{port}")])?;
        ensure!(answer.status == 422, "{answer:?}");
        Ok(())
    }),
    ("two_sessions_have_two_ids", "Begin::id", |scene| {
        let ids = [0, 1].map(|_| {
            let story = ended(&mut open(scene.service, "")?)?;
            anyhow::Ok(story.messages[0]["id"].clone())
        });
        let [one, two] = ids;
        ensure!(one? != two?);
        Ok(())
    }),
];

/// The status of a GET with the right host.
fn get(scene: &Scene<'_>, path: &str, headers: &[&str]) -> anyhow::Result<u16> {
    let host = format!("Host: 127.0.0.1:{}", scene.service.port);
    let mut all = vec![host.as_str()];
    all.extend(headers);
    Ok(ask(scene.service.port, &format!("GET {path}"), &all)?.status)
}
