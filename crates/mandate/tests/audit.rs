//! The audit log: published vectors, an independent tree, tampering of every kind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::sync::LazyLock;

use common::{P1, key, mandate};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use sha2::Sha256;
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::audit::merkle::{Frontier, Hash};
use tidewaiter_mandate::audit::{
    AuditEvent, AuditResult, Checkpoint, CheckpointFault, Commitment, Entry, Fault, LogKey,
    SubjectKey, Verifier, merkle, verify,
};

static MANDATE: LazyLock<Mandate> = LazyLock::new(|| mandate(P1));

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// The eight leaves and the heads of the Certificate Transparency reference tests
/// (google/certificate-transparency, `merkle_tree_test.cc`; transparency-dev/merkle, `testonly`).
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_tree_is_that_of_the_published_vectors() {
    let mut frontier = Frontier::default();
    let mut leaves = Vec::new();
    assert_eq!(frontier.root().to_string(), ROOTS[0]);
    for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
        leaves.push(merkle::leaf(&hex(leaf)));
        frontier.push(leaves[leaves.len() - 1]);
        assert_eq!(frontier.root().to_string(), *root);
        assert_eq!(merkle::root(&leaves).to_string(), *root);
    }
    // The published paths: leaf 0 of 8, and from 6 to 8.
    let path: Vec<String> = merkle::inclusion_proof(&leaves, 0)
        .unwrap()
        .iter()
        .map(Hash::to_string)
        .collect();
    assert_eq!(
        path,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    let path: Vec<String> = merkle::consistency_proof(&leaves, 6)
        .unwrap()
        .iter()
        .map(Hash::to_string)
        .collect();
    assert_eq!(
        path,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

/// RFC 6962 section 2.1.3 and RFC 9162 section 2.1.5: the tree of seven leaves, its audit paths and
/// its consistency proofs, by the letters of the RFC.
// proves part of: AUD-03
#[test]
fn the_proofs_are_those_of_the_rfc() {
    let d: Vec<Hash> = (0..7u8).map(|i| merkle::leaf(&[b'd', i])).collect();
    let node = merkle::node;
    let [a, b, c, e, f, j] = [d[0], d[1], d[2], d[3], d[4], d[6]];
    // In the RFC's drawing the fourth leaf is d, the fifth e, the sixth f, the seventh j.
    let (fourth, fifth, sixth) = (e, f, d[5]);
    let (g, h, i) = (node(a, b), node(c, fourth), node(fifth, sixth));
    let (k, l) = (node(g, h), node(i, j));
    let hash = node(k, l);
    assert_eq!(merkle::root(&d), hash);
    for (leaf, path) in [
        (0, vec![b, h, l]),
        (3, vec![c, g, l]),
        (4, vec![sixth, j, k]),
        (6, vec![i, k]),
    ] {
        assert_eq!(
            merkle::inclusion_proof(&d, leaf),
            Some(path.clone()),
            "d{leaf}"
        );
        assert!(merkle::verify_inclusion(
            d[leaf],
            leaf as u64,
            7,
            &path,
            hash
        ));
    }
    let hash0 = node(g, c);
    let hash1 = k;
    let hash2 = node(k, i);
    for (size, root, proof) in [
        (3, hash0, vec![c, fourth, g, l]),
        (4, hash1, vec![l]),
        (6, hash2, vec![i, j, k]),
    ] {
        assert_eq!(merkle::root(&d[..size]), root, "hash of {size}");
        assert_eq!(merkle::consistency_proof(&d, size), Some(proof.clone()));
        assert!(merkle::verify_consistency(
            size as u64,
            root,
            7,
            hash,
            &proof
        ));
        // One hash less, one too many, two changed about: no proof.
        assert!(!merkle::verify_consistency(
            size as u64,
            root,
            7,
            hash,
            &proof[1..]
        ));
        let longer = [proof.as_slice(), &[hash]].concat();
        assert!(!merkle::verify_consistency(
            size as u64,
            root,
            7,
            hash,
            &longer
        ));
        let turned: Vec<Hash> = proof.iter().rev().copied().collect();
        let same = turned == proof;
        assert_eq!(
            merkle::verify_consistency(size as u64, root, 7, hash, &turned),
            same
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]
    // proves: AUD-03
    #[test]
    fn the_tree_is_that_of_an_independent_crate(count in 1usize..300, at in 0usize..300, old in 1usize..300) {
        let (at, old) = (at % count, old % count + 1);
        let mut theirs = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut ours = Frontier::default();
        let mut leaves = Vec::new();
        let mut old_root = Hash::NONE;
        for i in 0..count {
            let item = format!("leaf {i}").into_bytes();
            leaves.push(merkle::leaf(&item));
            ours.push(leaves[i]);
            theirs.push(item);
            if i + 1 == old {
                old_root = ours.root();
            }
        }
        let root = ours.root();
        let their_root = theirs.root();
        prop_assert_eq!(&root.0[..], their_root.as_bytes().as_slice());
        let size = count as u64;
        let path = merkle::inclusion_proof(&leaves, at).unwrap();
        let bytes: Vec<u8> = path.iter().flat_map(|h| h.0).collect();
        let proof = theirs.prove_inclusion(at);
        prop_assert_eq!(&bytes[..], proof.as_bytes());
        prop_assert!(merkle::verify_inclusion(leaves[at], at as u64, size, &path, root));
        prop_assert!(!merkle::verify_inclusion(leaves[at], at as u64, size, &path, merkle::node(root, root)));
        prop_assert!(count == 1 || !merkle::verify_inclusion(leaves[(at + 1) % count], at as u64, size, &path, root));
        let path = merkle::consistency_proof(&leaves, old).unwrap();
        if old < count {
            let bytes: Vec<u8> = path.iter().flat_map(|h| h.0).collect();
            let proof = theirs.prove_consistency(count - old);
            prop_assert_eq!(&bytes[..], proof.as_bytes());
        }
        prop_assert!(merkle::verify_consistency(old as u64, old_root, size, root, &path));
        // A fork: the same size, another history.
        let mut forked = leaves.clone();
        forked[old - 1] = merkle::leaf(b"another");
        let fork = merkle::root(&forked);
        let path = merkle::consistency_proof(&forked, old).unwrap();
        prop_assert!(!merkle::verify_consistency(old as u64, old_root, size, fork, &path));
    }
}

fn log(count: u64) -> Vec<String> {
    let mandate = &*MANDATE;
    let start: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let subject = SubjectKey::new([9; 32]);
    let mut prev = Hash::NONE;
    (0..count)
        .map(|seq| {
            let event = AuditEvent::ALL[(seq % AuditEvent::ALL.len() as u64) as usize];
            let entry = Entry {
                seq,
                prev,
                time: start.checked_add((seq as i64).seconds()).unwrap(),
                event,
                result: if seq % 7 == 0 {
                    AuditResult::Refused
                } else {
                    AuditResult::Permitted
                },
                actor: "s-1042 \"n\u{e4}cht\"".to_owned(),
                human: true,
                role: "analyst".to_owned(),
                agency: "xa-customs".to_owned(),
                purpose: "P-GOODS".to_owned(),
                object: (seq % 3 != 0).then(|| subject.pseudonym(&seq.to_be_bytes())),
                fields: vec!["names", "dob"],
                reason: Some(Commitment::to(&[3; 32], b"on the passenger's own request")),
                detail: None,
                mandate: mandate.reference().clone(),
            };
            let line = entry.line();
            prev = merkle::leaf(line.as_bytes());
            line
        })
        .collect()
}

fn checkpoints(lines: &[String], sizes: &[usize]) -> Vec<Checkpoint> {
    sizes
        .iter()
        .map(|&size| {
            let leaves: Vec<Hash> = lines[..size]
                .iter()
                .map(|l| merkle::leaf(l.as_bytes()))
                .collect();
            Checkpoint {
                origin: "tidewaiter.example/xa".to_owned(),
                size: size as u64,
                root: merkle::root(&leaves),
            }
        })
        .collect()
}

fn check(lines: &[String], checkpoints: &[Checkpoint]) -> Result<u64, Fault> {
    verify(lines.iter().map(String::as_str), checkpoints).map(|v| v.lines)
}

// proves: AUD-03
// proves part of: AUD-01
// proves part of: GOV-11
#[test]
fn every_kind_of_tampering_is_found() {
    let lines = log(1000);
    let heads = checkpoints(&lines, &[0, 250, 500, 1000]);
    assert_eq!(check(&lines, &heads), Ok(1000));

    // One byte changed, at every place of every line: told at that line, or at the next one, which
    // no longer continues it.
    let mut changes = 0u32;
    let mut before = Verifier::new(&heads).unwrap();
    for (number, line) in lines.iter().enumerate() {
        for at in 0..line.len() {
            let mut bytes = line.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let mut verifier = before.clone();
            let next = lines.get(number + 1).into_iter().map(String::as_str);
            let mut told = [text.as_str()]
                .into_iter()
                .chain(next)
                .map(|l| verifier.line(l));
            assert!(told.any(|l| l.is_err()), "line {number} byte {at}");
            changes += 1;
        }
        before.line(line).unwrap();
    }
    assert!(changes > 500_000, "{changes} changes tried");
    for number in [0, 1, 499, 998] {
        let mut removed = lines.clone();
        removed.remove(number);
        assert_eq!(check(&removed, &heads), Err(Fault::Sequence(number as u64)));
        let mut swapped = lines.clone();
        swapped.swap(number, number + 1);
        assert_eq!(check(&swapped, &heads), Err(Fault::Sequence(number as u64)));
        let mut doubled = lines.clone();
        doubled.insert(number, lines[number].clone());
        assert_eq!(
            check(&doubled, &heads),
            Err(Fault::Sequence(number as u64 + 1))
        );
    }
    let cut = Fault::Truncated {
        signed: 1000,
        there: 999,
    };
    assert_eq!(check(&lines[..999], &heads), Err(cut));
    assert_eq!(check(&lines[..500], &heads[..2]), Err(Fault::Unsigned(250)));
    assert_eq!(check(&lines, &[]), Err(Fault::NoCheckpoint));
}

// proves part of: AUD-04
#[test]
fn a_whole_other_history_does_not_meet_the_witnessed_checkpoint() {
    // Whoever holds the store rewrites everything from line 400 on, chain and all.
    let lines = log(1000);
    let heads = checkpoints(&lines, &[250, 500]);
    let mut forged = lines[..400].to_vec();
    let mut prev = merkle::leaf(forged[399].as_bytes());
    for line in &lines[400..500] {
        let start = line.find("\"prev\":\"").unwrap() + 8;
        let text = format!(
            "{}{prev}{}",
            &line[..start],
            line[start + 64..].replace("analyst", "nobodys")
        );
        prev = merkle::leaf(text.as_bytes());
        forged.push(text);
    }
    assert_eq!(check(&forged, &heads), Err(Fault::Head(500)));
}

#[test]
fn a_line_is_canonical_or_none() {
    let line = &log(2)[1];
    assert_eq!(Entry::check(line), Ok(()));
    for other in [
        line.replace("\"human\":true", "\"human\": true"),
        line.replace("\"human\":true", "\"human\":true,\"name\":\"x\""),
        line.replace("\"event\":\"", "\"event\":\"x"),
        line.replace("T12:00:01Z", "T12:00:01.0Z"),
        line.replace("\u{e4}", "\\u00e4"),
        format!(" {line}"),
    ] {
        assert_ne!(&other, line);
        assert!(Entry::check(&other).is_err(), "{other}");
    }
}

/// The form once more, as a JSON library understands it: a line is canonical when reading it and
/// writing it again gives the same bytes.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    seq: u64,
    prev: String,
    time: String,
    event: AuditEvent,
    result: AuditResult,
    actor: String,
    human: bool,
    role: String,
    agency: String,
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    fields: Vec<String>,
    mandate: String,
    mandate_hash: String,
}

fn is_canonical(line: &str) -> bool {
    let is_digest =
        |d: &String| d.len() == 64 && d.bytes().all(|b| b"0123456789abcdef".contains(&b));
    serde_json::from_str(line).is_ok_and(|again: Again| {
        let time: Option<Timestamp> = again.time.parse().ok();
        time.is_some_and(|t| t.to_string() == again.time)
            && [&again.prev, &again.mandate_hash]
                .into_iter()
                .chain(&again.object)
                .chain(&again.reason)
                .chain(&again.detail)
                .all(is_digest)
            && serde_json::to_string(&again).is_ok_and(|a| a == line)
    })
}

/// What is put into a line to spoil it, or not.
const PUT: [&str; 13] = [
    "", "0", "1", "A", " ", "\"", "\\", "\\n", "\\u000a", "\\u001f", "\\u001F", "\\/", ",",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..Default::default() })]
    #[test]
    fn the_form_is_that_of_a_json_library(
        actor in proptest::collection::vec(prop_oneof![0u8..0x21, Just(b'"'), Just(b'\\'), Just(b'/'), 0x60u8..0x80], 0..8),
        optional in 0u8..8,
        fields in 0usize..3,
        nanos in prop_oneof![Just(0), 0i32..1_000_000_000],
        at in 0usize..600,
        put in 0..PUT.len(),
        cut in 0usize..3,
    ) {
        let digest = Commitment::to(&[3; 32], b"x");
        let entry = Entry {
            seq: 10,
            prev: Hash::NONE,
            time: Timestamp::new(1_795_435_200, nanos).unwrap(),
            event: AuditEvent::View,
            result: AuditResult::Permitted,
            actor: String::from_utf8(actor).unwrap(),
            human: true,
            role: "analyst".to_owned(),
            agency: "xa-customs".to_owned(),
            purpose: "P-GOODS".to_owned(),
            object: (optional & 1 != 0).then(|| SubjectKey::new([9; 32]).pseudonym(b"1")),
            fields: vec!["names", "dob"][..fields].to_vec(),
            reason: (optional & 2 != 0).then_some(digest),
            detail: (optional & 4 != 0).then_some(digest),
            mandate: MANDATE.reference().clone(),
        };
        let line = entry.line();
        prop_assert_eq!(Entry::check(&line), Ok(()));
        prop_assert!(is_canonical(&line));
        // Something put in, something cut out: both judge it alike.
        let (at, end) = (at.min(line.len()), (at + cut).min(line.len()));
        let other = format!("{}{}{}", &line[..at], PUT[put], &line[end..]);
        prop_assert_eq!(Entry::check(&other).is_ok(), is_canonical(&other), "{}", other);
    }
}

