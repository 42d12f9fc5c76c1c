//! Large and hostile inputs.

use crate::tidewaiter;

/// Memory is bounded by the largest message, not by the input: what a long stream needs after its
/// first megabytes, it needs to its end. The full size (1 GB) is a part of `make soak`.
#[cfg(target_os = "linux")]
// proves part of: INT-14
#[test]
fn memory_does_not_grow_with_the_input() {
    use std::io::Write;
    use std::process::Stdio;

    let interchange =
        std::fs::read(crate::root().join("corpus/composed/paxlst-a-passengers.edi")).unwrap();
    let chunk = interchange.repeat((1 << 20) / interchange.len());
    let mut child = crate::command(["inspect", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let peak_kb = || -> u64 {
        let status = std::fs::read_to_string(&status).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        line.split_ascii_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    };
    (0..4).for_each(|_| input.write_all(&chunk).unwrap());
    let early = peak_kb();
    (0..12).for_each(|_| input.write_all(&chunk).unwrap());
    let late = peak_kb();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(late < 64 << 10, "{late} kB");
    assert!(
        late < early + (8 << 10),
        "{early} kB after 4 MiB, {late} kB after 16 MiB"
    );
}

/// Whatever happens to a message on its way, reading it ends, and says where it is broken.
#[test]
fn damaged_messages_end_in_diagnostics() {
    let whole =
        std::fs::read(crate::root().join("corpus/composed/paxlst-a-passengers.edi")).unwrap();
    let mut damaged = Vec::new();
    for cut in (0..whole.len()).step_by(97) {
        damaged.extend_from_slice(&whole[..cut]);
    }
    for place in (0..whole.len()).step_by(53) {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (place % 8);
        damaged.extend_from_slice(&flipped);
    }
    let run = tidewaiter(["inspect", "--json", "-"], &damaged);
    assert!(
        matches!(run.code, Some(0 | 1)),
        "{:?}: {}",
        run.code,
        run.stderr
    );
    let lines = run.lines();
    let mut next = 0;
    for line in &lines {
        assert_eq!(
            line["offset"].as_u64(),
            Some(next),
            "messages lie end to end"
        );
        next += line["length"].as_u64().unwrap();
    }
    assert_eq!(
        next,
        damaged.len() as u64,
        "every byte belongs to a message"
    );
    let travellers: usize = lines
        .iter()
        .filter_map(|line| line["travellers"].as_array())
        .map(Vec::len)
        .sum();
    let people = damaged
        .windows(7)
        .filter(|bytes| bytes == b"NAD+FL+")
        .count();
    assert!(
        travellers * 100 >= people * 95,
        "{travellers} of about {people} are still there"
    );
}
