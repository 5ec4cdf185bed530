//! The API key in the keyring of the operating system.