// proves part of: AUD-05
// proves part of: AUD-06
#[test]
fn leaves_hold_no_names_and_outlive_the_key() {
    let lines = log(50);
    let heads = checkpoints(&lines, &[50]);
    for line in &lines {
        assert!(!line.contains("request") && !line.contains("passenger"));
    }
    // The key of a subject is destroyed: without it the pseudonym cannot be made again, with
    // another it is another, and the log verifies all the same.
    let id = 1u64.to_be_bytes();
    let pseudonym = SubjectKey::new([9; 32]).pseudonym(&id).to_string();
    assert!(lines[1].contains(&pseudonym));
    assert_ne!(
        SubjectKey::new([8; 32]).pseudonym(&id).to_string(),
        pseudonym
    );
    assert_eq!(check(&lines, &heads), Ok(50));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]
    // proves: AUD-05
    #[test]
    fn no_name_number_or_reason_is_in_a_leaf(
        name in "[G-Z]{5,12} [G-Z]{5,12}", number in "[G-Z][0-9]{8}", reason in "[g-z]{4,9} [g-z]{4,9}",
        value in "[g-z]{6,20}", key in any::<[u8; 32]>(), salt in any::<[u8; 32]>(),
    ) {
        let entry = Entry {
            seq: 0,
            prev: Hash::NONE,
            time: common::now(),
            event: AuditEvent::View,
            result: AuditResult::Permitted,
            actor: "s-1042".to_owned(),
            human: true,
            role: "analyst".to_owned(),
            agency: "xa-customs".to_owned(),
            purpose: "P-GOODS".to_owned(),
            object: Some(SubjectKey::new(key).pseudonym(number.as_bytes())),
            fields: vec!["names"],
            reason: Some(Commitment::to(&salt, reason.as_bytes())),
            detail: Some(Commitment::to(&salt, format!("{name} {value}").as_bytes())),
            mandate: MANDATE.reference().clone(),
        };
        let line = entry.line();
        for secret in [&name, &number, &reason, &value] {
            for part in secret.split(' ') {
                prop_assert!(!line.contains(part), "{part} in {line}");
            }
        }
        // Without the salt nobody finds out by trying.
        let guess = Commitment::to(&[0; 32], reason.as_bytes());
        prop_assert!(salt == [0; 32] || entry.reason != Some(guess));
    }
}

