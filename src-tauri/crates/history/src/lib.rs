//! Recordings, turns, words, ledger, search and recovery in SQLite.
