//! A stand-in for AssemblyAI's cloud, for tests: checks keys, tokens, parameters and frames.
