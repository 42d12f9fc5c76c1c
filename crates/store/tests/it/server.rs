//! A PostgreSQL server of our own, started once for a run of the tests.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

pub(crate) struct Server {
    pub(crate) url: String,
    _child: Child,
    /// The server stops when this is closed: when the test process ends, however it ends.
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres-test");
        let mut child = Command::new(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script is in the repository");
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        match line.trim().strip_prefix("url=") {
            Some(url) => Some(Self {
                url: url.to_owned(),
                _child: child,
                input,
                output,
            }),
            None if child.wait().unwrap().code() == Some(3) => {
                loudly("no PostgreSQL here: its half of the suite is not run");
                None
            }
            None => panic!("the PostgreSQL of the tests does not start"),
        }
    }

    /// Kills the server the hard way and starts it again.
    pub(crate) fn crash(&mut self) {
        writeln!(self.input, "crash").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "up");
    }
}

/// The address of the shared server; `None` where there is no PostgreSQL.
pub(crate) fn shared() -> Option<String> {
    static SERVER: OnceLock<Option<Mutex<Server>>> = OnceLock::new();
    let server = SERVER.get_or_init(|| Server::start().map(Mutex::new));
    server
        .as_ref()
        .map(|server| server.lock().unwrap().url.clone())
}

/// Says what is not tested here, past the capture of output: nobody overlooks it.
pub(crate) fn loudly(what: &str) {
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED: {what} ***\n");
}
