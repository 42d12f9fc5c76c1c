//! The invented list: who is looked for, and the files that say so.

use std::collections::HashSet;

use compact_str::CompactString;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use crate::dice::{Dice, mix};
use crate::names::{Called, Names, Spelling};
use crate::noise;
use crate::person::{Age, Household, Person, phone};
use crate::tally::{Draw, Tally};
use crate::world::World;

/// What the list is called.
pub const LIST: &str = "invented";

/// How a birth date stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    /// To the day.
    Day,
    /// The year.
    Year,
    /// About the year.
    Circa,
    /// One of some years.
    Range,
    /// Not at all.
    Missing,
}

/// An alias of a listed person.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    /// Surname as written.
    pub surname: String,
    /// Given names as written.
    pub given: String,
    /// Whether the list calls it weak.
    pub weak: bool,
}

/// A listed person.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// The list's reference.
    pub entry: String,
    /// The person.
    pub person: Person,
    /// Aliases.
    pub aliases: Vec<Alias>,
    /// How the birth date stands in the list.
    pub precision: Precision,
    /// Whether the list has the document.
    pub with_document: bool,
    /// A telephone number that is known to be the person's.
    pub phone: CompactString,
    /// Programme.
    pub programme: &'static str,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// Entries in their order.
    pub entries: Vec<Listed>,
    /// Surnames and given names of each, for telling a namesake by chance.
    named: HashSet<(Box<str>, Box<str>)>,
}

impl List {
    /// Invents the list of a world.
    pub(crate) fn invent(world: &World) -> Self {
        let mut tally = Tally::default();
        let mut list = Self::default();
        for number in 0..world.parameters.listed {
            let key = mix(world.seed, mix(0x4C69_7374, u64::from(number)));
            let mut draw = Draw {
                dice: Dice::new(key),
                parameters: &world.parameters,
                tally: &mut tally,
            };
            let land = world.any_land(&mut draw.dice);
            let household = Household::new(world, key, land, &mut draw);
            let mut person =
                household.member(world, 0, Age::Adult, world.parameters.first_day, &mut draw);
            // Nobody is looked for under one name alone.
            if person.called.given.is_empty() {
                person.called.given.push(person.called.surnames[0]);
            }
            let dice = &mut draw.dice;
            let aliases = aliases(world, &person, dice);
            let precision = [
                Precision::Day,
                Precision::Year,
                Precision::Circa,
                Precision::Range,
                Precision::Missing,
            ][dice.weighted([55.0, 28.0, 8.0, 4.0, 5.0].into_iter())];
            let listed = Listed {
                entry: format!("TWL.{:05}", number + 1),
                with_document: dice.chance(0.4),
                phone: phone(world, land, dice),
                programme: dice.pick::<&str>(&["NARCOTICS", "ARMS", "FINANCE", "TRAVEL-BAN"]),
                person,
                aliases,
                precision,
            };
            list.named
                .insert(key_of(&world.names, &listed.person.called));
            list.entries.push(listed);
        }
        list
    }

    /// Whether somebody has the very name of an entry.
    pub(crate) fn bears(&self, names: &Names, called: &Called) -> bool {
        !called.given.is_empty() && self.named.contains(&key_of(names, called))
    }

