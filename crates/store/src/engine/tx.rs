//! A transaction: statements in, rows out, and what else happens with its commit.

use super::link::Link;
use super::value::{Get, Row, Value};
use crate::{Id, Result, StoreError};

/// The statement that inserts rows of one table.
pub(crate) struct Insert {
    /// `INTO table (columns)`.
    pub into: &'static str,
    /// How many columns.
    pub columns: usize,
    /// What to do when a row is there already: empty, or an `ON CONFLICT` clause.
    pub on_conflict: &'static str,
}

/// An open transaction.
///
/// After a statement has failed, every other one fails too and nothing is committed: SQLite would
/// go on and PostgreSQL would not, so the rule is the stricter one, for both.
pub(crate) struct Statements<'a> {
    link: &'a mut Link,
    failed: Option<StoreError>,
    /// How many more there may be, where that is bounded.
    left: Option<u32>,
}

impl<'a> Statements<'a> {
    pub(super) fn new(link: &'a mut Link) -> Self {
        Self {
            link,
            failed: None,
            left: None,
        }
    }

    /// For one statement, in no transaction.
    pub(super) fn one(link: &'a mut Link) -> Self {
        let left = Some(1);
        Self {
            left,
            ..Self::new(link)
        }
    }

    /// The failure that stands in the way of a commit.
    pub(super) fn failure(&self) -> Option<StoreError> {
        self.failed.clone()
    }

    fn run<T>(&mut self, work: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        if self.failed.is_some() {
            return Err(StoreError::Failed);
        }
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or_else(|| {
                StoreError::Engine("more than one statement without a transaction".into())
            })?;
        }
        work(self.link).inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        self.run(|link| link.execute(sql, values))
    }

    /// Runs a query.
    pub(crate) fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        self.run(|link| link.query(sql, values))
    }

    /// Runs a query for many identifiers, some of them at a time. `IN ({ids})` in it stands for those;
    /// the values go before them.
    pub(crate) fn query_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        ids: &[Id],
    ) -> Result<Vec<Row>> {
        self.run(|link| link.query_each(sql, values, ids))
    }

    /// The first row of a query.
    pub(crate) fn first(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// The first column of the first row.
    pub(crate) fn value<T: Get>(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<T>> {
        self.first(sql, values)?.map(|row| row.get(0)).transpose()
    }

    /// Inserts rows; `values` holds the columns of each row, one row after the other. How many rows
    /// are new.
    pub(crate) fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        debug_assert_eq!(values.len() % insert.columns, 0, "whole rows");
        self.run(|link| link.insert(insert, values))
    }

    /// Runs the statements of a migration.
    pub(crate) fn define(&mut self, sql: &str) -> Result<()> {
        self.run(|link| link.define(sql))
    }
}

impl Insert {
    /// The statement for so many rows.
    pub(super) fn sql(&self, rows: usize) -> String {
        let mut sql = format!("INSERT {} VALUES ", self.into);
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                if column > 0 {
                    sql.push_str(", ");
                }
                sql.push('$');
                sql.push_str(&(row * self.columns + column + 1).to_string());
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(self.on_conflict);
        sql
    }
}
