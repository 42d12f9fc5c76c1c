//! New knowledge against everything held.
