//! Texts: right, wrong, early, late.

use anyhow::ensure;

use super::Case;
use super::scene::{Scene, Story, ended, fails, say, story};
use super::socket::{BINARY, CLOSE, CONTINUATION, Heard, PING, PONG, Socket, TEXT, frame};

const TERMINATE: &[u8] = br#"{"type":"Terminate"}"#;

pub(super) const CASES: &[Case] = &[
    ("what_is_no_json_ends_the_session", "ClientMessageError::InvalidJson", |scene| {
        for text in ["not json", "", "{\"type\":\"Terminate\"", "{'type':'Terminate'}"] {
            broken(scene, text, "User Input Validation Error: Invalid JSON: ")?;
        }
        Ok(())
    }),
    ("an_unknown_type_ends_the_session", "ClientMessageError::InvalidMessageType", |scene| {
        broken(
            scene,
            r#"{"type":"Bogus"}"#,
            "User Input Validation Error: Invalid Message Type: Bogus",
        )?;
        broken(
            scene,
            r#"{"type":"terminate"}"#,
            "User Input Validation Error: Invalid Message Type: terminate",
        )
    }),
    ("json_without_a_type_ends_the_session", "ClientMessageError::InvalidMessage", |scene| {
        for text in [
            "[1,2]",
            "null",
            "\"Terminate\"",
            "{}",
            r#"{"type":1}"#,
            r#"{"terminate_session":true}"#,
        ] {
            broken(scene, text, "Invalid Message: ")?;
        }
        Ok(())
    }),
    ("a_value_of_the_wrong_shape_ends_the_session", "UpdateConfiguration", |scene| {
        for field in
            [r#""vad_threshold":"high""#, r#""keyterms_prompt":"x""#, r#""min_turn_silence":-1"#]
        {
            broken(
                scene,
                &format!(r#"{{"type":"UpdateConfiguration",{field}}}"#),
                "Invalid Message: ",
            )?;
        }
        Ok(())
    }),
    ("a_value_out_of_range_ends_the_session", "ClientMessageError::BadValue", |scene| {
        for field in [r#""vad_threshold":1.01"#, r#""interruption_delay":1001"#] {
            let text = format!(r#"{{"type":"UpdateConfiguration",{field}}}"#);
            broken(scene, &text, "User Input Validation Error: Invalid ")?;
        }
        Ok(())
    }),
    ("null_and_unknown_fields_of_an_update_change_nothing", "UpdateConfiguration", |scene| {
        let text = r#"{"type":"UpdateConfiguration","format_turns":null,"mode":"x","new":[1],"prompt":null}"#;
        let story = among(scene, "format_turns=true", text)?;
        ensure!(
            story.of("Turn").any(|turn| turn["turn_is_formatted"] == true),
            "no longer formatted"
        );
        ensure!(story.of("Warning").count() == 0);
        Ok(())
    }),
    ("keep_alive_and_unknown_fields_are_taken_in_silence", "ClientMessage::KeepAlive", |scene| {
        let mut socket = scene.open("")?;
        socket.text(r#"{"b":1,"type":"KeepAlive","a":{}}"#)?;
        ensure!(ended(&mut socket)?.kinds() == ["Begin", "Termination"]);
        Ok(())
    }),
    ("what_comes_before_begin_is_heard_after_it", "ServerMessage::Begin", |scene| {
        let mut early = frame(TEXT, true, br#"{"type":"KeepAlive"}"#);
        early.extend(
            scene.speech[..5 * 32_000].chunks(3200).flat_map(|audio| frame(BINARY, true, audio)),
        );
        early.extend(frame(TEXT, true, TERMINATE));
        let story = story(&mut early_bird(scene, &early)?)?;
        ensure!(story.kinds().first() == Some(&"Begin"), "{:?}", story.kinds());
        ensure!(story.messages.last().is_some_and(|one| one["audio_duration_seconds"] == 5));
        ensure!(!story.text().is_empty());
        Ok(())
    }),
    (
        "a_wrong_text_before_begin_ends_the_session_after_it",
        "ClientMessageError::InvalidJson",
        |scene| {
            let mut socket = early_bird(scene, &frame(TEXT, true, b"hello"))?;
            let story = fails(&mut socket, 3006, "Invalid JSON")?;
            ensure!(story.kinds() == ["Begin", "Error"], "{:?}", story.kinds());
            Ok(())
        },
    ),
    ("what_comes_after_terminate_counts_no_more", "ClientMessage::Terminate", |scene| {
        let mut socket = scene.open("")?;
        say(&mut socket, &scene.speech[..3 * 32_000])?;
        socket.text(r#"{"type":"Terminate"}"#)?;
        socket.text("not json")?;
        socket.audio(&[0; 64_000])?;
        let story = story(&mut socket)?;
        ensure!(story.end.as_ref().is_some_and(|(code, _)| *code == 1000), "{:?}", story.end);
        ensure!(story.messages.last().is_some_and(|one| one["audio_duration_seconds"] == 3));
        Ok(())
    }),
    ("a_session_without_audio_ends_without_a_turn", "Termination", |scene| {
        let story = ended(&mut scene.open("")?)?;
        ensure!(story.kinds() == ["Begin", "Termination"], "{:?}", story.kinds());
        ensure!(story.messages[1]["audio_duration_seconds"] == 0, "{:?}", story.messages);
        Ok(())
    }),
    ("a_text_in_pieces_is_one_text", "ClientMessage::decode", |scene| {
        let mut socket = scene.open("")?;
        let (begin, end) = TERMINATE.split_at(7);
        socket.raw(
            &[
                frame(TEXT, false, begin),
                frame(PING, true, b"between"),
                frame(CONTINUATION, true, end),
            ]
            .concat(),
        )?;
        let story = story(&mut socket)?;
        ensure!(story.end == Some((1000, "Session Ended".to_owned())), "{:?}", story.end);
        Ok(())
    }),
    ("a_ping_is_answered_with_what_it_held", "ServerMessage", |scene| {
        let mut socket = scene.open("")?;
        socket.raw(&frame(PING, true, b"are you there?"))?;
        // Which of the two comes first is left open.
        let met = [socket.next()?, socket.next()?];
        let is_begin =
            |heard: &Heard| matches!(heard, Heard::Message(_, value) if value["type"] == "Begin");
        ensure!(met.contains(&Heard::Pong(b"are you there?".to_vec())), "{met:?}");
        ensure!(met.iter().any(is_begin), "{met:?}");
        socket.raw(&frame(PING, true, b"and now?"))?;
        ensure!(socket.next()? == Heard::Pong(b"and now?".to_vec()));
        Ok(())
    }),
    ("a_pong_nobody_asked_for_is_no_message", "ServerMessage", |scene| {
        let mut socket = scene.open("")?;
        socket.raw(&frame(PONG, true, b"unasked"))?;
        ensure!(ended(&mut socket)?.kinds() == ["Begin", "Termination"]);
        Ok(())
    }),
    ("a_close_of_the_clients_is_answered", "CloseCode::ABNORMAL", |scene| {
        let mut socket = scene.open("")?;
        socket.raw(&frame(CLOSE, true, &1000_u16.to_be_bytes()))?;
        let story = story(&mut socket)?;
        ensure!(story.end.as_ref().is_some_and(|(code, _)| *code == 1000), "{:?}", story.end);
        Ok(())
    }),
    ("no_message_but_an_error_has_an_error", "ErrorMessage::error", |scene| {
        let story =
            scene.said("keyterms_prompt=x&speech_model=universal-3-6-pro", &scene.speech)?;
        ensure!(story.messages.iter().all(|message| message.get("error").is_none()));
        ensure!(story.kinds().contains(&"Warning") && story.kinds().contains(&"SpeechStarted"));
        Ok(())
    }),
];

/// This text ends the session with these words.
fn broken(scene: &Scene<'_>, text: &str, words: &str) -> anyhow::Result<()> {
    let mut socket = scene.open("")?;
    socket.text(text)?;
    let story = fails(&mut socket, 3006, words)?;
    ensure!(
        story
            .messages
            .last()
            .is_some_and(|one| one["error"].as_str().is_some_and(|error| error.starts_with(words)))
    );
    Ok(())
}

/// A session that says five seconds after this text.
fn among(scene: &Scene<'_>, query: &str, text: &str) -> anyhow::Result<Story> {
    let mut socket = scene.open(query)?;
    socket.text(text)?;
    say(&mut socket, &scene.speech[..5 * 32_000])?;
    ended(&mut socket)
}

/// A session whose first frames come with the request itself.
fn early_bird(scene: &Scene<'_>, early: &[u8]) -> anyhow::Result<Socket> {
    let key = format!("Authorization: {}", scene.service.key);
    Socket::open(scene.service.port, "", &[&key], early)
}