    /// The list in the project's own JSON Lines form, one subject a line.
    pub(crate) fn json_lines(&self, world: &World) -> String {
        let mut out = String::new();
        for listed in &self.entries {
            let (full, surname, given) = primary(world, listed);
            let mut names = vec![
                json!({"name": full, "surname": surname, "given": given, "kind": "primary", "quality": "good", "script": "Latn"}),
            ];
            names.extend(listed.aliases.iter().map(|alias| {
                let quality = if alias.weak { "low" } else { "good" };
                json!({"name": alias.full(), "surname": alias.surname, "given": alias.given, "kind": "aka", "quality": quality, "script": "Latn"})
            }));
            let mut line = json!({
                "list": LIST, "entry": listed.entry, "kind": "person", "names": names,
                "sex": listed.person.sex.letter(),
                "nationalities": [world.lands[listed.person.land].alpha3],
                "programme": listed.programme, "measures": measures(listed),
                "contacts": [{"kind": "phone", "value": listed.phone}],
            });
            if let Some((from, to, raw)) = listed.born() {
                line["born"] = json!([{"from": from, "to": to, "raw": raw}]);
            }
            if listed.with_document {
                let document = &listed.person.document;
                line["documents"] = json!([{"type": document.kind, "number": document.number, "issuer": world.lands[document.issuer].alpha3}]);
            }
            out.push_str(&line.to_string());
            out.push('\n');
        }
        out
    }

    /// The list as comma-separated values, one subject a line.
    pub(crate) fn csv(&self, world: &World) -> String {
        let mut out = String::from(
            "entry,kind,surname,given,aliases,born,sex,nationality,document_type,document_number,document_issuer,programme,measures\n",
        );
        for listed in &self.entries {
            let (_, surname, given) = primary(world, listed);
            let aliases: Vec<String> = listed.aliases.iter().map(Alias::full).collect();
            let born = listed.born().map_or(String::new(), |(_, _, raw)| raw);
            let person = &listed.person;
            let document = listed.with_document.then_some(&person.document);
            let fields = [
                listed.entry.clone(),
                "person".to_owned(),
                surname,
                given,
                aliases.join("; "),
                born,
                person.sex.letter().to_owned(),
                world.lands[person.land].alpha3.to_owned(),
                document.map_or("", |d| d.kind).to_owned(),
                document.map_or("", |d| &d.number).to_owned(),
                document
                    .map_or("", |d| world.lands[d.issuer].alpha3)
                    .to_owned(),
                listed.programme.to_owned(),
                measures(listed).join("; "),
            ];
            let line: Vec<String> = fields
                .iter()
                .map(|field| {
                    if field.contains([',', '"', ';']) {
                        format!("\"{}\"", field.replace('"', "\"\""))
                    } else {
                        field.clone()
                    }
                })
                .collect();
            out.push_str(&line.join(","));
            out.push('\n');
        }
        out
    }

    /// The list as FollowTheMoney entities, one a line.
    pub(crate) fn follow_the_money(&self, world: &World) -> String {
        let mut out = String::new();
        for listed in &self.entries {
            let (full, surname, given) = primary(world, listed);
            let person = &listed.person;
            let (weak, strong): (Vec<_>, Vec<_>) =
                listed.aliases.iter().partition(|alias| alias.weak);
            let sex = match person.sex.letter() {
                "M" => "male",
                "F" => "female",
                _ => "other",
            };
            let mut properties = json!({
                "name": [full], "lastName": [surname], "firstName": [given], "gender": [sex],
                "alias": strong.into_iter().map(Alias::full).collect::<Vec<_>>(),
                "weakAlias": weak.into_iter().map(Alias::full).collect::<Vec<_>>(),
                "nationality": [world.lands[person.land].alpha2.to_ascii_lowercase()],
                "topics": ["sanction"], "program": [listed.programme], "phone": [format!("+{}", listed.phone)],
            });
            if let Some((from, _, _)) = listed.born() {
                let text = from.to_string();
                let shown = if listed.precision == Precision::Day {
                    &text[..]
                } else {
                    &text[..4]
                };
                properties["birthDate"] = json!([shown]);
            }
            if listed.with_document {
                properties["passportNumber"] = json!([person.document.number]);
            }
            let id = listed.entry.to_ascii_lowercase().replace('.', "-");
            let line = json!({
                "id": id, "schema": "Person", "caption": properties["name"][0],
                "datasets": [LIST], "referents": [], "target": true, "properties": properties,
            });
            out.push_str(&line.to_string());
            out.push('\n');
        }
        out
    }
}

