//! The audit log's proofs: verification, checkpoints, the retention run.
