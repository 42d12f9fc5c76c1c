//! What hostile messages and hostile senders do to the real binary: nothing. Passengers' fields
//! hold SQL, markup, formulas, line breaks, overrides of direction and NULs; requests are of the
//! wrong method, cut off, too large, too slow, malformed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::data::Place;
use crate::root;
use crate::serve_client::{Answer, Served};

/// In every hostile text, so that it is found again wherever it comes out.
const MARK: &str = "ZQXJ";

/// What breaks that which is badly built, released for EDIFACT.
const NASTY: [&str; 8] = [
    "ZQXJ?' OR 1=1; DROP TABLE hit; --",
    "<SCRIPT SRC=//X>ZQXJ</SCRIPT>",
    "<IMG SRC=X ONERROR=ALERT(?'ZQXJ?')>",
    "=CMD|?' /C CALC?'!ZQXJ",
    "ZQXJ\r\n{\"level\":\"forged\"}\r\nSET-COOKIE?: A=B",
    "\u{202e}JXQZ ZQXJ\u{2066}\u{200b}",
    "ZQXJ\0\u{1b}[2J\u{7}\u{9b}",
    "%S%N{{7*7}}${ZQXJ}../../ETC/PASSWD",
];

/// The passenger's part of a list, every field that the guide has.
const PERSON: &str = "NAD+FL+++TESTANI:KASIM:ALI+1 HARBOUR ROW+BASRA++61001+IRQ'ATT+2++M'\
    DTM+329:19710203:102'MEA+CT++:2'GEI+4+173'FTX+BAG+++QZ123456'LOC+22+JFK'LOC+174+IRQ'\
    LOC+178+ORD'LOC+179+JFK'LOC+180+IRQ:::BASRA'COM+OMAR.EXAMPLE:EM'NAT+2+IRQ'\
    RFF+AVF:K7Q2LM'RFF+ABO:QZ417001'RFF+SEA:12A'RFF+AEA:QZ7'RFF+CR:20/QZ/1'\
    DOC+P:110:111+X9000001'DTM+36:300131:102'LOC+91+IRQ'";

/// Each message with one field of a passenger's part exchanged.
fn lists() -> Vec<String> {
    let mut lists = Vec::new();
    for (segment_at, segment) in PERSON.trim_end_matches('\'').split('\'').enumerate() {
        let places: Vec<usize> = segment
            .char_indices()
            .filter(|(_, c)| matches!(c, '+' | ':'))
            .map(|(at, _)| at + 1)
            .collect();
        for at in places {
            let end = segment[at..]
                .find(['+', ':'])
                .map_or(segment.len(), |n| at + n);
            let n = lists.len();
            let nasty = NASTY[n % NASTY.len()];
            let changed = format!("{}{nasty}{}", &segment[..at], &segment[end..]);
            let person: Vec<&str> = PERSON
                .trim_end_matches('\'')
                .split('\'')
                .enumerate()
                .map(|(i, own)| {
                    if i == segment_at {
                        changed.as_str()
                    } else {
                        own
                    }
                })
                .collect();
            lists.push(list(n, &person.join("'")));
        }
    }
    lists
}

fn list(n: usize, person: &str) -> String {
    let body = format!(
        "UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:N{n}'TDT+20+QZ{}'LOC+125+ORD'\
         DTM+189:2703{:02}0915:201'LOC+87+JFK'DTM+232:2703{:02}1340:201'{person}'CNT+42:1'",
        500 + n,
        1 + n % 28,
        1 + n % 28
    );
    let count = body.matches('\'').count() + 1;
    format!("UNB+UNOC:4+QZAIR:ZZ+TWCUST:ZZ+261126:0600+N{n}'{body}UNT+{count}+1'UNZ+1+N{n}'")
}

