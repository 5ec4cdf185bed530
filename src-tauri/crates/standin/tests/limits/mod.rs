//! What tokens, sessions and audio may, and what is said of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use sotto_client::Event;
use sotto_protocol::Heartbeat;
use sotto_standin::{Log, Standing, coded};

use super::*;

#[tokio::test]
async fn tokens_are_refused_until_they_are_not() {
    let cloud = Cloud::start().await;
    for standing in [Standing::RefuseTokens { status: Some(401) }, Standing::RejectKey { on: true }]
    {
        cloud.stand_in.set(standing).unwrap();
        for _ in 0..2 {
            assert!(matches!(cloud.mint(KEY).await, Err(MintError::Rejected { .. })));
        }
        cloud.stand_in.set(Standing::RefuseTokens { status: None }).unwrap();
    }
    cloud.stand_in.set(Standing::RejectKey { on: false }).unwrap();
    cloud.mint(KEY).await.unwrap();
    let log = cloud.stand_in.log();
    let refused = |entry: &&Entry| **entry == Entry::MintRefused { status: 401 };
    assert_eq!(log.entries.iter().filter(refused).count(), 4);
    assert_eq!(log.times.len(), log.entries.len());
}

#[tokio::test]
async fn more_sessions_than_allowed_are_refused() {
    let cloud = Cloud::start().await;
    cloud.stand_in.set(Standing::MostSessions { count: Some(1) }).unwrap();
    let mut first = cloud.begun().await;
    let mut second = cloud.open(&parameters()).await;
    let refused = (FailureKind::TooManySessions, Some(CloseCode::POLICY));
    assert_eq!(soon(failure(&mut second)).await, refused);
    first.sender.terminate().await.unwrap();
    first.events.rest().await;
    let _third = cloud.begun().await;
    cloud.stand_in.set(Standing::MostSessions { count: None }).unwrap();
    let _fourth = cloud.begun().await;
}

/// Also in a session that runs already, and whose token could not be shown any more.
#[tokio::test]
async fn sessions_end_with_their_tokens_if_that_holds() {
    let cloud = Cloud::start().await;
    let endpoint = Endpoint::custom(&cloud.stand_in.base_url()).unwrap();
    let request = TokenRequest { expires_in_seconds: 1, max_session_duration_seconds: 600 };
    let token = cloud.minter.mint(&endpoint, KEY, request).await.unwrap();
    let mut connection = cloud.open_with(&token, &parameters()).await;
    connection.events.begin().await.unwrap();
    let ends = tokio::time::timeout(Duration::from_millis(1_200), connection.events.next());
    assert!(ends.await.is_err(), "it ends without the rule");
    cloud.stand_in.set(Standing::ClosesAtTokenExpiry { on: true }).unwrap();
    let ended = (FailureKind::TokenExpired, Some(CloseCode::POLICY));
    assert_eq!(soon(failure(&mut connection)).await, ended);
}

#[tokio::test]
async fn sessions_end_when_their_time_is_up() {
    let config = StandInConfig { max_session_seconds: 1, ..StandInConfig::new(KEY) };
    let cloud = Cloud::with(config).await;
    let mut connection = cloud.begun().await;
    assert_eq!(soon(failure(&mut connection)).await.0, FailureKind::SessionExpired);
}

#[tokio::test]
async fn a_heartbeat_says_how_much_was_heard() {
    let heartbeat = Duration::from_millis(20);
    let cloud = Cloud::with(StandInConfig { heartbeat, ..StandInConfig::new(KEY) }).await;
    let mut connection =
        cloud.open(&StreamingParameters { session_heartbeat: true, ..parameters() }).await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 1_600]).await.unwrap();
    let heard = async {
        loop {
            if let Some(Event::Message(message)) = connection.events.next().await
                && let ServerMessage::Heartbeat(Heartbeat { total_audio_received_ms, .. }) =
                    *message
                && total_audio_received_ms > 0
            {
                return total_audio_received_ms;
            }
        }
    };
    assert_eq!(soon(heard).await, 100);
}

#[tokio::test]
async fn nobody_hears_a_heartbeat_who_did_not_ask() {
    let heartbeat = Duration::from_millis(5);
    let cloud = Cloud::with(StandInConfig { heartbeat, ..StandInConfig::new(KEY) }).await;
    let mut connection = cloud.begun().await;
    assert!(is_mute(connection.events.next()).await);
}

#[tokio::test]
async fn audio_much_faster_than_real_time_ends_the_session() {
    let cloud = Cloud::start().await;
    let mut connection = cloud.begun().await;
    for _ in 0..1_000 {
        if connection.sender.samples(&[0; 16_000]).await.is_err() {
            break;
        }
    }
    let too_fast = (FailureKind::TooFast, Some(CloseCode(3007)));
    assert_eq!(soon(failure(&mut connection)).await, too_fast);
    let log = cloud.stand_in.log();
    assert_eq!(log.violations().len(), 1);
    assert!(log.violations()[0].starts_with(texts::TOO_FAST));
}

#[tokio::test]
async fn the_log_says_what_each_session_heard_and_when() {
    let config = StandInConfig { is_paced: false, ..StandInConfig::new(KEY).coded() };
    let cloud = Cloud::with(config).await;
    let spoken = coded::speech(1, 40, 20, 16_000);
    let sent = AtomicUsize::new(0);
    for half in spoken.samples.chunks(160_000) {
        let connection = cloud.begun().await;
        for frame in half.chunks(800) {
            connection.sender.samples(frame).await.unwrap();
            sent.fetch_add(frame.len(), Ordering::Relaxed);
        }
        connection.sender.terminate().await.unwrap();
        let mut connection = connection;
        assert_eq!(soon(connection.events.rest()).await.1.unwrap().failure, None);
    }
    let log = cloud.stand_in.log();
    assert_eq!(log.heard.iter().map(|heard| heard.audio_ms).collect::<Vec<_>>(), [10_000; 2]);
    let words = log.finals().join(" ");
    let all: Vec<String> = spoken.words.iter().map(coded::CodedWord::text).collect();
    // At most one word was cut in two.
    assert!(all.iter().filter(|word| !words.split(' ').any(|heard| heard == *word)).count() <= 1);
    let heard: u64 = log.heard.iter().map(|heard| heard.words).sum();
    assert_eq!(heard as usize, words.split(' ').count());
    for heard in &log.heard {
        let times =
            [Some(heard.began_at), heard.first_audio_at, heard.last_audio_at, heard.ended_at];
        assert!(times.iter().all(Option::is_some) && times.is_sorted(), "{heard:?}");
    }
    let json = serde_json::to_string(&log).unwrap();
    assert_eq!(serde_json::from_str::<Log>(&json).unwrap(), log);
}
