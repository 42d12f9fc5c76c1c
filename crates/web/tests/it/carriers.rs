//! What is agreed with carriers, over the network: who says so, who asks a carrier again, and under
//! which mandate.

use serde_json::{Value, json};

use crate::house::{House, Passenger, SINGLE_WINDOW, paxlst, signed, single_window, wait_for};
use crate::schema;

/// A flight of QZ of which nobody has sent bookings.
fn flight(house: &House, reader: &str) -> String {
    let machine = house.machine("qz-dcs", "QZ");
    let person = Passenger {
        surname: "VOSS",
        given: "ILKA",
        born: "19850612",
        reference: "QZ417009",
    };
    let list = paxlst("QZ417", "TN1", &[person]);
    assert_eq!(
        machine.ask("POST", "/iapi", &[], list.as_bytes()).status,
        200
    );
    let flights = house.user(reader, "P-CT").get("/flights").json();
    flights[0]["id"].as_str().unwrap().to_owned()
}

fn reached(folder: &std::path::Path) -> Value {
    json!({"party": "QZAIR", "transport": "files", "address": folder, "state": "live"})
}

#[test]
fn a_carrier_is_asked_again_by_who_may_look_for_bookings_once_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), "XB-CUSTOMS", single_window());
    for role in [
        "duty-officer",
        "immigration-officer",
        "customs-officer",
        "auditor",
    ] {
        house.account(role, role, Some(role));
    }
    let path = format!("/flights/{}/resend-request", flight(&house, "duty-officer"));
    let officer = house.user("duty-officer", "P-CT");
    let ask = |key: &str| officer.ask("POST", &path, &[("idempotency-key", key)], b"");
    // Nobody has said where the carrier is reached.
    let refused = ask("k1");
    assert_eq!(refused.status, 409, "{}", refused.text());
    let admin = house.user("admin", "");
    let said = admin.send("PUT", "/carriers/QZ", &reached(outbox.path()));
    assert_eq!(said.status, 204, "{}", said.text());
    // Whoever may not look for bookings for the purpose asks for none.
    for (name, purpose) in [
        ("immigration-officer", "P-IMM"),
        ("customs-officer", "P-GOODS"),
        ("auditor", "P-CT"),
        ("admin", "P-CT"),
    ] {
        let refused = house.user(name, purpose).ask("POST", &path, &[], b"");
        assert_eq!(refused.status, 403, "{name}: {}", refused.text());
    }
    let asked = ask("k2");
    assert_eq!(asked.status, 202, "{}", asked.text());
    let asked = asked.json();
    assert_eq!(
        (&asked["kind"], &asked["made_by"]),
        (&json!("resend-request"), &json!("duty-officer"))
    );
    // The same request again is the same answer; another one is one too many.
    assert_eq!(ask("k2").json(), asked);
    assert_eq!(ask("k3").status, 409);
    let sent = wait_for("the request", || {
        let page = officer.get("/carriers/QZ/messages").json();
        let first = page["messages"][0].clone();
        (first["state"] == "sent").then_some(first)
    });
    assert_eq!(sent["id"], asked["id"]);
    let file = outbox
        .path()
        .join(format!("{}.edi", asked["id"].as_str().unwrap()));
    let text = std::fs::read_to_string(file).unwrap();
    assert!(
        text.contains("GOVREQ:13:1:IA") && text.contains("MSG+:43'"),
        "{text}"
    );
    assert!(text.contains("+ORD+JFK+QZ+417'"), "{text}");
    // An officer looks at how good the data are, and changes nothing.
    let quality = officer.get("/carriers/QZ/quality").json();
    let month = &quality["months"][0];
    assert_eq!(
        (&month["messages"], &month["checked"]),
        (&json!(1), &json!(1))
    );
    let kept = officer.send("PUT", "/carriers/QZ", &reached(outbox.path()));
    assert_eq!(kept.status, 403);
    assert_eq!(officer.get("/carriers/QZ").status, 403);
}

