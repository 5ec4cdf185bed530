//! The stand-in as the program will meet it: tokens by `sotto-tokens`, sessions by `sotto-client`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use sotto_client::{Closed, Connection, Credential};
use sotto_protocol::{
    CloseCode, FailureKind, ServerMessage, SpeechModel, StreamingParameters, texts,
};
use sotto_standin::{Entry, Fault, StandIn, StandInConfig};
use sotto_tokens::{Endpoint, MintError, Minter, Token, TokenRequest};

mod coded;
mod faults;
mod limits;
mod process;

const KEY: &str = "cloud-key";

struct Cloud {
    stand_in: StandIn,
    minter: Minter,
}

impl Cloud {
    async fn start() -> Self {
        Self::with(StandInConfig::new(KEY)).await
    }

    async fn with(config: StandInConfig) -> Self {
        Self { stand_in: StandIn::start(config).await.unwrap(), minter: Minter::default() }
    }

    async fn mint(&self, key: &str) -> Result<Token, MintError> {
        let endpoint = Endpoint::custom(&self.stand_in.base_url()).unwrap();
        let request = TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
        self.minter.mint(&endpoint, key, request).await
    }

    /// A session that began.
    async fn begun(&self) -> Connection {
        let mut connection = self.open(&parameters()).await;
        connection.events.begin().await.unwrap();
        connection
    }

    async fn open(&self, parameters: &StreamingParameters) -> Connection {
        let token = self.mint(KEY).await.unwrap();
        self.open_with(&token, parameters).await
    }

    async fn open_with(&self, token: &Token, parameters: &StreamingParameters) -> Connection {
        Connection::open(&token.socket_url, parameters, Credential::Token(token.token.clone()))
            .await
            .unwrap()
    }
}

fn parameters() -> StreamingParameters {
    StreamingParameters {
        speech_model: Some(SpeechModel::UniversalStreamingEnglish),
        format_turns: true,
        ..StreamingParameters::default()
    }
}

/// 50 ms frames: `words` bursts of 200 ms with 100 ms between, then 500 ms of silence.
fn speech(words: usize) -> Vec<Vec<i16>> {
    let word = [vec![8000; 3200], vec![0; 1600]].concat();
    let audio = [word.repeat(words), vec![0; 8000]].concat();
    audio.chunks(800).map(<[i16]>::to_vec).collect()
}

async fn say(connection: &Connection, words: usize) {
    for frame in speech(words) {
        // A planned fault may end the session in the middle.
        if connection.sender.samples(&frame).await.is_err() {
            return;
        }
    }
}

async fn failure(connection: &mut Connection) -> (FailureKind, Option<CloseCode>) {
    let (_, closed) = connection.events.rest().await;
    let Some(Closed { code, failure, .. }) = closed else { panic!("not closed") };
    (failure.unwrap().kind, code)
}

/// Within the time that anything may take here.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it never happens")
}