#[test]
fn the_pseudonym_is_the_hmac_of_rfc_4231() {
    // Test case 2: key "Jefe" (padded with zeros, as HMAC pads it), "what do ya want for nothing?".
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    assert_eq!(
        SubjectKey::new(key)
            .pseudonym(b"what do ya want for nothing?")
            .to_string(),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn a_checkpoint_is_signed_by_its_log_and_by_no_other() {
    let secret = key("audit log");
    let log = LogKey {
        origin: "tidewaiter.example/xa".to_owned(),
        key: secret.public(),
    };
    let checkpoint = checkpoints(&self::log(3), &[3]).remove(0);
    let note = checkpoint.sign(&secret);
    assert_eq!(Checkpoint::read(&note, &log), Ok(checkpoint));
    let other = LogKey {
        origin: log.origin.clone(),
        key: key("another").public(),
    };
    assert_eq!(
        Checkpoint::read(&note, &other),
        Err(CheckpointFault::Signature)
    );
    let renamed = LogKey {
        origin: "tidewaiter.example/xb".to_owned(),
        ..log
    };
    assert_eq!(
        Checkpoint::read(&note, &renamed),
        Err(CheckpointFault::Signature)
    );
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(Checkpoint::read(&changed, &log).is_err(), "byte {at}");
        }
    }
    assert_eq!(
        Checkpoint::read(&note.replace("\n3\n", "\n03\n"), &log),
        Err(CheckpointFault::Form)
    );
}
