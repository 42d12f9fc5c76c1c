//! Requests made from the description of the API: valid, nearly valid, of wrong types, extreme.
//! None is answered by an error of the server, and every answer is of the form that was described.
//!
//! `TIDEWAITER_FUZZ` says how many requests; a request that fails is made smaller and shown.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value, json};
use tidewaiter_mandate::Mandate;
use tidewaiter_service::csrf_word;
use tidewaiter_web::openapi;

use crate::client::{Answer, Ask, ask};
use crate::house::{House, Passenger, paxlst};
use crate::schema;

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "open",
    "judge",
    "propose",
    "refuse",
    "withdraw",
    "execute",
    "reopen",
    "same",
    "not-the-same",
    "cannot-tell",
    "identity-data-agree",
    "iapi-no-board",
    "advise",
    "refer-secondary",
    "local",
    "second",
    "live",
    "test",
    "QZ",
    "*",
    "http",
    "https",
    "files",
    "/tmp/nowhere",
    "evaluation",
    "http://127.0.0.1:9/x",
    "https://carrier.example/x",
    "victim-1",
    "victim-2",
    "matched",
    "2026-11-26T06:00:00Z",
    "-009999-01-02T01:59:59Z",
    "1971-02-03",
    "TESTANI",
    "0.",
    "found",
];
/// Texts that break what is badly built.
const NASTY: &[&str] = &[
    "",
    " ",
    "\0",
    "' OR 1=1 --",
    "\"; DROP TABLE hit; --",
    "<script>alert(1)</script>",
    "=1+1",
    "\u{202e}abc",
    "\r\nset-cookie: x=y",
    "../../etc/passwd",
    "%00",
    "\u{feff}",
    "𝕏",
    "\\",
    "{}",
    "null",
    "-1",
    "99999999999999999999",
    "1e400",
    "NaN",
];

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => select(WORDS).prop_map(str::to_owned),
        2 => select(NASTY).prop_map(str::to_owned),
        2 => "\\PC{0,16}",
        1 => (1usize..3000).prop_map(|n| "a".repeat(n)),
    ]
    .boxed()
}

fn number() -> BoxedStrategy<Value> {
    prop_oneof![
        (-3i64..300).prop_map(Value::from),
        select(&[i64::MIN, i64::MAX, i64::MAX - 1, 1 << 31, 1 << 53][..]).prop_map(Value::from),
        Just(Value::from(u64::MAX)),
        select(&[0.5, -1e308, 1e-300][..]).prop_map(Value::from),
    ]
    .boxed()
}

/// Any JSON.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .boxed()
}

/// What fields of a name mean something by.
fn meant(name: &str) -> Option<BoxedStrategy<Value>> {
    let words: &[&str] = match name {
        "step" => &[
            "open", "open", "judge", "propose", "refuse", "withdraw", "execute", "reopen",
        ],
        // The identifier of something that is there is put in its place.
        "hit" | "hits" => &["@hits"],
        "traveller" => &["@travellers"],
        "outcome" => &["nothing", "not-stopped", "found"],
        "found" => &["cash", "other"],
        "decided_on" => &["2026-01-05"],
        "document" => &["00000000000000000000000000000000000000000000000000000000000000aa"],
        "authority" => &["court"],
        "reference" => &["1/26"],
        "text" | "words" | "note" => &["a note"],
        "judgement" => &["same", "not-the-same", "cannot-tell"],
        "reason" => &["identity-data-agree", "behaviour"],
        "act" => &["advise", "advise", "refer-secondary", "iapi-no-board"],
        "state" => &["matched", "in-review,same", "done", "live", "onboarding"],
        "data" => &["api", "pnr"],
        "acknowledges" => &["none", "contrl", "ackres"],
        "lane" => &["live", "test"],
        "from" | "until" => &["2026-11-26T06:00:00Z", "2036-11-26T06:00:00Z"],
        "role" => &["local", "second"],
        "transport" => &["http", "https", "files", "none"],
        "address" => &["http://127.0.0.1:9/x", "/tmp/nowhere"],
        "code" | "carriers" => &["QZ", "AA"],
        "born" => &["1971-02-03"],
        "after" => &["0.01991234-5678-7abc-8def-0123456789ab"],
        "list" => &["national-watch", "other-watch"],
        "version" => return Some((1u32..4).prop_map(Value::from).boxed()),
        "name" | "person" => return Some("[a-z]{3,9}".prop_map(Value::from).boxed()),
        "limit" => return Some((0u32..300).prop_map(Value::from).boxed()),
        _ => return None,
    };
    Some(select(words).prop_map(Value::from).boxed())
}

