//! Newer statements over older ones, per source.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use tidewaiter_domain::{ListEffect, RecordLocator, TravelStatus, Traveller};

use crate::flight::Origin;
use crate::person::Person;

/// What one list says.
#[derive(Debug)]
pub(crate) struct ListStatement {
    pub(crate) sent: Option<DateTime>,
    pub(crate) effect: ListEffect,
    pub(crate) people: Vec<Person>,
}

/// What one push says of one booking.
#[derive(Debug)]
pub(crate) struct BookingStatement {
    pub(crate) sent: Option<DateTime>,
    /// The sender's own reference.
    pub(crate) locator: Option<RecordLocator>,
    /// The booking does not exist any more; it may name nobody.
    pub(crate) withdrawn: bool,
    pub(crate) people: Vec<Person>,
}

impl BookingStatement {
    /// Whom one booking names, by their places in the message, each with all its locators.
    pub(crate) fn of<'t>(
        origin: Origin,
        locators: &[&RecordLocator],
        withdrawn: bool,
        people: impl Iterator<Item = (u32, &'t Traveller)>,
    ) -> Self {
        let people = people.map(|(place, traveller)| {
            let mut person = Person::of(traveller, origin.message, place);
            for locator in locators {
                if !person.locators.contains(locator) {
                    person.locators.push((*locator).clone());
                }
            }
            if withdrawn {
                person.status = Some(TravelStatus::Cancelled);
            }
            person
        });
        Self {
            sent: origin.sent,
            locator: locators.first().map(|&locator| locator.clone()),
            withdrawn,
            people: people.collect(),
        }
    }
}

/// What all lists of a flight come to.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) people: Vec<Person>,
    pub(crate) cancelled: bool,
    pub(crate) closed: bool,
}

/// Lists in the order in which they were prepared: each person as the newest list has them.
pub(crate) fn lists(mut statements: Vec<ListStatement>) -> Folded {
    statements.sort_by_key(|statement| statement.sent);
    let mut roll = Roll::default();
    let mut folded = Folded::default();
    // What a closed flight means for those whom the list that closes it does not name.
    let mut others = None;
    for statement in statements {
        match statement.effect {
            ListEffect::ClosedOnBoard => others = Some(TravelStatus::NotBoarded),
            ListEffect::ClosedNotOnBoard => others = Some(TravelStatus::Boarded),
            ListEffect::CancelFlight => folded.cancelled = true,
            _ => {}
        }
        folded.closed |= matches!(
            statement.effect,
            ListEffect::Closed | ListEffect::ClosedOnBoard | ListEffect::ClosedNotOnBoard
        );
        roll.take(statement);
    }
    folded.people = roll.people;
    if let Some(status) = others {
        for person in &mut folded.people {
            if !person.is_crew() && person.status == Some(TravelStatus::CheckedIn) {
                person.status = Some(status);
            }
        }
    }
    folded
}

/// The people of one source, found again by what identifies them.
#[derive(Debug, Default)]
struct Roll {
    people: Vec<Person>,
    by_key: BTreeMap<String, Vec<usize>>,
}

impl Roll {
    fn take(&mut self, statement: ListStatement) {
        let moves_only = matches!(
            statement.effect,
            ListEffect::ClosedOnBoard
                | ListEffect::ClosedNotOnBoard
                | ListEffect::Cancel
                | ListEffect::Reduction
                | ListEffect::Delete
        );
        // Two people of one list are two people, however alike.
        let mut taken = vec![false; self.people.len()];
        for person in statement.people {
            let known = self.find(&person, &taken);
            match known {
                Some(at) => {
                    taken[at] = true;
                    let old = &mut self.people[at];
                    let status = later(old.status, person.status);
                    let mut said = std::mem::take(&mut old.observations);
                    said.extend_from_slice(&person.observations);
                    if !moves_only {
                        *old = person;
                    }
                    old.status = status;
                    old.observations = said;
                    self.index(at);
                }
                None => {
                    self.people.push(person);
                    self.index(self.people.len() - 1);
                }
            }
        }
    }

    /// The person of an earlier list, by the strongest key that fits exactly one.
    fn find(&self, person: &Person, taken: &[bool]) -> Option<usize> {
        keys(person).into_iter().find_map(|key| {
            let known = self.by_key.get(&key)?.iter().copied();
            let mut free = known.filter(|&at| taken.get(at) == Some(&false));
            let first = free.next()?;
            let one = free.next().is_none();
            (one && self.people[first].is_crew() == person.is_crew()).then_some(first)
        })
    }

