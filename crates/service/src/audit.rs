//! The audit log's proofs: checkpoints and verification.

use tidewaiter_mandate::audit::Verified;
use tidewaiter_store::AuditFault;

use crate::{Result, Service};

/// The name under which an agency's audit log is signed.
pub fn log_name(agency: &str) -> String {
    let plain = |c: char| {
        if c.is_whitespace() || c == '+' {
            '-'
        } else {
            c
        }
    };
    let agency: String = agency.chars().map(plain).collect();
    format!("tidewaiter/{agency}")
}

impl Service {
    /// The name of the audit log.
    pub fn log_name(&self) -> String {
        log_name(self.tenant.agency())
    }

    /// Signs the audit log as it stands. The note is to be copied to a witness; `None` when nothing
    /// was written since the last one.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn checkpoint(&self) -> Result<Option<String>> {
        Ok(self.store.checkpoint(&self.log_name(), self.now())?)
    }

    /// Verifies the whole audit log, against the checkpoints of a witness too.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn verify_audit(&self, witnessed: &[String]) -> Result<Verified, AuditFault> {
        self.store.verify_audit_against(&self.log_name(), witnessed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_a_name_that_a_checkpoint_can_carry() {
        assert_eq!(log_name("xa-customs"), "tidewaiter/xa-customs");
        assert_eq!(log_name("XA Customs + Tax"), "tidewaiter/XA-Customs---Tax");
    }
}
