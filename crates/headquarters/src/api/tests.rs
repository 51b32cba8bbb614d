//! The document against the routes, and the routes against a house.

use super::*;
use crate::routes::Method;

#[test]
fn the_document_describes_every_route_of_the_api_and_no_other() {
    let document = openapi::described();
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            described.push((path.clone(), method.clone()));
        }
    }
    let mut routed: Vec<(String, String)> = ROUTES
        .iter()
        .map(|route| {
            let method = if route.method == Method::Get { "get" } else { "post" };
            (route.path.to_owned(), method.to_owned())
        })
        .collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    found.push(reference.to_owned());
                }
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }
    let document = openapi::described();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{} references", found.len());
    for reference in found {
        let place = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(place).is_some(), "{reference}");
    }
}

use super::{acts, assessment, record, things};
use crate::answer::{Answer, Body};
use crate::forms::tests::{asking, house, id, post};
use crate::house::House;
use coalition::{Act, Id, Leaves, View};
use std::sync::Arc;

type Read = fn(&Asking) -> Result<Answer, Refusal>;

const CLERK: Option<&str> = Some("clerk-fr");

fn ask(
    house: &Arc<House>,
    person: Option<&str>,
    params: &[(&str, &str)],
    query: &str,
    read: Read,
) -> Result<Value, Refusal> {
    let mut asking = asking(house, person, params, "");
    asking.query = serde_urlencoded::from_str(query).unwrap();
    read(&asking).map(|answer| json_of(&answer))
}

