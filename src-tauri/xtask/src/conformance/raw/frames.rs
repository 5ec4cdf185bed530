//! Audio: how long, how much, in which pieces; and frames that no client should send.

use anyhow::ensure;

use super::Case;
use super::scene::{Scene, ended, fails, say, story};
use super::socket::{BINARY, CONTINUATION, TEXT, frame};
use super::speech;

pub(super) const CASES: &[Case] = &[
    ("a_message_of_exactly_1000_ms_passes", "FRAME_MS_MAX", |scene| {
        counted(scene, "", &[&[0; 32_000]], 1)?;
        counted(scene, "sample_rate=96000", &[&[0; 192_000]], 1)
    }),
    ("two_bytes_more_than_1000_ms_end_the_session", "check_frame", |scene| {
        ends(scene, "", &[0; 32_002], 3007, "Expected between 50 and 1000 ms")
    }),
    ("a_message_of_exactly_50_ms_is_never_short", "FRAME_MS_MIN", |scene| {
        counted(scene, "", &[&[0_u8; 1600] as &[u8]; 60], 3)
    }),
    ("fifty_ms_may_be_rounded_down_to_a_sample", "check_frame", |scene| {
        counted(scene, "sample_rate=11025", &[&[0_u8; 1102] as &[u8]; 60], 3)
    }),
    ("short_messages_pass_for_less_than_a_second", "FrameLengthError::is_short", |scene| {
        counted(scene, "", &[&[0_u8; 640] as &[u8]; 40], 1)
    }),
    ("short_messages_that_go_on_end_the_session", "FrameLengthError::is_short", |scene| {
        let mut socket = scene.open("")?;
        // The session may end while they are still being sent.
        for _ in 0..60 {
            if socket.audio(&[0; 640]).is_err() {
                break;
            }
        }
        let words = "Input Duration Error: Input Duration Violation: 20.0 ms. Expected between 50 and 1000 ms";
        fails(&mut socket, 3007, words).map(drop)
    }),
    ("empty_messages_do_not_go_on_for_ever", "FRAME_MS_MIN", |scene| {
        let mut socket = scene.open("")?;
        for _ in 0..2000 {
            if socket.audio(&[]).is_err() {
                break;
            }
        }
        fails(&mut socket, 3007, "Input Duration Error").map(drop)
    }),
    ("half_a_sample_ends_the_session", "Encoding::bytes_per_sample", |scene| {
        ends(scene, "", &[0; 3201], 3006, "User Input Validation Error")
    }),
    ("mulaw_has_half_the_bytes_and_is_understood", "Encoding::PcmMulaw", |scene| {
        let mut socket = scene.open("encoding=pcm_mulaw")?;
        for audio in speech::mulaw(&scene.speech).chunks(1600) {
            socket.audio(audio)?;
        }
        let story = ended(&mut socket)?;
        ensure!(story.messages.last().is_some_and(|one| one["audio_duration_seconds"] == 12));
        ensure!(story.is_understood(), "{}", story.text());
        Ok(())
    }),
    ("an_odd_number_of_bytes_is_no_error_in_mulaw", "frame_ms", |scene| {
        counted(scene, "encoding=pcm_mulaw&sample_rate=8000", &[&[0xFF; 7999]], 1)?;
        ends(scene, "encoding=pcm_mulaw&sample_rate=8000", &[0xFF; 8001], 3007, "1000.1 ms")
    }),
    ("audio_in_pieces_is_one_message", "check_frame", |scene| {
        let mut socket = scene.open("")?;
        let pieces = [
            frame(BINARY, false, &[0; 16_000]),
            frame(CONTINUATION, false, &[]),
            frame(CONTINUATION, true, &[0; 16_000]),
        ];
        socket.raw(&pieces.concat())?;
        ensure!(ended(&mut socket)?.messages[1]["audio_duration_seconds"] == 1);
        let mut socket = scene.open("")?;
        socket.raw(
            &[frame(BINARY, false, &[0; 16_000]), frame(CONTINUATION, true, &[0; 16_002])].concat(),
        )?;
        fails(&mut socket, 3007, "Expected between 50 and 1000 ms").map(drop)
    }),
    ("a_whole_recording_sent_at_once_waits_and_is_heard", "texts::TOO_FAST", |scene| {
        let mut socket = scene.open("")?;
        let frames: Vec<u8> =
            scene.speech.chunks(32_000).flat_map(|audio| frame(BINARY, true, audio)).collect();
        socket.raw(&frames)?;
        let story = ended(&mut socket)?;
        ensure!(story.is_understood(), "{}", story.text());
        Ok(())
    }),
    ("silence_is_no_turn", "Turn", |scene| {
        let story = scene.said("speech_model=u3-rt-pro", &[0; 5 * 32_000])?;
        ensure!(story.kinds() == ["Begin", "Termination"], "{:?}", story.kinds());
        Ok(())
    }),
    ("a_wav_header_in_the_audio_does_no_harm", "ServerMessage::Turn", |scene| {
        let mut audio = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0".to_vec();
        audio.extend(&scene.speech);
        ensure!(scene.said("", &audio)?.is_understood());
        Ok(())
    }),
    ("an_oversize_message_ends_only_its_own_session", "CloseCode::BAD_INPUT", |scene| {
        let mut other = scene.open("")?;
        let mut socket = scene.open("")?;
        socket.raw(&frame(BINARY, true, &vec![0; 300 * 1024]))?;
        fails(&mut socket, 3006, "User Input Validation Error: ")?;
        say(&mut other, &[0; 32_000])?;
        ended(&mut other).map(drop)
    }),
    ("a_frame_without_a_mask_ends_only_its_own_session", "ServerMessage", |scene| {
        let mut other = scene.open("")?;
        let mut socket = scene.open("")?;
        socket.raw(&[0x81, 2, b'{', b'}'])?;
        ensure!(!story(&mut socket)?.kinds().contains(&"Termination"));
        ended(&mut other).map(drop)
    }),
    ("a_text_that_is_no_utf_8_ends_only_its_own_session", "ServerMessage", |scene| {
        let mut other = scene.open("")?;
        let mut socket = scene.open("")?;
        socket.raw(&frame(TEXT, true, b"{\"type\":\"\xFF\xFE\"}"))?;
        ensure!(!story(&mut socket)?.kinds().contains(&"Termination"));
        ended(&mut other).map(drop)
    }),
    ("a_client_that_vanishes_harms_nobody", "CloseCode::ABNORMAL", |scene| {
        for _ in 0..20 {
            let mut socket = scene.open("")?;
            socket.raw(&frame(BINARY, true, &[0; 3200])[..100])?;
        }
        // More than the service has places: they have to be free again.
        let began = std::time::Instant::now();
        loop {
            if ended(&mut scene.open("")?).is_ok() {
                return Ok(());
            }
            ensure!(began.elapsed() < super::http::PATIENCE, "no place is free");
        }
    }),
];

/// These messages pass, and last this many seconds together.
fn counted(scene: &Scene<'_>, query: &str, messages: &[&[u8]], seconds: u64) -> anyhow::Result<()> {
    let mut socket = scene.open(query)?;
    for message in messages {
        socket.audio(message)?;
    }
    let story = ended(&mut socket)?;
    let found = &story.messages[story.messages.len() - 1]["audio_duration_seconds"];
    ensure!(*found == seconds, "{found} s");
    Ok(())
}

/// This message ends the session.
fn ends(
    scene: &Scene<'_>,
    query: &str,
    message: &[u8],
    code: u16,
    words: &str,
) -> anyhow::Result<()> {
    let mut socket = scene.open(query)?;
    socket.audio(message)?;
    fails(&mut socket, code, words).map(drop)
}
