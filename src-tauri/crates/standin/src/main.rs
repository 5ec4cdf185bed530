//! The stand-in as a program: `sotto-standin KEY` prints one JSON line with its address and serves until it is ended.
#![allow(clippy::print_stdout, reason = "its output is its interface")]

use std::future::pending;

use sotto_standin::{StandIn, StandInConfig};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let key = std::env::args().nth(1).unwrap_or_else(|| "stand-in-key".to_owned());
    let stand_in = StandIn::start(StandInConfig::new(key)).await?;
    println!("{}", serde_json::json!({ "base_url": stand_in.base_url() }));
    pending().await
}
