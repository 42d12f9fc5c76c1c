//! Aligned columns.

use unicode_width::UnicodeWidthStr;

use super::style::{FAINT, paint};

/// Columns a text takes up on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A table of short texts. Columns without any text are left out.
pub(crate) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heads: &[&'static str]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, one text a column. A text of several lines makes the row as high.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Sets the table. Where it is wider than `limit`, the last columns go into a further line
    /// under each row, so that nothing is cut off.
    pub(crate) fn set(&self, out: &mut String, indent: usize, limit: usize) {
        let widths: Vec<usize> = (0..self.heads.len())
            .map(|column| self.width(column))
            .collect();
        let used: Vec<usize> = (0..widths.len())
            .filter(|&column| widths[column] > 0)
            .collect();
        let mut fitting = 0;
        let mut taken = indent;
        for &column in &used {
            let gap = if fitting == 0 { 0 } else { GAP };
            if fitting > 0 && taken + gap + widths[column] > limit {
                break;
            }
            taken += gap + widths[column];
            fitting += 1;
        }
        let (first, rest) = used.split_at(fitting);
        let heads = self
            .heads
            .iter()
            .map(|head| (*head).to_owned())
            .collect::<Vec<_>>();
        out.push_str(&paint(FAINT, &line(&heads, first, &widths, indent)));
        out.push('\n');
        for row in &self.rows {
            for cells in lines(row) {
                out.push_str(&line(&cells, first, &widths, indent));
                out.push('\n');
            }
            self.overflow(out, row, rest, indent + OVERFLOW_INDENT, limit);
        }
    }

    /// The columns that did not fit, each with its head, as many in a line as fit.
    fn overflow(
        &self,
        out: &mut String,
        row: &[String],
        columns: &[usize],
        indent: usize,
        limit: usize,
    ) {
        let mut taken = 0;
        for &column in columns {
            let Some(cell) = row.get(column).filter(|cell| !cell.is_empty()) else {
                continue;
            };
            let head = self.heads.get(column).copied().unwrap_or_default();
            let cell = cell.replace('\n', ", ");
            let wanted = width(head) + 1 + width(&cell);
            if taken > 0 && taken + GAP + wanted > limit {
                out.push('\n');
                taken = 0;
            }
            if taken == 0 {
                out.push_str(&" ".repeat(indent));
                taken = indent;
            } else {
                out.push_str(&" ".repeat(GAP));
                taken += GAP;
            }
            out.push_str(&paint(FAINT, head));
            out.push(' ');
            out.push_str(&cell);
            taken += wanted;
        }
        if taken > 0 {
            out.push('\n');
        }
    }

    /// Width of a column with its head; 0 when no row has anything in it.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let widest = cells.flat_map(|cell| cell.split('\n')).map(width).max();
        match widest {
            None | Some(0) => 0,
            Some(widest) => widest.max(self.heads.get(column).map_or(0, |head| width(head))),
        }
    }
}

/// Spaces between columns.
const GAP: usize = 2;

/// How far a further line of a row is moved in.
const OVERFLOW_INDENT: usize = 5;

/// A row taken apart into its lines.
fn lines(row: &[String]) -> Vec<Vec<String>> {
    let height = row
        .iter()
        .map(|cell| cell.split('\n').count())
        .max()
        .unwrap_or(1);
    let nth = |line| {
        row.iter()
            .map(|cell| cell.split('\n').nth(line).unwrap_or_default().to_owned())
            .collect()
    };
    (0..height).map(nth).collect()
}

fn line(cells: &[String], columns: &[usize], widths: &[usize], indent: usize) -> String {
    let mut line = " ".repeat(indent);
    for (at, &column) in columns.iter().enumerate() {
        if at > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        let cell = cells.get(column).map_or("", String::as_str);
        line.push_str(cell);
        line.push_str(&" ".repeat(widths[column].saturating_sub(width(cell))));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(limit: usize) -> String {
        let mut table = Table::new(&["name", "sex", "born", "seat"]);
        table.row(
            ["ÅKESSON, TOVA", "F", "", "14C"]
                .map(str::to_owned)
                .to_vec(),
        );
        table.row(["山田, 花子", "", "", "2A"].map(str::to_owned).to_vec());
        let mut out = String::new();
        table.set(&mut out, 2, limit);
        anstream::adapter::strip_str(&out).to_string()
    }

    #[test]
    fn columns_align_by_what_is_seen_and_empty_ones_vanish() {
        assert_eq!(
            set(80),
            "  name           sex  seat\n  ÅKESSON, TOVA  F    14C\n  山田, 花子          2A\n"
        );
    }

    #[test]
    fn a_cell_of_two_lines_makes_a_row_of_two_lines() {
        let mut table = Table::new(&["name", "document"]);
        table.row(["QUIST", "P NX44\nV 551"].map(str::to_owned).to_vec());
        let mut out = String::new();
        table.set(&mut out, 0, 80);
        let out = anstream::adapter::strip_str(&out).to_string();
        assert_eq!(out, "name   document\nQUIST  P NX44\n       V 551\n");
    }

    #[test]
    fn what_does_not_fit_goes_into_a_further_line() {
        assert_eq!(
            set(21),
            "  name           sex\n  ÅKESSON, TOVA  F\n       seat 14C\n  山田, 花子\n       seat 2A\n"
        );
    }
}