    fn index(&mut self, at: usize) {
        for key in keys(&self.people[at]) {
            let known = self.by_key.entry(key).or_default();
            if !known.contains(&at) {
                known.push(at);
            }
        }
    }
}

/// What identifies a person among the lists of one flight, the strongest first.
fn keys(person: &Person) -> Vec<String> {
    let name = person.name_key();
    let mut keys = Vec::with_capacity(4);
    let born = person.born.map(|born| born.to_string()).unwrap_or_default();
    keys.extend(
        person
            .reference
            .iter()
            .map(|r| format!("reference {r} {name}")),
    );
    let documents = person.documents.iter();
    keys.extend(documents.map(|d| format!("document {} {name}", d.number)));
    if !name.is_empty() && !born.is_empty() {
        keys.push(format!("born {born} {name}"));
    }
    // A corrected name or birth date is still the same reference.
    keys.extend(person.reference.iter().map(|r| format!("reference {r}")));
    if keys.is_empty() && !name.is_empty() {
        keys.push(format!("name {name}"));
    }
    keys
}

/// Where a person stands after a newer statement. A list sent once more at check-in does not take
/// anybody off board.
fn later(old: Option<TravelStatus>, new: Option<TravelStatus>) -> Option<TravelStatus> {
    match (old, new) {
        (Some(TravelStatus::Boarded | TravelStatus::NotBoarded), Some(TravelStatus::CheckedIn)) => {
            old
        }
        _ => new.or(old),
    }
}

/// Each booking as its newest push has it. A booking that a later push leaves out stays, since
/// messages of a push get lost; one that is withdrawn has its people cancelled.
pub(crate) fn bookings(mut statements: Vec<BookingStatement>) -> Vec<Person> {
    statements.sort_by_key(|statement| statement.sent);
    let mut newest: Vec<Vec<Person>> = Vec::new();
    let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
    for statement in statements {
        let key = match &statement.locator {
            Some(locator) => format!("locator {locator}"),
            None => {
                let mut names: Vec<String> =
                    statement.people.iter().map(Person::name_key).collect();
                names.sort();
                format!("names {}", names.join(" "))
            }
        };
        match by_key.get(&key) {
            Some(&at) if statement.withdrawn && statement.people.is_empty() => {
                for person in &mut newest[at] {
                    person.status = Some(TravelStatus::Cancelled);
                }
            }
            Some(&at) => {
                let before = std::mem::take(&mut newest[at]);
                newest[at] = succeed(&before, statement.people);
            }
            None => {
                by_key.insert(key, newest.len());
                newest.push(statement.people);
            }
        }
    }
    newest.into_iter().flatten().collect()
}

/// The people of a newer push of a booking, each with what earlier ones said of them: found again
/// by what identifies them, then by the name, then for being the only one left on both sides.
fn succeed(before: &[Person], mut now: Vec<Person>) -> Vec<Person> {
    let mut left: Vec<usize> = (0..before.len()).collect();
    let mut open: Vec<usize> = (0..now.len()).collect();
    let alike = [
        |one: &Person, other: &Person| {
            let other = keys(other);
            keys(one).iter().any(|key| other.contains(key))
        },
        |one: &Person, other: &Person| one.name_key() == other.name_key(),
    ];
    for alike in alike {
        open.retain(|&at| {
            let fits = |&&old: &&usize| alike(&before[old], &now[at]);
            let found = left.iter().filter(fits).copied().collect::<Vec<_>>();
            let [old] = found[..] else { return true };
            inherit(&mut now[at], &before[old]);
            left.retain(|&other| other != old);
            false
        });
    }
    if let ([at], [old]) = (&open[..], &left[..]) {
        inherit(&mut now[*at], &before[*old]);
    }
    now
}

