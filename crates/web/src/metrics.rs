//! Counts and times for Prometheus, in its text form.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

#[derive(Default)]
struct Route {
    /// By status.
    statuses: BTreeMap<u16, u64>,
    buckets: [u64; BOUNDS.len()],
    seconds: f64,
    count: u64,
}

/// A gauge: its name, what it is, and its values, each with its labels.
pub(crate) type Gauge = (&'static str, &'static str, Vec<(String, f64)>);

/// What was served.
#[derive(Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<(String, &'static str), Route>>);

impl Metrics {
    pub(crate) fn served(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let route = routes.entry((route.to_owned(), method)).or_default();
        *route.statuses.entry(status).or_default() += 1;
        let seconds = took.as_secs_f64();
        for (bucket, bound) in route.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
        route.seconds += seconds;
        route.count += 1;
    }

    /// The text: requests, and `gauges`, which are names of ours with their values.
    pub(crate) fn text(&self, gauges: &[Gauge]) -> String {
        let mut text = String::new();
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str("# TYPE tidewaiter_requests_total counter\n");
        for ((path, method), route) in routes.iter() {
            for (status, count) in &route.statuses {
                let _ = writeln!(
                    text,
                    "tidewaiter_requests_total{{route=\"{path}\",method=\"{method}\",\
                     status=\"{status}\"}} {count}"
                );
            }
        }
        text.push_str("# TYPE tidewaiter_request_seconds histogram\n");
        for ((path, method), route) in routes.iter() {
            let labels = format!("route=\"{path}\",method=\"{method}\"");
            for (count, bound) in route.buckets.iter().zip(BOUNDS) {
                let _ = writeln!(
                    text,
                    "tidewaiter_request_seconds_bucket{{{labels},le=\"{bound}\"}} {count}"
                );
            }
            let count = route.count;
            let _ = writeln!(
                text,
                "tidewaiter_request_seconds_bucket{{{labels},le=\"+Inf\"}} {count}\n\
                 tidewaiter_request_seconds_sum{{{labels}}} {}\n\
                 tidewaiter_request_seconds_count{{{labels}}} {count}",
                route.seconds
            );
        }
        for (name, help, values) in gauges {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
            for (labels, value) in values {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_in_every_bucket_it_fits() {
        let metrics = Metrics::default();
        metrics.served("/health", "GET", 200, Duration::from_millis(7));
        metrics.served("/health", "GET", 404, Duration::from_secs(9));
        let text = metrics.text(&[(
            "tidewaiter_jobs",
            "Jobs.",
            vec![("{state=\"ready\"}".into(), 3.0)],
        )]);
        for line in [
            "tidewaiter_requests_total{route=\"/health\",method=\"GET\",status=\"404\"} 1",
            "tidewaiter_request_seconds_bucket{route=\"/health\",method=\"GET\",le=\"0.005\"} 0",
            "tidewaiter_request_seconds_bucket{route=\"/health\",method=\"GET\",le=\"0.01\"} 1",
            "tidewaiter_request_seconds_bucket{route=\"/health\",method=\"GET\",le=\"+Inf\"} 2",
            "tidewaiter_jobs{state=\"ready\"} 3",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}
