//! Countries as lists write them: codes, English names in every turn, adjectives, two languages.

use tidewaiter_domain::{Country, CountryCode, ListedPlace, Text};

use super::node::squeezed;

/// The country that `text` names, or `text` itself.
pub(super) fn country(text: &str) -> Option<Country> {
    let text = squeezed(text);
    if text.is_empty() || matches!(text.as_str(), "00" | "-" | "n/a" | "N/A") {
        return None;
    }
    if matches!(
        text.to_ascii_lowercase().as_str(),
        "unknown" | "xx" | "none"
    ) {
        return None;
    }
    Some(match known(&text) {
        Some(code) => Country::Known(code),
        None => Country::Unknown(text),
    })
}

/// The country that `text` names, if it is one.
pub(super) fn known(text: &str) -> Option<CountryCode> {
    let text = text.trim().trim_end_matches(['.', ',']);
    let resolved = |text: &str| {
        tidewaiter_reference::country::resolve(text).and_then(|m| CountryCode::new(m.alpha3))
    };
    resolved(text)
        .or_else(|| adjective(text))
        // "Burma / Birmanie": the same in two languages.
        .or_else(|| resolved(text.split_once(" / ")?.0))
        // "Korea, North" and "Congo, Democratic Republic of the" turned round.
        .or_else(|| {
            let (head, tail) = text.split_once(", ")?;
            resolved(&[tail, " ", head].concat())
        })
        // "Iran (Islamic Republic of)".
        .or_else(|| resolved(text.split_once(" (")?.0))
        .or_else(|| {
            resolved(
                text.strip_prefix("the ")
                    .or_else(|| text.strip_prefix("The "))?,
            )
        })
}

/// Several countries in one field: by separator, "and", or enumeration marks `1)`, `(2)`, `a)`.
pub(super) fn countries(text: &str) -> Vec<Country> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    if let Some(code) = known(text) {
        return vec![Country::Known(code)];
    }
    let mut found = Vec::new();
    for part in numbered(text)
        .iter()
        .flat_map(|part| part.split([';', '/']))
        .flat_map(|part| part.split(" and "))
    {
        if let Some(country) = country(part)
            && !found.contains(&country)
        {
            found.push(country);
        }
    }
    found
}

/// The parts of an enumeration `1) x 2) y`, `(1) x (2)-(6) y`, `a) x b) y`; the text itself when it
/// is none.
pub(super) fn numbered(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b')' {
            continue;
        }
        let head = &bytes[..at];
        let label = head
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        if label == 0 || label > 2 {
            continue;
        }
        let start = at - label;
        let mark = &bytes[start..at];
        let counts =
            mark.iter().all(u8::is_ascii_digit) || (label == 1 && mark[0].is_ascii_lowercase());
        let before = start.checked_sub(1).map(|i| bytes[i]);
        let opened = before == Some(b'(');
        let free = before.is_none_or(|b| b.is_ascii_whitespace() || b == b'-' || b == b'.');
        if counts && (opened || free) {
            cuts.push((start - usize::from(opened), at + 1));
        }
    }
    if cuts.is_empty() {
        return vec![text.trim()];
    }
    let ends = cuts.iter().skip(1).map(|c| c.0).chain([text.len()]);
    let mut parts: Vec<&str> = text.get(..cuts[0].0).into_iter().collect();
    parts.extend(
        cuts.iter()
            .zip(ends)
            .filter_map(|(c, end)| text.get(c.1..end)),
    );
    parts
        .into_iter()
        .map(|part| part.trim().trim_end_matches(['-', ',', ';']).trim())
        .filter(|part| !part.is_empty())
        .collect()
}

/// A place written as one text: `Baghdad, Iraq`. The last part is the country, if it is one.
pub(super) fn place(text: &str) -> Option<ListedPlace> {
    let text = squeezed(text.trim().trim_end_matches('.'));
    if text.is_empty() || text == "-" {
        return None;
    }
    if let Some(code) = known(&text) {
        return Some(ListedPlace {
            country: Some(Country::Known(code)),
            city: None,
            text: Some(text),
        });
    }
    let split = text
        .rsplit_once(", ")
        .and_then(|(city, last)| Some((city, known(last)?)));
    Some(match split {
        Some((city, code)) => ListedPlace {
            country: Some(Country::Known(code)),
            city: Some(city.into()),
            text: Some(text.clone()),
        },
        None => ListedPlace {
            country: None,
            city: None,
            text: Some(text),
        },
    })
}

