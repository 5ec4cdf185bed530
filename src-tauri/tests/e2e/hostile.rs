//! A recogniser that turned: it owns the other end of the socket and says whatever it likes.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

use crate::stage::Stage;

const KEY: &str = "0123456789abcdef0123456789abcdef";
/// What would run if any of it were taken for markup.
const MARKUP: &str =
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
/// More than anybody says in a lifetime of meetings, as fast as the socket takes it.
const TURNS: u32 = 1_000_000;
const PARTIALS: u32 = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hostile_recogniser_says_is_only_text() {
    let address = serve(|mut socket| async move {
        for message in [word(0, MARKUP, true), word(1, "</style></div>{{7*7}}", false)] {
            socket.send(message).await?;
        }
        hear_out(socket).await
    })
    .await;
    let (stage, mut program) = stage(&address).await;
    stage.sotto(&["start"]).await;
    let recording = program.lines.recording().await;
    program
        .wait_for("live-text", |text| text.contains("<script>") && text.contains("{{7*7}}"))
        .await;
    assert_eq!(program.window.title().await.unwrap(), "Sotto", "something ran");
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let text = stage.sotto(&["history", "export", &recording, "--format", "json"]).await;
    assert!(text["text"].as_str().unwrap().contains("onerror"), "it is text: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_without_end_costs_no_recording_and_no_window() {
    let address = serve(|mut socket| async move {
        for message in nonsense() {
            socket.send(message).await?;
        }
        for number in 0..PARTIALS {
            socket.send(word(0, &format!("partial{number}"), false)).await?;
        }
        for number in 0..TURNS {
            socket.send(word(number, &format!("turn{number}"), true)).await?;
        }
        hear_out(socket).await
    })
    .await;
    let (stage, mut program) = stage(&address).await;
    stage.sotto(&["start"]).await;
    let recording = program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    let status = stage.sotto(&["status"]).await;
    assert_eq!(status["state"]["live"]["kind"], "recording", "{status}");
    // The window answers while all that is said to it.
    let answers = tokio::time::timeout(Duration::from_secs(10), program.window.title()).await;
    assert_eq!(answers.expect("the window hangs").unwrap(), "Sotto");
    stage.sotto(&["stop"]).await;
    // It will never say all there is to say: the user ends it.
    program.click("give-up").await;
    program.lines.finished().await;

    let stored = stage.sotto(&["history", "export", &recording, "--format", "json"]).await;
    let samples = stored["samples"].as_u64().unwrap();
    assert!(samples > 7 * 16_000, "capture is not whole: {samples}");
    assert_eq!(stored["ledger"]["open"], 0, "something is neither text nor gap");
    let turns = stored["turns"].as_array().unwrap();
    let order: Vec<u64> = turns.iter().map(|turn| turn["from"].as_u64().unwrap()).collect();
    assert!(order.is_sorted() && turns.len() < 10_000, "{} turns", turns.len());
    assert!(
        turns.iter().all(|turn| turn["to"].as_u64().unwrap() <= samples),
        "text beyond the end"
    );
}

/// What a script could do that had got into the page all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_opens_no_window_and_no_microphone_and_goes_nowhere() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let program = stage.open_driven().await;
    program.wait_for("record-button", |_| true).await;
    let tried = "const done = arguments[0];
        const opened = window.open('https://evil.example/') === null ? 'no' : 'opened';
        const media = navigator.mediaDevices?.getUserMedia({ audio: true });
        const heard = (media ?? Promise.reject()).then(() => 'heard', () => 'no');
        const reached = fetch('https://evil.example/').then(() => 'reached', () => 'no');
        let built = 'no';
        try { built = new Function('return \"ran\"')(); } catch {}
        location.href = 'https://evil.example/';
        Promise.all([heard, reached]).then((both) => done([opened, built, ...both]));";
    let told = program.window.execute_async(tried, Vec::new()).await.unwrap();
    assert_eq!(told, json!(["no", "no", "no", "no"]));
    assert!(program.window.current_url().await.unwrap().as_str().starts_with("tauri://localhost"));
    assert_eq!(program.window.windows().await.unwrap().len(), 1);
}

async fn stage(address: &str) -> (Stage, crate::stage::Driven) {
    let stage = Stage::set()
        .await
        .settings(&json!({ "isWelcomed": true, "isOfflineTakeover": false }))
        .with("SOTTO_RECOGNISER", address)
        .with("ASSEMBLYAI_API_KEY", KEY);
    let program = stage.open_driven().await;
    (stage, program)
}

