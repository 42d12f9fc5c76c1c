//! `tidewaiter lists preview`: what putting a version into force would do.

use std::io::{self, Write as _};

use serde_json::{Value, json};
use tidewaiter_service::Impact;
use tidewaiter_store::ImpactCounts;

use super::held::VersionOptions;
use crate::data::Trouble;
use crate::exit::Exit;
use crate::terminal::escape;

/// Runs `lists preview`.
pub(super) fn run(options: &VersionOptions) -> Result<Exit, Trouble> {
    let (list, version) = super::held::versioned(&options.version)?;
    let folder = options.data.folder()?;
    let service = folder.service()?;
    let acting = options.acting.acting(&service)?;
    service.preview_list(&acting, list, Some(version))?;
    service.work_until_idle()?;
    let proposal = service.proposal(&acting, list, Some(version))?;
    let impact = proposal.impact.filter(|impact| impact.is_current);
    let impact = impact.ok_or_else(|| Trouble::Says("it could not be worked out".into()))?;
    let text = match options.json {
        true => format!("{}\n", impact_json(&impact)),
        false => text_of(&impact),
    };
    let said = io::stdout().lock().write_all(text.as_bytes());
    said.map_err(|error| Trouble::Says(format!("standard output: {error}")))?;
    folder.sign_log(&service)?;
    Ok(Exit::Done)
}

fn counts_json(counts: &ImpactCounts) -> Value {
    json!({
        "travellers": counts.travellers, "alert": counts.alert, "review": counts.review,
        "cleared": counts.cleared, "reviewed_again": counts.reviewed_again,
        "lapsed": counts.lapsed,
    })
}

fn impact_json(impact: &Impact) -> Value {
    let counted = &impact.counted;
    let basis = &counted.basis;
    json!({
        "list": counted.list, "version": counted.version, "against": counted.against,
        "concerns": impact.concerns, "screened": impact.screened,
        "added": basis.added, "removed": basis.removed, "changed": basis.changed,
        "marked": basis.marked, "restored": basis.restored,
        "coming": counts_json(&counted.now), "held": counts_json(&counted.now.plus(counted.past)),
    })
}

fn text_of(impact: &Impact) -> String {
    let counted = &impact.counted;
    let basis = &counted.basis;
    let against = match counted.against {
        Some(version) => format!("version {version}, which is in force"),
        None => "nothing in force".to_owned(),
    };
    let mut text = format!(
        "{}@{} against {against}: {} added, {} removed, {} changed\n",
        escape::text(&counted.list),
        counted.version.unwrap_or(0),
        basis.added,
        basis.removed,
        basis.changed,
    );
    for concern in &impact.concerns {
        text += &format!("it {concern}: that wants consent\n");
    }
    let all = counted.now.plus(counted.past);
    for (whom, counts) in [("on coming flights", &counted.now), ("of all held", &all)] {
        text += &format!(
            "{whom}: {} travellers with new hits: {} alerts, {} reviews, {} cleared before; \
             {} hits looked at again, {} lapse\n",
            counts.travellers,
            counts.alert,
            counts.review,
            counts.cleared,
            counts.reviewed_again,
            counts.lapsed,
        );
    }
    text += &format!(
        "{} open hits lose their entry, {} have it back\n",
        basis.marked, basis.restored
    );
    text
}