/// Pushes of bookings, each with another field exchanged.
fn pushes() -> Vec<String> {
    let path = root().join("corpus/composed/pnrgov-p.edi");
    let whole = std::fs::read_to_string(path).unwrap();
    let mut pushes = Vec::new();
    for tag in [
        "TIF+", "ADD+", "IFT+", "SSR+", "FOP+", "LTS+", "TKT+", "TBD+", "ORG+", "RCI+",
    ] {
        let mut from = 0;
        while let Some(found) = whole[from..].find(tag) {
            let begin = from + found;
            let end = begin + whole[begin..].find('\'').unwrap();
            from = end;
            for (at, _) in whole[begin..end].match_indices(['+', ':', '/']) {
                let n = pushes.len();
                let at = begin + at + 1;
                let until = at + whole[at..].find(['+', ':', '/', '\'']).unwrap();
                let nasty = NASTY[n % NASTY.len()];
                pushes.push(format!("{}{nasty}{}", &whole[..at], &whole[until..]));
            }
        }
    }
    pushes
}

/// Nothing in a text acts on whoever looks at it.
fn harmless(what: &str, text: &str) {
    let lower = text.to_lowercase();
    for markup in ["<script", "<img"] {
        assert!(!lower.contains(markup), "{what}: {text}");
    }
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
    };
    assert!(!text.contains(acts), "{what}: {text:?}");
}

/// Every line is ours, and none holds what a passenger is called.
fn clean(log: &str, words: &[&str]) {
    // Before it serves, it speaks to whoever started it.
    for line in log
        .lines()
        .skip_while(|line| line.starts_with("tidewaiter: "))
    {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_ne!(line["level"], "forged", "{line}");
        assert_ne!(line["status"], 500, "{line}");
    }
    for word in words
        .iter()
        .chain(&[MARK, "JXQZ", "TESTANI", "X9000001", "OMARREN", "panicked"])
    {
        assert!(!log.contains(word), "{word} in the log");
    }
}

