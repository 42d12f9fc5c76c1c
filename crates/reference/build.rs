//! Makes the compiled tables from the text tables under `data/`, and refuses tables that contradict
//! themselves: a code or a name with two meanings does not build.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/key.rs"]
mod key;
#[path = "src/letters.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod letters;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    countries(&out)?;
    airports(&out)?;
    currencies(&out)?;
    names(&out)?;
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=src/key.rs");
    println!("cargo::rerun-if-changed=src/letters.rs");
    Ok(())
}

/// The rows of a table, each with `N` columns.
fn rows<const N: usize>(table: &str) -> Result<Vec<[String; N]>> {
    let text = fs::read_to_string(Path::new("data").join(table))?;
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
            row.try_into()
                .map_err(|_| format!("{table}: not {N} columns: {line}").into())
        })
        .collect()
}

/// A code as a byte array literal, zeros when it is absent.
fn code<const N: usize>(text: &str) -> Result<[u8; N]> {
    if text.is_empty() {
        return Ok([0; N]);
    }
    let bytes: [u8; N] = text
        .as_bytes()
        .try_into()
        .map_err(|_| format!("not {N} long: {text}"))?;
    match bytes
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        true => Ok(bytes),
        false => Err(format!("not a code: {text}").into()),
    }
}

fn place3(text: &str) -> Result<usize> {
    letters::three(code(text)?).ok_or_else(|| format!("not three letters: {text}").into())
}

/// Sets an empty place of a table, or reports the contradiction.
fn set(table: &mut [u16], place: usize, value: u16, what: &str) -> Result<()> {
    match table.get_mut(place) {
        Some(slot @ 0) => *slot = value,
        _ => return Err(format!("two meanings: {what}").into()),
    }
    Ok(())
}

/// A table as long as `length` says.
fn array(source: &mut String, name: &str, length: &str, values: &[u16]) -> Result<()> {
    Ok(writeln!(
        source,
        "static {name}: [u16; {length}] = {values:?};"
    )?)
}

/// A form as `country.rs` numbers it.
fn form(kind: &str) -> Result<u16> {
    [
        "alpha3",
        "alpha2",
        "special",
        "legacy",
        "colloquial",
        "name",
    ]
    .iter()
    .zip(0..)
    .find_map(|(form, number)| (*form == kind).then_some(number))
    .ok_or_else(|| format!("no such form: {kind}").into())
}

fn countries(out: &Path) -> Result<()> {
    let mut countries = rows::<8>("countries.tsv")?;
    countries.extend(rows::<8>("special-countries.tsv")?);
    countries.sort();

    let mut index = BTreeMap::new();
    let mut three = vec![0; letters::THREE];
    let mut two = vec![0; letters::TWO];
    let mut one = vec![0; letters::ONE];
    let mut names: BTreeMap<String, u16> = BTreeMap::new();
    let mut name = |text: &str, target: u16| -> Result<()> {
        let mut buffer = [0; key::KEY_LEN];
        let key = key::key(text, &mut buffer).ok_or_else(|| format!("no key: {text}"))?;
        match names.insert(String::from_utf8(key.to_vec())?, target) {
            // The same name twice is fine, in whatever form.
            Some(before) if before & 0x3ff != target & 0x3ff => {
                Err(format!("two countries: {text}").into())
            }
            _ => Ok(()),
        }
    };
    let mut source = format!("static COUNTRIES: [Country; {}] = [\n", countries.len());
    for (number, [alpha3, alpha2, numeric, kind, title, dial, currency, also]) in
        (1_u16..).zip(&countries)
    {
        let (form_of_code, variant) = match kind.as_str() {
            "state" => ("alpha3", "State"),
            "special" => ("special", "Special"),
            "specimen" => ("special", "Specimen"),
            "historic" => ("legacy", "Historic"),
            _ => return Err(format!("no such kind: {kind}").into()),
        };
        let form_of_alpha2 = match (alpha3.as_str(), kind.as_str()) {
            (_, "state") => "alpha2",
            ("RKS", _) => "colloquial",
            _ => form_of_code,
        };
        writeln!(
            source,
            "Country {{ alpha3: {:?}, alpha2: {:?}, numeric: {}, name: {title:?}, \
             kind: Kind::{variant}, dial: {dial:?}, currency: {:?} }},",
            code::<3>(alpha3)?,
            code::<2>(alpha2)?,
            if numeric.is_empty() {
                0
            } else {
                numeric.parse::<u16>()?
            },
            code::<3>(currency)?,
        )?;
        index.insert(alpha3.clone(), number);
        set(
            &mut three,
            place3(alpha3)?,
            number | form(form_of_code)? << 10,
            alpha3,
        )?;
        if let [a, b] = alpha2.as_bytes() {
            let place = letters::two(*a, *b).ok_or("not two letters")?;
            set(
                &mut two,
                place,
                number | form(form_of_alpha2)? << 10,
                alpha2,
            )?;
        }
        for text in std::iter::once(title.as_str()).chain(also.split('|')) {
            if !text.is_empty() {
                name(text, number | form("name")? << 10)?;
            }
        }
    }
    source.push_str("];\n");
    for [text, alpha3, kind] in &rows::<3>("aliases.tsv")? {
        let number = index
            .get(alpha3)
            .ok_or_else(|| format!("no such country: {alpha3}"))?;
        let target = number | form(kind)? << 10;
        match text.as_bytes() {
            [a] => set(
                &mut one,
                letters::one(*a).ok_or("not a letter")?,
                target,
                text,
            )?,
            [a, b] => set(
                &mut two,
                letters::two(*a, *b).ok_or("not letters")?,
                target,
                text,
            )?,
            [_, _, _] => set(&mut three, place3(text)?, target, text)?,
            _ => name(text, target)?,
        }
    }
    array(&mut source, "THREE_LETTERS", "letters::THREE", &three)?;
    array(&mut source, "ONE_LETTER", "letters::ONE", &one)?;
    array(&mut source, "TWO_LETTERS", "letters::TWO", &two)?;
    writeln!(source, "static NAMES: [(&str, u16); {}] = [", names.len())?;
    for (key, target) in &names {
        writeln!(source, "({key:?}, {target}),")?;
    }
    source.push_str("];\n");
    Ok(fs::write(out.join("countries.rs"), source)?)
}

