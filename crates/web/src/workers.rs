//! Workers: threads beside the connections that do the jobs, deliver directives, watch the clock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::json;
use tidewaiter_service::ServiceError;

use crate::app::App;
use crate::log;

/// So many jobs are claimed at a time.
const JOBS: u32 = 16;
/// How often there is a look for work when there was none.
const PAUSE: Duration = Duration::from_millis(20);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(500);
/// How often the door is tidied.
const TIDY: Duration = Duration::from_secs(600);
/// How long a worker rests after a failure of the store.
const REST: Duration = Duration::from_secs(1);

/// Starts the workers; they end when the app is stopping.
pub(crate) fn start(app: &Arc<App>, workers: usize) -> std::io::Result<Vec<JoinHandle<()>>> {
    let mut threads = Vec::new();
    for number in 0..workers {
        let app = Arc::clone(app);
        let name = format!("worker-{number}");
        threads.push(spawn(&name.clone(), move || {
            while !app.is_stopping() {
                match app.service.work(&name, JOBS) {
                    Ok(worked) if worked.is_idle() => thread::sleep(PAUSE),
                    Ok(_) => {}
                    Err(error) => failed("work", &error),
                }
            }
        })?);
    }
    let director = Arc::clone(app);
    threads.push(spawn("director", move || {
        while !director.is_stopping() {
            match director.service.deliver_directives() {
                Ok(done) if done.failed + done.expired > 0 => log::line(
                    "alarm",
                    "directives do not get through",
                    json!({"failed": done.failed, "expired": done.expired}),
                ),
                Ok(_) => {}
                Err(error) => failed("deliver directives", &error),
            }
            thread::sleep(PAUSE * 5);
        }
    })?);
    let courier = Arc::clone(app);
    threads.push(spawn("courier", move || {
        while !courier.is_stopping() {
            match courier.service.deliver_to_carriers() {
                Ok(done) if done.alarmed + done.expired > 0 => log::line(
                    "alarm",
                    "messages to carriers do not get through, or are not answered",
                    json!({"alarmed": done.alarmed, "expired": done.expired}),
                ),
                Ok(_) => {}
                Err(error) => failed("deliver to carriers", &error),
            }
            thread::sleep(PAUSE * 5);
        }
    })?);
    let learner = Arc::clone(app);
    threads.push(spawn("learner", move || {
        while !learner.is_stopping() {
            // A watchlist that was built anew knows no words yet; changes leave it what it knows.
            let watch = learner.service.watch();
            watch.watchlist().learn(|| !learner.is_stopping());
            thread::sleep(TICK);
        }
    })?);
    let clock = Arc::clone(app);
    threads.push(spawn("clock", move || watch(&clock))?);
    Ok(threads)
}

/// Counts the backlog, says that there are events, steps deadlines, says what is due soon, tidies the door, masks and erases
/// what is due.
fn watch(app: &App) {
    let mut tidied: Option<Instant> = None;
    while !app.is_stopping() {
        let service = &app.service;
        let (tenant, now) = (service.tenant(), service.now());
        let seen = service
            .store()
            .read(|tx| Ok((tx.backlog(Some(tenant), now)?, tx.last_event(tenant)?)));
        match seen {
            Ok((backlog, event)) => {
                app.backlog.store(backlog.ready, Ordering::Relaxed);
                app.events.send_if_modified(|last| {
                    let is_new = *last != event;
                    *last = event;
                    is_new
                });
            }
            Err(error) => failed("count", &error.into()),
        }
        match service.step_deadlines() {
            Ok(0) => {}
            Ok(stepped) => log::line("alarm", "nobody approved in time", json!({"hits": stepped})),
            Err(error) => failed("step deadlines", &error),
        }
        match service.escalate() {
            Ok(0) => {}
            Ok(tasks) => log::line("alarm", "flights leave soon", json!({"tasks": tasks})),
            Err(error) => failed("escalate", &error),
        }
        if tidied.is_none_or(|at| at.elapsed() > TIDY) {
            tidied = Some(Instant::now());
            if let Err(error) = service.tidy_door() {
                log::line("error", "tidy", json!({"error": error.to_string()}));
            }
            // Personal data die on time, and a new day brings its own, whatever else runs here.
            match service.retain() {
                Ok(done) if done.is_nothing() => {}
                Ok(done) => {
                    let (masked, erased, dropped) = (done.masked, done.erased, done.dropped);
                    let counts = json!({"masked": masked, "erased": erased, "dropped": dropped});
                    log::line("info", "retention", counts);
                }
                Err(error) => failed("retain", &error),
            }
        }
        thread::sleep(TICK);
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work)
}

fn failed(what: &str, error: &ServiceError) {
    // Two who claim at one time: one of them comes again.
    let is_usual = matches!(error, ServiceError::Store(e) if e.is_transient());
    let level = if is_usual { "warning" } else { "error" };
    log::line(level, what, json!({"error": error.to_string()}));
    thread::sleep(REST);
}
