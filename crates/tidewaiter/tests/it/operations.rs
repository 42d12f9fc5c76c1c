//! A data folder from its making to its loss: keys, mandates, backups, the audit log, the doctor.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::data::{Place, lose_data, receipt};
use crate::{root, tidewaiter};

const MESSAGE: &str = "corpus/composed/paxlst-a-passengers.edi";

#[test]
fn the_first_command_that_writes_makes_the_folder_and_names_its_master_key() {
    let place = Place::new("ops-made");
    for command in [
        &["doctor"][..],
        &["audit", "verify"],
        &["retain"],
        &["keys", "rotate"],
    ] {
        let run = place.run(command, &[]);
        assert_eq!(run.code, Some(2), "{command:?}");
        assert!(run.stderr.contains("is no data folder"), "{}", run.stderr);
    }
    assert!(!place.path("D").exists(), "looking makes nothing");

    let run = place.ok(&["ingest"], &["--json", MESSAGE]);
    assert!(run.stderr.contains("D/master.key"), "{}", run.stderr);
    assert!(run.stderr.contains("evaluation profile"), "{}", run.stderr);
    let mode = |name| {
        let metadata = fs::metadata(place.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode("D"), mode("D/master.key")), (0o700, 0o600));
    assert_eq!(mode("D/folder.toml"), 0o600);
    // Every later command says under which profile it runs, and nothing of keys.
    let run = place.ok(&["retain"], &[]);
    assert!(run.stderr.contains("evaluation profile"), "{}", run.stderr);
    assert!(!run.stderr.contains("master.key"), "{}", run.stderr);
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let place = Place::new("ops-foreign");
    fs::create_dir(place.path("D")).unwrap();
    fs::write(place.path("D/letter.txt"), "mine").unwrap();
    let run = place.run(&["ingest"], &[MESSAGE]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("choose another"), "{}", run.stderr);
    assert_eq!(fs::read_dir(place.path("D")).unwrap().count(), 1);
}

#[test]
fn a_folder_whose_making_was_cut_short_is_made_anew() {
    let place = Place::new("ops-cut-short");
    fs::create_dir(place.path("D")).unwrap();
    fs::create_dir(place.path("D/mandate")).unwrap();
    fs::write(place.path("D/master.key"), "5a".repeat(32)).unwrap();
    place.ok(&["ingest"], &[MESSAGE]);
}

#[test]
fn a_second_process_is_told_who_has_the_folder() {
    let place = Place::new("ops-in-use");
    place.ok(&["ingest"], &[MESSAGE]);
    let lock = fs::File::open(place.path("D/store.lock")).unwrap();
    lock.lock().unwrap();
    for command in [&["retain"][..], &["audit", "verify"], &["ingest"]] {
        let rest: &[&str] = if command == ["ingest"] {
            &[MESSAGE]
        } else {
            &[]
        };
        let run = place.run(command, rest);
        assert_eq!(run.code, Some(2), "{command:?}");
        let says = run.stderr;
        assert!(
            says.contains("in use by another process (process"),
            "{says}"
        );
    }
    let (run, checks) = place.doctor();
    assert_eq!(run.code, Some(1));
    assert_eq!(checks["store"]["verdict"], "critical");
    lock.unlock().unwrap();
    place.ok(&["retain"], &[]);
}

