//! The floors of the house: a crate uses lower floors only.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::root;

/// The crates from the ground up, and why the order is what it is: see ARCHITECTURE.md.
const FLOORS: &[&[&str]] = &[
    &["diagnostics"],
    &["syntax", "domain", "reference"],
    &["formats", "matching", "mandate"],
    &["targeting", "picture"],
    &["screening"],
    &["store", "exchange"],
    &["service"],
    &["web"],
    &["tidewaiter"],
];

/// Floors up to this crate's are pure: no runtime, no randomness.
const PURE_UP_TO: &str = "screening";

/// Makes synthetic traffic. It may use every crate; only the binary, whose `generate` and `demo`
/// offer it to people, and tests may use it.
const FREE: &str = "simulate";

/// What no pure crate may bring in, however indirectly.
const IMPURE: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "rand",
    "rand_core",
    "fastrand",
    "getrandom",
    "reqwest",
];

struct Metadata {
    /// Package id to name, ours without the prefix.
    names: BTreeMap<String, String>,
    /// Ids of the packages of this workspace.
    ours: Vec<String>,
    /// Package id to its dependencies, with whether each is needed to run it.
    edges: BTreeMap<String, Vec<(String, bool)>>,
}

fn metadata() -> Metadata {
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", &host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let ours: Vec<String> = list(&json["workspace_members"]).iter().map(text).collect();
    let names = list(&json["packages"])
        .iter()
        .map(|package| {
            let (id, name) = (text(&package["id"]), text(&package["name"]));
            let short = name
                .strip_prefix("tidewaiter-")
                .filter(|_| ours.contains(&id));
            let name = short.map_or_else(|| name.clone(), str::to_owned);
            (id, name)
        })
        .collect();
    let edges = list(&json["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let edges = list(&node["deps"])
                .iter()
                .map(|edge| {
                    let kinds = list(&edge["dep_kinds"]);
                    (
                        text(&edge["pkg"]),
                        kinds.iter().any(|kind| kind["kind"].is_null()),
                    )
                })
                .collect();
            (text(&node["id"]), edges)
        })
        .collect();
    Metadata { names, ours, edges }
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[test]
fn crates_use_lower_floors_only() {
    let metadata = metadata();
    let mut faults = Vec::new();
    for id in &metadata.ours {
        let name = metadata.names[id].as_str();
        if name == FREE {
            continue;
        }
        let Some(own) = floor(name) else {
            faults.push(format!(
                "{name} has no floor: give it one in ARCHITECTURE.md and here"
            ));
            continue;
        };
        for (other, needed_to_run) in &metadata.edges[id] {
            let other = metadata.names[other].as_str();
            if other == FREE {
                if *needed_to_run && name != "tidewaiter" {
                    faults.push(format!("{name} must not be built on {FREE}"));
                }
            } else if let Some(below) = floor(other)
                && below >= own
            {
                faults.push(format!(
                    "{name} must not use {other}, which is on no lower floor"
                ));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn pure_floors_bring_in_no_runtime_and_no_randomness() {
    let metadata = metadata();
    let top = floor(PURE_UP_TO).unwrap();
    let mut faults = Vec::new();
    for id in &metadata.ours {
        let name = metadata.names[id].as_str();
        if floor(name).is_none_or(|floor| floor > top) {
            continue;
        }
        let mut seen = BTreeSet::from([id]);
        let mut waiting = vec![id];
        while let Some(next) = waiting.pop() {
            let needed = metadata.edges[next].iter().filter(|(_, needed)| *needed);
            waiting.extend(needed.map(|(id, _)| id).filter(|id| seen.insert(id)));
        }
        for impure in seen.iter().map(|id| metadata.names[*id].as_str()) {
            if IMPURE.contains(&impure) {
                faults.push(format!("{name} brings in {impure}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
