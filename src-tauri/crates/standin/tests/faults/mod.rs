//! Connections that go wrong.

use sotto_client::OpenError;
use sotto_standin::{Fault, Standing};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

/// The port of a stand-in.
fn port(cloud: &Cloud) -> u16 {
    cloud.stand_in.base_url().rsplit(':').next().unwrap().parse().unwrap()
}

async fn raw(cloud: &Cloud) -> std::io::Result<TcpStream> {
    TcpStream::connect(("127.0.0.1", port(cloud))).await
}

/// Whether words and everything else work, in a session that is open.
async fn goes_well(mut connection: Connection) {
    say(&connection, 2).await;
    connection.sender.terminate().await.unwrap();
    assert_eq!(soon(connection.events.rest()).await.1.unwrap().failure, None);
}

#[tokio::test]
async fn a_session_is_reset_after_so_much_audio() {
    let cloud = Cloud::start().await;
    cloud.stand_in.plan(Fault::ResetAfterMs { ms: 300 });
    let mut connection = cloud.begun().await;
    say(&connection, 2).await;
    assert_eq!(soon(failure(&mut connection)).await, (FailureKind::ConnectionLost, None));
    let log = cloud.stand_in.log();
    assert_eq!(log.violations(), Vec::<&str>::new());
    let met = Entry::Met { session: 0, fault: Fault::ResetAfterMs { ms: 300 } };
    assert!(log.entries.contains(&met));
    assert_eq!(log.heard[0].audio_ms, 300);
    goes_well(cloud.begun().await).await;
}

#[tokio::test]
async fn a_session_is_half_open_after_so_much_audio() {
    let cloud = Cloud::start().await;
    cloud.stand_in.set(Standing::MostSessions { count: Some(1) }).unwrap();
    cloud.stand_in.plan(Fault::StallAfterMs { ms: 100 });
    let mut connection = cloud.begun().await;
    say(&connection, 2).await;
    connection.sender.terminate().await.unwrap();
    assert!(is_mute(connection.events.next()).await);
    assert_eq!(cloud.stand_in.log().heard[0].audio_ms, 100);
    assert_eq!(cloud.stand_in.log().terminations(), 0);
    // The others do not suffer, and it takes nobody's place.
    goes_well(cloud.begun().await).await;
    drop(connection);
    assert_eq!(cloud.stand_in.log().violations(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_session_may_never_begin() {
    let cloud = Cloud::start().await;
    cloud.stand_in.plan(Fault::NeverBegin);
    let mut connection = cloud.open(&parameters()).await;
    assert!(is_mute(connection.events.next()).await);
    connection.sender.abandon().await.unwrap();
    goes_well(cloud.begun().await).await;
    let log = cloud.stand_in.log();
    assert_eq!((log.sessions(), log.violations()), (1, Vec::<&str>::new()));
}

#[tokio::test]
async fn a_token_may_come_late() {
    let cloud = Cloud::start().await;
    cloud.stand_in.plan(Fault::TokenDelay { ms: 150 });
    let before = std::time::Instant::now();
    cloud.mint(KEY).await.unwrap();
    assert!(before.elapsed().as_millis() >= 150);
}

#[tokio::test]
async fn in_a_black_hole_nothing_is_heard_and_nothing_said_and_all_of_it_later() {
    let cloud = Cloud::start().await;
    let mut running = cloud.begun().await;
    let token = cloud.mint(KEY).await.unwrap();
    cloud.stand_in.set(Standing::Stall { on: true }).unwrap();

    say(&running, 2).await;
    running.sender.terminate().await.unwrap();
    assert!(is_mute(running.events.next()).await);
    assert!(is_mute(cloud.open_with(&token, &parameters())).await, "a new one is answered");
    let mut new = raw(&cloud).await.expect("the connection itself is made");
    new.write_all(b"GET /v3/token HTTP/1.1\r\nHost: it\r\n\r\n").await.unwrap();
    assert!(is_mute(new.read_u8()).await);
    let log = cloud.stand_in.log();
    assert_eq!((log.heard[0].audio_ms, log.terminations()), (0, 0));

    cloud.stand_in.set(Standing::Stall { on: false }).unwrap();
    let (messages, closed) = soon(running.events.rest()).await;
    assert_eq!(closed.unwrap().failure, None);
    assert!(messages.len() > 3);
    assert_eq!(soon(new.read_u8()).await.unwrap(), b'H');
    goes_well(cloud.begun().await).await;
    assert_eq!(cloud.stand_in.log().violations(), Vec::<&str>::new());
}

#[tokio::test]
async fn who_leaves_a_black_hole_is_not_blamed() {
    let cloud = Cloud::start().await;
    let running = cloud.begun().await;
    cloud.stand_in.set(Standing::Stall { on: true }).unwrap();
    running.sender.abandon().await.unwrap();
    drop(running);
    cloud.stand_in.set(Standing::Stall { on: false }).unwrap();
    until(|| cloud.stand_in.log().heard[0].ended_at.is_some()).await;
    assert_eq!(cloud.stand_in.log().violations(), Vec::<&str>::new());
}

#[tokio::test]
async fn in_the_dark_everything_is_reset_and_nobody_listens_until_the_same_port_is_open_again() {
    let cloud = Cloud::start().await;
    let address = cloud.stand_in.base_url();
    let mut running = cloud.begun().await;
    let mut idle = raw(&cloud).await.unwrap();
    let token = cloud.mint(KEY).await.unwrap();
    // Until it is accepted, the connection is the system's.
    idle.write_all(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n").await.unwrap();
    soon(idle.read_u8()).await.unwrap();

    cloud.stand_in.set(Standing::Dark { on: true }).unwrap();
    assert_eq!(soon(failure(&mut running)).await, (FailureKind::ConnectionLost, None));
    let mut rest = Vec::new();
    let error = soon(idle.read_to_end(&mut rest)).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(raw(&cloud).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    let credential = Credential::Token(token.token.clone());
    let refused = Connection::open(&token.socket_url, &parameters(), credential).await;
    assert!(matches!(refused, Err(OpenError::Unreachable(_))));

    cloud.stand_in.set(Standing::Dark { on: false }).unwrap();
    assert_eq!(cloud.stand_in.base_url(), address);
    goes_well(cloud.begun().await).await;
    until(|| cloud.stand_in.log().heard[0].ended_at.is_some()).await;
    assert_eq!(cloud.stand_in.log().violations(), Vec::<&str>::new());
}
