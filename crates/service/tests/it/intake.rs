//! From bytes to hits.

use tidewaiter_simulate::{Parameters, Stream};

use crate::traffic::Traffic;
use crate::world::World;

#[test]
fn look() {
    let traffic = Traffic::of(7, 3, Parameters::default());
    for (path, bytes) in &traffic.files {
        println!("{path} {}", bytes.len());
    }
    for line in traffic.lines(Stream::Truth).iter().take(5) {
        println!("{line}");
    }
    for line in traffic.lines(Stream::Messages).iter().take(3) {
        println!("{line}");
    }
    let world = World::new();
    for (path, bytes) in traffic.lists() {
        if path.ends_with(".json") || path.ends_with(".xml") {
            world.add_list(path, bytes);
        }
    }
    for (path, bytes) in traffic.messages() {
        let started = std::time::Instant::now();
        let receipt = world.ingest(bytes);
        println!(
            "{path} {:?} {} {} {:?}",
            receipt.status,
            receipt.messages,
            receipt.travellers,
            started.elapsed()
        );
        let messages = world
            .service
            .store()
            .read(|tx| tx.messages(world.service.tenant(), &receipt.id))
            .unwrap();
        for m in messages {
            if m.fault.is_some() {
                println!("   {m:?}");
            }
        }
    }
    for hit in world.hits() {
        println!(
            "{} {} {} {:?} {:?} {}",
            hit.list,
            hit.entry,
            hit.band,
            hit.traveller.map(|t| t.name.surname),
            hit.flight.map(|f| f.key),
            hit.messages.len()
        );
    }
    println!(
        "{:?}",
        world.service.store().read(|tx| tx.backlog()).unwrap()
    );
    println!(
        "{:?}",
        world
            .service
            .store()
            .read(|tx| tx.statistics(world.service.tenant(), "2026-01", "2027-01"))
            .unwrap()
    );
}
