//! Matches as a person reads them: what speaks for, what against, what is absent, and what would
//! change the outcome.

use anstyle::{AnsiColor, Style};
use tidewaiter_matching::{Band, Evidence, Explanation, Speaks, in_tenths};

use super::json::MatchLine;

use crate::terminal::style::{FAINT, HEADING, STRONG, paint};
use crate::terminal::table::{self, Table};
use crate::terminal::{escape, put};

/// The line above the matches of one query.
pub(super) fn heading(out: &mut String, width: usize, title: &str, found: usize) {
    let title = escape::text(title);
    let rule = "─".repeat(width.saturating_sub(table::width(&title) + 4));
    put!(out, "{}\n", paint(HEADING, &format!("── {title} {rule}")));
    let found = match found {
        0 => "no match".to_owned(),
        1 => "1 match".to_owned(),
        n => format!("{n} matches"),
    };
    put!(out, "   {found}\n\n");
}

/// One match.
pub(super) fn one(
    out: &mut String,
    width: usize,
    number: usize,
    found: &MatchLine<'_>,
    explanation: &Explanation,
) {
    put!(
        out,
        "{} {}  score {:.4}  {:.1} bits  {} {}  {}\n",
        paint(FAINT, &format!("#{number}")),
        band_word(found.band),
        found.score,
        found.bits,
        escape::text(found.list),
        paint(STRONG, &escape::text(found.entry)),
        paint(STRONG, &escape::text(found.name))
    );
    if found.matched_name != found.name {
        put!(
            out,
            "   fitted under  {}\n",
            escape::text(found.matched_name)
        );
    }
    wrapped(out, width, &explanation.sentence);
    for speaks in Speaks::ALL {
        let pieces = explanation.evidence.iter();
        let pieces = pieces.filter(|p| Speaks::of(p.bits) == speaks);
        evidence(out, width, speaks.as_str(), pieces);
    }
    if !explanation.absent.is_empty() {
        let absent: Vec<&str> = explanation.absent.iter().map(|f| f.in_words()).collect();
        put!(out, "   absent         {}\n", absent.join(", "));
    }
    for without in &explanation.without {
        let label = format!("without the {}", without.field.in_words());
        let outcome = match without.band {
            Band::None => "below review",
            band => band.as_str(),
        };
        put!(out, "   {label:<30}  {:.4}  {outcome}\n", without.score);
    }
    out.push('\n');
}

fn evidence<'e>(
    out: &mut String,
    width: usize,
    title: &str,
    pieces: impl Iterator<Item = &'e Evidence>,
) {
    let mut table = Table::new(&["field", "query", "entry", "relation", "bits"]);
    let mut any = false;
    for piece in pieces {
        any = true;
        table.row(vec![
            piece.field.as_str().to_owned(),
            escape::text(&piece.query).into_owned(),
            escape::text(&piece.entry).into_owned(),
            piece.relation.to_owned(),
            format!("{:>+6.1}", in_tenths(piece.bits)),
        ]);
    }
    if any {
        put!(out, "   {}\n", paint(STRONG, title));
        table.set(out, 6, width);
    }
}

/// A sentence in as many lines as it takes.
pub(crate) fn wrapped(out: &mut String, width: usize, text: &str) {
    let text = escape::text(text);
    let mut column = 2;
    out.push_str("  ");
    for word in text.split(' ') {
        let wanted = table::width(word) + 1;
        if column + wanted > width {
            out.push_str("\n  ");
            column = 2;
        }
        put!(out, " {word}");
        column += wanted;
    }
    out.push('\n');
}

/// `alert` or `review`, in its colour.
pub(crate) fn band_word(of: Band) -> String {
    paint(band(of), of.as_str())
}

const fn band(band: Band) -> Style {
    match band {
        Band::Alert => AnsiColor::Red.on_default().bold(),
        Band::Review => AnsiColor::Yellow.on_default().bold(),
        Band::None => Style::new().bold(),
    }
}
