//! `docs/simulate.md` says every parameter as it is.

use std::fmt::Write;

use tidewaiter_simulate::{Mix, Rate};

const PAGE: &str = include_str!("../../../../docs/simulate.md");

/// The tables of the page. When they differ, this is what belongs there.
fn tables() -> String {
    let mut out = String::from("| rate | value | from | meaning |\n|---|---|---|---|\n");
    for rate in Rate::ALL {
        let (name, usual, origin) = (rate.name(), rate.usual(), rate.origin().words());
        writeln!(
            out,
            "| `{name}` | {usual} | {origin} | {} |",
            rate.meaning().trim()
        )
        .unwrap();
    }
    out.push_str("\n| mixture | parts and weights | from | meaning |\n|---|---|---|---|\n");
    for mix in Mix::ALL {
        let parts: Vec<String> = mix
            .parts()
            .iter()
            .map(|(label, weight)| format!("{label} {weight}"))
            .collect();
        let (name, parts, origin) = (mix.name(), parts.join(", "), mix.origin().words());
        writeln!(
            out,
            "| `{name}` | {parts} | {origin} | {} |",
            mix.meaning().trim()
        )
        .unwrap();
    }
    out
}

#[test]
fn every_parameter_stands_in_the_page() {
    let tables = tables();
    let missing: Vec<&str> = tables.lines().filter(|line| !PAGE.contains(line)).collect();
    assert!(
        missing.is_empty(),
        "docs/simulate.md lacks\n{}",
        missing.join("\n")
    );
}
