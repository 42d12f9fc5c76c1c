//! `tidewaiter match` and `tidewaiter compare`.

use serde_json::{Value, json};

use crate::{Run, tidewaiter};

const UN: &str = "corpus/lists/un.xml";

fn queries(lines: &[&str]) -> Run {
    let input = lines.join("\n");
    tidewaiter(
        ["match", "--json", "--list", UN, "--queries", "-"],
        input.as_bytes(),
    )
}

#[test]
fn a_variant_with_its_birth_date_is_an_alert_with_evidence() {
    let run = tidewaiter(
        [
            "match",
            "--json",
            "--list",
            UN,
            "--name",
            "Kassem Testany",
            "--born",
            "1971-02-03",
            "--nationality",
            "iq",
            "--sex",
            "M",
        ],
        b"",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let [line] = run.lines().try_into().unwrap();
    let best = &line["matches"][0];
    assert_eq!(
        (&best["list"], &best["entry"]),
        (&json!("un-sc"), &json!("QDi.901"))
    );
    assert_eq!(best["band"], "alert");
    let evidence = best["evidence"].as_array().unwrap();
    let sum: f64 = evidence.iter().map(|e| e["bits"].as_f64().unwrap()).sum();
    assert!((sum - best["bits"].as_f64().unwrap()).abs() < 0.1, "{best}");
    assert!(
        evidence
            .iter()
            .any(|e| e["field"] == "born" && e["relation"] == "same-day")
    );
}

#[test]
fn the_terminal_shows_what_speaks_for_and_against_and_what_is_absent() {
    let run = tidewaiter(
        [
            "match",
            "--list",
            UN,
            "--name",
            "Kassem Testany",
            "--born",
            "1971-02-03",
        ],
        b"",
    );
    insta::assert_snapshot!("match-text", run.stdout);
}

#[test]
fn a_document_alone_is_a_query() {
    let run = tidewaiter(
        [
            "match",
            "--json",
            "--list",
            UN,
            "--document",
            "X9000001/IRQ",
        ],
        b"",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.lines().len(), 1);
}

/// The template: a stolen passport of SWE, a lost card of NOR.
const DOCUMENTS: &str = "docs/templates/documents.csv";

fn documents(list: &[&str], documents: &[&str]) -> Run {
    let mut arguments = vec!["match", "--json"];
    for path in list {
        arguments.extend(["--list", path]);
    }
    for document in documents {
        arguments.extend(["--document", document]);
    }
    tidewaiter(arguments, b"")
}

#[test]
fn a_document_is_looked_up_in_lists_of_lost_and_stolen_ones() {
    for (document, band, relation) in [
        ("X9000001/SWE", "alert", "same-number-and-issuer"),
        ("x9 000-001/se", "alert", "same-number-and-issuer"),
        ("X9000001", "review", "same-number"),
        ("X9OO00O1/SWE", "review", "lookalike-number"),
        ("X9 OOO OO1", "review", "lookalike-number"),
    ] {
        for list in [DOCUMENTS, "docs/templates/documents.jsonl"] {
            let run = documents(&[list], &[document]);
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            let [line] = run.lines().try_into().unwrap();
            let matches = line["matches"].as_array().unwrap();
            assert_eq!(matches.len(), 1, "{document}: {line}");
            let found = &matches[0];
            assert_eq!(
                (&found["list"], &found["entry"], &found["band"]),
                (&json!("documents"), &json!("D-1"), &json!(band)),
                "{document}"
            );
            assert_eq!(found["name"], "stolen passport X9000001/SWE");
            let evidence = &found["evidence"][0];
            assert_eq!(evidence["field"], "document");
            assert_eq!(evidence["relation"], relation, "{document}");
            assert_eq!(evidence["bits"], found["bits"]);
        }
    }
    for other in ["X9000001/NOR", "X9000003/SWE", "X900000/SWE"] {
        let run = documents(&[DOCUMENTS], &[other]);
        assert_eq!(run.lines()[0]["matches"], json!([]), "{other}");
    }
}

#[test]
fn documents_are_looked_up_beside_subjects() {
    // One document is of a listed person, the other one reported lost.
    let run = documents(&[UN, DOCUMENTS], &["X9000001/IRQ", "90 000 2/NOR"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let line = &run.lines()[0];
    let lists: Vec<&Value> = line["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["list"])
        .collect();
    assert!(lists.contains(&&json!("documents")), "{line}");
    let query = br#"{"id":1,"surname":"TESTANI","given":"KASIM","born":"1971","documents":[{"number":"900002","issuer":"NOR"}]}"#;
    let run = tidewaiter(
        ["match", "--json", "--list", UN, DOCUMENTS, "--queries", "-"],
        query,
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let matches = &run.lines()[0]["matches"];
    let entries: Vec<&Value> = matches
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["entry"])
        .collect();
    assert!(entries.contains(&&json!("D-2")) && entries.contains(&&json!("QDi.901")));
    let run = tidewaiter(
        ["match", "--list", DOCUMENTS, "--document", "900002/NOR"],
        b"",
    );
    assert!(
        run.stdout.contains("lost identity-card 900002/NOR"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("reported lost on 2026-10"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_copy_of_a_register_that_may_only_be_asked_is_no_list() {
    let folder = std::env::temp_dir().join(format!("tidewaiter-documents-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("sltd.csv");
    std::fs::write(&path, "number,issuer,source\nX9000001,SWE,INTERPOL SLTD\n").unwrap();
    let run = documents(&[path.to_str().unwrap()], &["X9000001/SWE"]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(run.stdout.is_empty());
}

#[test]
fn bad_queries_are_said_by_their_line_and_the_others_answered() {
    let long = format!(r#"{{"id":"long","name":"{}"}}"#, "A".repeat(10_000));
    let run = queries(&[
        r#"{"id":"good","surname":"TESTANI","given":"KASIM","born":"1971"}"#,
        r#"{"id":"date","name":"SAMIRA BEISPIEL","born":"1970-02-31"}"#,
        r#"{"id":"empty","name":"  "}"#,
        "{malformed",
        &long,
        r#"{"id":"mixed","name":"قاسم Testani Иванов 山田"}"#,
        "",
        r#"{"id":8,"name":"INVENTED RELIEF FUND","kind":"organisation"}"#,
    ]);
    assert_eq!(run.code, Some(1));
    let lines = run.lines();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
    let expected = json!(["good", "date", "empty", null, "long", "mixed", 8]);
    assert_eq!(json!(ids), expected);
    let best = |at: usize| &lines[at]["matches"][0]["entry"];
    assert_eq!(best(0), "QDi.901");
    assert_eq!(best(1), "LYi.901", "a date that is none hides nobody");
    assert!(
        lines[1]["notes"][0]
            .as_str()
            .unwrap()
            .starts_with("born is no date")
    );
    for at in [2, 3, 4] {
        assert!(lines[at]["error"].is_string(), "{}", lines[at]);
    }
    assert!(lines[5]["matches"].is_array());
    assert_eq!(best(6), "TAe.901");
    for said in [
        "-:2: born",
        "-:3: it asks for nobody",
        "-:4: is no JSON",
        "-:5: the name has 10000",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("1970-02-31"), "values are not quoted");
}

#[test]
fn limits_and_thresholds_hold() {
    let run = tidewaiter(
        [
            "match",
            "--json",
            "--limit",
            "1",
            "--list",
            "corpus/lists/un.xml",
            "corpus/lists/eu.xml",
            "corpus/lists/dfat.csv",
            "--name",
            "Kasim Testani",
        ],
        b"",
    );
    assert_eq!(
        run.lines()[0]["matches"].as_array().unwrap().len(),
        1,
        "{}",
        run.stderr
    );
    let run = queries(&[r#"{"id":"q","name":"Kasim Testani"}"#]);
    for found in run.lines()[0]["matches"].as_array().unwrap() {
        assert!(found["score"].as_f64().unwrap() >= 0.01);
    }
}

#[test]
fn wrong_usage_and_broken_lists_end_with_two() {
    for arguments in [
        &["match", "--list", UN][..],
        &["match", "--name", "A B"],
        &["match", "--list", UN, "--name", "  "],
        &[
            "match",
            "--list",
            UN,
            "--name",
            "A B",
            "--born",
            "1970-02-31",
        ],
        &["match", "--list", "corpus/lists/none.xml", "--name", "A B"],
        &[
            "match",
            "--list",
            "corpus/composed/names.edi",
            "--name",
            "A B",
        ],
        &["match", "--list", UN, "--queries", "no-such-file.jsonl"],
        &["match", "--list", UN, "--name", "A B", "--queries", "-"],
        &["compare"],
        &["compare", "--pairs", "no-such-file.jsonl"],
    ] {
        let run = tidewaiter(arguments, b"");
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stdout);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_list_that_became_a_web_page_is_not_passed_over_in_a_folder() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("match-folder");
    std::fs::create_dir_all(&folder).unwrap();
    let list = std::fs::read(crate::root().join(UN)).unwrap();
    std::fs::write(folder.join("un.xml"), list).unwrap();
    std::fs::write(folder.join("README"), "About these lists").unwrap();
    let page = folder.join("eu.xml");
    let _ = std::fs::remove_file(&page);
    let run = || {
        let list = folder.to_str().unwrap();
        tidewaiter(
            ["match", "--json", "--list", list, "--name", "Kasim Testani"],
            b"",
        )
    };
    let good = run();
    assert_eq!(good.code, Some(0), "{}", good.stderr);
    assert!(
        good.stderr.contains("README: passed over"),
        "{}",
        good.stderr
    );
    std::fs::write(
        &page,
        "<!DOCTYPE html><html><body>Maintenance</body></html>",
    )
    .unwrap();
    let bad = run();
    assert_eq!(
        (bad.code, bad.stdout.as_str()),
        (Some(2), ""),
        "{}",
        bad.stderr
    );
}

#[test]
fn pairs_come_out_in_their_order() {
    let pairs = [
        r#"{"id":"same","left":{"name":"YASER HUSSAIN","born":"1980-01-02"},"right":{"name":"YASIR HUSSEIN","born":"1980-01-02"}}"#,
        "nonsense",
        r#"{"id":"other","left":{"name":"YASER HUSSAIN"},"right":{"name":"MARIT QUILLAN"}}"#,
        r#"{"id":"half","left":{"name":"YASER HUSSAIN"},"right":{}}"#,
        r#"{"id":"no-right","left":{"name":"YASER HUSSAIN"}}"#,
    ];
    let run = tidewaiter(["compare", "--pairs", "-"], pairs.join("\n").as_bytes());
    assert_eq!(run.code, Some(1));
    let lines = run.lines();
    assert_eq!(lines.len(), pairs.len());
    assert_eq!(
        (&lines[0]["id"], &lines[2]["id"]),
        (&json!("same"), &json!("other"))
    );
    let score = |at: usize| lines[at]["score"].as_f64().unwrap();
    assert!(
        score(0) > 0.9 && score(2) < 0.1,
        "{} {}",
        score(0),
        score(2)
    );
    assert!(!lines[0]["evidence"].as_array().unwrap().is_empty());
    for at in [1, 3, 4] {
        assert!(lines[at]["error"].is_string(), "{}", lines[at]);
    }
    assert!(
        run.stderr.contains("-:4: right: it asks for nobody"),
        "{}",
        run.stderr
    );
    // The same input gives the same bytes.
    let again = tidewaiter(["compare", "--pairs", "-"], pairs.join("\n").as_bytes());
    assert_eq!(run.stdout, again.stdout);
}
