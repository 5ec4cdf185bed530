//! AssemblyAI Universal-Streaming v3 messages, query parameters, close codes and token bodies.
