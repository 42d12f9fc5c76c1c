//! Faults, from the outside: the real process is killed, its disk full, its file damaged. Nothing
//! that was acknowledged is lost, nothing is there twice, and what is wrong is said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::data::{Place, lose_data, receipt};
use crate::{command, tidewaiter};

/// Says on standard error that something could not be tested here.
fn loudly(what: &str) {
    let _ = writeln!(std::io::stderr(), "NOT TESTED: {what}");
}

/// The files with messages of generated traffic, in sorted order.
fn messages(traffic: &str) -> Vec<String> {
    let mut files = Vec::new();
    for day in fs::read_dir(Path::new(traffic).join("messages")).unwrap() {
        for file in fs::read_dir(day.unwrap().path()).unwrap() {
            files.push(file.unwrap().path().to_str().unwrap().to_owned());
        }
    }
    files.sort();
    files
}

/// What hits say, without the identifiers that every run draws anew, and how often.
fn hits(place: &Place) -> BTreeMap<String, u32> {
    let run = place.ok(&["hits"], &["--json"]);
    let mut said = BTreeMap::new();
    for mut line in run.lines() {
        if let Some(traveller) = line["traveller"].as_object_mut() {
            traveller.remove("id");
        }
        let kept = [
            "traveller",
            "flight",
            "cause",
            "band",
            "bits",
            "status",
            "messages",
        ];
        let kept: BTreeMap<_, _> = kept.iter().map(|key| (*key, sorted(&line[*key]))).collect();
        *said
            .entry(serde_json::to_string(&kept).unwrap())
            .or_default() += 1;
    }
    said
}

/// Arrays in sorted order: the order in which messages came is no part of what is found.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut values = values.clone();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        other => other.clone(),
    }
}

/// Every receipt in the store, by the hash of its bytes; each of them once.
fn receipts(place: &Place) -> BTreeMap<String, String> {
    let store = rusqlite::Connection::open(place.path("D/store.db")).unwrap();
    let mut query = store
        .prepare("SELECT lower(hex(sha256)), lower(hex(id)) FROM receipt")
        .unwrap();
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let mut receipts = BTreeMap::new();
    for row in rows {
        let (sha256, id) = row.unwrap();
        assert!(receipts.insert(sha256, id).is_none(), "a message twice");
    }
    receipts
}

/// Numbers that look drawn, and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Runs `ingest` and kills it, after so many lines or after a time. Whole lines that it printed;
/// whether it was killed.
fn ingest_and_kill(place: &Place, paths: &[String], dice: &mut Dice) -> (Vec<Value>, bool) {
    let data = place.at("D");
    let mut child = command(["ingest", "--json", "--data", &data])
        .args(paths)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines_first = match dice.below(2) {
        0 => Some(dice.below(20)),
        _ => None,
    };
    if lines_first.is_none() {
        std::thread::sleep(Duration::from_millis(dice.below(900)));
        let _ = child.kill();
    }
    let mut lines = Vec::new();
    for line in output.split(b'\n') {
        // The last line may have been cut: whoever read it was promised nothing.
        let Ok(line) = serde_json::from_slice::<Value>(&line.unwrap()) else {
            continue;
        };
        lines.push(line);
        if lines_first.is_some_and(|first| lines.len() as u64 > first) {
            let _ = child.kill();
        }
    }
    let status = child.wait().unwrap();
    (lines, status.signal() == Some(9))
}

