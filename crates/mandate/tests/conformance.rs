//! The conformance register: 116 requirements, each proven by named tests, planned, or in need of
//! the administration's own environment.
//!
//! A test says what it proves in a comment before it: `// proves: RET-08`. A test that proves a
//! part only says `// proves part of: INT-02`. A function that a test file's `on_both_engines!` names
//! is a test too. `docs/conformance.md` is written from these
//! comments; run with `TIDEWAITER_BLESS=1` to write it anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

struct Requirement {
    id: String,
    text: String,
    source: String,
    phase: String,
    step: String,
    environment: String,
}

fn requirements() -> Vec<Requirement> {
    include_str!("../conformance/requirements.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = fields(line).into_iter();
            let mut next = || fields.next().expect("seven fields");
            let (id, text, source, _proof) = (next(), next(), next(), next());
            let (phase, step, environment) = (next(), next(), next());
            Requirement {
                id,
                text,
                source,
                phase,
                step,
                environment,
            }
        })
        .collect()
}

/// The fields of a CSV line with quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut all, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    all.push(field);
    all
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[derive(Default)]
struct Proofs {
    whole: BTreeSet<String>,
    part: BTreeSet<String>,
}

/// The tests that prove each requirement: `crates/x/tests/y.rs: name`.
fn proofs(root: &Path) -> BTreeMap<String, Proofs> {
    let mut files = Vec::new();
    sources(&root.join("crates"), &mut files);
    let mut proofs: BTreeMap<String, Proofs> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let (mut pending, mut is_test) = (Vec::new(), false);
        for line in text.lines().map(str::trim) {
            if let Some(id) = line.strip_prefix("// proves: ") {
                pending.push((id.to_owned(), true));
            } else if let Some(id) = line.strip_prefix("// proves part of: ") {
                pending.push((id.to_owned(), false));
            } else if line == "#[test]" {
                is_test = true;
            } else if let Some(rest) = line.strip_prefix("fn ") {
                let test = rest.split(['(', '<']).next().unwrap_or_default();
                let on_both = text.contains("on_both_engines!")
                    && text.lines().any(|named| named.trim() == test);
                assert!(
                    pending.is_empty() || is_test || on_both,
                    "{name}: {test} proves something and is no test"
                );
                for (id, whole) in pending.drain(..) {
                    let of = proofs.entry(id).or_default();
                    let tests = if whole { &mut of.whole } else { &mut of.part };
                    tests.insert(format!("`{name}`: {}", test.replace('_', " ")));
                }
                is_test = false;
            }
        }
        assert!(pending.is_empty(), "{name}: a proof without a test");
    }
    proofs
}

fn document(root: &Path) -> String {
    let proofs = proofs(root);
    let requirements = requirements();
    let known: BTreeSet<&str> = requirements.iter().map(|r| r.id.as_str()).collect();
    for id in proofs.keys() {
        assert!(known.contains(id.as_str()), "no requirement is named {id}");
    }
    let mut rows = String::new();
    let mut counts = [0; 4];
    for requirement in &requirements {
        let found = proofs.get(&requirement.id);
        let list =
            |tests: &BTreeSet<String>| tests.iter().cloned().collect::<Vec<_>>().join("<br>");
        let (kind, state) = match found {
            Some(p) if !p.whole.is_empty() => (0, format!("**proven** by {}", list(&p.whole))),
            Some(p) => (
                1,
                format!(
                    "proven in part by {}; the rest in step “{}”{}",
                    list(&p.part),
                    requirement.step,
                    if requirement.environment.is_empty() {
                        String::new()
                    } else {
                        format!(
                            ", and it needs the administration's environment: {}",
                            requirement.environment
                        )
                    }
                ),
            ),
            None if requirement.environment.is_empty() => {
                (2, format!("planned in step “{}”", requirement.step))
            }
            None => (
                3,
                format!(
                    "needs the administration's environment: {}",
                    requirement.environment
                ),
            ),
        };
        counts[kind] += 1;
        let _ = writeln!(
            rows,
            "| {} | {} | {} | {} | {state} |",
            requirement.id, requirement.text, requirement.source, requirement.phase
        );
    }
    format!(
        "# Conformance\n\nGenerated from the tests by `crates/mandate/tests/conformance.rs`; do not edit. Nothing here is\n\
         legal advice, and a proof is a test of this software, not of an administration.\n\n\
         {} requirements: {} proven, {} proven in part, {} planned, {} in need of the administration's own\nenvironment.\n\n\
         | id | requirement | source | phase | state |\n|---|---|---|---|---|\n{rows}",
        requirements.len(),
        counts[0],
        counts[1],
        counts[2],
        counts[3]
    )
}

#[test]
fn the_register_is_the_present_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert_eq!(requirements().len(), 116);
    let document = document(&root);
    let path = root.join("docs/conformance.md");
    if std::env::var_os("TIDEWAITER_BLESS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == document,
        "docs/conformance.md is stale: run with TIDEWAITER_BLESS=1 and commit it"
    );
}
