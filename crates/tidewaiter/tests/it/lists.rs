//! `tidewaiter lists`.

use super::{root, tidewaiter};

/// A folder of this test alone, with one file.
fn file(name: &str, text: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_difference_names_references_and_fields() {
    let old = std::fs::read_to_string(root().join("corpus/lists/un.xml")).unwrap();
    let new = old
        .replace("<YEAR>1970</YEAR>", "<YEAR>1971</YEAR>")
        .replace("QDi.901", "QDi.901 ")
        .replace("<VERSIONNUM>1</VERSIONNUM>", "<VERSIONNUM>9</VERSIONNUM>")
        .replace("TAe.901", "TAe.902");
    let (from, to) = (file("diff-old.xml", &old), file("diff-new.xml", &new));
    let run = tidewaiter(
        [
            "lists".as_ref(),
            "diff".as_ref(),
            "--json".as_ref(),
            from.as_os_str(),
            to.as_os_str(),
        ],
        b"",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(
        run.stdout.trim_end(),
        r#"{"added":["TAe.902"],"removed":["TAe.901"],"changed":[{"ref":"QDi.901","fields":["born"]}]}"#
    );
}

#[test]
fn a_broken_list_is_refused_with_its_place() {
    let old = std::fs::read_to_string(root().join("corpus/lists/un.xml")).unwrap();
    let half = file("diff-half.xml", &old[..old.len() / 2]);
    let run = tidewaiter(
        [
            "lists".as_ref(),
            "diff".as_ref(),
            root().join("corpus/lists/un.xml").as_os_str(),
            half.as_os_str(),
        ],
        b"",
    );
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("list-truncated at byte"),
        "{}",
        run.stderr
    );
}
