//! Time, places, and the end of the service itself.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::Case;
use super::http::PATIENCE;
use super::scene::{ended, fails, mint, open, say, story};
use super::socket::{Heard, PING, Socket, frame};
use crate::conformance::service::Service;

pub(super) const CASES: &[Case] = &[
    ("a_ping_does_not_count_as_a_message", "StreamingParameters::inactivity_timeout", |scene| {
        let mut socket = scene.open("inactivity_timeout=5")?;
        for _ in 0..2 {
            sleep(Duration::from_secs(2));
            socket.raw(&frame(PING, true, b""))?;
        }
        let began = Instant::now();
        fails(
            &mut socket,
            3006,
            "Session terminated due to inactivity: No messages received for 5 seconds",
        )?;
        ensure!(began.elapsed() < Duration::from_secs(4), "the pings counted");
        Ok(())
    }),
    ("heartbeats_come_after_5_seconds_each", "Heartbeat::total_duration_ms", |scene| {
        let mut socket = scene.open("session_heartbeat=True")?;
        let mut beats = Vec::new();
        while beats.len() < 2 {
            match socket.next()? {
                Heard::Message(_, message) if message["type"] == "Heartbeat" => beats.push(message),
                Heard::Message(..) => {}
                other => anyhow::bail!("{other:?}"),
            }
        }
        let ms: Vec<_> =
            beats.iter().filter_map(|beat| beat["total_duration_ms"].as_u64()).collect();
        ensure!(ms.len() == 2 && ms[1] - ms[0] >= 4500, "{ms:?}");
        ensure!(beats[0]["max_speech_probability"] == 0.0, "{}", beats[0]);
        Ok(())
    }),
    ("a_place_is_free_again_after_each_way_to_end", "texts::TOO_MANY_SESSIONS", |scene| {
        let (_, mut first) = placed(scene.strict)?;
        fails(&mut open(scene.strict, "")?, 3009, "Too many concurrent sessions")?;
        first.text("not json")?;
        fails(&mut first, 3006, "Invalid JSON")?;
        ended(&mut placed(scene.strict)?.1)?;
        drop(placed(scene.strict)?);
        ended(&mut placed(scene.strict)?.1).map(drop)
    }),
    ("a_refused_session_takes_no_place_and_a_token_is_spent_once", "EXPIRES_IN_SECONDS", |scene| {
        let port = scene.strict.port;
        let mut bogus = Socket::open(port, "token=bogus", &[], &[])?;
        let (token, mut socket) = placed(scene.strict)?;
        fails(&mut bogus, 1008, "Invalid API key")?;
        ended(&mut socket)?;
        let mut again = Socket::open(port, &format!("token={token}"), &[], &[])?;
        fails(&mut again, 1008, "Invalid API key").map(drop)
    }),
    ("a_shutdown_flushes_what_was_said", "Termination", |scene| {
        ensure!(cfg!(unix), "there is no signal to send here");
        let service = Service::start(&[])?;
        let mut socket = open(&service, "")?;
        say(&mut socket, &scene.speech[..5 * 32_000])?;
        while !matches!(socket.next()?, Heard::Message(_, message) if message["type"] == "Turn") {}
        service.interrupt()?;
        let story = story(&mut socket)?;
        ensure!(story.end == Some((1000, "Session Ended".to_owned())), "{:?}", story.end);
        ensure!(story.kinds().last() == Some(&"Termination"), "{:?}", story.kinds());
        ensure!(!story.text().is_empty(), "nothing was flushed");
        Ok(())
    }),
];

/// Those that take a minute, whatever the machine.
pub(super) const SLOW: &[Case] =
    &[("a_session_is_cut_when_its_time_is_up", "texts::SESSION_EXPIRED", |scene| {
        let query = "expires_in_seconds=30&max_session_duration_seconds=60";
        let token = mint(scene.service, query)?;
        let mut socket = Socket::open(scene.service.port, &format!("token={token}"), &[], &[])?;
        let began = Instant::now();
        let _begin: Heard = socket.next()?;
        // Nothing comes for longer than a read may take.
        while began.elapsed() < Duration::from_secs(55) {
            sleep(Duration::from_secs(5));
            socket.text(r#"{"type":"KeepAlive"}"#)?;
        }
        fails(&mut socket, 3008, "Session Expired: Maximum session duration exceeded")?;
        let seconds = began.elapsed().as_secs();
        ensure!((59..60 + PATIENCE.as_secs()).contains(&seconds), "{seconds} s");
        Ok(())
    })];

/// A session that began, and the token that opened it, of a service whose last session may only just have ended.
fn placed(service: &Service) -> anyhow::Result<(String, Socket)> {
    let began = Instant::now();
    loop {
        let token = mint(service, "expires_in_seconds=60")?;
        let mut socket = Socket::open(service.port, &format!("token={token}"), &[], &[])?;
        match socket.next()? {
            Heard::Message(_, message) if message["type"] == "Begin" => return Ok((token, socket)),
            other => ensure!(began.elapsed() < PATIENCE, "no place: {other:?}"),
        }
        sleep(Duration::from_millis(50));
    }
}
