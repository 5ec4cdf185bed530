//! The stand-in as a program: `sotto-standin KEY [--port N] [--coded] [--control]` prints one JSON line with its address
//! and serves until it is ended. With `--control` it takes orders, one JSON line each, until its input ends.

use std::{future::pending, io};

use sotto_standin::{StandIn, StandInConfig, control};
use tokio::io::{BufReader, empty, stdin, stdout};

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut config = StandInConfig::new("stand-in-key");
    let mut is_controlled = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => {
                let port = arguments.next().and_then(|port| port.parse().ok());
                config.port = port.ok_or_else(|| io::Error::other("--port needs a number"))?;
            }
            "--coded" => config = config.coded(),
            "--control" => is_controlled = true,
            unknown if unknown.starts_with("--") => {
                return Err(io::Error::other(format!("{unknown} is unknown")));
            }
            key => config.api_key = key.to_owned(),
        }
    }
    let stand_in = StandIn::start(config).await?;
    if is_controlled {
        return control(&stand_in, BufReader::new(stdin()), stdout()).await;
    }
    control(&stand_in, BufReader::new(empty()), stdout()).await?;
    pending().await
}
