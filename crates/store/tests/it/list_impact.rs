//! What is proposed of lists and what it would do, on both engines.

use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_store::{
    ImpactBasis, ImpactCounts, ImpactPart, ImpactState, ListState, LookbackCause, LookbackMode,
    LookbackStage, NewLookback, PageDone, StoreError,
};

use crate::conformance::lines;
use crate::lists::add;
use crate::world::{World, at, id};

on_both_engines! {
    an_impact_is_counted_and_ended_and_is_no_look_back
    the_latest_impact_of_each_change_is_found
    proposals_end_and_versions_come_in_pages
}

const PREVIEW: MachineActor = MachineActor::new("list-preview");

fn begin(world: &World, run: u32, second: i64, version: Option<u32>, against: Option<u32>) {
    let by = world.officer("u-1");
    let new = NewLookback {
        id: id(run),
        cause: LookbackCause::Preview,
        list: "own",
        entry: None,
        before: against,
        after: version,
        mode: LookbackMode::Keys,
    };
    world
        .store
        .write(at(second), |tx| {
            tx.start_lookback(&world.tenant, &new)?;
            tx.start_impact(&world.tenant, &by, &new.id, ("own", version, against))
        })
        .unwrap();
}

fn an_impact_is_counted_and_ended_and_is_no_look_back(world: World) {
    let before = lines(&world).len();
    begin(&world, 70, 3, Some(2), Some(1));
    let basis = ImpactBasis {
        added: 3,
        removed: 2,
        changed: 1,
        marked: 4,
        restored: 5,
        concerns: "[\"shrinks\"]".into(),
    };
    let counts = ImpactCounts {
        travellers: 1,
        alert: 2,
        review: 3,
        cleared: 4,
        reviewed_again: 5,
        lapsed: 6,
    };
    let impact = |world: &World| {
        let read = world
            .store
            .read(|tx| tx.list_impact(&world.tenant, &id(70)));
        read.unwrap()
    };
    assert_eq!(impact(&world).state, ImpactState::Computing);
    world
        .store
        .write(at(4), |tx| {
            tx.impact_basis(&id(70), &basis)?;
            tx.impact_counted(&id(70), ImpactPart::Now, &counts, (1, 0))?;
            tx.impact_counted(&id(70), ImpactPart::Now, &counts, (0, 1))?;
            tx.impact_counted(&id(70), ImpactPart::Past, &counts, (0, 0))?;
            tx.page_done(&id(70), None, &PageDone::default())?;
            tx.end_impact(&world.tenant, &PREVIEW, &id(70), ImpactState::Done)
        })
        .unwrap();
    let world = world.reopen();
    let done = impact(&world);
    assert_eq!((done.version, done.against), (Some(2), Some(1)));
    assert_eq!((done.asked_by.as_str(), done.asked_at), ("u-1", at(3)));
    assert_eq!((done.state, done.done_at), (ImpactState::Done, Some(at(4))));
    assert!(done.is_of_mandate);
    assert_eq!((done.now, done.past), (counts.plus(counts), counts));
    let marked = ImpactBasis {
        marked: 5,
        restored: 6,
        ..basis
    };
    assert_eq!(done.basis, marked);
    // What is done stays done.
    let end = |state| {
        world.store.write(at(5), |tx| {
            tx.end_impact(&world.tenant, &PREVIEW, &id(70), state)
        })
    };
    end(ImpactState::Overtaken).unwrap();
    assert_eq!(impact(&world), done);
    // It is no look-back to be told of, and an impact of nothing is none.
    let told = world
        .store
        .read(|tx| tx.lookback_runs(&world.tenant, None, 5));
    assert_eq!(told, Ok(vec![]));
    let none = world
        .store
        .read(|tx| tx.list_impact(&world.tenant, &id(71)));
    assert_eq!(none, Err(StoreError::NotFound("impact")));
    // Asked for, ended, and ended once more.
    assert_eq!(lines(&world).len(), before + 3);
}

fn the_latest_impact_of_each_change_is_found(world: World) {
    begin(&world, 70, 3, Some(2), Some(1));
    begin(&world, 71, 4, Some(2), Some(3));
    begin(&world, 72, 5, None, Some(3));
    begin(&world, 73, 6, Some(1), None);
    let latest = |version| {
        let found = world
            .store
            .read(|tx| tx.latest_impact(&world.tenant, "own", version));
        found.unwrap().map(|impact| (impact.run, impact.against))
    };
    assert_eq!(latest(Some(2)), Some((id(71), Some(3))));
    assert_eq!(latest(Some(1)), Some((id(73), None)));
    assert_eq!(latest(None), Some((id(72), Some(3))));
    assert_eq!(latest(Some(3)), None);
    world
        .store
        .write(at(7), |tx| tx.give_up_lookback(&id(71)))
        .unwrap();
    let run = world
        .store
        .read(|tx| tx.lookback_run(&world.tenant, &id(71)))
        .unwrap();
    assert_eq!(
        (run.stage, run.finished_at),
        (LookbackStage::Done, Some(at(7)))
    );
}

fn proposals_end_and_versions_come_in_pages(world: World) {
    for content in 1..=5 {
        add(&world, "own", content, "u-1").unwrap();
    }
    let by = world.officer("u-2");
    let drop = |version, word| {
        world.store.write(at(70), |tx| {
            tx.drop_proposal(&world.tenant, &by, "own", version, word)
        })
    };
    let none = Err(StoreError::NotFound("proposal"));
    assert_eq!(drop(Some(2), "rejected"), Ok(()));
    assert_eq!(drop(Some(2), "rejected"), none, "once");
    assert_eq!(
        drop(None, "withdrawn"),
        none,
        "nobody wants it out of force"
    );
    let state = world
        .store
        .read(|tx| tx.list_version(&world.tenant, "own", 2))
        .unwrap()
        .state;
    assert_eq!(state, ListState::Retired);
    world
        .store
        .write(at(71), |tx| tx.agree_to_removal(&world.tenant, &by, "own"))
        .unwrap();
    let to_remove = || world.store.read(|tx| tx.lists_to_remove(&world.tenant));
    assert_eq!(to_remove(), Ok(vec!["own".to_owned()]));
    assert_eq!(drop(None, "withdrawn"), Ok(()));
    assert_eq!(to_remove(), Ok(vec![]));
    let below = |below| {
        let page = world
            .store
            .read(|tx| tx.list_versions_below(&world.tenant, "own", below, 2));
        let page = page.unwrap().into_iter();
        page.map(|version| version.version).collect::<Vec<_>>()
    };
    assert_eq!(below(None), [5, 4]);
    assert_eq!(below(Some(4)), [3, 2]);
    assert_eq!(below(Some(2)), [1]);
    assert_eq!(below(Some(1)), [0; 0]);
}
