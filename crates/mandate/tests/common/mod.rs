//! What several tests need.
#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod table;
pub(crate) mod whole;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Profile, Signatures, read, sign};

pub(crate) const P1: &str = include_str!("../../profiles/p1-customs-only.toml");
pub(crate) const P2: &str = include_str!("../../profiles/p2-single-window.toml");
pub(crate) const P3: &str = include_str!("../../profiles/p3-customs-fiu.toml");

pub(crate) fn today() -> Date {
    date(2026, 11, 23)
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub(crate) fn profile(text: &str) -> Profile {
    let reading = read(text);
    reading
        .value
        .unwrap_or_else(|| panic!("{:?}", reading.diagnostics))
}

/// A key for each office, made from its name: for tests only.
pub(crate) fn key(office: &str) -> OfficeKey {
    let mut seed = [7; 32];
    for (byte, letter) in seed.iter_mut().zip(office.bytes()) {
        *byte = letter;
    }
    OfficeKey::from_seed(&seed)
}

pub(crate) fn keyring(profile: &Profile) -> Keyring {
    let mut ring = Keyring::default();
    for office in profile.profile.signed_by.iter() {
        ring.install(office, key(office).public());
    }
    ring
}

pub(crate) fn signed(profile: &Profile) -> Signatures {
    let offices = profile.profile.signed_by.iter();
    Signatures {
        all: offices
            .map(|office| sign(profile, office, &key(office)))
            .collect(),
    }
}

pub(crate) fn mandate(text: &str) -> Mandate {
    let profile = profile(text);
    let (signatures, ring) = (signed(&profile), keyring(&profile));
    Mandate::in_force(profile, &signatures, &ring, now()).unwrap_or_else(|d| panic!("{d:#?}"))
}
