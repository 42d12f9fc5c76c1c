//! How a command ends.

use std::process::ExitCode;

/// How a command ended. The numbers are a contract with scripts; the worst one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: the input had rejected messages, or a finding the command is asked to fail on.
    Findings,
    /// 2: wrong usage (clap exits with the same number), or input that could not be read.
    Unreadable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::Unreadable => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_outcome_wins() {
        assert_eq!(Exit::Done.max(Exit::Findings), Exit::Findings);
        assert_eq!(Exit::Findings.max(Exit::Unreadable), Exit::Unreadable);
    }
}