fn json_of(answer: &Answer) -> Value {
    match &answer.body {
        Body::Json(text) => serde_json::from_str(text).unwrap(),
        Body::Other("application/json", bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("not JSON: {other:?}"),
    }
}

fn act(house: &Arc<House>, person: Option<&str>, key: Option<&str>, body: &str) -> Answer {
    let mut asking = asking(house, person, &[], body);
    asking.path = "/api/v1/acts".into();
    asking.headers = vec![("content-type", "application/json; charset=utf-8".into())];
    asking.headers.extend(key.map(|key| ("idempotency-key", key.to_owned())));
    post(&asking, acts::send)
}

#[test]
fn a_list_is_read_to_its_end_part_by_part() {
    let house = house();
    let view = house.view(None);
    let known: Vec<String> =
        view.of_kind(Kind::Commitment).map(|thing| thing.id.to_string()).collect();
    assert!(known.len() > 4);
    let mut read = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let part = ask(&house, None, &[], &query, things::commitments).unwrap();
        let things = part["things"].as_array().unwrap();
        read.extend(things.iter().map(|thing| thing["id"].as_str().unwrap().to_owned()));
        match part["next"].as_str() {
            Some(next) => query = format!("limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(read, known);
}

#[test]
fn filters_of_commitments_leave_out_all_others() {
    let house = house();
    let all = ask(&house, CLERK, &[], "limit=500", things::commitments).unwrap();
    let first = &all["things"][0]["content"]["commitment"];
    for name in ["party", "resource", "stage"] {
        let wanted = first[name].as_str().unwrap();
        let query = format!("limit=500&{name}={wanted}");
        let found = ask(&house, CLERK, &[], &query, things::commitments).unwrap();
        let things = found["things"].as_array().unwrap();
        let expected = all["things"].as_array().unwrap().iter();
        let expected: Vec<&Value> =
            expected.filter(|thing| thing["content"]["commitment"][name] == wanted).collect();
        assert!(!things.is_empty() && things.len() < all["things"].as_array().unwrap().len());
        assert_eq!(things.iter().collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn what_is_misspelt_in_a_query_is_refused_with_its_name() {
    let house = house();
    let parties: &[(&str, &str)] = &[("kind", "parties")];
    let force: &[(&str, &str)] = &[("id", "g1")];
    /// The path's parameters, the query, what reads it, and the field refused.
    type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, Read, &'a str);
    let table: &[Row<'_>] = &[
        (parties, "limit=0", things::list, "limit"),
        (parties, "limit=501", things::list, "limit"),
        (parties, "limit=%2B5", things::list, "limit"),
        (parties, "limit=", things::list, "limit"),
        (parties, "limit=1&limit=2", things::list, "limit"),
        (parties, "cursor=a/b", things::list, "cursor"),
        (parties, "stage=announced", things::list, "stage"),
        (&[], "stage=promised", things::commitments, "stage"),
        (&[], "party=", things::commitments, "party"),
        (&[], "old=1", record::consistency, "new"),
        (&[], "old=-1&new=2", record::consistency, "old"),
        (&[], "from=4294967296", record::leaves, "from"),
        (force, "on=20260131", assessment::assess, "on"),
        (force, "assume=a+b", assessment::assess, "assume"),
        (force, "asume=x", assessment::assess, "asume"),
    ];
    for (params, query, read, wrong) in table {
        match ask(&house, CLERK, params, query, *read) {
            Err(Refusal::Invalid { field, .. }) => assert_eq!(field, *wrong, "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn an_act_is_done_once_however_often_it_is_sent() {
    let house = house();
    let body = r#"{"change":{"create":{"content":{"person":{"name":"Mare"}},"marking":{"label":"GREEN"}}}}"#;
    let size = house.size();
    let first = act(&house, CLERK, Some("once"), body);
    let again = act(&house, CLERK, Some("once"), body);
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(json_of(&first), json_of(&again));
    assert_eq!(house.size(), size + 1);
    assert_eq!(json_of(&first)["position"], size);
    let subject = json_of(&first)["subject"].as_str().unwrap().to_owned();
    assert_eq!(first.headers, [("location", format!("/api/v1/persons/{subject}"))]);
    let params = [("kind", "persons"), ("id", subject.as_str())];
    let thing = ask(&house, CLERK, &params, "", things::one).unwrap();
    assert_eq!(thing["content"]["person"]["name"], "Mare");
    assert_eq!(thing["who_can_see"], "everyone with a seat, of any standing");
    let history = ask(&house, CLERK, &params, "", things::history).unwrap();
    assert_eq!(history["acts"][0]["act"]["key"], "once");
}

#[test]
fn what_is_not_a_command_is_refused_and_nothing_is_written() {
    let house = house();
    let size = house.size();
    let good = r#"{"change":{"create":{"content":{"person":{"name":"Mare"}}}}}"#;
    assert_eq!(act(&house, None, None, good).status, 401);
    assert_eq!(act(&house, None, None, "nonsense").status, 401);
    for (key, body) in [
        (None, "nonsense"),
        (None, "[]"),
        (None, "{}"),
        (None, r#"{"change":{"explode":{}}}"#),
        (None, r#"{"change":{"create":{"content":{"person":{"name":7}}}}}"#),
        (Some("two words"), good),
        (Some("one"), r#"{"key":"other","change":{"create":{"content":{"person":{"name":"M"}}}}}"#),
    ] {
        assert_eq!(act(&house, CLERK, key, body).status, 422, "{key:?} {body}");
    }
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(act(&house, CLERK, None, &deep).status, 422);
    assert_eq!(house.size(), size);
}

/// An act of the record that the public may not see, and one that it may.
fn hidden_and_seen(view: &View, leaves: &Leaves) -> (usize, usize) {
    let seen: Vec<usize> = view.visible_acts(leaves).map(|(position, _)| position).collect();
    let hidden = (0..leaves.size()).find(|position| !seen.contains(position));
    (hidden.expect("the example hides something from the public"), seen[seen.len() - 1])
}

#[test]
fn a_hidden_act_has_a_place_and_a_hash_and_no_receipt() {
    let house = house();
    let (hidden, seen) = hidden_and_seen(&house.view(None), &house.leaves());
    let told = ask(&house, None, &[], "limit=500", record::leaves).unwrap();
    let leaf = &told["leaves"][hidden];
    assert_eq!(leaf["sealed"], true);
    assert_eq!(leaf.as_object().unwrap().len(), 3, "{leaf}");
    assert_eq!(leaf["hash"], json!(house.leaf_hash(hidden as u64).unwrap()));
    let act: Act = serde_json::from_value(told["leaves"][seen]["act"].clone()).unwrap();
    assert!(house.view(None).get(&act.subject).is_some());
    let receipt =
        |position: &str| ask(&house, None, &[("position", position)], "", record::receipt);
    for nothing in [&hidden.to_string(), "999999", "-1", "+1", "x", "", "18446744073709551616"] {
        assert_eq!(receipt(nothing).err(), Some(Refusal::NotFound(None)), "{nothing}");
    }
    assert_eq!(receipt(&seen.to_string()).unwrap()["index"], seen);
}

#[test]
fn a_receipt_proves_its_act_and_a_changed_one_nothing() {
    let house = house();
    let (_, seen) = hidden_and_seen(&house.view(None), &house.leaves());
    let text = house.receipt(seen as u64).unwrap().to_json();
    let check = |text: &str| json_of(&record::verify(&asking(&house, None, &[], text)).unwrap());
    let proved = check(&text);
    assert_eq!((&proved["proves"], &proved["position"]), (&json!(true), &json!(seen)));
    let changed = text.replacen(&format!("\"index\": {seen}"), "\"index\": 0", 1);
    assert_ne!(changed, text);
    assert_eq!(check(&changed)["proves"], false);
    assert_eq!(check("{}")["proves"], false);
}

#[test]
fn a_hidden_thing_and_a_thing_of_another_kind_are_as_absent_as_nothing() {
    let house = house();
    let absent = |kind: &str, thing: &str| {
        ask(&house, None, &[("kind", kind), ("id", thing)], "", things::one).err()
    };
    let clerk = house.view(Some(&id("clerk-fr")));
    let public = house.view(None);
    let hidden: &Id = clerk
        .of_kind(Kind::Person)
        .map(|thing| &thing.id)
        .find(|id| public.get(id).is_none())
        .expect("persons are not public in the example");
    let nothing = Some(Refusal::NotFound(Some(Kind::Person)));
    for thing in [hidden.as_str(), "nobody", "FR", "a b"] {
        assert_eq!(absent("persons", thing), nothing, "{thing}");
    }
    assert_eq!(absent("wishes", "FR"), Some(Refusal::NotFound(None)));
}

#[test]
fn an_assessment_answers_for_the_scenario_asked_for() {
    let house = house();
    let ask_of = |query: &str| ask(&house, CLERK, &[("id", "g1")], query, assessment::assess);
    let plain = ask_of("").unwrap();
    assert_eq!(plain["guarantee"], "g1");
    let without = ask_of("without=DE&without=FR").unwrap();
    assert_eq!(without["scenario"]["without"], json!(["DE", "FR"]));
    assert_eq!(ask_of("without=XX").err(), Some(Refusal::NotFound(Some(Kind::Party))));
    assert_eq!(ask_of("assume=xx").err(), Some(Refusal::NotFound(Some(Kind::Circumstance))));
}
