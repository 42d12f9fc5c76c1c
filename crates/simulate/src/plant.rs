//! Planting what the system under test ought to find, and innocents that look like it.

use compact_str::CompactString;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::dice::{Dice, mix};
use crate::flight::{Fate, Flight, Kind};
use crate::list::Listed;
use crate::parameters::{Mix, Rate};
use crate::person::{Age, Household, birth_date, document};
use crate::tally::Draw;
use crate::truth::Planted;

/// People in the pools that patterns come back to.
const POOL: u32 = 20;

impl Flight<'_> {
    pub(crate) fn plant(&mut self, draw: &mut Draw<'_>) {
        self.plant_listed(draw);
        if draw.chance(Rate::Pattern) {
            let which = draw.part(Mix::Pattern);
            self.plant_pattern(which, true, draw);
        }
        if draw.chance(Rate::LookAlike) {
            let which = draw.part(Mix::Pattern);
            self.plant_pattern(which, false, draw);
        }
    }

    fn plant_listed(&mut self, draw: &mut Draw<'_>) {
        let world = self.world;
        if world.list.entries.is_empty() {
            return;
        }
        for index in 0..self.travellers.len() {
            let listed = || draw_listed(&world.list.entries, index, self.departure.key);
            if draw.chance(Rate::ListedSelf) {
                self.put(index, "listed-person", "self", listed());
            } else if draw.chance(Rate::ListedAlias) {
                let listed = listed();
                // Only strong aliases with given names make a name to travel under.
                if let Some(alias) = listed.aliases.iter().find(|alias| !alias.weak) {
                    let (surname, given) = (alias.surname.clone(), alias.given.clone());
                    self.put(index, "listed-person", "alias", listed);
                    self.travellers[index].alias = Some((surname.into(), given.into()));
                }
            } else if draw.chance(Rate::ListedNoise) {
                self.put(index, "listed-person", "noise", listed());
                self.travellers[index].noisy = true;
            } else if draw.chance(Rate::Namesake) {
                let listed = listed();
                let born = listed.another_birth(&mut draw.dice);
                self.name_after(index, "namesake", listed, born, draw);
            } else if draw.chance(Rate::NearNamesake) {
                let listed = listed();
                let born = listed.another_birth(&mut draw.dice);
                self.name_after(index, "near-namesake", listed, born, draw);
                let culture = listed.person.culture;
                let other = world.names.surname(culture, false, &mut draw.dice);
                let called = &mut self.travellers[index].person.called;
                if called.given.len() > 1 {
                    called.given.truncate(1);
                } else {
                    called.surnames.push(other);
                }
            } else if world
                .list
                .bears(&world.names, &self.travellers[index].person.called)
            {
                self.planted
                    .push(Planted::new("namesake", "by-chance", index));
            }
            if draw.chance(Rate::DocumentLost) {
                self.planted
                    .push(Planted::new("lost-document", "reported", index));
            }
        }
    }

    /// Puts a listed person in a traveller's place.
    fn put(&mut self, index: usize, kind: &'static str, how: &'static str, listed: &Listed) {
        let traveller = &mut self.travellers[index];
        traveller.person = listed.person.clone();
        traveller.kind = Kind::Adult;
        let mut planted = Planted::new(kind, how, index);
        planted.entry = Some(listed.entry.clone());
        self.planted.push(planted);
    }

    /// Gives an innocent the name of a listed person.
    fn name_after(
        &mut self,
        index: usize,
        kind: &'static str,
        listed: &Listed,
        born: Date,
        draw: &mut Draw<'_>,
    ) {
        let (world, key) = (self.world, draw.dice.bits());
        let traveller = &mut self.travellers[index];
        traveller.person.called = listed.person.called.clone();
        traveller.person.culture = listed.person.culture;
        traveller.person.sex = listed.person.sex;
        traveller.person.born = born;
        traveller.person.id = key;
        traveller.person.document = document(world, traveller.person.land, &mut draw.dice);
        traveller.kind = Kind::Adult;
        let mut planted = Planted::new(kind, "other-birth-date", index);
        planted.entry = Some(listed.entry.clone());
        self.planted.push(planted);
    }

    /// Bookings that are live and have `count` travellers.
    fn live(&self, count: usize, dice: &mut Dice) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.bookings.len())
            .filter(|i| {
                let booking = &self.bookings[*i];
                let mut party = booking.first..booking.first + booking.count;
                let free = |at| !self.planted.iter().any(|planted| planted.traveller == at);
                booking.count == count && booking.cancelled.is_none() && party.all(free)
            })
            .collect();
        (!fitting.is_empty()).then(|| *dice.pick(&fitting))
    }

    fn plant_pattern(&mut self, which: usize, real: bool, draw: &mut Draw<'_>) {
        let name = Mix::Pattern.parts()[which].0;
        let pairs = matches!(name, "minor-with-stranger") || name == "document-shared" && !real;
        let Some(at) = self.live(if pairs { 2 } else { 1 }, &mut draw.dice) else {
            return;
        };
        let (world, day) = (self.world, self.day());
        let index = self.bookings[at].first;
        let member = draw.dice.below(POOL);
        let pool_key = mix(
            world.seed,
            mix(0x506F_6F6C + which as u64, u64::from(member)),
        );
        match name {
            "cash-one-way" => {
                let hours = if real { 20 } else { 24 * 40 };
                let booking = &mut self.bookings[at];
                (booking.journey, booking.nights, booking.purpose) = (1, 0, 3);
                (booking.payment, booking.card) = if real { (2, None) } else { (1, None) };
                booking.last4 = CompactString::default();
                booking.booked = self.departure.departs.saturating_sub(hours.hours());
                booking.connection = None;
            }
            "document-shared" if real => {
                // Two people of a pool use one passport in turn.
                let land = (member as usize * 7) % world.lands.len();
                let household =
                    Household::new(world, mix(pool_key, draw.dice.bits() % 2), land, draw);
                let person =
                    household.member(world, 0, Age::Adult, world.parameters.first_day, draw);
                let shared = document(world, land, &mut Dice::new(pool_key));
                self.travellers[index].person = person;
                self.travellers[index].person.document = shared;
            }
            "document-shared" => {
                // A child in a parent's passport, as some states still have it.
                let shared = self.travellers[index].person.document.clone();
                let other = &mut self.travellers[index + 1];
                other.person.born = birth_date(day, 4.0, &mut draw.dice);
                other.person.document = shared;
                other.kind = Kind::Child;
            }
            "phone-of-listed" => {
                let Some(listed) = world.list.entries.get(member as usize) else {
                    return;
                };
                let mut phone = listed.phone.clone();
                if !real {
                    let last = phone.pop().unwrap_or('0');
                    phone.push(if last == '7' { '8' } else { '7' });
                }
                self.bookings[at].phone = Some(phone);
            }
            "two-passports" => {
                let land = (member as usize * 11) % world.lands.len();
                let household = Household::new(world, pool_key, land, draw);
                let mut person =
                    household.member(world, 0, Age::Adult, world.parameters.first_day, draw);
                let born = Date::new(person.born.year(), 1 + (member % 11) as i8, 12)
                    .unwrap_or(person.born);
                person.born = born;
                if draw.dice.chance(0.5) {
                    // The other passport, where day and month changed places; a look-alike is the
                    // same person with one renewed passport.
                    person.document = document(world, land, &mut Dice::new(mix(pool_key, 2)));
                    if real {
                        person.born = Date::new(born.year(), 12, born.month()).unwrap_or(born);
                    }
                }
                self.travellers[index].person = person;
            }
            "minor-with-stranger" => {
                let land = if real {
                    (self.travellers[index].person.land + 13) % world.lands.len()
                } else {
                    self.travellers[index].person.land
                };
                let household = Household::new(world, draw.dice.bits(), land, draw);
                let child = household.member(world, 1, Age::Child, day, draw);
                self.travellers[index + 1].person = child;
                self.travellers[index + 1].kind = Kind::Child;
                if !real {
                    // A child with the mother's surname, going home with her.
                    let surname = self.travellers[index]
                        .person
                        .called
                        .surnames
                        .first()
                        .copied();
                    self.travellers[index + 1]
                        .person
                        .called
                        .surnames
                        .extend(surname);
                }
            }
            _ => {
                // Courier: few people, often, for a night, paid in cash; a look-alike is somebody
                // who commutes and pays by card.
                let land = (member as usize * 5) % world.lands.len();
                let household = Household::new(world, pool_key, land, draw);
                let person =
                    household.member(world, 0, Age::Adult, world.parameters.first_day, draw);
                self.travellers[index].person = person;
                let booking = &mut self.bookings[at];
                (booking.journey, booking.nights, booking.purpose) = (0, 1, 1);
                if real {
                    (booking.payment, booking.card) = (2, None);
                    booking.last4 = CompactString::default();
                    booking.booked = self.departure.departs.saturating_sub(30.hours());
                }
            }
        }
        self.travellers[index].fate = Fate::Boarded;
        let how = name;
        let mut planted = Planted::new(if real { "pattern" } else { "look-alike" }, how, index);
        planted.pool =
            matches!(name, "document-shared" | "two-passports" | "courier").then_some(member);
        planted.entry = (name == "phone-of-listed")
            .then(|| {
                world
                    .list
                    .entries
                    .get(member as usize)
                    .map(|listed| listed.entry.clone())
            })
            .flatten();
        self.planted.push(planted);
    }
}

/// A listed person for a traveller: a few travel often.
fn draw_listed(entries: &[Listed], index: usize, key: u64) -> &Listed {
    let at = Dice::new(mix(key, index as u64)).ranked(entries.len());
    &entries[at]
}
