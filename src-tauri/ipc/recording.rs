//! Commands of a recording and its session.

use std::sync::Arc;

use sotto_tokens::TokenRequest;
use tauri::ipc::{Channel, InvokeResponseBody};

use super::dto::{
    CommittedTurnDto, FrameChannelDto, GapDto, RecogniserKindDto, ResumePointDto, TokenDto,
};
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::wiring::Happening;

/// Starts a recording; the state comes as an event.
#[tauri::command]
#[specta::specta]
pub async fn recording_start(app: AppState<'_>) -> Answer<()> {
    Ok(app.recording_start().await.map(drop)?)
}

/// Stops the live recording; it is finished by its session.
#[tauri::command]
#[specta::specta]
pub async fn recording_stop(app: AppState<'_>) -> Answer<()> {
    Ok(app.recordings.stop().await?)
}

/// The session has taken a recording to its end.
#[tauri::command]
#[specta::specta]
pub async fn recording_finish(app: AppState<'_>, recording_id: String) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    app.recordings.finish(recording, app.settings().is_audio_kept).await?;
    app.tell(Happening::RecordingFinished(recording));
    Ok(())
}

/// Where a session takes a recording up.
#[tauri::command]
#[specta::specta]
pub async fn recording_resume(app: AppState<'_>, recording_id: String) -> Answer<ResumePointDto> {
    let recording = convert::recording_id(&recording_id)?;
    app.recordings.source(recording).await?;
    let history = app.history.clone();
    let point = convert::blocking(move || history.resume_point(recording)).await?;
    Ok(ResumePointDto { recording_id, from: point.from, next_leg: point.next_leg })
}

/// The first words of a recording were painted.
#[tauri::command]
#[specta::specta]
pub async fn recording_first_text(app: AppState<'_>, recording_id: String) -> Answer<()> {
    app.tell(Happening::FirstText(convert::recording_id(&recording_id)?));
    Ok(())
}

/// An address with a ticket for the frames of a recording; it works once.
#[tauri::command]
#[specta::specta]
pub async fn feed_open(app: AppState<'_>, recording_id: String) -> Answer<String> {
    let source = app.recordings.source(convert::recording_id(&recording_id)?).await?;
    let offer = app
        .feed
        .offer(source)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    Ok(offer.url)
}

/// The same frames over a channel, for windows that may not open a socket to loopback. One a recording: a reload
/// replaces the line of the page before.
#[tauri::command]
#[specta::specta]
pub async fn feed_channel(
    app: AppState<'_>,
    webview: tauri::Webview,
    recording_id: String,
    channel: FrameChannelDto,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let source = app.recordings.source(recording).await?;
    let frames: Channel<InvokeResponseBody> = channel.id.channel_on(webview);
    let requests = app.feed_lines.open(recording);
    tauri::async_runtime::spawn(sotto_feed::pour(source, requests, move |message| {
        frames.send(convert::feed_message(message)).is_ok()
    }));
    Ok(())
}

/// Asks the line of a recording for frames; the texts are those of the socket.
#[tauri::command]
#[specta::specta]
pub async fn feed_ask(app: AppState<'_>, recording_id: String, text: String) -> Answer<()> {
    let is_open = app.feed_lines.ask(convert::recording_id(&recording_id)?, text);
    is_open
        .then_some(())
        .ok_or_else(|| CommandError::new(ErrorCode::NotFound, "this recording has no line"))
}

/// Ends the line of a recording.
#[tauri::command]
#[specta::specta]
pub async fn feed_close(app: AppState<'_>, recording_id: String) -> Answer<()> {
    app.feed_lines.close(convert::recording_id(&recording_id)?);
    Ok(())
}

/// A fresh token for one connect; only while something is recorded or being finished.
#[tauri::command]
#[specta::specta]
pub async fn token_mint(
    app: AppState<'_>,
    expires_in_seconds: u32,
    max_session_duration_seconds: u32,
) -> Answer<TokenDto> {
    if !app.recordings.state().borrow().needs_recogniser() {
        return Err(CommandError::new(ErrorCode::TokenRefused, "nothing is being recorded"));
    }
    let recogniser = app.recogniser();
    let request = TokenRequest { expires_in_seconds, max_session_duration_seconds };
    let token = app.tokens.mint(&recogniser, &app.vault, request).await?;
    let kind = convert::recogniser_kind(&recogniser);
    Ok(TokenDto {
        token: token.token,
        expires_at: token.expires_at_unix_ms,
        socket_url: token.socket_url.to_string(),
        recogniser: kind,
        // AssemblyAI's documents refuse audio faster than real time (close 3007); bursts were tolerated on the wire.
        pace_limit: (kind != RecogniserKindDto::Offline).then_some(2.0),
    })
}

/// Stores a final turn; the window shows it as final when this has returned.
#[tauri::command]
#[specta::specta]
pub async fn turn_commit(app: AppState<'_>, turn: CommittedTurnDto) -> Answer<()> {
    let turn = convert::turn(turn)?;
    let (history, stored) = (app.history.clone(), turn.clone());
    convert::blocking(move || history.turn_commit(&stored)).await?;
    app.tell(Happening::HistoryChanged(turn.recording));
    app.tell(Happening::TurnCommitted(Arc::new(turn)));
    Ok(())
}

/// Stores that a range has no text, and why.
#[tauri::command]
#[specta::specta]
pub async fn gap_declare(app: AppState<'_>, gap: GapDto) -> Answer<()> {
    let gap = convert::gap(&gap)?;
    let (history, recording) = (app.history.clone(), gap.recording);
    convert::blocking(move || history.gap_declare(&gap)).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}
