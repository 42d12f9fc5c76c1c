//! The log: a JSON object a line on standard error. Of a request it has the route, never the path,
//! the query, a header or the body: nothing that somebody else has written.

use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

/// Writes a line: what happened, and its facts, which are numbers, codes and names of ours.
pub(crate) fn line(level: &str, what: &str, facts: Value) {
    let mut object = json!({
        "time": Timestamp::now().to_string(),
        "level": level,
        "what": what,
    });
    if let (Some(object), Value::Object(facts)) = (object.as_object_mut(), facts) {
        object.extend(facts);
    }
    // A log that cannot be written must not stop the service.
    let _ = writeln!(std::io::stderr().lock(), "{object}");
}