/// A turn of one word that was said in the first second.
fn word(order: u32, text: &str, is_end: bool) -> Message {
    let word =
        json!({ "text": text, "start": 0, "end": 900, "confidence": 1.0, "word_is_final": true });
    turn(
        &json!({ "turn_order": order, "transcript": text, "words": [word], "end_of_turn": is_end }),
    )
}

fn turn(fields: &Value) -> Message {
    let mut turn =
        json!({ "type": "Turn", "turn_is_formatted": true, "end_of_turn_confidence": 1.0 });
    let more = fields.as_object().cloned().unwrap_or_default();
    turn.as_object_mut().unwrap().extend(more);
    Message::text(turn.to_string())
}

/// What no recogniser says.
fn nonsense() -> Vec<Message> {
    let endless = "long ".repeat(1 << 20);
    let many: Vec<Value> =
        (0..200_000).map(|at| json!({ "text": "w", "start": at, "end": at })).collect();
    let beyond = json!([{ "text": "beyond", "start": 9e15, "end": 9e15 }, { "text": "before", "start": -9e15, "end": -1 }]);
    vec![
        Message::text("not JSON"),
        Message::text("[1, 2, 3]"),
        Message::text("{}"),
        Message::text("null"),
        Message::binary(vec![0; 1 << 20]),
        Message::text(format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000))),
        Message::text(r#"{"type":"Begin","id":"again","expires_at":-1}"#),
        Message::text(r#"{"type":"Heartbeat","total_audio_received_ms":-1e300}"#),
        turn(
            &json!({ "turn_order": -1, "transcript": "negative", "words": [], "end_of_turn": true }),
        ),
        turn(&json!({ "turn_order": 0.5, "transcript": "half", "words": [], "end_of_turn": true })),
        turn(
            &json!({ "turn_order": 1e308, "transcript": "last", "words": [], "end_of_turn": false }),
        ),
        turn(
            &json!({ "turn_order": 1, "transcript": "beyond before", "words": beyond, "end_of_turn": true }),
        ),
        turn(
            &json!({ "turn_order": 1, "transcript": "again, and otherwise", "words": beyond, "end_of_turn": true }),
        ),
        turn(&json!({ "turn_order": 2, "transcript": 7, "words": "none", "end_of_turn": "yes" })),
        turn(&json!({ "turn_order": 3, "transcript": endless, "words": [], "end_of_turn": false })),
        turn(&json!({ "turn_order": 4, "transcript": "w", "words": many, "end_of_turn": true })),
    ]
}

type Socket = WebSocketStream<TcpStream>;
type Said = Result<(), tokio_tungstenite::tungstenite::Error>;

/// A recogniser that hands out tokens, begins a session, and then does `act`.
async fn serve<A: Future<Output = Said> + Send + 'static>(
    act: impl Fn(Socket) -> A + Clone + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let act = act.clone();
            // A client that has had enough closes, which is what is wanted of it.
            tokio::spawn(async move { answer(stream, act).await.ok() });
        }
    });
    address
}

async fn answer<A: Future<Output = Said> + Send>(
    mut stream: TcpStream,
    act: impl Fn(Socket) -> A + Send,
) -> Said {
    let mut head = [0; 13];
    while stream.peek(&mut head).await? < head.len() {}
    if &head == b"GET /v3/token" {
        crate::http::answer(
            &mut stream,
            r#"{"token":"a-token-of-a-stranger","expires_in_seconds":60}"#,
        )
        .await?;
        return Ok(());
    }
    let mut socket = accept_async(stream).await?;
    socket
        .send(Message::text(r#"{"type":"Begin","id":"hostile","expires_at":9999999999}"#))
        .await?;
    // Until there is audio nothing could have been said.
    let mut heard = 0;
    while heard < 32_000 {
        match socket.next().await {
            Some(message) if is_terminate(message.as_ref()) => return terminate(socket).await,
            Some(message) => heard += message?.len(),
            None => return Ok(()),
        }
    }
    act(socket).await
}

/// Terminates as it is told to.
async fn hear_out(mut socket: Socket) -> Said {
    while let Some(message) = socket.next().await {
        if is_terminate(message.as_ref()) {
            return terminate(socket).await;
        }
    }
    Ok(())
}

fn is_terminate<E>(message: Result<&Message, E>) -> bool {
    message.is_ok_and(|message| message.to_text().is_ok_and(|text| text.contains("Terminate")))
}

async fn terminate(mut socket: Socket) -> Said {
    socket.send(Message::text(r#"{"type":"Termination"}"#)).await?;
    socket.close(None).await
}
