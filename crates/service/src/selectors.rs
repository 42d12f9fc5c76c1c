//! Selectors and exemptions: own entries, each with somebody who answers for it and an end.

use jiff::civil::Date;
use tidewaiter_domain::Text;
use tidewaiter_mandate::ApprovalSubject;
use tidewaiter_mandate::grant::{Countersigned, HumanActor, MachineActor};
use tidewaiter_mandate::review::{EntryState, Event};
use tidewaiter_screening::{Selector, SelectorKind};
use tidewaiter_store::{
    Id, LookbackCause, NewSelector as StoreSelector, StoreError, StoredExemption, StoredSelector,
    Tx,
};

use crate::lookback::{LOOKBACK, Lookback};
use crate::watch::{Change, Exempted};
use crate::{Acting, Result, Service, ServiceError};

/// Who reads selectors to screen with them.
const WATCHER: MachineActor = MachineActor::new("watcher");

/// A selector to be looked for.
#[derive(Clone, Copy, Debug)]
pub struct NewSelector<'a> {
    /// The list it belongs to, by its name in the mandate.
    pub list: &'a str,
    /// Its reference there.
    pub entry: &'a str,
    /// What kind of thing it names.
    pub kind: SelectorKind,
    /// The thing.
    pub value: &'a str,
    /// Who is responsible for it.
    pub owner: &'a str,
    /// The law it rests on.
    pub legal_basis: &'a str,
    /// First day.
    pub from: Option<Date>,
    /// Last day; there is no selector without an end.
    pub expires: Date,
}

