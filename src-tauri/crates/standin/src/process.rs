//! The stand-in in a process of its own, so that it can be stopped and killed: driven by JSON lines, one answer for each.

use std::{io, path::Path, process::Stdio};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{Fault, Log, StandIn, Standing};

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Ready {
    base_url: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Order {
    Plan(Fault),
    Set(Standing),
    Log,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    Ok,
    Log(Log),
    Error(String),
}

/// Says where the stand-in is, then does what each line orders, until the lines end.
///
/// # Errors
/// When the lines can no longer be read or answered.
pub async fn control(
    stand_in: &StandIn,
    orders: impl AsyncBufRead + Unpin,
    mut answers: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    write(&mut answers, &Ready { base_url: stand_in.base_url() }).await?;
    let mut orders = orders.lines();
    while let Some(line) = orders.next_line().await? {
        let answer = match serde_json::from_str(&line) {
            Ok(order) => obey(stand_in, order),
            Err(error) => Answer::Error(error.to_string()),
        };
        write(&mut answers, &answer).await?;
    }
    Ok(())
}

fn obey(stand_in: &StandIn, order: Order) -> Answer {
    match order {
        Order::Plan(fault) => stand_in.plan(fault),
        Order::Log => return Answer::Log(stand_in.log()),
        Order::Set(standing) => {
            if let Err(error) = stand_in.set(standing) {
                return Answer::Error(error.to_string());
            }
        }
    }
    Answer::Ok
}

async fn write(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}

/// A stand-in that is a process; killed when this is dropped.
#[derive(Debug)]
pub struct StandInProcess {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    base_url: String,
    pid: u32,
}

impl StandInProcess {
    /// Starts `program`, which is `sotto-standin`, and waits until it listens. Port 0 lets the system choose.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(program: &Path, key: &str, port: u16, is_coded: bool) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args([key, "--control", "--port", &port.to_string()]);
        command.args(is_coded.then_some("--coded"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let orders = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let answers = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let pid = child.id().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut answers = BufReader::new(answers).lines();
        let Ready { base_url } = read(&mut answers).await?;
        Ok(Self { child, orders, answers, base_url, pid })
    }

    /// For `SOTTO_RECOGNISER`: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        self.base_url.clone()
    }

    /// For signals.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// As [`StandIn::plan`].
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn plan(&mut self, fault: Fault) -> io::Result<()> {
        self.done(&Order::Plan(fault)).await
    }

    /// As [`StandIn::set`].
    ///
    /// # Errors
    /// As there, and when the process is gone.
    pub async fn set(&mut self, standing: Standing) -> io::Result<()> {
        self.done(&Order::Set(standing)).await
    }

    /// As [`StandIn::log`].
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn log(&mut self) -> io::Result<Log> {
        match self.ask(&Order::Log).await? {
            Answer::Log(log) => Ok(log),
            other => Err(unexpected(&other)),
        }
    }

    /// Ends it in good order.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn stop(self) -> io::Result<()> {
        let Self { mut child, orders, .. } = self;
        drop(orders);
        child.wait().await.map(drop)
    }

    async fn done(&mut self, order: &Order) -> io::Result<()> {
        match self.ask(order).await? {
            Answer::Ok => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Must not be given up half way: its answer would be taken for the next one's.
    async fn ask(&mut self, order: &Order) -> io::Result<Answer> {
        write(&mut self.orders, order).await?;
        read(&mut self.answers).await
    }
}

fn unexpected(answer: &Answer) -> io::Error {
    let text =
        if let Answer::Error(text) = answer { text.clone() } else { "unexpected answer".into() };
    io::Error::other(text)
}

async fn read<T: DeserializeOwned>(answers: &mut Lines<BufReader<ChildStdout>>) -> io::Result<T> {
    let line = answers.next_line().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(serde_json::from_str(&line)?)
}
