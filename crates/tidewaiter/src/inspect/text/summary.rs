//! The closing lines of a run.

use tidewaiter_formats::Status;

use super::style::{self, HEADING, STRONG, paint};
use super::{Layout, put};
use crate::inspect::summary::Summary;

/// Files, messages by status, travellers, diagnostics by code.
pub(in crate::inspect) fn summary(out: &mut String, layout: &Layout, summary: &Summary) {
    totals(out, layout, summary);
    for (severity, slug, count) in summary.codes() {
        let word = paint(style::severity(severity), severity.as_str());
        let gap = " ".repeat("warning".len() - severity.as_str().len());
        put!(
            out,
            "      {word}{gap}  {}  {count}\n",
            paint(STRONG, &format!("{slug:<26}"))
        );
    }
}

/// Files, messages by status, travellers, and how many diagnostics.
pub(in crate::inspect) fn totals(out: &mut String, layout: &Layout, summary: &Summary) {
    let rule = "─".repeat(layout.width.saturating_sub("── summary ".len() - 4));
    put!(out, "{}\n\n", paint(HEADING, &format!("── summary {rule}")));
    let statuses = [Status::Accepted, Status::Partial, Status::Rejected];
    let messages: u64 = statuses
        .iter()
        .map(|&status| summary.messages(status))
        .sum();
    let by_status: Vec<String> = statuses
        .iter()
        .map(|&status| {
            let text = format!("{} {}", summary.messages(status), status.as_str());
            if summary.messages(status) > 0 {
                paint(style::status(status), &text)
            } else {
                text
            }
        })
        .collect();
    put!(out, "   files        {:>8}\n", summary.files);
    put!(
        out,
        "   messages     {:>8}   {}\n",
        messages,
        by_status.join(", ")
    );
    let travellers = summary.passengers + summary.crew;
    put!(
        out,
        "   travellers   {travellers:>8}   {} passengers, {} crew\n",
        summary.passengers,
        summary.crew
    );
    if summary.zones > 0 {
        put!(out, "   zones        {:>8}\n", summary.zones);
    }
    if summary.listed.lists > 0 {
        let listed = summary.listed.shown();
        put!(
            out,
            "   lists        {:>8}   {listed}\n",
            summary.listed.lists
        );
    }
    if summary.listed.documents > 0 {
        put!(out, "   documents    {:>8}\n", summary.listed.documents);
    }
    let diagnostics: u64 = summary.codes().iter().map(|(_, _, count)| count).sum();
    put!(out, "   diagnostics  {diagnostics:>8}\n");
}