#[test]
fn a_master_key_is_moved_changed_and_missed() {
    let place = Place::new("ops-keys");
    let first = place.ok(&["ingest"], &["--json", MESSAGE]).lines();
    let elsewhere = place.at("usb.key");
    place.ok(&["keys", "move"], &["--to", &elsewhere]);
    assert!(!place.path("D/master.key").exists());
    place.ok(&["audit", "verify"], &[]);
    let run = place.run(&["keys", "move"], &["--to", &elsewhere]);
    assert_eq!(run.code, Some(2), "nothing is written over");

    // A copy of the keystore opens under the old key, and not once the key was changed.
    let old = fs::read(place.path("usb.key")).unwrap();
    place.ok(&["keys", "rotate"], &["--to", &place.at("new.key")]);
    assert!(!place.path("usb.key").exists());
    let again = place.ok(&["ingest"], &["--json", MESSAGE]).lines();
    assert_eq!(again[0]["status"], "duplicate");
    assert_eq!(receipt(&again[0]), receipt(&first[0]));
    let new = fs::read(place.path("new.key")).unwrap();
    fs::write(place.path("new.key"), &old).unwrap();
    let run = place.run(&["retain"], &[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("does not open this keystore"),
        "{}",
        run.stderr
    );
    fs::remove_file(place.path("new.key")).unwrap();
    let run = place.run(&["retain"], &[]);
    assert!(run.stderr.contains("is not there"), "{}", run.stderr);
    assert!(
        !place.path("new.key").exists(),
        "no new key is made that opens nothing"
    );
    fs::write(place.path("new.key"), new).unwrap();
    place.ok(&["retain"], &[]);
}

#[test]
fn the_escrow_holder_brings_a_folder_back_whose_master_key_is_lost() {
    let place = Place::new("ops-escrow");
    let first = place.ok(&["ingest"], &["--json", MESSAGE]).lines();
    let secret = place.at("secret");
    assert_eq!(place.doctor().1["escrow"]["verdict"], "warning");
    place.ok(&["keys", "escrow"], &["--secret", &secret]);
    assert_eq!(place.doctor().1["escrow"]["verdict"], "fine");
    fs::remove_file(place.path("D/master.key")).unwrap();
    let (run, checks) = place.doctor();
    assert_eq!(
        (run.code, &checks["master-key"]["verdict"]),
        (Some(1), &"critical".into())
    );
    fs::write(place.path("wrong"), "5a".repeat(32)).unwrap();
    let run = place.run(&["keys", "recover"], &["--secret", &place.at("wrong")]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("another escrow key"), "{}", run.stderr);
    place.ok(&["keys", "recover"], &["--secret", &secret]);
    let again = place.ok(&["ingest"], &["--json", MESSAGE]).lines();
    assert_eq!(receipt(&again[0]), receipt(&first[0]));
    place.ok(&["audit", "verify"], &[]);
}

/// The profile of a single window, signed by its offices, and their keys.
pub(crate) fn signed_mandate(place: &Place, version: &str, valid_from: &str) -> String {
    let profile = root().join("crates/mandate/profiles/p2-single-window.toml");
    let text = fs::read_to_string(profile).unwrap();
    let head = text.find("version = ").unwrap();
    let line = &text[head..head + text[head..].find('\n').unwrap()];
    let text = text.replacen(line, &format!("version = \"{version}\""), 1);
    let head = text.find("valid_from = ").unwrap();
    let line = &text[head..head + text[head..].find('\n').unwrap()];
    let text = text.replacen(line, &format!("valid_from = {valid_from}"), 1);
    signed(place, &format!("mandate-{version}.toml"), &text)
}

/// A profile, signed by three offices, and their keys.
pub(crate) fn signed(place: &Place, name: &str, text: &str) -> String {
    let path = place.at(name);
    fs::write(&path, text).unwrap();
    let mut offices = String::from("[offices]\n");
    for (number, office) in ["director", "legal-counsel", "dpo"].into_iter().enumerate() {
        // PKCS #8 of a seed of one digit: a key of the tests.
        let mut der = vec![
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ];
        der.extend([number as u8 + 1; 32]);
        let key = place.at(&format!("{office}.pem"));
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            base64(&der)
        );
        fs::write(&key, pem).unwrap();
        let run = tidewaiter(
            ["mandate", "sign", &path, "--office", office, "--key", &key],
            b"",
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        offices += &run.stdout;
    }
    fs::write(place.path("offices.toml"), offices).unwrap();
    path
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .map(|three| {
            let mut word = [0; 3];
            word[..three.len()].copy_from_slice(three);
            let word = u32::from_be_bytes([0, word[0], word[1], word[2]]);
            (0..4)
                .map(|n| match n <= three.len() {
                    true => char::from(LETTERS[(word >> (18 - 6 * n)) as usize & 63]),
                    false => '=',
                })
                .collect::<String>()
        })
        .collect()
}

#[test]
fn a_folder_keeps_the_mandate_it_was_made_with_and_takes_a_later_version_only() {
    let place = Place::new("ops-mandate");
    let mandate = signed_mandate(&place, "2026.11.1", "2026-11-01");
    let run = place.ok(&["ingest"], &["--mandate", &mandate, MESSAGE]);
    assert!(!run.stderr.contains("evaluation"), "{}", run.stderr);
    let (_, checks) = place.doctor();
    let says = checks["mandate"]["says"].as_str().unwrap();
    assert!(says.contains("@2026.11.1, signed"), "{says}");
    // What was given may go: the folder has its own.
    fs::remove_file(&mandate).unwrap();
    place.ok(&["retain"], &[]);

    let later = signed_mandate(&place, "2026.11.2", "2026-11-02");
    let run = place.ok(&["ingest"], &["--mandate", &later, MESSAGE]);
    assert!(
        run.stderr.contains("@2026.11.2.toml from now on"),
        "{}",
        run.stderr
    );
    let earlier = signed_mandate(&place, "2026.11.0", "2026-10-01");
    let run = place.run(&["ingest"], &["--mandate", &earlier, MESSAGE]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("is no later version"), "{}", run.stderr);

    // A word changed behind everybody's back: nothing opens, and the doctor says why.
    let kept = fs::read_dir(place.path("D/mandate")).unwrap();
    let kept = kept
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().ends_with("@2026.11.2.toml"))
        .unwrap();
    let text = fs::read_to_string(&kept).unwrap();
    let at = text.find("title = ").unwrap();
    let changed = format!(
        "{}title = \"Another\"\n{}",
        &text[..at],
        &text[at..].split_once('\n').unwrap().1
    );
    fs::write(&kept, changed).unwrap();
    let run = place.run(&["retain"], &[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("does not belong to this text"),
        "{}",
        run.stderr
    );
    let (run, checks) = place.doctor();
    assert_eq!(
        (run.code, &checks["mandate"]["verdict"]),
        (Some(1), &"critical".into())
    );
}

#[test]
fn an_unsigned_mandate_makes_no_folder_and_the_evaluation_profile_gives_way_to_none() {
    let place = Place::new("ops-unsigned");
    let mandate = signed_mandate(&place, "2026.11.1", "2026-11-01");
    let text = fs::read_to_string(format!("{mandate}.sig")).unwrap();
    let one = text.split("[[signature]]").nth(1).unwrap();
    fs::write(format!("{mandate}.sig"), format!("[[signature]]{one}")).unwrap();
    let run = place.run(&["ingest"], &["--mandate", &mandate, MESSAGE]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("has not signed"), "{}", run.stderr);
    assert!(!place.path("D/folder.toml").exists());

    let mandate = signed_mandate(&place, "2026.11.1", "2026-11-01");
    let _ = fs::remove_dir_all(place.path("D"));
    place.ok(&["ingest"], &[MESSAGE]);
    let run = place.run(&["ingest"], &["--mandate", &mandate, MESSAGE]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("made under the evaluation profile"),
        "{}",
        run.stderr
    );
}

/// Takes in some messages, and gives their receipts.
fn take_in(place: &Place, flights: &str) -> BTreeMap<String, String> {
    let traffic = place.traffic("11", flights);
    let run = place.run(&["ingest"], &["--json", &format!("{traffic}/messages")]);
    run.lines().iter().map(receipt).collect()
}

#[test]
fn a_line_that_is_changed_removed_or_cut_off_is_found() {
    let place = Place::new("ops-audit");
    take_in(&place, "2");
    let run = place.ok(&["audit", "verify"], &["--json"]);
    let lines = run.lines()[0]["lines"].as_u64().unwrap();
    assert!(lines > 10);
    let whole: Vec<_> = crate::data::STORE
        .iter()
        .map(|name| (*name, fs::read(place.path("D").join(name)).ok()))
        .collect();
    let tampering = [
        (
            "UPDATE audit SET line = replace(line, 'receiver', 'somebody') WHERE seq = 3",
            "line 4",
        ),
        ("DELETE FROM audit WHERE seq = 5", "line 5"),
        ("DELETE FROM audit WHERE seq >= 7", "speaks of"),
        // Whoever cuts the signed heads in the store too does not cut those beside it.
        (
            "DELETE FROM audit WHERE seq >= 7; DELETE FROM checkpoint",
            "speaks of",
        ),
        (
            "UPDATE checkpoint SET note = substr(note, 1, instr(note, char(10))) || '9' || substr(note, instr(note, char(10)) + 1)",
            "is not signed",
        ),
    ];
    for (sql, says) in tampering {
        for (name, bytes) in &whole {
            let path = place.path("D").join(name);
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => drop(fs::remove_file(path)),
            }
        }
        let store = rusqlite::Connection::open(place.path("D/store.db")).unwrap();
        store.execute_batch(sql).unwrap();
        drop(store);
        let run = place.run(&["audit", "verify"], &[]);
        assert_eq!(run.code, Some(1), "{sql}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{sql}: {}", run.stderr);
    }
}

