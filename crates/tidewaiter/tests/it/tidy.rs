//! What keeps the repository readable.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// A source file of more lines holds more than one idea.
const LINES_MAX: usize = 800;

/// Files that are longer, and why.
const LONGER: &[(&str, &str)] = &[];

/// Every file of the repository whose name ends in one of `endings`.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with('.') || ["target", "node_modules", "artifacts"].contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                walk(&path, endings, found);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), endings, &mut found);
    found.sort();
    assert!(!found.is_empty());
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

#[test]
fn long_files_have_a_reason() {
    let mut long = Vec::new();
    for path in files(&[".rs", ".py", ".sh", ".ts", ".tsx", ".css", ".sql"]) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let name = relative(&path);
        let listed = LONGER.iter().any(|(file, _)| *file == name);
        match (lines > LINES_MAX, listed) {
            (true, false) => long.push(format!("{name} has {lines} lines: divide it")),
            (false, true) => long.push(format!("{name} has {lines} lines: take it off the list")),
            _ => {}
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_is_left_to_do_in_code() {
    // Put together here, so that this file does not hold them itself.
    let marks = ["todo", "unimplemented"].map(|name| format!("{name}!("));
    let mut found = Vec::new();
    for path in files(&[".rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                found.push(format!("{}:{}", relative(&path), number + 1));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for path in files(&[".md"]) {
        let text = fs::read_to_string(&path).unwrap();
        for target in links(&text) {
            let file = target.split('#').next().unwrap_or_default();
            let there = file.is_empty() || path.parent().unwrap().join(file).exists();
            if !target.contains("://") && !target.starts_with("mailto:") && !there {
                dead.push(format!("{}: {target}", relative(&path)));
            }
        }
    }
    assert_eq!(dead, Vec::<String>::new());
}

/// The targets of the links of a Markdown text, those in code blocks left out.
fn links(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let Some((target, tail)) = after.split_once(')') else {
                break;
            };
            found.push(target.split_whitespace().next().unwrap_or_default());
            rest = tail;
        }
    }
    found
}

#[test]
fn links_are_found_outside_code() {
    let text = "see [a](docs/a.md) and [b](b.md#c \"title\")\n```\n[x](no)\n```\n[c](#d)";
    assert_eq!(links(text), ["docs/a.md", "b.md#c", "#d"]);
}
