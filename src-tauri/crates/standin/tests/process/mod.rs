//! The stand-in as a process.

use std::{path::Path, process::Stdio};

use sotto_standin::{Fault, StandInProcess, Standing, coded};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::Command,
};

use super::*;

const PROGRAM: &str = env!("CARGO_BIN_EXE_sotto-standin");

async fn open(process: &StandInProcess) -> Connection {
    let endpoint = Endpoint::custom(&process.base_url()).unwrap();
    let request = TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
    let token = Minter::default().mint(&endpoint, KEY, request).await.unwrap();
    Connection::open(&token.socket_url, &parameters(), Credential::Token(token.token.clone()))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_process_is_driven_like_the_stand_in_itself() {
    let mut process = StandInProcess::start(Path::new(PROGRAM), KEY, 0, true).await.unwrap();
    assert!(process.pid() > 0);
    let strikes =
        Fault::CloseAfterMs { ms: 1_900, code: 3005, text: texts::SERVER_FAULT.to_owned() };
    process.plan(strikes.clone()).await.unwrap();

    let mut connection = open(&process).await;
    connection.events.begin().await.unwrap();
    let spoken = coded::speech(2, 7, 3, 16_000);
    for frame in spoken.samples.chunks(800).take(40) {
        if connection.sender.samples(frame).await.is_err() {
            break;
        }
    }
    assert_eq!(soon(failure(&mut connection)).await.0, FailureKind::ServerFault);
    let log = process.log().await.unwrap();
    assert!(log.entries.contains(&Entry::Met { session: 0, fault: strikes }));
    let whole = spoken.words.iter().filter(|word| word.end_ms + 50 < 1_900).count();
    assert_eq!((log.heard[0].audio_ms, log.heard[0].words as usize), (1_900, whole));

    process.set(Standing::Dark { on: true }).await.unwrap();
    let address = process.base_url().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).await.is_err());
    process.set(Standing::Dark { on: false }).await.unwrap();
    open(&process).await.events.begin().await.unwrap();
    soon(process.stop()).await.unwrap();
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn every_standing_order_survives_the_way() {
    let mut process = StandInProcess::start(Path::new(PROGRAM), KEY, 0, false).await.unwrap();
    let all = [
        Standing::RefuseTokens { status: Some(503) },
        Standing::MostSessions { count: None },
        Standing::ClosesAtTokenExpiry { on: true },
        Standing::RejectKey { on: true },
        Standing::Stall { on: true },
    ];
    for standing in all {
        process.set(standing).await.unwrap();
    }
    let entries = process.log().await.unwrap().entries;
    assert_eq!(entries, all.map(|standing| Entry::Set { standing }));
}

#[tokio::test]
async fn what_is_no_order_is_answered_with_an_error() {
    let mut child = Command::new(PROGRAM)
        .args([KEY, "--control"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut orders = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(answers.next_line().await.unwrap().unwrap().starts_with(r#"{"base_url":"http://"#));
    orders.write_all(b"nonsense\n\"log\"\n").await.unwrap();
    assert!(answers.next_line().await.unwrap().unwrap().starts_with(r#"{"error":"#));
    assert!(answers.next_line().await.unwrap().unwrap().starts_with(r#"{"log":"#));
    drop(orders);
    assert!(soon(child.wait()).await.unwrap().success());
}

#[tokio::test]
async fn a_process_that_is_dropped_is_ended() {
    let process = StandInProcess::start(Path::new(PROGRAM), KEY, 0, false).await.unwrap();
    let address = process.base_url().trim_start_matches("http://").to_owned();
    drop(process);
    soon(async { while TcpStream::connect(&address).await.is_ok() {} }).await;
}
