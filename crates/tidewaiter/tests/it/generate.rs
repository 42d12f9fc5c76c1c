//! `tidewaiter generate` into folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Run, tidewaiter};

/// A folder of its own for a test, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Every file below it.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let name = path
                        .strip_prefix(root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.0, &self.0, &mut found);
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn generate(seed: &str, flights: &str, out: &str) -> Run {
    tidewaiter(
        [
            "generate",
            "--seed",
            seed,
            "--flights",
            flights,
            "--out",
            out,
        ],
        b"",
    )
}

#[test]
fn a_folder_written_twice_holds_the_same_bytes_and_the_manifest_names_them_all() {
    let (one, two) = (Folder::new("generate-one"), Folder::new("generate-two"));
    let run = generate("1", "4", one.path());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.starts_with("4 flights, "), "{}", run.stdout);
    // What an earlier and longer run left is cleared away.
    assert_eq!(generate("2", "6", two.path()).code, Some(0));
    assert_eq!(generate("1", "4", two.path()).code, Some(0));
    let files = one.files();
    assert!(files == two.files());

    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1);
    for file in listed {
        let bytes = &files[file["path"].as_str().unwrap()];
        assert_eq!(file["bytes"].as_u64(), Some(bytes.len() as u64));
        let hash: String = Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(file["sha256"].as_str(), Some(&*hash));
    }
    assert_eq!(manifest["seed"], 1);
    assert_eq!(manifest["parameters"]["home"], "KEN");
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let folder = Folder::new("generate-foreign");
    fs::create_dir_all(folder.path()).unwrap();
    fs::write(folder.0.join("letter.txt"), "mine").unwrap();
    let run = generate("1", "1", folder.path());
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("choose another folder"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.files().len(), 1);
}

#[test]
fn an_unknown_home_is_said() {
    let folder = Folder::new("generate-nowhere");
    let out = folder.path();
    let run = tidewaiter(
        [
            "generate",
            "--seed",
            "1",
            "--flights",
            "1",
            "--out",
            out,
            "--home",
            "UTO",
        ],
        b"",
    );
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("UTO"), "{}", run.stderr);
    assert!(!folder.0.exists());
}