/// The drill, from the outside: back up, lose everything, restore on another machine.
#[test]
fn a_backup_with_its_keys_brings_everything_back() {
    let place = Place::new("ops-drill");
    let receipts = take_in(&place, "3");
    let key = place.at("usb.key");
    place.ok(&["keys", "move"], &["--to", &key]);
    let (backup, keys) = (place.at("backup"), place.at("keys-copy.db"));
    place.ok(&["backup"], &["--to", &backup]);
    place.ok(&["keys", "copy"], &["--to", &keys]);
    let run = place.run(&["backup"], &["--to", &backup]);
    assert_eq!(run.code, Some(2), "never over another backup");
    let files = fs::read_dir(&backup).unwrap();
    let mut files: Vec<_> = files.map(|f| f.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["backup.json", "folder.toml", "store.db"], "no key");

    fs::remove_dir_all(place.path("D")).unwrap();
    let run = place.run(&["restore"], &[&backup]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("no keystore"), "{}", run.stderr);
    place.ok(&["restore"], &[&backup, "--keys", &keys]);
    place.ok(&["audit", "verify"], &[]);
    assert_eq!(place.doctor().0.code, Some(0));
    let again = take_in(&place, "3");
    assert_eq!(again, receipts, "every receipt is there");
    let run = place.run(&["restore"], &[&backup]);
    assert_eq!(run.code, Some(2), "never over data");
}