impl Alias {
    /// Given names, then surname.
    pub(crate) fn full(&self) -> String {
        format!("{} {}", self.given, self.surname).trim().to_owned()
    }
}

impl Listed {
    /// First and last day that the birth date in the list can mean, and how it is written there.
    pub(crate) fn born(&self) -> Option<(Date, Date, String)> {
        let born = self.person.born;
        let year = born.year();
        let span =
            |from: i16, to: i16| Some((Date::new(from, 1, 1).ok()?, Date::new(to, 12, 31).ok()?));
        Some(match self.precision {
            Precision::Day => (born, born, born.to_string()),
            Precision::Year => {
                let (from, to) = span(year, year)?;
                (from, to, year.to_string())
            }
            Precision::Circa => {
                let (from, to) = span(year - 1, year + 1)?;
                (from, to, format!("circa {year}"))
            }
            Precision::Range => {
                let (from, to) = span(year - 2, year + 1)?;
                (from, to, format!("{} to {}", year - 2, year + 1))
            }
            Precision::Missing => return None,
        })
    }

    /// A birth date that is surely another one.
    pub(crate) fn another_birth(&self, dice: &mut Dice) -> Date {
        let years = i64::from(dice.between(5, 14));
        let born = if self.person.born.year() < 1975 {
            self.person.born.saturating_add(years.years())
        } else {
            self.person.born.saturating_sub(years.years())
        };
        born.saturating_add(i64::from(dice.between(1, 200)).days())
    }
}

fn measures(listed: &Listed) -> Vec<&'static str> {
    match listed.programme {
        "TRAVEL-BAN" => vec!["travel-ban"],
        "FINANCE" => vec!["asset-freeze"],
        _ => vec!["travel-ban", "asset-freeze"],
    }
}

fn key_of(names: &Names, called: &Called) -> (Box<str>, Box<str>) {
    let text = |ids: &[u32]| {
        let words: Vec<&str> = ids.iter().map(|id| &*names.get(*id).plain).collect();
        words.join(" ").into()
    };
    (text(&called.surnames), text(&called.given))
}

/// Whole name, surname, given names, as the list writes them.
fn primary(world: &World, listed: &Listed) -> (String, String, String) {
    let join = |ids: &[u32]| {
        let words: Vec<&str> = ids
            .iter()
            .map(|id| world.names.spelt(*id, Spelling::Kept))
            .collect();
        words.join(" ")
    };
    let (surname, given) = (
        join(&listed.person.called.surnames),
        join(&listed.person.called.given),
    );
    (format!("{given} {surname}"), surname, given)
}

/// Some aliases: another spelling, a part of the name, another name.
fn aliases(world: &World, person: &Person, dice: &mut Dice) -> Vec<Alias> {
    let join = |ids: &[u32]| {
        let words: Vec<&str> = ids
            .iter()
            .map(|id| world.names.spelt(*id, Spelling::Plain))
            .collect();
        words.join(" ")
    };
    let (surname, given) = (join(&person.called.surnames), join(&person.called.given));
    let mut aliases = Vec::new();
    for _ in 0..dice.weighted([25.0, 35.0, 25.0, 15.0].into_iter()) {
        let alias = match dice.below(3) {
            0 => {
                let other = noise::spelt_otherwise(&surname, dice);
                let Some(other) = other else { continue };
                Alias {
                    surname: other.to_string(),
                    given: given.clone(),
                    weak: false,
                }
            }
            1 => {
                let another = world.names.surname(person.culture, false, dice);
                Alias {
                    surname: world.names.get(another).plain.to_string(),
                    given: given.clone(),
                    weak: false,
                }
            }
            _ => {
                let another = world.names.surname(person.culture, false, dice);
                Alias {
                    surname: world.names.get(another).plain.to_string(),
                    given: String::new(),
                    weak: true,
                }
            }
        };
        aliases.push(alias);
    }
    aliases
}