#[test]
fn nobody_asks_where_the_mandate_does_not_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = tempfile::tempdir().unwrap();
    let silent: String = SINGLE_WINDOW
        .lines()
        .filter(|line| !line.starts_with("ask_again"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut house = House::open(folder.path(), "XB-CUSTOMS", signed(&silent));
    house.account("duty-officer", "o-1", Some("duty-officer"));
    let path = format!("/flights/{}/resend-request", flight(&house, "duty-officer"));
    let admin = house.user("admin", "");
    let mut carrier = reached(outbox.path());
    assert_eq!(admin.send("PUT", "/carriers/QZ", &carrier).status, 204);
    let officer = house.user("duty-officer", "P-CT");
    let refused = officer.ask("POST", &path, &[], b"");
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (403, &json!("not-granted"))
    );
    // Nor does the service by itself.
    carrier["asks_again"] = json!(true);
    let tag = [("content-type", "application/json"), ("if-match", "\"1\"")];
    let refused = admin.ask("PUT", "/carriers/QZ", &tag, carrier.to_string().as_bytes());
    assert_eq!(refused.status, 422, "{}", refused.text());
}

#[test]
fn a_carrier_that_is_suspended_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(
        folder.path(),
        "XA-CUSTOMS",
        tidewaiter_mandate::Mandate::evaluation(),
    );
    let admin = house.user("admin", "");
    let suspended = json!({"party": "QZAIR", "transport": "none", "address": "",
        "state": "suspended"});
    assert_eq!(admin.send("PUT", "/carriers/QZ", &suspended).status, 204);
    let machine = house.machine("qz-dcs", "QZ");
    let person = Passenger {
        surname: "VOSS",
        given: "ILKA",
        born: "19850612",
        reference: "QZ417009",
    };
    let list = paxlst("QZ417", "TN1", &[person]);
    let answer = machine.ask("POST", "/iapi", &[], list.as_bytes());
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["code"], "carrier-suspended");
    // A batch is taken and waits.
    let answer = machine.ask("POST", "/messages", &[], list.as_bytes());
    assert_eq!(answer.status, 202);
    let path = format!("/messages/{}", answer.json()["receipt"].as_str().unwrap());
    wait_for("the quarantine", || {
        (machine.get(&path).json()["status"] == "rejected").then_some(())
    });
    // On board again, its answers are tests.
    let boarding = json!({"party": "QZAIR", "transport": "none", "address": "",
        "state": "onboarding"});
    let tag = [("content-type", "application/json"), ("if-match", "\"1\"")];
    let said = admin.ask("PUT", "/carriers/QZ", &tag, boarding.to_string().as_bytes());
    assert_eq!(said.status, 204, "{}", said.text());
    // What waited is read now.
    wait_for("what waited", || {
        let status = machine.get(&path).json()["status"].clone();
        (status == "accepted" || status == "partial").then_some(())
    });
    let list = paxlst("QZ417", "TN2", &[]);
    let answer = machine.ask("POST", "/iapi", &[], list.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let unb = answer.text();
    let unb = unb
        .split('\'')
        .find(|segment| segment.starts_with("UNB+"))
        .unwrap();
    assert!(unb.ends_with("+1"), "{unb}");
}

#[test]
fn a_carrier_is_shown_as_the_description_says() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), "XB-CUSTOMS", single_window());
    let admin = house.user("admin", "");
    let said = admin.send("PUT", "/carriers/QZ", &reached(folder.path()));
    assert_eq!(said.status, 204, "{}", said.text());
    let api = tidewaiter_web::openapi();
    for (asked, place) in [
        ("/carriers", "/api/v1/carriers"),
        ("/carriers/QZ", "/api/v1/carriers/{code}"),
    ] {
        let shown = admin.get(asked).json();
        let described = &api["paths"][place]["get"]["responses"]["200"]["content"];
        let schema = &described["application/json"]["schema"];
        assert_eq!(schema::fits(&api, schema, &shown), Ok(()), "{shown}");
    }
}

#[test]
fn what_is_no_certificate_is_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), "XB-CUSTOMS", single_window());
    let admin = house.user("admin", "");
    let with = |authority: &str| {
        let carrier = json!({"party": "QZAIR", "transport": "https", "state": "live",
            "address": "https://carrier.example/x", "authority": authority});
        admin.send("PUT", "/carriers/QZ", &carrier).status
    };
    let empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    let none = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for refused in ["", "court", empty, none] {
        assert_eq!(with(refused), 422, "{refused:?}");
    }
    let key = rcgen::generate_simple_self_signed(["carrier.example".to_owned()]).unwrap();
    assert_eq!(with(&key.cert.pem()), 204);
}