#[test]
fn what_was_written_after_the_backup_is_lost_and_the_log_says_so() {
    let place = Place::new("ops-lost-lines");
    place.ok(&["ingest"], &[MESSAGE]);
    let backup = place.at("backup");
    place.ok(&["backup"], &["--to", &backup]);
    take_in(&place, "1");
    fs::copy(place.path("D/checkpoints"), place.path("witness")).unwrap();
    lose_data(&place);
    let run = place.ok(&["restore"], &[&backup]);
    assert!(
        run.stderr.contains("checkpoints-before-restore-"),
        "{}",
        run.stderr
    );
    place.ok(&["audit", "verify"], &[]);
    // The witness outside remembers.
    let run = place.run(&["audit", "verify"], &["--witness", &place.at("witness")]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("speaks of"), "{}", run.stderr);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let place = Place::new("ops-damaged");
    place.ok(&["ingest"], &[MESSAGE]);
    let backup = place.at("backup");
    place.ok(&["backup"], &["--to", &backup]);
    let file = place.path("backup/store.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    lose_data(&place);
    let run = place.run(&["restore"], &[&backup]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("is not what was backed up"),
        "{}",
        run.stderr
    );
}

#[test]
fn how_good_a_carriers_data_are_is_told_as_a_text() {
    let place = Place::new("ops-quality");
    place.ok(&["ingest"], &[MESSAGE]);
    let told = place.ok(&["carriers", "quality"], &["QZ"]).stdout;
    assert!(told.starts_with("Data quality of carrier QZ\n"), "{told}");
    assert!(!told.contains("Nothing was received"), "{told}");
    // Nobody of the message is named.
    for name in ["IBARRONDO", "MIKEL"] {
        assert!(!told.contains(name), "{told}");
    }
    let month = ["QZ", "--from", "2020-01", "--until", "2020-02"];
    let told = place.ok(&["carriers", "quality"], &month).stdout;
    assert!(told.contains("Nothing was received"), "{told}");
    for wrong in [&["*"][..], &["nobody"], &["QZ", "--from", "January"]] {
        let run = place.run(&["carriers", "quality"], wrong);
        assert_eq!(run.code, Some(2), "{wrong:?}: {}", run.stdout);
    }
}