#[test]
fn killed_again_and_again_it_loses_nothing_and_finds_the_same() {
    let kills: usize = std::env::var("TIDEWAITER_KILLS")
        .map_or(20, |text| text.parse().expect("a number of kills"));
    let (calm, place) = (Place::new("kill-calm"), Place::new("kill-loop"));
    let traffic = place.traffic("7", &kills.div_ceil(6).to_string());
    let list = format!("{traffic}/lists/list.jsonl");
    let messages = messages(&traffic);

    let paths: Vec<&str> = [&list]
        .into_iter()
        .chain(&messages)
        .map(String::as_str)
        .collect();
    let run = calm.run(&["ingest"], &paths);
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    let undisturbed = hits(&calm);
    assert!(undisturbed.len() > 3, "{}", undisturbed.len());

    let mut dice = Dice(7);
    let mut promised: BTreeMap<String, String> = BTreeMap::new();
    let (mut killed, mut rounds) = (0, 0);
    let mut waiting: Vec<String> = Vec::new();
    let mut chunks = messages.chunks(messages.len().div_ceil(kills));
    while killed < kills {
        rounds += 1;
        assert!(rounds < kills * 4, "{killed} of {rounds} runs were killed");
        // Some that are new, and what was not promised yet; the same again when all were given.
        waiting.extend(chunks.next().unwrap_or_default().iter().cloned());
        let paths: Vec<String> = [list.clone()]
            .into_iter()
            .chain(match waiting.len() {
                0 => messages.clone(),
                _ => waiting.clone(),
            })
            .collect();
        let (lines, was_killed) = ingest_and_kill(&place, &paths, &mut dice);
        killed += usize::from(was_killed);
        for line in &lines {
            let (sha256, id) = receipt(line);
            let known = promised.insert(sha256, id.clone());
            assert!(
                known.is_none_or(|known| known == id),
                "one receipt a message"
            );
        }
        let done: BTreeSet<&str> = lines.iter().filter_map(|l| l["source"].as_str()).collect();
        waiting.retain(|path| !done.contains(path.as_str()));
        if place.path("D/store.db").exists() {
            let there = receipts(&place);
            for (sha256, id) in &promised {
                let there = there.get(sha256).map(String::as_str);
                assert_eq!(there, Some(id.replace('-', "").as_str()), "round {rounds}");
            }
        }
    }

    let run = place.run(&["ingest"], &[&["--json"][..], &paths].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    for line in run.lines() {
        let (sha256, id) = receipt(&line);
        if let Some(promised) = promised.get(&sha256) {
            assert_eq!(
                (line["status"].as_str(), promised),
                (Some("duplicate"), &id)
            );
        }
        assert_ne!(line["status"], "pending");
    }
    let different: BTreeSet<_> = messages
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect();
    assert_eq!(receipts(&place).len(), different.len());
    let found = hits(&place);
    let differs = |one: &BTreeMap<String, u32>, other: &BTreeMap<String, u32>| {
        let differs = |(hit, count): &(&String, &u32)| other.get(*hit) != Some(*count);
        one.iter()
            .filter(differs)
            .map(|(hit, _)| hit.clone())
            .collect::<Vec<_>>()
    };
    let (lost, extra) = (differs(&undisturbed, &found), differs(&found, &undisturbed));
    assert!(
        lost.is_empty() && extra.is_empty(),
        "of {} hits {} are lost, {} others there: {:#?} {:#?}",
        undisturbed.len(),
        lost.len(),
        extra.len(),
        lost.first(),
        extra.first()
    );
    place.ok(&["audit", "verify"], &[]);
    let (run, checks) = place.doctor();
    assert_eq!(run.code, Some(0), "{checks:#?}");
}

/// On a small disk of its own, where one can be mounted.
#[test]
fn on_a_full_disk_it_says_so_and_goes_on_when_there_is_room() {
    let place = Place::new("fault-full");
    let traffic = place.traffic("3", "3");
    fs::create_dir(place.path("D")).unwrap();
    let mount = |options: &str| {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs", &place.at("D")]);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !mount("size=3m,mode=700") {
        return loudly("no disk can be mounted here: a full one");
    }
    let result = std::panic::catch_unwind(|| {
        let paths = format!("{traffic}/messages");
        let run = place.run(&["ingest"], &["--json", &paths]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("the disk is full"), "{}", run.stderr);
        let promised: BTreeMap<_, _> = run.lines().iter().map(receipt).collect();
        let (doctor, checks) = place.doctor();
        assert_eq!(doctor.code, Some(1));
        assert_eq!(checks["disk-space"]["verdict"], "critical");
        assert!(mount("remount,size=512m"));
        let run = place.run(&["ingest"], &["--json", &paths]);
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
        let all: BTreeMap<_, _> = run.lines().iter().map(receipt).collect();
        for (sha256, id) in &promised {
            assert_eq!(all.get(sha256), Some(id), "what was promised is there");
        }
        place.ok(&["audit", "verify"], &[]);
    });
    let unmounted = Command::new("umount").arg(place.path("D")).status();
    assert!(unmounted.unwrap().success());
    result.unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let place = Place::new("fault-read-only");
    let traffic = place.traffic("3", "1");
    place.run(&["ingest"], &[&traffic]);
    let set = |mode| {
        for path in ["D", "D/keystore"] {
            let modes = fs::Permissions::from_mode(mode);
            fs::set_permissions(place.path(path), modes).unwrap();
        }
    };
    // Everything can be read, nothing written: by somebody without rights where we are root.
    fs::set_permissions(
        place.path("D/folder.toml"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    fs::set_permissions(
        place.path("D/master.key"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    set(0o555);
    let mut child = command(["ingest", "--data", &place.at("D"), &traffic]);
    let root = fs::metadata("/proc/self")
        .is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0);
    if root {
        std::os::unix::process::CommandExt::uid(&mut child, 65_534);
    }
    let output = child.output();
    set(0o755);
    let output = output.unwrap();
    let says = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{says}");
    assert!(
        says.contains("no permission to write") && says.contains(&place.at("D")),
        "{says}"
    );
    place.run(&["ingest"], &[&traffic]);
    place.ok(&["audit", "verify"], &[]);
}

#[test]
fn a_damaged_page_is_named_and_a_backup_brings_everything_back() {
    let place = Place::new("fault-page");
    let traffic = place.traffic("3", "1");
    place.run(&["ingest"], &[&traffic]);
    let (before, found) = (receipts(&place), hits(&place));
    place.ok(&["backup"], &["--to", &place.at("backup")]);
    let file = place.path("D/store.db");
    let mut bytes = fs::read(&file).unwrap();
    let (from, to) = (bytes.len() / 4, bytes.len() / 2);
    for page in bytes[from..to].chunks_mut(4096) {
        page[..64].fill(0xa5);
    }
    fs::write(&file, bytes).unwrap();
    let (run, checks) = place.doctor();
    assert_eq!(
        (run.code, &checks["store"]["verdict"]),
        (Some(1), &"critical".into())
    );
    let help = checks["store"]["help"].as_str().unwrap();
    assert!(
        help.contains("backup") || help.contains("operations.md"),
        "{help}"
    );
    lose_data(&place);
    place.ok(&["restore"], &[&place.at("backup")]);
    assert_eq!((receipts(&place), hits(&place)), (before, found));
    place.ok(&["audit", "verify"], &[]);
    assert_eq!(place.doctor().0.code, Some(0));
}

#[test]
fn a_clock_that_was_set_back_is_noticed_and_stops_nothing() {
    let place = Place::new("fault-clock");
    let traffic = place.traffic("3", "2");
    let files = messages(&traffic);
    let (first, rest) = files.split_at(files.len() / 2);
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    place.run(&["ingest"], &first);
    // As if all of that had been received tomorrow, and some of it were not read yet.
    let store = rusqlite::Connection::open(place.path("D/store.db")).unwrap();
    let tomorrow = 86_400_000_000i64;
    store
        .execute_batch(&format!(
            "UPDATE receipt SET received_at = received_at + {tomorrow};
             UPDATE job SET due_at = due_at + {tomorrow};"
        ))
        .unwrap();
    drop(store);
    let (run, checks) = place.doctor();
    assert_eq!(
        (run.code, &checks["clock"]["verdict"]),
        (Some(1), &"critical".into())
    );
    let run = place.run(&["ingest"], &[&["--json"][..], &rest].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    assert!(run.lines().iter().all(|line| line["status"] != "pending"));
    place.ok(&["audit", "verify"], &[]);
}

/// Everything that a whole run says beside its data: no name and no number of a document in it.
#[test]
fn what_a_run_logs_names_nobody() {
    let place = Place::new("fault-log");
    let traffic = place.traffic("5", "1");
    let mut secrets = BTreeSet::new();
    for name in ["truth.jsonl", "people.jsonl"] {
        for line in fs::read_to_string(Path::new(&traffic).join(name))
            .unwrap()
            .lines()
        {
            gather(&serde_json::from_str(line).unwrap(), "", &mut secrets);
        }
    }
    assert!(secrets.len() > 100, "{}", secrets.len());
    let mut logged = String::new();
    let mut broken = fs::read(&messages(&traffic)[0]).unwrap();
    broken.truncate(broken.len() / 2);
    fs::write(place.path("broken.edi"), broken).unwrap();
    for (command, rest) in [
        (&["ingest"][..], &["--json", traffic.as_str()][..]),
        (&["ingest"], &["--json", &traffic]),
        (&["ingest"], &["--json", &place.at("broken.edi")]),
        (&["hits"], &["--json"]),
        (&["retain"], &[]),
        (&["doctor"], &[]),
        (&["audit", "verify"], &[]),
    ] {
        let run = place.run(command, rest);
        assert!(
            matches!(run.code, Some(0 | 1)),
            "{command:?}: {}",
            run.stderr
        );
        logged += &run.stderr;
        // Receipts, checks and proofs are no data about people either.
        if command != ["hits"] {
            logged += &run.stdout;
        }
    }
    for file in ["checkpoints", "folder.toml", "store.lock"] {
        logged += &fs::read_to_string(place.path("D").join(file)).unwrap();
    }
    assert!(logged.len() > 2000);
    let logged = logged.to_uppercase();
    let words: BTreeSet<&str> = logged
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let told: Vec<_> = secrets
        .iter()
        .filter(|secret| words.contains(secret.as_str()))
        .collect();
    assert!(told.is_empty(), "{told:?}");
    // And none lies in the clear in a file of the store.
    for name in crate::data::STORE {
        let bytes = fs::read(place.path("D").join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let told: Vec<_> = secrets
            .iter()
            .filter(|s| words.contains(s.as_str()))
            .collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

/// Surnames, given names and numbers of documents, long enough not to be there by chance.
fn gather(value: &Value, key: &str, secrets: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                gather(value, key, secrets);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, key, secrets)),
        Value::String(text) if matches!(key, "surname" | "given" | "number") => {
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                if word.chars().count() >= 6 {
                    secrets.insert(word.to_uppercase());
                }
            }
        }
        _ => {}
    }
}

/// A PostgreSQL server is killed the hard way and comes back, while messages are taken in.
#[test]
fn a_server_that_is_restarted_under_load_costs_nothing() {
    let script = crate::root().join("scripts/postgres-test");
    let server = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut server = server.unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    let Some(url) = said
        .next()
        .and_then(|line| Some(line.ok()?.strip_prefix("url=")?.to_owned()))
    else {
        server.wait().unwrap();
        return loudly("no PostgreSQL here: its restart under load");
    };
    let mut orders = server.stdin.take().unwrap();
    let place = Place::new("fault-server");
    let traffic = place.traffic("3", "2");
    let mut child = command([
        "ingest",
        "--json",
        "--data",
        &place.at("D"),
        "--store",
        &url,
        &traffic,
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut promised = BTreeMap::new();
    for (number, line) in output.lines().enumerate() {
        let (sha256, id) = receipt(&serde_json::from_str(&line.unwrap()).unwrap());
        promised.insert(sha256, id);
        if number == 0 {
            writeln!(orders, "crash").unwrap();
            assert_eq!(said.next().unwrap().unwrap(), "up");
        }
    }
    let output = child.wait_with_output().unwrap();
    let says = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{says}");
    let run = place.run(&["ingest"], &["--json", &traffic]);
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    for line in run.lines() {
        let (sha256, id) = receipt(&line);
        assert_eq!(line["status"], "duplicate");
        assert_eq!(promised.get(&sha256), Some(&id), "none twice");
    }
    place.ok(&["audit", "verify"], &[]);
    drop(orders);
    server.wait().unwrap();
}

#[test]
fn a_watched_folder_is_emptied_and_survives_a_kill() {
    let place = Place::new("fault-watched");
    let traffic = place.traffic("3", "2");
    let inbox = place.path("in");
    fs::create_dir(&inbox).unwrap();
    let files = messages(&traffic);
    for file in &files {
        let name = Path::new(file).file_name().unwrap();
        fs::copy(file, inbox.join(name)).unwrap();
    }
    fs::write(
        inbox.join("letter.txt"),
        "Dear Sirs, nothing of this is a message.",
    )
    .unwrap();
    let data = place.at("D");
    let watch = |lines: usize| {
        let mut child = command(["ingest", "--json", "--data", &data, "--settle", "0"])
            .args([Path::new("--watch"), &inbox])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let taken: Vec<Value> = output
            .take(lines)
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        // What was rejected moves on at the end of the sweep.
        let rejected = inbox.join("quarantine");
        for _ in 0..100 {
            if lines <= 1 || fs::read_dir(&rejected).is_ok_and(|mut days| days.next().is_some()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        taken
    };
    let taken = watch(files.len() + 1);
    assert_eq!(taken.len(), files.len() + 1);
    let left: Vec<_> = fs::read_dir(&inbox)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !matches!(name.as_str(), "processed" | "quarantine"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // The same file once more, after the kill: the same receipt.
    fs::copy(&files[0], inbox.join("again.edi")).unwrap();
    let again = watch(1);
    assert_eq!(again[0]["status"], "duplicate");
    assert!(taken.iter().any(|line| receipt(line) == receipt(&again[0])));
    let run = tidewaiter(["audit", "verify", "--data", &data], b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}
