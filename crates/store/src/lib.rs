//! What is held, for how long, and who may see it: SQLite or PostgreSQL behind one interface.
//!
//! - [`Store::open`] opens a data folder or a PostgreSQL schema; [`Store::enrol`] puts an agency
//!   and its mandate on the books and gives the [`Tenant`] in whose name everything is done.
//! - [`Store::write`] runs a transaction ([`Tx`]) and returns when it is durable; [`Store::read`]
//!   one that reads what is about nobody ([`ReadTx`]).
//! - [`Tx::receive`], [`Tx::claim`], [`Tx::put`], [`Tx::raise`], [`Tx::send`]: the way of a message.
//! - [`Tx::add_list_version`], [`Tx::put_source`], [`Tx::add_selector`], [`Tx::start_lookback`]: what is
//!   screened against, and what screens again when it changes.
//! - [`Tx::view`], [`Tx::view_flight`], [`Tx::unmask`], [`Tx::hits_of`]: what a person sees, by a grant.
//! - [`Tx::mask_due`], [`Tx::erase_due`], [`Tx::drop_raw_due`]: the end of data.
//! - [`Store::checkpoint`], [`Store::verify_audit`]: the proof of all of it.
//! - [`Store::backup`], [`restore`], [`Store::examine`], [`keystore`]: its upkeep.
//!
//! # Why the interface is synchronous
//!
//! Workers are threads. A transaction is one closure on the caller's stack, so it can borrow a grant
//! (which is neither clonable nor `'static`), holds no lock across an `await`, and a single-threaded
//! simulation runs it as it is. Group commit needs no writer thread: whoever is last in the queue
//! commits for all. From asynchronous code it is called with `spawn_blocking`.
//!
//! # What lies in the clear
//!
//! Nothing that names a person. Raw messages, records, evidence, notes, reasons and what waits in
//! the outbox are sealed under the key of their subject; look-back keys are keyed hashes. Screening
//! opens what it compares. What lies in the clear: flights, times, states, counts, the codes of
//! lists and entries, staff identifiers in audit lines, and which pseudonymous record belongs to
//! which flight. The last is why the disk should be encrypted all the same: the machine's own disk
//! encryption is used, not page encryption, because it covers PostgreSQL, logs and swap as well.
//!
//! # Erasure
//!
//! The key of each subject lies in the [`keystore`], which backups of the data leave out. Erasure
//! removes the rows and destroys the key: yesterday's backup with today's keystore shows nothing.
//! The intention is stored in the transaction that removes the rows, so that a crash in between is
//! made good at the next start.
//!
//! # One behaviour on both engines
//!
//! One schema, one set of statements, three kinds of value. Writers take turns on both (a file lock
//! and one connection; an advisory lock), text sorts by its bytes, a statement that fails fails its
//! transaction, text holds no NUL. The one difference: a folder belongs to one process, a PostgreSQL
//! schema may have several, which take turns.
//!
//! # What this crate never does
//!
//! It mints no identifier, reads no clock (instants are given to it), decides no right, and has no
//! way to a person's data without a grant and a line in the log.
//!
//! ```compile_fail
//! # fn look(store: &tidewaiter_store::Store, tenant: &tidewaiter_store::Tenant,
//! #     id: &tidewaiter_store::Id) {
//! // Nobody's grant: there is no such function.
//! store.read(|tx| tx.view(tenant, id));
//! # }
//! ```

#[macro_use]
mod words;

mod audit;
mod backup;
mod carrier;
mod casework;
mod courier;
mod decision;
mod directive;
mod doctor;
mod engine;
mod entry_hit;
mod error;
mod exemption;
mod expectation;
mod flight;
mod foresee;
mod hit;
mod id;
mod job;
pub mod keystore;
mod list;
mod list_impact;
mod list_proposal;
mod lookback;
mod lookback_run;
mod machine;
#[doc(hidden)]
pub mod measured;
mod migrate;
mod moved;
mod outbox;
mod people;
mod queue;
mod receipt;
mod record;
mod retention;
mod seal;
mod selector;
mod source;
mod statement;
mod statistic;
mod store;
mod task;
mod tenant;
mod watchlist;

pub use audit::AuditFault;
pub use backup::{Manifest, restore};
pub use carrier::{Acknowledgement, Carrier, CarrierState};
pub use casework::{CaseFile, CaseHead, CaseNote, CaseView, NewCaseFile};
pub use courier::{
    COURIER, CarrierMessage, CarrierMessageKind, CarrierMessageState, NewCarrierMessage, Orders,
};
pub use decision::{Claimed, Decided};
pub use directive::{Addressee, Directive, DirectiveState, NewDirective, StopSwitch};
pub use doctor::{Health, sync_time};
pub use entry_hit::{EntryHit, StoredFinding};
pub use error::{Result, StoreError};
pub use exemption::StoredExemption;
pub use expectation::{Expectation, ExpectedData, ExpectedTime, QualityCount, Timeliness};
pub use flight::StoredFlight;
pub use foresee::Foreseen;
pub use hit::{HitKey, HitView, NewFinding, Raised, Stepped};
pub use id::Id;
pub use job::{Backlog, Job, NewJob};
pub use list::{Agreement, ListContent, ListSource, ListState, ListVersion, NewListVersion};
pub use list_impact::{ImpactBasis, ImpactCounts, ImpactPart, ImpactState, ListImpact};
pub use lookback::{KeyKind, LookbackKey};
pub use lookback_run::{
    LookbackCause, LookbackMode, LookbackPage, LookbackRun, LookbackStage, NewLookback, PageDone,
    TravellerPlace,
};
pub use machine::Machine;
pub use outbox::{Outgoing, Waiting};
pub use people::{Account, Session};
pub use queue::{CauseName, HitPlace};
pub use receipt::{Delivery, Kept, Lane, Raw, Reading, Receipt, Received};
pub use record::{
    Level, NewRecord, ObservationPlace, Observed, OfFlight, Parts, Record, Standing, View,
};
pub use retention::Overdue;
pub use seal::Key;
pub use selector::{NewSelector, StoredSelector};
pub use source::{PackedSource, SourceReader};
pub use statement::{FlightStatement, Notice, ReportPart, StatementEffect, StoredMessage};
pub use statistic::Statistic;
pub use store::{Home, ReadTx, SCHEMA, Store, Tx};
pub use task::{Event, Task};
pub use tenant::Tenant;
