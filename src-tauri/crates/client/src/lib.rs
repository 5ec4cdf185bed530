//! A v3 streaming client.
