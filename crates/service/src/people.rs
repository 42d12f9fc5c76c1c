//! People and their sessions.