/// The names of airports and cities in one text, each once.
#[derive(Default)]
struct Texts {
    all: String,
    known: BTreeMap<String, u32>,
}

impl Texts {
    /// Where a text stands (upper 25 bits) and how long it is (lower 7 bits).
    fn place(&mut self, text: &str) -> Result<u32> {
        if let Some(place) = self.known.get(text) {
            return Ok(*place);
        }
        if text.len() > 0x7f {
            return Err(format!("too long: {text}").into());
        }
        let place = u32::try_from(self.all.len() << 7 | text.len())?;
        self.all.push_str(text);
        self.known.insert(text.to_owned(), place);
        Ok(place)
    }
}

fn airports(out: &Path) -> Result<()> {
    let mut airports = rows::<8>("airports.tsv")?;
    // By ICAO code; those that have none come first.
    airports.sort();
    let mut zones: Vec<&str> = airports.iter().map(|row| row[3].as_str()).collect();
    zones.sort_unstable();
    zones.dedup();

    let mut texts = Texts::default();
    let mut by_iata = vec![0; letters::THREE];
    let mut by_icao = vec![0; letters::TWO + 1];
    let mut source = format!("static AIRPORTS: [Airport; {}] = [\n", airports.len());
    for (number, [icao, iata, country, zone, north, east, title, city]) in (1_u16..).zip(&airports)
    {
        writeln!(
            source,
            "Airport {{ iata: {:?}, icao: {:?}, country: {:?}, zone: Zone({}), north: {north}, \
             east: {east}, name: {}, city: {} }},",
            code::<3>(iata)?,
            code::<4>(icao)?,
            code::<3>(country)?,
            zones
                .binary_search(&zone.as_str())
                .map_err(|_| "no such zone")?,
            texts.place(title)?,
            texts.place(city)?,
        )?;
        if !iata.is_empty() {
            set(&mut by_iata, place3(iata)?, number, iata)?;
        }
        if let [a, b, ..] = icao.as_bytes() {
            // Counted here, summed below.
            by_icao[letters::two(*a, *b).ok_or("not letters")? + 1] += 1;
        } else {
            by_icao[0] += 1;
        }
    }
    for place in 1..by_icao.len() {
        by_icao[place] += by_icao[place - 1];
    }
    source.push_str("];\n");
    array(&mut source, "BY_IATA", "letters::THREE", &by_iata)?;
    array(&mut source, "BY_ICAO", "letters::TWO + 1", &by_icao)?;

    let cities = rows::<3>("cities.tsv")?;
    writeln!(source, "static CITIES: [City; {}] = [", cities.len())?;
    for [iata, title, members] in &cities {
        let mut indices = Vec::new();
        for member in members.split(' ') {
            match by_iata[place3(member)?] {
                0 => return Err(format!("{iata}: no airport {member}").into()),
                number => indices.push(number),
            }
        }
        let iata = code::<3>(iata)?;
        writeln!(
            source,
            "City {{ iata: {iata:?}, name: {title:?}, members: &{indices:?} }},"
        )?;
    }
    source.push_str("];\n");

    fs::write(out.join("airports.txt"), texts.all)?;
    fs::write(out.join("airports.rs"), source)?;
    let zones = format!("static ZONES: [&str; {}] = {zones:?};\n", zones.len());
    Ok(fs::write(out.join("zones.rs"), zones)?)
}

fn currencies(out: &Path) -> Result<()> {
    let mut currencies = rows::<4>("currencies.tsv")?;
    currencies.sort();
    let mut source = format!("static CURRENCIES: [Currency; {}] = [\n", currencies.len());
    for [alpha, numeric, minor, name] in &currencies {
        let minor = if minor.is_empty() {
            None
        } else {
            Some(minor.parse::<u8>()?)
        };
        writeln!(
            source,
            "Currency {{ alpha: {:?}, numeric: {}, minor_unit: {minor:?}, name: {name:?} }},",
            code::<3>(alpha)?,
            numeric.parse::<u16>()?,
        )?;
    }
    source.push_str("];\n");
    Ok(fs::write(out.join("currencies.rs"), source)?)
}

fn names(out: &Path) -> Result<()> {
    let mut known = BTreeMap::new();
    for [word, uses] in rows::<2>("names.tsv")? {
        let bits = u64::from(uses.contains('g')) | u64::from(uses.contains('s')) << 1;
        if bits == 0 || known.insert(word, bits).is_some() {
            return Err("names.tsv: a word without use, or twice".into());
        }
    }
    let map = fst::Map::from_iter(known)?;
    Ok(fs::write(out.join("names.fst"), map.as_fst().as_bytes())?)
}
