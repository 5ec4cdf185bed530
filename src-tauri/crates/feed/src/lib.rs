//! Frames of one recording to one window over a one-shot loopback socket.