/// An exemption to be entered.
#[derive(Clone, Copy, Debug)]
pub struct NewExemption<'a> {
    /// The list, by its name in the mandate.
    pub list: &'a str,
    /// Its entry.
    pub entry: &'a str,
    /// Who granted it.
    pub authority: &'a str,
    /// Under which reference.
    pub reference: &'a str,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Service {
    /// Enters a selector; a look-back follows. `with`: who else agrees, where the mandate asks for it.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::ListRefused`] when it identifies nothing, has
    /// ended, nobody answers for it, or the mandate names no such list.
    pub fn add_selector(
        &self,
        acting: &Acting,
        with: &[&HumanActor],
        new: &NewSelector<'_>,
    ) -> Result<Id> {
        self.may_enter(acting, with)?;
        self.must_be_named(new.list)?;
        let refused = |why: &str| Err(ServiceError::ListRefused(why.to_owned().into()));
        if new.kind.normalise(new.value).is_none() {
            return refused("the selector is too short to identify anything");
        }
        if new.expires < self.today() {
            return refused("the selector has ended already");
        }
        if [new.entry, new.owner, new.legal_basis]
            .iter()
            .any(|text| text.trim().is_empty())
        {
            return refused("a selector has a reference, an owner and a legal basis");
        }
        let id = self.fresh();
        let (from, expires) = (new.from.map(|day| day.to_string()), new.expires.to_string());
        let _one_at_a_time = self.one_change();
        let generation = self.store.write(self.now(), |tx| {
            let stored = StoreSelector {
                id,
                list: new.list,
                entry: new.entry,
                kind: new.kind.as_str(),
                value: new.value,
                owner: new.owner,
                legal_basis: new.legal_basis,
                starts_on: from.as_deref(),
                expires_on: &expires,
                purposes: self.mandate().all_purposes(),
            };
            tx.add_selector(&self.tenant, &acting.actor, acting.purpose, &stored)?;
            self.mark_own(tx, "selector", new.list, new.entry, true)?;
            self.line_up(
                tx,
                &Lookback {
                    cause: LookbackCause::Selector,
                    list: new.list,
                    entry: Some(new.entry),
                    ..Lookback::default()
                },
            )?;
            tx.watch_changes(&self.tenant)
        })?;
        self.change_watch(generation, &Change::OwnEntries)?;
        Ok(id)
    }

    /// Ends a selector. The hits that rest on it are marked; a person decides about them.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`].
    pub fn end_selector(&self, acting: &Acting, id: &Id) -> Result<()> {
        self.may_import(acting)?;
        let _one_at_a_time = self.one_change();
        let generation = self.store.write(self.now(), |tx| {
            let ended = tx.end_selector(&self.tenant, &acting.actor, acting.purpose, id)?;
            self.mark_own(tx, "selector", &ended.list, &ended.entry, false)?;
            tx.watch_changes(&self.tenant)
        })?;
        self.change_watch(generation, &Change::OwnEntries)?;
        Ok(())
    }

    /// Destroys what an ended selector names, and its key: what it found can be replayed no more.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] when none of this identifier has
    /// ended.
    pub fn destroy_selector(&self, acting: &Acting, id: &Id) -> Result<()> {
        self.may_import(acting)?;
        self.store.write(self.now(), |tx| {
            tx.destroy_selector(&self.tenant, &acting.actor, acting.purpose, id)
        })?;
        // Nor is it kept in memory.
        self.forget_replayed();
        Ok(())
    }

    /// Ends the selectors whose last day is over, as [`Service::end_selector`] does; how many. Its hits
    /// are marked.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub(crate) fn end_expired_selectors(&self, by: &MachineActor) -> Result<u64> {
        let today = self.today().to_string();
        let over: Vec<Id> = self
            .store
            .read(|tx| tx.selectors(&self.tenant))?
            .into_iter()
            .filter(|selector| !selector.has_ended && selector.expires_on < today)
            .map(|selector| selector.id)
            .collect();
        if over.is_empty() {
            return Ok(0);
        }
        let _one_at_a_time = self.one_change();
        let mut count = 0;
        let generation = self.store.write(self.now(), |tx| {
            count = 0;
            for id in &over {
                let ended = match tx.expire_selector(&self.tenant, by, id) {
                    // Somebody has ended it meanwhile.
                    Err(StoreError::NotFound(_)) => continue,
                    ended => ended?,
                };
                self.mark_own(tx, "selector", &ended.list, &ended.entry, false)?;
                count += 1;
            }
            tx.watch_changes(&self.tenant)
        })?;
        self.change_watch(generation, &Change::OwnEntries)?;
        Ok(count)
    }

    /// Every selector, without what it names.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn selectors(&self) -> Result<Vec<StoredSelector>> {
        Ok(self.store.read(|tx| tx.selectors(&self.tenant))?)
    }

    /// Enters an exemption from the travel ban of an entry. It changes what may be done, never the
    /// match; a look-back brings it to the hits there are.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::ListRefused`] when the mandate has no register
    /// for the list.
    pub fn add_exemption(
        &self,
        acting: &Acting,
        with: &[&HumanActor],
        new: &NewExemption<'_>,
    ) -> Result<Id> {
        self.may_enter(acting, with)?;
        self.must_be_named(new.list)?;
        let register = match self.policy(new.list) {
            Some(policy) => policy.exemptions.as_deref().ok_or_else(|| {
                let why = format!(
                    "the mandate has no register of exemptions from {}",
                    new.list
                );
                ServiceError::ListRefused(why.into())
            })?,
            None => "register:evaluation",
        };
        let id = self.fresh();
        let exemption = StoredExemption {
            id,
            // Screening knows a register by its bare name.
            register: register
                .strip_prefix("register:")
                .unwrap_or(register)
                .to_owned(),
            list: new.list.to_owned(),
            entry: new.entry.to_owned(),
            authority: new.authority.to_owned(),
            reference: new.reference.to_owned(),
            valid_from: new.from.map(|day| day.to_string()),
            valid_until: new.until.map(|day| day.to_string()),
        };
        self.exemption_changes(&exemption.list, &exemption.entry, |tx| {
            tx.add_exemption(&self.tenant, &acting.actor, &exemption)
        })?;
        Ok(id)
    }

    /// Ends an exemption.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`].
    pub fn end_exemption(&self, acting: &Acting, id: &Id) -> Result<()> {
        self.may_import(acting)?;
        let all = self.exemptions()?;
        let ended = all
            .iter()
            .find(|exemption| exemption.id == *id)
            .ok_or(ServiceError::NotFound("exemption"))?;
        self.exemption_changes(&ended.list, &ended.entry, |tx| {
            tx.end_exemption(&self.tenant, &acting.actor, id)
                .map(|_| ())
        })
    }

    /// Every exemption that nobody has ended.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn exemptions(&self) -> Result<Vec<StoredExemption>> {
        Ok(self.store.read(|tx| tx.exemptions(&self.tenant))?)
    }

    fn exemption_changes(
        &self,
        list: &str,
        entry: &str,
        change: impl FnOnce(&mut Tx<'_, '_>) -> Result<(), StoreError>,
    ) -> Result<()> {
        let _one_at_a_time = self.one_change();
        let generation = self.store.write(self.now(), |tx| {
            change(tx)?;
            self.line_up(
                tx,
                &Lookback {
                    cause: LookbackCause::Exemption,
                    list,
                    entry: Some(entry),
                    ..Lookback::default()
                },
            )?;
            tx.watch_changes(&self.tenant)
        })?;
        self.change_watch(generation, &Change::OwnEntries)
            .map(|_| ())
    }

    /// Whether these people together may enter something into a list.
    fn may_enter(&self, acting: &Acting, with: &[&HumanActor]) -> Result<()> {
        self.may_import(acting)?;
        if self.mandate().is_evaluation() {
            return Ok(());
        }
        let people: Vec<&HumanActor> = std::iter::once(&acting.actor)
            .chain(with.iter().copied())
            .collect();
        Countersigned::collect(
            self.mandate(),
            ApprovalSubject::ListImport,
            &people,
            self.now(),
        )
        .map(|_| ())
        .map_err(|fault| ServiceError::NotGranted(fault.to_string()))
    }

    fn must_be_named(&self, list: &str) -> Result<()> {
        if self.policy(list).is_some() || self.mandate().is_evaluation() {
            Ok(())
        } else {
            let why = format!("the mandate names no list {list}");
            Err(ServiceError::ListRefused(why.into()))
        }
    }

    /// Marks the hits on an own entry that went, or is there again.
    fn mark_own(
        &self,
        tx: &mut Tx<'_, '_>,
        kind: &str,
        list: &str,
        entry: &str,
        is_there: bool,
    ) -> Result<(), StoreError> {
        let hits = tx.reading().hits_of_list(&self.tenant, list)?;
        for hit in hits
            .iter()
            .filter(|h| h.cause_kind == kind && h.entry == entry)
        {
            let event = match (hit.hit.entry(), is_there) {
                (EntryState::InForce, false) => Event::EntryRemoved,
                (EntryState::Removed, true) => Event::EntryRestored,
                _ => continue,
            };
            tx.step(&self.tenant, &LOOKBACK, &hit.id, hit.version, event, None)?;
        }
        Ok(())
    }

    /// The selectors and exemptions that run, as the watchlist takes them.
    #[allow(clippy::type_complexity, reason = "two lists, named by what calls it")]
    pub(crate) fn own_entries(&self) -> Result<(Vec<(Id, Selector)>, Vec<Exempted>)> {
        let exemptions = self.exemptions()?;
        Ok((
            self.open_selectors(None)?,
            exemptions.into_iter().map(exempted).collect(),
        ))
    }

    /// The selectors that run, or those of `ids`, with what they name.
    pub(crate) fn open_selectors(&self, ids: Option<&[Id]>) -> Result<Vec<(Id, Selector)>> {
        let opened = self.store.write(self.now(), |tx| {
            tx.open_selectors(&self.tenant, &WATCHER, ids)
        })?;
        opened
            .into_iter()
            .map(|(stored, value)| {
                let unreadable = ServiceError::Unreadable("selector");
                let day = |text: &str| text.parse::<Date>().ok();
                let kind = SelectorKind::ALL
                    .iter()
                    .find(|kind| kind.as_str() == stored.kind);
                let (Some(kind), Some(expires)) = (kind, day(&stored.expires_on)) else {
                    return Err(unreadable);
                };
                let selector = Selector {
                    list: stored.list.into(),
                    entry: stored.entry.into(),
                    kind: *kind,
                    value: Text::from(value.as_str()),
                    owner: stored.owner.into(),
                    legal_basis: stored.legal_basis.into(),
                    from: stored.starts_on.as_deref().and_then(day),
                    expires,
                };
                Ok((stored.id, selector))
            })
            .collect()
    }
}

fn exempted(stored: StoredExemption) -> Exempted {
    Exempted {
        register: stored.register,
        list: stored.list,
        entry: stored.entry,
        reference: stored.reference,
        from: stored.valid_from,
        until: stored.valid_until,
    }
}
