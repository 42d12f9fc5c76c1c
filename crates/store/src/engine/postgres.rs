//! PostgreSQL: the same statements, over one connection.

use std::collections::HashMap;

use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};

use super::tx::Insert;
use super::value::{Row, Value};
use crate::{Id, Result, StoreError};

/// A connection and the statements prepared on it.
pub(super) struct Connection {
    client: Client,
    prepared: HashMap<String, Statement>,
    /// Types of the columns that rows are inserted into, by what [`Insert::into`] says.
    columns: HashMap<&'static str, Vec<String>>,
}

impl Connection {
    /// Connects. The server must commit durably, whatever its configuration says.
    pub(super) fn open(url: &str, schema: &str) -> Result<Self> {
        let mut client = Client::connect(url, NoTls).map_err(|e| fault(&e))?;
        client
            .batch_execute(&format!(
                "SET synchronous_commit = on; SET search_path = {schema}; SET timezone = 'UTC';
                 SET client_min_messages = warning; SET jit = off"
            ))
            .map_err(|e| fault(&e))?;
        Ok(Self {
            client,
            prepared: HashMap::new(),
            columns: HashMap::new(),
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(|e| fault(&e))
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|e| fault(&e))?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepare(sql)?;
        self.client
            .execute(&statement, &parameters(values))
            .map_err(|e| fault(&e))
    }

    /// Inserts rows, a column an array: one plan, and one exchange, whatever their number.
    pub(super) fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        let into = insert.into;
        let types = match self.columns.get(into) {
            Some(types) => types.clone(),
            None => {
                // The server says which types the columns have.
                let one = self.client.prepare(&insert.sql(1)).map_err(|e| fault(&e))?;
                let types: Vec<String> = one.params().iter().map(Type::to_string).collect();
                self.columns.insert(into, types.clone());
                types
            }
        };
        let arrays: Vec<String> = (1..)
            .zip(&types)
            .map(|(n, kind)| format!("${n}::{kind}[]"))
            .collect();
        let sql = format!(
            "INSERT {into} SELECT * FROM unnest({}) {}",
            arrays.join(", "),
            insert.on_conflict
        );
        let columns: Vec<Vec<&Value<'_>>> = (0..insert.columns)
            .map(|column| values.iter().skip(column).step_by(insert.columns).collect())
            .collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = columns
            .iter()
            .map(|column| column as &(dyn ToSql + Sync))
            .collect();
        let statement = self.prepare(&sql)?;
        self.client
            .execute(&statement, &parameters)
            .map_err(|e| fault(&e))
    }

    pub(super) fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        self.rows(sql, &parameters(values))
    }

    /// Runs a query whose last value is an array of identifiers.
    pub(super) fn query_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        ids: &[Id],
    ) -> Result<Vec<Row>> {
        let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
        let mut all = parameters(values);
        all.push(&ids);
        self.rows(sql, &all)
    }

    fn rows(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql)?;
        let rows = self
            .client
            .query(&statement, values)
            .map_err(|e| fault(&e))?;
        rows.iter()
            .map(|row| {
                (0..row.len())
                    .map(|i| row.try_get::<_, Value<'static>>(i).map_err(|e| fault(&e)))
                    .collect::<Result<Vec<_>>>()
                    .map(Row)
            })
            .collect()
    }
}

fn parameters<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql(kind, out),
            Self::Text(value) => value.as_ref().to_sql(kind, out),
            Self::Blob(value) => value.as_ref().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'static> {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::TEXT => Self::from(String::from_sql(kind, raw)?),
            _ => Self::from(raw.to_vec()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }
}

/// Names the error. The server's detail line quotes values and is left out.
fn fault(error: &postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        let broken = std::error::Error::source(error).is_some_and(|s| s.is::<std::io::Error>());
        return if broken || error.is_closed() || error.to_string().contains("connect") {
            StoreError::Unavailable(error.to_string())
        } else {
            StoreError::Engine(error.to_string())
        };
    };
    let code = db.code();
    let text = || format!("{} ({})", db.message(), code.code());
    match code.code().get(..2) {
        _ if *code == SqlState::DISK_FULL => StoreError::Full,
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly(text()),
        _ if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => {
            StoreError::Corrupt(text())
        }
        // Operator intervention, connection faults, insufficient resources.
        Some("57" | "08" | "53") => StoreError::Unavailable(text()),
        Some("55" | "40") => StoreError::Busy,
        Some("42") if *code == SqlState::INSUFFICIENT_PRIVILEGE => StoreError::ReadOnly(text()),
        Some("23") => StoreError::Constraint(constraint(db)),
        Some("58") => StoreError::Io(text()),
        _ => StoreError::Engine(text()),
    }
}

/// Which rule was broken; the message itself may quote the row.
fn constraint(db: &postgres::error::DbError) -> String {
    let rule = db.constraint().or_else(|| db.column()).unwrap_or("");
    format!("{} {rule}", db.table().unwrap_or(""))
}
