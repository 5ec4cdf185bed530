//! A database at work: one thread that writes, a few connections that read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::HistoryError;
use crate::file::{self, Home};

/// How many idle connections are kept for readers.
const IDLE_READERS: usize = 3;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Store {
    home: Home,
    /// `None` only while it is being dropped.
    writer: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    readers: Mutex<Vec<Connection>>,
    is_doubtful: AtomicBool,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        drop(self.writer.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the history's thread did not end well");
        }
    }
}

impl Store {
    /// `connection` is the one that writes; others that read are opened when they are needed.
    pub(crate) fn over(mut connection: Connection, home: Home) -> Result<Self, HistoryError> {
        let (writer, inbox) = mpsc::channel::<Work>();
        let run = move || {
            for work in inbox {
                work(&mut connection);
            }
        };
        let thread = thread::Builder::new().name("history".to_owned()).spawn(run)?;
        Ok(Self {
            home,
            writer: Some(writer),
            thread: Some(thread),
            readers: Mutex::default(),
            is_doubtful: AtomicBool::new(false),
        })
    }

    /// Whether something was met with that damage could be the reason of.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.is_doubtful.load(Ordering::Relaxed)
    }

    /// What SQLite says of a page that has gone bad depends on where it is, and on whether the file is encrypted.
    fn doubt(&self, error: &HistoryError) {
        if matches!(error, HistoryError::Corrupt | HistoryError::Database(_)) {
            self.is_doubtful.store(true, Ordering::Relaxed);
        }
    }

    /// One transaction on the writer's thread; waits for its end.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        self.on_writer(move |conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        })
    }

    pub(crate) fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let work: Work = Box::new(move |conn| {
            // Whoever asked waits below for as long as this takes, unless its thread died.
            answer.send(work(conn)).ok();
        });
        self.writer
            .as_ref()
            .ok_or(HistoryError::Closed)?
            .send(work)
            .map_err(|_| HistoryError::Closed)?;
        let answer = answered.recv().map_err(|_| HistoryError::Closed)?;
        answer.inspect_err(|error| self.doubt(error))
    }

    /// One snapshot, so that a summary and its turns agree.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        let idle = self.readers().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => file::open_reader(&self.home)?,
        };
        let value = snapshot(&mut connection, work).inspect_err(|error| self.doubt(error))?;
        let mut readers = self.readers();
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        Ok(value)
    }

    pub(crate) fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
) -> Result<T, HistoryError> {
    let tx = connection.transaction()?;
    let value = work(&tx)?;
    tx.finish()?;
    Ok(value)
}
