//! Instants do not depend on the machine's time zone or on its copy of the time zone database.

use std::env;
use std::process::Command;

use tidewaiter_reference::{airport, time};

/// The answers that the child prints and the parent compares.
fn answers() -> String {
    let mut all = String::new();
    for (iata, local) in [
        ("JFK", "2026-03-08T02:30"),
        ("CDG", "2026-10-25T02:30"),
        ("SYD", "2026-01-01T00:00"),
        ("DEL", "1971-06-01T12:00"),
    ] {
        let instant = airport::by_iata(iata)
            .zip(local.parse().ok())
            .and_then(|(airport, local)| time::to_instant(airport.zone(), local));
        all += &format!("{iata} {instant:?}\n");
    }
    all
}

#[test]
fn the_machine_changes_nothing() {
    const CHILD: &str = "TIDEWAITER_PRINT_ANSWERS";
    if env::var_os(CHILD).is_some() {
        println!("<answers>{}</answers>", answers());
        return;
    }
    assert!(!answers().contains("None"), "{}", answers());
    let empty = env::temp_dir();
    for zone in [
        "UTC",
        "Pacific/Kiritimati",
        "America/New_York",
        "no such zone",
    ] {
        let output = Command::new(env::current_exe().expect("this test"))
            .args(["--exact", "the_machine_changes_nothing", "--nocapture"])
            .env(CHILD, "1")
            .env("TZ", zone)
            .env("TZDIR", &empty)
            .output()
            .expect("the child runs");
        let printed = String::from_utf8(output.stdout).expect("text");
        let start = printed.find("<answers>").expect("answers") + "<answers>".len();
        let end = printed.find("</answers>").expect("answers");
        assert_eq!(printed[start..end], answers(), "with TZ={zone}");
    }
}