/// What a schema allows for a field or parameter; mostly what means something there.
fn of_name(api: &Value, name: &str, schema: &Value) -> BoxedStrategy<Value> {
    let any = of_schema(api, schema);
    let Some(words) = meant(name) else { return any };
    let words = if schema["type"] == "array" {
        words.prop_map(|word| json!([word])).boxed()
    } else {
        words
    };
    prop_oneof![9 => words, 1 => any].boxed()
}

/// What a schema allows.
fn of_schema(api: &Value, given: &Value) -> BoxedStrategy<Value> {
    let schema = schema::resolved(api, given);
    if let Some(ways) = schema
        .get("oneOf")
        .or(schema.get("anyOf"))
        .and_then(Value::as_array)
    {
        let ways = ways.iter().map(|way| of_schema(api, way));
        return prop::strategy::Union::new(ways).boxed();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return anything(),
    };
    let ways = types.into_iter().map(|word| match word {
        "string" => text().prop_map(Value::from).boxed(),
        "integer" | "number" => number(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "null" => Just(Value::Null).boxed(),
        "array" => prop::collection::vec(of_schema(api, &schema["items"]), 0..4)
            .prop_map(Value::from)
            .boxed(),
        _ => object(api, schema),
    });
    prop::strategy::Union::new(ways).boxed()
}

fn object(api: &Value, schema: &Value) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, inner)| {
        let given = of_name(api, name, inner).prop_map(Some);
        let value = if required.contains(&name.as_str()) {
            given.boxed()
        } else {
            prop_oneof![given, Just(None)].boxed()
        };
        (Just(name.clone()), value)
    });
    fields
        .collect::<Vec<_>>()
        .prop_map(|fields| {
            let given = fields
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            Value::Object(given.collect())
        })
        .boxed()
}

/// What is done to a valid body so that it is not quite one.
#[derive(Clone, Debug)]
enum Spoil {
    Nothing,
    Drop(Index),
    Replace(Index, Value),
    Add(String, Value),
    Wrap,
    Cut(Index),
}

fn spoil() -> BoxedStrategy<Spoil> {
    prop_oneof![
        8 => Just(Spoil::Nothing),
        1 => any::<Index>().prop_map(Spoil::Drop),
        2 => (any::<Index>(), anything()).prop_map(|(at, with)| Spoil::Replace(at, with)),
        1 => (text(), anything()).prop_map(|(name, value)| Spoil::Add(name, value)),
        1 => Just(Spoil::Wrap),
        1 => any::<Index>().prop_map(Spoil::Cut),
    ]
    .boxed()
}

fn spoiled(mut body: Value, spoil: &Spoil) -> Vec<u8> {
    let names: Vec<String> = body
        .as_object()
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default();
    match spoil {
        Spoil::Drop(at) if !names.is_empty() => {
            body.as_object_mut()
                .map(|fields| fields.remove(at.get(&names)));
        }
        Spoil::Replace(at, with) if !names.is_empty() => body[at.get(&names)] = with.clone(),
        Spoil::Add(name, value) if body.is_object() => body[name.as_str()] = value.clone(),
        Spoil::Wrap => body = json!([body]),
        Spoil::Cut(at) => {
            let text = body.to_string().into_bytes();
            return text[..at.index(text.len())].to_vec();
        }
        _ => {}
    }
    body.to_string().into_bytes()
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Admin,
    Local,
    Second,
    Machine,
    Nobody,
}