/// A place of separate fields; `None` when all are empty.
pub(super) fn place_of(
    country_text: Option<Text>,
    city: Option<Text>,
    rest: impl IntoIterator<Item = Text>,
) -> Option<ListedPlace> {
    let rest = rest
        .into_iter()
        .map(|t| t.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let place = ListedPlace {
        country: country_text.as_deref().and_then(country),
        city,
        text: (!rest.is_empty()).then(|| rest.into()),
    };
    (place != ListedPlace::default()).then_some(place)
}

/// The country of an English adjective as lists use it (`Afghan`, `Saudi Arabian`).
fn adjective(text: &str) -> Option<CountryCode> {
    let lower = text.to_lowercase();
    ADJECTIVES
        .binary_search_by(|(word, _)| (*word).cmp(lower.as_str()))
        .ok()
        .and_then(|at| CountryCode::new(*ADJECTIVES[at].1))
}

/// Sorted by word.
const ADJECTIVES: &[(&str, &[u8; 3])] = &[
    ("afghan", b"AFG"),
    ("albanian", b"ALB"),
    ("algerian", b"DZA"),
    ("american", b"USA"),
    ("angolan", b"AGO"),
    ("argentine", b"ARG"),
    ("argentinian", b"ARG"),
    ("armenian", b"ARM"),
    ("australian", b"AUS"),
    ("austrian", b"AUT"),
    ("azerbaijani", b"AZE"),
    ("azeri", b"AZE"),
    ("bahraini", b"BHR"),
    ("bangladeshi", b"BGD"),
    ("basque", b"ESP"),
    ("belarusian", b"BLR"),
    ("belarussian", b"BLR"),
    ("belgian", b"BEL"),
    ("bissau-guinean", b"GNB"),
    ("bolivian", b"BOL"),
    ("bosnian", b"BIH"),
    ("brazilian", b"BRA"),
    ("british", b"GBR"),
    ("bulgarian", b"BGR"),
    ("burkinabe", b"BFA"),
    ("burmese", b"MMR"),
    ("burundian", b"BDI"),
    ("cambodian", b"KHM"),
    ("cameroonian", b"CMR"),
    ("canadian", b"CAN"),
    ("central african", b"CAF"),
    ("chadian", b"TCD"),
    ("chilean", b"CHL"),
    ("chinese", b"CHN"),
    ("colombian", b"COL"),
    ("congolese (drc)", b"COD"),
    ("croatian", b"HRV"),
    ("cuban", b"CUB"),
    ("cypriot", b"CYP"),
    ("czech", b"CZE"),
    ("danish", b"DNK"),
    ("democratic people's republic of korea", b"PRK"),
    ("djiboutian", b"DJI"),
    ("dutch", b"NLD"),
    ("ecuadorian", b"ECU"),
    ("egyptian", b"EGY"),
    ("emirati", b"ARE"),
    ("eritrean", b"ERI"),
    ("estonian", b"EST"),
    ("ethiopian", b"ETH"),
    ("filipino", b"PHL"),
    ("finnish", b"FIN"),
    ("french", b"FRA"),
    ("gambian", b"GMB"),
    ("georgian", b"GEO"),
    ("german", b"DEU"),
    ("ghanaian", b"GHA"),
    ("greek", b"GRC"),
    ("guatemalan", b"GTM"),
    ("guinean", b"GIN"),
    ("haitian", b"HTI"),
    ("honduran", b"HND"),
    ("hungarian", b"HUN"),
    ("indian", b"IND"),
    ("indonesian", b"IDN"),
    ("iranian", b"IRN"),
    ("iraqi", b"IRQ"),
    ("irish", b"IRL"),
    ("israeli", b"ISR"),
    ("italian", b"ITA"),
    ("ivorian", b"CIV"),
    ("jamaican", b"JAM"),
    ("japanese", b"JPN"),
    ("jordanian", b"JOR"),
    ("kazakh", b"KAZ"),
    ("kazakhstani", b"KAZ"),
    ("kenyan", b"KEN"),
    ("kosovan", b"RKS"),
    ("kosovar", b"RKS"),
    ("kuwaiti", b"KWT"),
    ("kyrgyz", b"KGZ"),
    ("latvian", b"LVA"),
    ("lebanese", b"LBN"),
    ("liberian", b"LBR"),
    ("libyan", b"LBY"),
    ("libyan arab jamahiriya", b"LBY"),
    ("lithuanian", b"LTU"),
    ("macedonian", b"MKD"),
    ("malaysian", b"MYS"),
    ("maldivian", b"MDV"),
    ("malian", b"MLI"),
    ("maltese", b"MLT"),
    ("mauritanian", b"MRT"),
    ("mexican", b"MEX"),
    ("moldovan", b"MDA"),
    ("mongolian", b"MNG"),
    ("montenegrin", b"MNE"),
    ("moroccan", b"MAR"),
    ("mozambican", b"MOZ"),
    ("namibian", b"NAM"),
    ("nepalese", b"NPL"),
    ("nicaraguan", b"NIC"),
    ("nigerian", b"NGA"),
    ("nigerien", b"NER"),
    ("north korea", b"PRK"),
    ("north korean", b"PRK"),
    ("norwegian", b"NOR"),
    ("omani", b"OMN"),
    ("pakistani", b"PAK"),
    ("palestinian", b"PSE"),
    ("panamanian", b"PAN"),
    ("paraguayan", b"PRY"),
    ("peruvian", b"PER"),
    ("polish", b"POL"),
    ("portuguese", b"PRT"),
    ("qatari", b"QAT"),
    ("romanian", b"ROU"),
    ("russian", b"RUS"),
    ("rwandan", b"RWA"),
    ("saudi", b"SAU"),
    ("saudi arabian", b"SAU"),
    ("senegalese", b"SEN"),
    ("serbian", b"SRB"),
    ("sierra leonean", b"SLE"),
    ("singaporean", b"SGP"),
    ("slovak", b"SVK"),
    ("slovenian", b"SVN"),
    ("somali", b"SOM"),
    ("south african", b"ZAF"),
    ("south korea", b"KOR"),
    ("south korean", b"KOR"),
    ("south sudanese", b"SSD"),
    ("spanish", b"ESP"),
    ("sri lankan", b"LKA"),
    ("sudanese", b"SDN"),
    ("swedish", b"SWE"),
    ("swiss", b"CHE"),
    ("syrian", b"SYR"),
    ("taiwanese", b"TWN"),
    ("tajik", b"TJK"),
    ("tajikistani", b"TJK"),
    ("tanzanian", b"TZA"),
    ("thai", b"THA"),
    ("togolese", b"TGO"),
    ("trinidadian", b"TTO"),
    ("tunisian", b"TUN"),
    ("turkish", b"TUR"),
    ("turkmen", b"TKM"),
    ("ugandan", b"UGA"),
    ("ukrainian", b"UKR"),
    ("uruguayan", b"URY"),
    ("uzbek", b"UZB"),
    ("uzbekistani", b"UZB"),
    ("venezuelan", b"VEN"),
    ("vietnamese", b"VNM"),
    ("yemeni", b"YEM"),
    ("zambian", b"ZMB"),
    ("zimbabwean", b"ZWE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        countries(text)
            .into_iter()
            .map(|c| c.as_str().to_owned())
            .collect()
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ADJECTIVES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn countries_are_known_in_every_turn() {
        for (text, codes) in [
            ("Iran (Islamic Republic of)", vec!["IRN"]),
            ("Korea, North", vec!["PRK"]),
            ("Democratic People's Republic of Korea", vec!["PRK"]),
            ("Congo, Democratic Republic of the", vec!["COD"]),
            ("Burma / Birmanie", vec!["MMR"]),
            ("Afghan", vec!["AFG"]),
            ("iq", vec!["IRQ"]),
            ("1) Saudi Arabia 2) Qatar", vec!["SAU", "QAT"]),
            ("(1)-(2) Tunisia (3) Libya (7) -", vec!["TUN", "LBY"]),
            ("fr;lb;sa", vec!["FRA", "LBN", "SAU"]),
            ("Atlantis", vec!["Atlantis"]),
            ("00", vec![]),
            ("Unknown", vec![]),
        ] {
            assert_eq!(shown(text), codes, "{text}");
        }
    }

    #[test]
    fn a_place_ends_with_its_country() {
        let read = place("Khost, Zadran District, Afghanistan.").unwrap();
        assert_eq!(read.country.unwrap().as_str(), "AFG");
        assert_eq!(read.city.as_deref(), Some("Khost, Zadran District"));
        let read = place("Umm Tuba").unwrap();
        assert_eq!(
            (read.country, read.text.as_deref()),
            (None, Some("Umm Tuba"))
        );
        assert_eq!(place(" "), None);
    }
}
