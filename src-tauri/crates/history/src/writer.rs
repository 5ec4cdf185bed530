//! The thread that owns the connection that writes.

use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;

use crate::HistoryError;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// Hands work to the thread that owns the connection, and waits for its result; cheap to clone.
#[derive(Clone)]
pub(crate) struct Writer {
    work: mpsc::Sender<Work>,
}

impl Writer {
    /// Gives `connection` a thread of its own; it ends with the last writer.
    pub(crate) fn start(mut connection: Connection) -> Result<Self, std::io::Error> {
        let (work, inbox) = mpsc::channel::<Work>();
        thread::Builder::new().name("history".to_owned()).spawn(move || {
            for work in inbox {
                work(&mut connection);
            }
        })?;
        Ok(Self { work })
    }

    /// Runs `work` and waits until its transaction is on disk.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let work = Box::new(move |connection: &mut Connection| {
            if answer.send(work(connection)).is_err() {
                tracing::debug!("nobody waited for a write");
            }
        });
        self.work.send(work).map_err(|_| HistoryError::Closed)?;
        answered.recv().map_err(|_| HistoryError::Closed)?
    }
}
