//! Commands of a recording and its session.

use std::sync::Arc;

use sotto_history::Claim;
use sotto_tokens::TokenRequest;
use tauri::ipc::{Channel, InvokeResponseBody};

use super::dto::{
    CommittedTurnDto, FrameChannelDto, RecogniserKindDto, RelabellingDto, ResumePointDto, TokenDto,
    WantedDto,
};
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::recogniser::Recogniser;
use crate::recordings::Keeping;
use crate::token_trail::TokenUse;
use crate::wiring::Happening;

/// Starts a recording, a private one in memory alone; the state comes as an event.
#[tauri::command]
#[specta::specta]
pub async fn recording_start(app: AppState<'_>, is_private: bool) -> Answer<()> {
    let keeping = if is_private { Keeping::Memory } else { Keeping::Disk };
    Ok(app.recording_start(keeping).await.map(drop)?)
}

/// Stops the live recording; it is finished by its session.
#[tauri::command]
#[specta::specta]
pub async fn recording_stop(app: AppState<'_>) -> Answer<()> {
    Ok(app.recordings.stop().await?)
}

/// Turns the microphone off for a while.
#[tauri::command]
#[specta::specta]
pub async fn recording_pause(app: AppState<'_>) -> Answer<()> {
    Ok(app.recordings.pause().await?)
}

/// Goes on with what was paused.
#[tauri::command]
#[specta::specta]
pub async fn recording_go_on(app: AppState<'_>) -> Answer<()> {
    Ok(app.recording_go_on().await?)
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
    let source = app.recordings.source(recording).await?;
    let history = app.history.clone();
    let point = convert::blocking(move || history.take_up(recording)).await?;
    let captured = source.progress.borrow().frames * sotto_audio::FRAME_SAMPLES as u64;
    Ok(convert::resume_point(recording_id, point, captured))
}

/// Ends a stopped recording as it is: what no turn answers for becomes a gap.
#[tauri::command]
#[specta::specta]
pub async fn recording_give_up(app: AppState<'_>, recording_id: String) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let source = app.recordings.source(recording).await?;
    let end = source.progress.borrow().frames * sotto_audio::FRAME_SAMPLES as u64;
    let history = app.history.clone();
    convert::blocking(move || history.give_up(recording, end)).await?;
    recording_finish(app, recording_id).await
}

/// The first words of a recording were painted.
#[tauri::command]
#[specta::specta]
pub async fn recording_first_text(app: AppState<'_>, recording_id: String) -> Answer<()> {
    app.tell(Happening::FirstText(convert::recording_id(&recording_id)?));
    Ok(())
}

/// The words up to a sample were painted; only told where somebody measures it.
#[tauri::command]
#[specta::specta]
pub async fn recording_painted(app: AppState<'_>, recording_id: String, to: u64) -> Answer<()> {
    app.tell(Happening::Painted(convert::recording_id(&recording_id)?, to));
    Ok(())
}

/// An address with a ticket for the frames of a recording; it works once.
#[tauri::command]
#[specta::specta]
pub async fn feed_open(app: AppState<'_>, recording_id: String) -> Answer<String> {
    let source = app.recordings.sound(convert::recording_id(&recording_id)?).await?;
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
    let source = app.recordings.sound(recording).await?;
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
    recogniser: WantedDto,
    expires_in_seconds: u32,
    max_session_duration_seconds: u32,
) -> Answer<TokenDto> {
    let (is_needed, live) = {
        let state = app.recordings.state();
        let state = state.borrow();
        (state.needs_recogniser(), state.live.recording())
    };
    if !is_needed {
        return Err(CommandError::new(ErrorCode::TokenRefused, "nothing is being recorded"));
    }
    // It may be another month, in which the budget is whole again.
    let counted = app.inner().clone();
    convert::blocking(move || {
        counted.cost_refresh();
        Ok::<(), sotto_history::HistoryError>(())
    })
    .await?;
    let (recogniser, used_for) = match recogniser {
        WantedDto::Chosen => (app.recogniser(), app.tokens.use_for(live)),
        WantedDto::Fallback => (Recogniser::Offline, TokenUse::StandIn),
    };
    let request = TokenRequest { expires_in_seconds, max_session_duration_seconds };
    let minted = app.tokens.mint(&recogniser, &app.access(), request, used_for).await;
    if minted.is_err() && app.settings().is_offline_takeover {
        // It is asked next, unless the recogniser comes back: by then its model is read.
        app.engine.need();
    }
    let token = minted?;
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
pub async fn turn_commit(app: AppState<'_>, claim: u32, turn: CommittedTurnDto) -> Answer<()> {
    let turn = convert::turn(turn)?;
    let (history, stored) = (app.history.clone(), turn.clone());
    convert::blocking(move || history.commit_as(Claim(claim), &stored)).await?;
    app.tell(Happening::HistoryChanged(turn.recording));
    app.tell(Happening::TurnCommitted(Arc::new(turn)));
    Ok(())
}

/// Says anew who spoke in a turn that is stored.
#[tauri::command]
#[specta::specta]
pub async fn turn_relabel(
    app: AppState<'_>,
    claim: u32,
    recording_id: String,
    anew: RelabellingDto,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let anew = convert::relabelling(anew);
    let history = app.history.clone();
    convert::blocking(move || history.relabel_as(Claim(claim), recording, &anew)).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Puts turns in place of those that the fallback wrote in a range; false when the user had edited one of those.
#[tauri::command]
#[specta::specta]
pub async fn turns_replace(
    app: AppState<'_>,
    claim: u32,
    from: u64,
    to: u64,
    turns: Vec<CommittedTurnDto>,
) -> Answer<bool> {
    let turns = turns.into_iter().map(convert::turn).collect::<Result<Vec<_>, _>>()?;
    let Some(recording) = turns.first().map(|turn| turn.recording) else {
        return Err(CommandError::new(ErrorCode::Invalid, "nothing to replace with"));
    };
    let (history, stored) = (app.history.clone(), turns.clone());
    let is_replaced =
        convert::blocking(move || history.replace_as(Claim(claim), recording, from..to, &stored))
            .await?;
    if is_replaced {
        app.tell(Happening::HistoryChanged(recording));
        turns.into_iter().for_each(|turn| app.tell(Happening::TurnCommitted(Arc::new(turn))));
    }
    Ok(is_replaced)
}