#[test]
fn whatever_a_passenger_is_called_is_a_text() {
    let place = Place::new("attack-injection");
    let path = root().join("docs/templates/list.csv");
    place.ok(&["lists", "add"], &["--consent", path.to_str().unwrap()]);
    let served = Served::start(&place);
    let (admin, local) = (served.sign_in("admin"), served.sign_in("local"));
    let body = json!({"name": "qz-dcs", "carriers": ["*"], "lane": "live"});
    let key = admin.send("POST", "/machines", &[], &body).json();
    let key = format!("Bearer {}", key["key"].as_str().unwrap());
    let ask = |method: &str, path: &str, body: &[u8]| {
        served.ask(method, path, &[("authorization", &key)], body)
    };

    let (lists, pushes) = (lists(), pushes());
    assert!(
        lists.len() > 50 && pushes.len() > 80,
        "{} {}",
        lists.len(),
        pushes.len()
    );
    let mut receipts = Vec::new();
    for (n, message) in lists.iter().chain(&pushes).enumerate() {
        // Half of the lists are asked about: the answer is a message of ours that reads.
        if n < lists.len() && n % 2 == 0 {
            let answer = ask("POST", "/api/v1/iapi", message.as_bytes());
            assert_eq!(answer.status, 200, "{message:?}: {}", answer.text());
            let read = crate::tidewaiter(["inspect", "--json", "-"], &answer.body).lines();
            assert_eq!(read.len(), 1, "{}", answer.text());
            assert_eq!(read[0]["type"], "CUSRES");
            assert_ne!(read[0]["status"], "rejected", "{}", answer.text());
            assert_eq!(
                answer
                    .headers
                    .iter()
                    .filter(|(name, _)| name == "set-cookie")
                    .count(),
                0
            );
            continue;
        }
        let answer = ask("POST", "/api/v1/messages", message.as_bytes());
        assert!(
            matches!(answer.status, 200 | 202),
            "{message:?}: {}",
            answer.text()
        );
        receipts.push(answer.json()["receipt"].as_str().unwrap().to_owned());
    }
    let begun = Instant::now();
    for receipt in &receipts {
        while ask("GET", &format!("/api/v1/messages/{receipt}"), b"").json()["status"] == "pending"
        {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "{receipt} is not read"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    // Everybody and everything is looked at, as JSON and as pages. An account is let in at a rate.
    let patient = |look: &dyn Fn() -> Answer| loop {
        let answer = look();
        if answer.status != 429 {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let get = |path: &str| patient(&|| local.get(path));
    let flights = get("/flights?from=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z").json();
    let mut shown = 0;
    for flight in flights.as_array().unwrap() {
        let one = get(&format!("/flights/{}", flight["id"].as_str().unwrap()));
        assert_eq!(one.status, 200);
        shown += one.json()["travellers"].to_string().matches(MARK).count();
        // Data, and never taken for a page.
        assert_eq!(one.header("content-type"), Some("application/json"));
        assert_eq!(one.header("x-content-type-options"), Some("nosniff"));
    }
    assert!(shown > 20, "what was sent is kept as it came: {shown}");
    let mut hits = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(&format!("/hits?limit=200{next}")).json();
        hits.extend(page["hits"].as_array().unwrap().clone());
        let Some(after) = page["next"].as_str() else {
            break;
        };
        next = format!("&after={after}");
    }
    let marked = hits
        .iter()
        .filter(|hit| hit["traveller"].to_string().contains(MARK));
    assert!(marked.count() > 5, "{}", hits.len());
    for hit in &hits {
        let path = format!("/plain/hits/{}", hit["id"].as_str().unwrap());
        let page = patient(&|| served.ask("GET", &path, &[("cookie", &local.cookie)], b""));
        assert_eq!(page.status, 200, "{}", page.text());
        harmless("a page", &page.text());
    }
    let page = patient(&|| served.ask("GET", "/plain/queue", &[("cookie", &local.cookie)], b""));
    harmless("the queue", &page.text());
    assert!(page.text().contains(MARK), "{}", page.text());
    assert_eq!(
        served.ask("GET", "/health", &[], b"").json()["status"],
        "ok"
    );

    let (code, log, _) = served.stop();
    assert_eq!(code, Some(0));
    clean(&log, &[]);
    let text = place.ok(&["hits"], &[]).stdout;
    // Markup means nothing to a terminal.
    harmless(
        "the terminal",
        &text.replace("<SCRIPT", "").replace("<IMG", ""),
    );
    assert_eq!(place.ok(&["hits"], &["--json"]).lines().len(), hits.len());
    place.ok(&["audit", "verify"], &[]);
}

/// Says something to the service as it stands, and hears the status; 0 when it hangs up.
fn say(served: &Served, bytes: &[u8], hangs_up: bool) -> u16 {
    let mut stream = TcpStream::connect(&served.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let _ = stream.write_all(bytes);
    if hangs_up {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let status = answer
        .get(9..12)
        .and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
    status.unwrap_or(0)
}

#[test]
fn whatever_is_sent_is_refused_in_the_right_word_and_nothing_is_lost() {
    let place = Place::new("attack-requests");
    let served = Served::start(&place);
    let admin = served.sign_in("admin");
    let machine = |name: &str, carrier: &str, lane: &str| {
        let body = json!({"name": name, "carriers": [carrier], "lane": lane});
        let key = admin.send("POST", "/machines", &[], &body).json();
        format!("Bearer {}", key["key"].as_str().unwrap())
    };
    let (qz, aa, test) = (
        machine("qz-dcs", "QZ", "live"),
        machine("aa-dcs", "AA", "live"),
        machine("qz-test", "QZ", "test"),
    );
    let ask = |method: &str, path: &str, key: &str, body: &[u8]| {
        served.ask(method, path, &[("authorization", key)], body)
    };
    let good = list(1, PERSON.trim_end_matches('\''));
    let first = ask("POST", "/api/v1/messages", &qz, good.as_bytes());
    assert_eq!(first.status, 202, "{}", first.text());

    // The wrong method, at every path of the description.
    let api = served.ask("GET", "/api/openapi.json", &[], b"").json();
    for (path, operations) in api["paths"].as_object().unwrap() {
        let path = path
            .replace("{id}", "x")
            .replace("{receipt}", "x")
            .replace("{name}", "x");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
            if operations[method.to_lowercase()].is_null() {
                assert_eq!(ask(method, &path, &qz, b"").status, 405, "{method} {path}");
            }
        }
    }
    // Malformed, cut off, lying about its length.
    let head = format!(
        "POST /api/v1/messages HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: {qz}\r\n"
    );
    let cases: [(&str, Vec<u8>, &[u16]); 8] = [
        (
            "no HTTP",
            b"NAD+FL+++TESTANI:KASIM'\r\n\r\n".to_vec(),
            &[400, 0],
        ),
        ("no length", format!("{head}\r\n").into_bytes(), &[422]),
        (
            "a word for a length",
            format!("{head}content-length: TESTANI\r\n\r\n").into(),
            &[400, 0],
        ),
        (
            "two lengths",
            format!("{head}content-length: 1\r\ncontent-length: 2\r\n\r\nA").into(),
            &[400, 0],
        ),
        (
            "cut off",
            format!("{head}content-length: 900\r\n\r\n{}", &good[..99]).into(),
            &[422, 0],
        ),
        (
            "too long beforehand",
            format!("{head}content-length: 999999999999\r\n\r\n").into(),
            &[413],
        ),
        (
            "chunks that are none",
            format!("{head}transfer-encoding: chunked\r\n\r\nTESTANI\r\n").into(),
            &[422, 400, 0],
        ),
        (
            "a head without end",
            format!("{head}x-testani: {}\r\n\r\n", "A".repeat(70_000)).into(),
            &[431, 400, 0],
        ),
    ];
    for (what, bytes, right) in cases {
        let status = say(&served, &bytes, what == "cut off");
        assert!(right.contains(&status), "{what}: {status}");
    }
    // Slow: the bytes of a request at the gate must be there within five seconds.
    let mut slow = TcpStream::connect(&served.address).unwrap();
    let iapi = format!("POST /api/v1/iapi HTTP/1.1\r\nhost: t\r\nauthorization: {qz}\r\n");
    slow.write_all(format!("{iapi}content-length: 900\r\n\r\nUNB+").as_bytes())
        .unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer[9..], b"408");
    // Wrong credentials, in every form; another carrier's flight; too much for a question.
    for key in [
        "Bearer x",
        "Bearer ",
        "Basic dGVzdGFuaTp4",
        "bearer",
        "Bearer ' OR 1=1 --",
    ] {
        for path in ["/api/v1/messages", "/api/v1/iapi"] {
            assert_eq!(
                ask("POST", path, key, good.as_bytes()).status,
                401,
                "{key} {path}"
            );
        }
    }
    for path in ["/api/v1/messages", "/api/v1/iapi"] {
        let answer = ask("POST", path, &aa, good.as_bytes());
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (403, &json!("other-carrier"))
        );
        assert!(!answer.text().contains("TESTANI"));
    }
    assert_eq!(
        ask("POST", "/api/v1/iapi", &qz, &vec![b'\''; 300 << 10]).status,
        413
    );
    // The same again, and again, as a message and as a question: one receipt, one effect.
    for _ in 0..3 {
        let again = ask("POST", "/api/v1/messages", &qz, good.as_bytes());
        assert_eq!(
            (again.status, &again.json()["receipt"]),
            (200, &first.json()["receipt"])
        );
    }
    // In the test lane the same bytes are something else, and stay there.
    let lane = ask("POST", "/api/v1/messages", &test, good.as_bytes());
    assert_eq!((lane.status, &lane.json()["lane"]), (202, &json!("test")));
    assert_ne!(lane.json()["receipt"], first.json()["receipt"]);

    // After all of it, what was acknowledged is there, read, once.
    let begun = Instant::now();
    let path = format!(
        "/api/v1/messages/{}",
        first.json()["receipt"].as_str().unwrap()
    );
    let read = loop {
        let receipt = ask("GET", &path, &qz, b"").json();
        if receipt["status"] != "pending" {
            break receipt;
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(
        (&read["messages"], &read["travellers"]),
        (&json!(1), &json!(1)),
        "{read}"
    );
    let (code, log, _) = served.stop();
    assert_eq!(code, Some(0));
    clean(&log, &["KASIM", "testani"]);
    place.ok(&["audit", "verify"], &[]);
}
