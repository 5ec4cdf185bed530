//! The loopback v3 service in front of the offline engine.