#[derive(Clone, Debug)]
struct Request {
    who: Who,
    method: String,
    /// As the description has it.
    place: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// What can stand in a line of the head.
fn in_a_head(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Somebody on the list, alone on one of many flights.
fn whole(n: u32) -> String {
    let people = [Passenger {
        surname: "TESTANI",
        given: "KASIM",
        born: "19710203",
        reference: "QZ417001",
    }];
    paxlst(&format!("QZ{}", n % 900), &format!("F{n}"), &people)
}

/// A message: whole, spoiled, or none.
fn message() -> BoxedStrategy<Vec<u8>> {
    let spoiled = (any::<u32>(), any::<Index>(), any::<u8>(), 0usize..40);
    prop_oneof![
        2 => any::<u32>().prop_map(|n| whole(n).into_bytes()),
        3 => spoiled.prop_map(|(n, at, byte, cut)| {
            let mut bytes = whole(n).into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.drain(at..(at + cut).min(bytes.len()));
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
    .boxed()
}

/// A list: whole, with an entry of its own, spoiled, or none.
fn listed() -> BoxedStrategy<Vec<u8>> {
    let whole = include_str!("../../../../docs/templates/list.csv");
    prop_oneof![
        2 => (0u32..9).prop_map(move |n| whole.replace("NW-2", &format!("NW-{n}0")).into_bytes()),
        2 => (any::<Index>(), any::<u8>()).prop_map(move |(at, byte)| {
            let mut bytes = whole.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        1 => any::<Index>().prop_map(move |at| whole.as_bytes()[..at.index(whole.len())].to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
    .boxed()
}

/// What there is, by the segment of a path behind which it is named.
type Things = BTreeMap<&'static str, Vec<String>>;

/// In place of a version in `If-Match`: the one that stands when the request is made.
const AS_IT_STANDS: &str = "as it stands";

fn request(api: &Value, place: &str, method: &str, things: &Things) -> BoxedStrategy<Request> {
    let operation = &api["paths"][place][method];
    let one_of = |kind: &str| match things.get(kind) {
        Some(known) => prop_oneof![8 => select(known.clone()), 2 => text()].boxed(),
        None => text(),
    };
    // What stands before a parameter says of which kind it is.
    let kind_of = |name: &str| {
        let before = place.split(&format!("/{{{name}}}")).next();
        before
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or("")
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| {
        let name = parameter["name"].as_str().unwrap().to_owned();
        let valid = match name.as_str() {
            "Purpose" => Just("evaluation".to_owned()).boxed(),
            "Reason" => Just("a fuzz".to_owned()).boxed(),
            "If-Match" => prop_oneof![
                3 => Just(AS_IT_STANDS.to_owned()),
                1 => (1u32..6).prop_map(|n| format!("\"{n}\"")),
            ]
            .boxed(),
            "id" | "receipt" | "file" => one_of(kind_of(&name)),
            "name" if parameter["in"] == "path" => one_of(kind_of(&name)),
            "hit" => one_of("hits"),
            "flight" => one_of("flights"),
            _ => of_name(api, &name, &parameter["schema"])
                .prop_map(|v| text_of(&v))
                .boxed(),
        };
        let missing = if parameter["required"] == true { 1 } else { 8 };
        let value = prop_oneof![
            12 => valid.prop_map(Some),
            1 => anything().prop_map(|value| Some(text_of(&value))),
            missing => Just(None),
        ];
        (
            Just(name),
            Just(parameter["in"].as_str().unwrap().to_owned()),
            value,
        )
    });
    let content = operation["requestBody"]["content"].as_object();
    let body = match content.and_then(|content| content.iter().next()) {
        None => Just((String::new(), Vec::new())).boxed(),
        Some((media, inner)) if media == "application/json" => {
            let schema = of_schema(api, &inner["schema"]);
            let body = (schema, spoil(), one_of("hits"), one_of("travellers"));
            body.prop_map(|(body, how, hit, traveller)| {
                let mut body = body.to_string();
                for (mark, thing) in [("\"@hits\"", hit), ("\"@travellers\"", traveller)] {
                    body = body.replace(mark, &Value::from(thing).to_string());
                }
                let body = serde_json::from_str(&body).unwrap_or_default();
                ("application/json".to_owned(), spoiled(body, &how))
            })
            .boxed()
        }
        Some((media, _)) if place.ends_with("/lists") => (Just(media.clone()), listed()).boxed(),
        Some(_) if place.ends_with("/files") => {
            let bytes = prop_oneof![Just(b"a file".to_vec()), message()];
            (Just("text/plain".to_owned()), bytes).boxed()
        }
        Some((media, _)) => (Just(media.clone()), message()).boxed(),
    };
    let media = prop_oneof![9 => Just(true), 1 => Just(false)];
    let who = if operation["security"].to_string().contains("machine") {
        prop_oneof![8 => Just(Who::Machine), 1 => Just(Who::Local), 1 => Just(Who::Nobody)].boxed()
    } else if place.contains("accounts") || place.contains("machines") || place.contains("carriers")
    {
        prop_oneof![8 => Just(Who::Admin), 1 => Just(Who::Local), 1 => Just(Who::Machine)].boxed()
    } else {
        prop_oneof![
            5 => Just(Who::Local), 4 => Just(Who::Second), 1 => Just(Who::Admin),
            1 => Just(Who::Nobody),
        ]
        .boxed()
    };
    let (place, method) = (place.to_owned(), method.to_uppercase());
    (parameters.collect::<Vec<_>>(), body, who, media)
        .prop_map(move |(parameters, (media_type, body), who, says_media)| {
            let (mut path, mut query, mut headers) = (place.clone(), Vec::new(), Vec::new());
            for (name, kind, value) in parameters {
                let hole = format!("{{{name}}}");
                match (kind.as_str(), value) {
                    ("path", value) => {
                        let value = value.unwrap_or_default();
                        path = path.replace(&hole, &percent(&value));
                    }
                    ("query", Some(value)) => {
                        query.push(format!("{}={}", percent(&name), percent(&value)));
                    }
                    ("header", Some(value)) => headers.push((name, in_a_head(&value))),
                    _ => {}
                }
            }
            if !query.is_empty() {
                path = format!("{path}?{}", query.join("&"));
            }
            if says_media && !media_type.is_empty() {
                headers.push(("content-type".into(), media_type));
            }
            Request {
                who,
                method: method.clone(),
                place: place.clone(),
                path,
                headers,
                body,
            }
        })
        .boxed()
}

/// Somebody for each kind of credentials, and somebody new when they were shut out.
struct People {
    house: RefCell<House>,
    tokens: RefCell<BTreeMap<Who, String>>,
    opened: RefCell<u32>,
    key: String,
}

impl People {
    fn credentials(&self, who: Who) -> Vec<(String, String)> {
        match who {
            Who::Nobody => Vec::new(),
            Who::Machine => vec![("authorization".into(), format!("Bearer {}", self.key))],
            _ => {
                let mut tokens = self.tokens.borrow_mut();
                let token = tokens.entry(who).or_insert_with(|| self.newcomer(who));
                vec![
                    ("cookie".into(), format!("tidewaiter={token}")),
                    ("x-csrf-token".into(), csrf_word(token)),
                ]
            }
        }
    }

    fn newcomer(&self, who: Who) -> String {
        let n = self.opened.replace_with(|n| *n + 1);
        let (name, role) = match who {
            Who::Admin => (format!("fuzz-admin-{n}"), None),
            Who::Second => (format!("fuzz-second-{n}"), Some("second")),
            _ => (format!("fuzz-local-{n}"), Some("local")),
        };
        let mut house = self.house.borrow_mut();
        house.account(&name, &name, role);
        house.token(&name)
    }

    fn forget(&self, who: Who) {
        self.tokens.borrow_mut().remove(&who);
    }
}

/// The ETag of what a request changes, as it is shown to whoever makes it.
fn standing(people: &People, request: &Request, headers: &[(String, String)]) -> String {
    let (mut path, place) = (request.path.as_str(), request.place.as_str());
    path = path.split('?').next().unwrap_or(path);
    // `…/approve` changes what stands before it.
    if !place.ends_with('}') {
        path = path.rsplit_once('/').map_or(path, |(before, _)| before);
    }
    let shown = ["cookie", "authorization", "Purpose", "Reason"];
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .filter(|(name, _)| shown.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let look = Ask {
        method: "GET",
        path,
        headers: &headers,
        body: b"",
    };
    let minute = std::time::Duration::from_secs(60);
    let answer = ask(people.house.borrow().address, &look, minute);
    let tag = answer.and_then(|answer| answer.header("etag").map(str::to_owned));
    tag.unwrap_or_else(|| "\"1\"".to_owned())
}

fn asked(people: &People, request: &Request) -> Option<Answer> {
    let mut last = None;
    for _ in 0..2 {
        let mut headers = people.credentials(request.who);
        headers.extend(request.headers.iter().cloned());
        for at in 0..headers.len() {
            if headers[at].1 == AS_IT_STANDS {
                headers[at].1 = standing(people, request, &headers);
            }
        }
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let question = Ask {
            method: &request.method,
            path: &request.path,
            headers: &headers,
            body: &request.body,
        };
        let patience = if request.place.ends_with("/events") {
            100
        } else {
            60_000
        };
        let patience = std::time::Duration::from_millis(patience);
        let answer = ask(people.house.borrow().address, &question, patience)?;
        // Shut out by what was asked before, or asking too much: somebody new comes.
        let is_old = answer.status == 401 || answer.text().contains("too many requests");
        let is_person = !matches!(request.who, Who::Nobody | Who::Machine);
        if !(is_old && is_person) || request.place.contains("/session") {
            return Some(answer);
        }
        people.forget(request.who);
        last = Some(answer);
    }
    last
}

/// Whether an answer is one that the description has.
fn fits(api: &Value, request: &Request, answer: &Answer) -> Result<(), String> {
    if answer.status >= 500 {
        return Err("an error of the server".into());
    }
    let operation = &api["paths"][&request.place][request.method.to_lowercase()];
    let status = answer.status.to_string();
    let declared = &operation["responses"][&status];
    let response = if declared.is_null() || answer.status >= 400 {
        if answer.status < 400 {
            return Err(format!("{status} is not described"));
        }
        &operation["responses"]["default"]
    } else {
        declared
    };
    let media = answer.header("content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let Some(content) = response["content"].as_object() else {
        let is_empty = answer.body.is_empty();
        return is_empty
            .then_some(())
            .ok_or_else(|| "a body that is not described".into());
    };
    let inner = content
        .get(media)
        .ok_or_else(|| format!("{media:?} is not described"))?;
    if media.ends_with("json") {
        let body: Value = serde_json::from_slice(&answer.body).map_err(|e| e.to_string())?;
        schema::fits(api, &inner["schema"], &body)?;
    }
    Ok(())
}

#[test]
fn no_request_is_answered_by_an_error_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), "XF-CUSTOMS", Mandate::evaluation());
    house.list(include_str!("../../../../docs/templates/list.csv"));
    let victims: Vec<String> = (1..9).map(|n| format!("victim-{n}")).collect();
    for victim in &victims {
        house.account(victim, victim, Some("local"));
        house.machine(victim, "AA");
    }
    let reached = json!({"party": "QZAIR", "transport": "files", "state": "live",
        "address": folder.path().join("carrier")});
    let said = house
        .user("admin", "")
        .send("PUT", "/carriers/QZ", &reached);
    assert_eq!(said.status, 204, "{}", said.text());
    let machine = house.machine("qz-dcs", "QZ");
    let key = machine.credentials[0]
        .1
        .trim_start_matches("Bearer ")
        .to_owned();
    let list = whole(417);
    let answer = machine.ask("POST", "/iapi", &[], list.as_bytes());
    let receipt = answer.header("tidewaiter-receipt").unwrap().to_owned();
    let local = house.user("local", "evaluation");
    // Something of every kind is there to be asked for: a hit whose act is done, a case.
    let answer = machine.ask("POST", "/iapi", &[], whole(418).as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    for n in 419..425 {
        let answer = machine.ask("POST", "/iapi", &[], whole(n).as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let hits = local.get("/hits").json()["hits"].clone();
    let all = |of: &dyn Fn(&Value) -> String| -> Vec<String> {
        hits.as_array().unwrap().iter().map(of).collect()
    };
    let mut things = Things::from([
        ("messages", vec![receipt]),
        ("hits", all(&|hit| text_of(&hit["id"]))),
        ("travellers", all(&|hit| text_of(&hit["subject_id"]))),
        ("flights", all(&|hit| text_of(&hit["flight"]["id"]))),
    ]);
    things.insert("accounts", victims.clone());
    things.insert("machines", victims);
    let done = things["hits"][1].clone();
    // One waits for a second person.
    let waiting = things["hits"][4].clone();
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    let propose = json!({"step": "propose", "act": "advise"});
    for step in [
        json!({"step": "open"}),
        judge.clone(),
        propose,
        json!({"step": "execute"}),
    ] {
        let answer = local.step(&done, "review", &step);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let propose = json!({"step": "propose", "act": "do-not-load"});
    for step in [json!({"step": "open"}), judge, propose] {
        let answer = local.step(&waiting, "review", &step);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let case = local.send("POST", "/cases", &json!({"hits": things["hits"][..4]}));
    let case = text_of(&case.json()["id"]);
    let path = format!("/cases/{case}/files?hit={done}&name=a.txt");
    let file = local.ask("POST", &path, &[("content-type", "text/plain")], b"a file");
    assert_eq!(file.status, 201, "{}", file.text());
    let other = json!({"hits": things["hits"][4..7]});
    let other = local.send("POST", "/cases", &other).json();
    things.insert("cases", vec![case, text_of(&other["id"])]);
    things.insert("files", vec![text_of(&file.json()["id"])]);
    let runs = local.get("/look-backs").json();
    let runs = runs["look_backs"].as_array().unwrap().iter();
    let runs: Vec<String> = runs.map(|run| text_of(&run["id"])).collect();
    assert!(!runs.is_empty());
    things.insert("look-backs", runs);
    drop((machine, local));

    let api = openapi();
    let mut ways = Vec::new();
    for (place, operations) in api["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            ways.push((place.clone(), method.clone()));
        }
    }
    let requests = {
        let ways = ways
            .iter()
            .map(|(place, method)| request(&api, place, method, &things));
        prop::strategy::Union::new(ways.collect::<Vec<_>>())
    };
    let people = People {
        house: RefCell::new(house),
        tokens: RefCell::default(),
        opened: RefCell::new(0),
        key,
    };
    let cases = std::env::var("TIDEWAITER_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok());
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(3500),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let seen: RefCell<Map<String, Value>> = RefCell::default();
    let result = runner.run(&requests, |request| {
        let Some(answer) = asked(&people, &request) else {
            return Err(TestCaseError::fail("no answer"));
        };
        let way = format!(
            "{} {} {}",
            request.method,
            request.place,
            answer.status / 100
        );
        seen.borrow_mut().insert(way, Value::Null);
        fits(&api, &request, &answer).map_err(|why| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            TestCaseError::fail(format!(
                "{why}: {} {}\n{body}",
                answer.status,
                answer.text()
            ))
        })
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // It got in: of four operations three were done at least once. Six of seven are, by chance; nobody
    // signs in by one, and tasks there are none.
    let seen = seen.into_inner();
    let is_done = |(place, method): &&(String, String)| {
        seen.contains_key(&format!("{} {place} 2", method.to_uppercase()))
    };
    let never: Vec<_> = ways.iter().filter(|way| !is_done(way)).collect();
    assert!(never.len() * 4 <= ways.len(), "never done: {never:?}");
}