/// Waits until it is so.
async fn until(is: impl Fn() -> bool) {
    soon(async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Whether nothing comes of it. What never comes cannot come too late for this.
async fn is_mute<T>(what: impl Future<Output = T>) -> bool {
    tokio::time::timeout(Duration::from_millis(200), what).await.is_err()
}

#[tokio::test]
async fn a_clean_session_is_heard_and_logged_without_a_violation() {
    let cloud = Cloud::start().await;
    let mut connection = cloud.open(&parameters()).await;
    connection.events.begin().await.unwrap();
    say(&connection, 2).await;
    say(&connection, 1).await;
    connection.sender.terminate().await.unwrap();
    let (messages, closed) = connection.events.rest().await;
    assert_eq!(closed.unwrap().failure, None);
    let finals: Vec<(u32, bool, String)> = messages
        .into_iter()
        .filter_map(|message| match message {
            ServerMessage::Turn(turn) if turn.end_of_turn => {
                Some((turn.turn_order, turn.turn_is_formatted, turn.transcript))
            }
            _ => None,
        })
        .collect();
    let turn = |order, is_formatted, text: &str| (order, is_formatted, text.to_owned());
    assert_eq!(
        finals,
        [
            turn(0, false, "word1 word2"),
            turn(0, true, "Word1 word2."),
            turn(1, false, "word3"),
            turn(1, true, "Word3."),
            turn(2, false, ""),
        ]
    );
    let log = cloud.stand_in.log();
    assert_eq!((log.mints(), log.sessions(), log.terminations()), (1, 1, 1));
    assert_eq!(log.violations(), Vec::<&str>::new());
    assert_eq!(log.finals(), ["word1 word2", "word3"]);
    assert_eq!(log.bytes(), (3 * 4800 + 2 * 8000) * 2);
}

#[tokio::test]
async fn a_wrong_key_gets_no_token() {
    let cloud = Cloud::start().await;
    assert!(matches!(cloud.mint("wrong").await, Err(MintError::Rejected { .. })));
    assert_eq!(cloud.stand_in.log().entries, [Entry::MintRefused { status: 401 }]);
}

#[tokio::test]
async fn a_token_used_twice_is_refused_and_noted() {
    let cloud = Cloud::start().await;
    let token = cloud.mint(KEY).await.unwrap();
    let mut first = cloud.open_with(&token, &parameters()).await;
    first.events.begin().await.unwrap();
    let mut second = cloud.open_with(&token, &parameters()).await;
    assert_eq!(
        failure(&mut second).await,
        (FailureKind::CredentialRefused, Some(CloseCode::POLICY))
    );
    assert_eq!(cloud.stand_in.log().violations(), ["a token was used twice"]);
}

#[tokio::test]
async fn the_key_itself_opens_nothing() {
    let cloud = Cloud::start().await;
    let token = cloud.mint(KEY).await.unwrap();
    let mut connection =
        Connection::open(&token.socket_url, &parameters(), Credential::Key(KEY.to_owned()))
            .await
            .unwrap();
    assert_eq!(failure(&mut connection).await.0, FailureKind::CredentialRefused);
    assert_eq!(cloud.stand_in.log().violations().len(), 1);
}

#[tokio::test]
async fn parameters_that_the_program_must_send_are_checked() {
    let cloud = Cloud::start().await;
    for wrong in [
        StreamingParameters { speech_model: None, ..parameters() },
        StreamingParameters { sample_rate: 48_000, ..parameters() },
    ] {
        let mut connection = cloud.open(&wrong).await;
        assert_eq!(
            failure(&mut connection).await,
            (FailureKind::BadInput, Some(CloseCode::BAD_INPUT))
        );
    }
    assert_eq!(cloud.stand_in.log().violations().len(), 2);
}

#[tokio::test]
async fn leaving_without_terminate_and_short_frames_are_noted() {
    let cloud = Cloud::start().await;
    let mut connection = cloud.open(&parameters()).await;
    connection.events.begin().await.unwrap();
    let short = sotto_client::Message::binary(vec![0; 320]);
    connection.sender.raw(short).await.unwrap();
    connection.sender.abandon().await.unwrap();
    connection.events.rest().await;
    // The stand-in notes the departure when it reads it, which is not before the client is gone.
    until(|| cloud.stand_in.log().violations().len() == 2).await;
    let log = cloud.stand_in.log();
    assert!(log.violations()[0].contains("10.0 ms"));
}

#[tokio::test]
async fn planned_faults_are_met_once() {
    let cloud = Cloud::start().await;
    cloud.stand_in.plan(Fault::RefuseToken { status: 503 });
    cloud.stand_in.plan(Fault::CloseAfterMs {
        ms: 300,
        code: 3005,
        text: texts::SERVER_FAULT.to_owned(),
    });
    cloud.stand_in.plan(Fault::DropConnection { after_ms: 300 });
    cloud.stand_in.plan(Fault::SlowBegin { ms: 200 });

    let before = std::time::Instant::now();
    let mut first = cloud.open(&parameters()).await;
    first.events.begin().await.unwrap();
    assert!(before.elapsed().as_millis() >= 200);
    say(&first, 2).await;
    assert_eq!(
        failure(&mut first).await,
        (FailureKind::ServerFault, Some(CloseCode::SERVER_FAULT))
    );

    let mut second = cloud.open(&parameters()).await;
    second.events.begin().await.unwrap();
    say(&second, 2).await;
    assert_eq!(failure(&mut second).await, (FailureKind::ConnectionLost, None));

    let mut third = cloud.open(&parameters()).await;
    third.events.begin().await.unwrap();
    say(&third, 2).await;
    third.sender.terminate().await.unwrap();
    assert_eq!(third.events.rest().await.1.unwrap().failure, None);
    assert!(cloud.stand_in.log().entries.contains(&Entry::MintRefused { status: 503 }));
}