fn inherit(person: &mut Person, before: &Person) {
    let mut said = before.observations.clone();
    said.append(&mut person.observations);
    person.observations = said;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;
    use tidewaiter_domain::{PartialDate, Role, Span, Text, UniqueReference};

    /// A passenger of whom only the name is known.
    pub(crate) fn person(surname: &str, given: &str) -> Person {
        let mut traveller = Traveller::new(Role::Passenger, Span::empty(0));
        traveller.name.surname = Some(surname.into());
        traveller.name.given = given.split(' ').map(Text::from).collect();
        Person::of(&traveller, 0, 0)
    }

    fn list(hour: i8, effect: ListEffect, people: &[Person]) -> ListStatement {
        let status = match effect {
            ListEffect::ClosedOnBoard => TravelStatus::Boarded,
            ListEffect::ClosedNotOnBoard => TravelStatus::NotBoarded,
            ListEffect::Cancel => TravelStatus::Cancelled,
            _ => TravelStatus::CheckedIn,
        };
        let mut people = people.to_vec();
        for person in &mut people {
            person.status = Some(status);
        }
        ListStatement {
            sent: Some(date(2026, 11, 24).at(hour, 0, 0, 0)),
            effect,
            people,
        }
    }

    fn statuses(folded: &Folded) -> Vec<&'static str> {
        let people = folded.people.iter();
        people
            .map(|p| p.status.map_or("", |s| s.as_str()))
            .collect()
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let (one, two) = (person("QUIST", "BO"), person("ÅKESSON", "TOVA"));
        let report = || list(8, ListEffect::Report, &[one.clone(), two.clone()]);
        let close = || list(9, ListEffect::ClosedNotOnBoard, std::slice::from_ref(&two));
        for statements in [vec![report(), close()], vec![close(), report()]] {
            let folded = lists(statements);
            assert_eq!(statuses(&folded), ["boarded", "not-boarded"]);
            assert!(folded.closed);
        }
    }

    #[test]
    fn a_list_of_those_on_board_says_who_is_not() {
        let (one, two) = (person("QUIST", "BO"), person("ÅKESSON", "TOVA"));
        let folded = lists(vec![
            list(8, ListEffect::Report, &[one.clone(), two]),
            list(9, ListEffect::ClosedOnBoard, &[one]),
        ]);
        assert_eq!(statuses(&folded), ["boarded", "not-boarded"]);
    }

    #[test]
    fn the_same_list_again_adds_nobody_and_two_alike_of_one_list_stay_two() {
        let one = person("QUIST", "BO");
        let twice = [one.clone(), one];
        let folded = lists(vec![
            list(8, ListEffect::Report, &twice[..1]),
            list(8, ListEffect::Report, &twice[..1]),
        ]);
        assert_eq!(folded.people.len(), 1);
        assert_eq!(
            lists(vec![list(8, ListEffect::Report, &twice)])
                .people
                .len(),
            2
        );
    }

    #[test]
    fn a_change_replaces_a_person_by_the_carriers_reference() {
        let mut wrong = person("QUIST", "BO");
        wrong.reference = UniqueReference::new("QZ91000");
        let mut right = wrong.clone();
        right.name.surname = Some("QVIST".into());
        right.born = PartialDate::new(1970, None, None);
        let folded = lists(vec![
            list(9, ListEffect::Change, std::slice::from_ref(&right)),
            list(8, ListEffect::Report, &[wrong]),
        ]);
        assert_eq!(folded.people.len(), 1);
        assert_eq!(folded.people[0].name, right.name);
    }

    #[test]
    fn a_newer_push_replaces_its_bookings_and_keeps_the_others() {
        let push = |hour, locator: &str, people: &[Person], withdrawn| BookingStatement {
            sent: Some(date(2026, 11, 24).at(hour, 0, 0, 0)),
            locator: RecordLocator::new(locator),
            withdrawn,
            people: people.to_vec(),
        };
        let (one, two) = (person("QUIST", "BO"), person("ÅKESSON", "TOVA"));
        let people = bookings(vec![
            push(9, "AAAAAA", std::slice::from_ref(&two), false),
            push(8, "AAAAAA", &[one.clone(), two.clone()], false),
            push(8, "BBBBBB", std::slice::from_ref(&one), false),
        ]);
        let names: Vec<_> = people.iter().map(|person| &person.name).collect();
        assert_eq!(names, [&two.name, &one.name]);
        assert_eq!(
            people[0].observations.len(),
            2,
            "what both pushes say of her"
        );
        let gone = bookings(vec![
            push(8, "AAAAAA", &[one], false),
            push(9, "AAAAAA", &[], true),
        ]);
        assert!(gone[0].is_cancelled());
    }
}
