//! A PostgreSQL server of our own, where there is PostgreSQL.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// The address of a server of our own, which stops when this process ends.
pub(crate) fn address() -> Option<String> {
    struct Server {
        url: String,
        _child: Child,
        _input: ChildStdin,
    }
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres-test");
        let mut child = Command::new(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script is in the repository");
        let input = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        match line.trim().strip_prefix("url=") {
            Some(url) => Some(Server {
                url: url.to_owned(),
                _child: child,
                _input: input,
            }),
            None if child.wait().unwrap().code() == Some(3) => {
                let _ = writeln!(std::io::stderr(), "\n*** SKIPPED: no PostgreSQL here ***\n");
                None
            }
            None => panic!("the PostgreSQL of the tests does not start"),
        }
    });
    server.as_ref().map(|server| server.url.clone())
}
