//! A virtual desktop with a microphone that can be spoken into.
