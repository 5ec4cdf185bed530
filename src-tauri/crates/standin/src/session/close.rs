//! The first and the last words of a session.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use sotto_protocol::{
    API_VERSION, Begin, BeginConfiguration, ErrorMessage, ServerMessage, SpeechModel,
    StreamingParameters, texts,
};

use super::Stop;

pub(super) fn begin(parameters: &StreamingParameters, seconds: u32) -> ServerMessage {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    ServerMessage::Begin(Begin {
        id: uuid::Uuid::new_v4().to_string(),
        expires_at: now + u64::from(seconds),
        configuration: Some(BeginConfiguration {
            model: parameters.speech_model.map(SpeechModel::name).map(str::to_owned),
            api_version: Some(API_VERSION.to_owned()),
            speaker_labels: Some(parameters.speaker_labels),
            ..BeginConfiguration::default()
        }),
    })
}

/// Says why, closes, and reads on until the client has closed too, so that no reset overtakes the reason.
pub(super) async fn close(socket: &mut WebSocket, stop: Stop) {
    let (code, reason) = match stop {
        Stop::Gone => return,
        Stop::Ended => (1000, texts::CLOSE_REASON_ENDED),
        Stop::Error(code, text) => {
            let error = ServerMessage::Error(ErrorMessage { error_code: Some(code), error: text });
            if socket.send(Message::Text(error.encode().into())).await.is_err() {
                return;
            }
            (code, texts::CLOSE_REASON_ERROR)
        }
    };
    let frame = CloseFrame { code, reason: reason.into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        let drained = async { while let Some(Ok(_)) = socket.recv().await {} };
        if tokio::time::timeout(Duration::from_secs(2), drained).await.is_err() {
            tracing::debug!("a client did not answer the close");
        }
    }
}
