//! The desk, credentials, undertakings and clocks of a meeting, as those who use them find them.

use super::{agenda, credential, desk, list, one, people, undertaking, zone};
use crate::answer::{Answer, Body};
use crate::asking::Asking;
use crate::forms::tests::{asking, house, id, post};
use crate::house::House;
use crate::writer::Ask;
use coalition::Refusal;
use serde_json::json;
use std::sync::Arc;

const MADRID: &[(&str, &str)] = &[("id", "m-madrid")];
const HOST: Option<&str> = Some("clerk-es");

type Read = fn(&Asking) -> Result<Answer, Refusal>;

fn page(house: &Arc<House>, person: Option<&str>, query: &str, read: Read) -> String {
    let mut asked = asking(house, person, MADRID, "");
    asked.query = serde_urlencoded::from_str(query).unwrap();
    match read(&asked).map(|answer| answer.body) {
        Ok(Body::Html(page)) => page,
        other => panic!("not a page: {other:?}"),
    }
}

fn note(house: &Arc<House>, person: Option<&str>, form: &str) -> Answer {
    let mut asked = asking(house, person, MADRID, form);
    asked.path = "/meetings/m-madrid/desk".into();
    asked.headers = vec![("accept", "application/json".into())];
    post(&asked, desk::send)
}

#[test]
fn who_is_let_in_is_in_once_however_often_it_is_noted() {
    let house = house();
    let before = house.size();
    let arrive = "do=arrive&about=head-ee&key=noted-1&noted=2025-11-04T07:41:00Z";
    for _ in 0..3 {
        assert_eq!(note(&house, HOST, arrive).status, 200);
    }
    assert_eq!(house.size(), before + 1);
    // Another phone notes the same person under a word of its own.
    assert_eq!(note(&house, HOST, "do=arrive&about=head-ee&key=noted-2").status, 409);
    assert!(page(&house, HOST, "", desk::page).contains("1 of 4 in"));
    assert_eq!(note(&house, HOST, "do=arrive&about=head-us&key=noted-3").status, 422);
}

#[test]
fn devices_have_numbers_and_what_is_left_is_shown() {
    let house = house();
    for (device, key) in [("phone", "take-1"), ("tablet", "take-2"), ("phone", "take-1")] {
        let form = format!("do=take&about=head-ee&device={device}&key={key}");
        assert_eq!(note(&house, HOST, &form).status, 200);
    }
    let desk = page(&house, HOST, "", desk::page);
    assert!(desk.contains("No. <strong>1</strong>: phone"), "{desk}");
    assert!(desk.contains("2 left, and the meeting is over"), "{desk}");
    let own = page(&house, Some("head-ee"), "", credential::own);
    assert!(own.contains("Receipt no. <strong>2</strong>: tablet"), "{own}");
    let held = house.view(Some(&id("clerk-es")));
    let first = held.of_kind(coalition::Kind::Custody).find(|thing| {
        thing.said::<coalition::content::Custody>().is_some_and(|custody| custody.number == 1)
    });
    let first = first.expect("it was taken").id.clone();
    assert_eq!(note(&house, HOST, &format!("do=return&about={first}&key=back-1")).status, 200);
    assert!(
        page(&house, HOST, "", desk::page)
            .contains("1 left, and the meeting is over; 1 given back")
    );
}

#[test]
fn a_credential_is_good_for_one_person_and_one_meeting() {
    let house = house();
    let code = |meeting: &str, person: &str| people::code(&house, &id(meeting), &id(person));
    let checked = |code: &str| page(&house, HOST, &format!("code={code}"), desk::page);
    let good = code("m-madrid", "head-ee");
    assert!(page(&house, Some("head-ee"), "", credential::own).contains(good.as_str()));
    assert!(checked(good.as_str()).contains("This credential is good"));
    for other in [code("m-paris", "head-ee").to_string(), "0123456789bcdfgh".into()] {
        assert!(checked(&other).contains("no credential of this meeting"), "{other}");
    }
    let all = page(&house, HOST, "", credential::all);
    assert!(all.contains(good.as_str()) && all.matches("<svg class=\"qr\"").count() == 4);
}

#[test]
fn the_desk_is_not_there_for_others() {
    let house = house();
    for person in [Some("head-ee"), Some("adviser-es"), Some("head-ua"), None] {
        for read in [desk::page as Read, credential::all] {
            let asked = asking(&house, person, MADRID, "");
            assert!(matches!(read(&asked), Err(Refusal::NotFound(_))), "{person:?}");
        }
        assert_eq!(note(&house, person, "do=arrive&about=head-ee&key=k").status, 404);
    }
    assert!(credential::own(&asking(&house, Some("head-ua"), MADRID, "")).is_err());
}

#[test]
fn an_undertaking_is_asked_of_those_who_come_until_they_sign_it() {
    let house = house();
    // He signed in the example; who is added to his delegation's answer has not.
    assert!(!page(&house, Some("head-ee"), "", one::page).contains("I undertake this"));
    let (paris, form) = (&[("id", "m-paris")], "");
    let refused = post(&asking(&house, Some("head-ee"), paris, form), undertaking::send);
    assert_eq!(refused.status, 409, "no undertaking is asked for there");
    let again = post(&asking(&house, Some("head-ee"), MADRID, form), undertaking::send);
    assert_eq!(again.status, 409, "it is signed once");
}

#[test]
fn who_comes_for_an_open_part_alone_reads_of_no_other_and_is_asked_for_nothing() {
    let house = house();
    let made = |by: &str, subject: &str, content: serde_json::Value, marking: serde_json::Value| {
        let change = json!({ "create": { "content": content, "marking": marking } });
        let ask = Ask::Import { at: house.now(), subject: id(subject), change };
        house.submit_and_wait(Some(id(by)), ask).expect("the rules allow it");
    };
    let green = || json!({ "label": "GREEN" });
    let rules = json!({ "devices": "handed_in", "undertaking": true, "attribution": "on_record" });
    let meeting = json!({ "meeting": { "title": "Two parts", "level": "officials", "form": "in_person", "zone": "UTC", "rules": rules } });
    made("clerk-es", "m-parts", meeting, green());
    let session = |title: &str, closed: bool| json!({ "session": { "meeting": "m-parts", "title": title, "closed": closed } });
    made("clerk-es", "parts-open", session("Speeches", false), green());
    let some = json!({ "label": "AMBER+STRICT", "parties": ["EE"] });
    made("clerk-es", "parts-closed", session("Promises", true), some);
    for (party, by, sessions) in [
        ("US", "head-us", json!(["parts-open"])),
        ("EE", "head-ee", json!(["parts-open", "parts-closed"])),
    ] {
        let invitation = format!("parts-{party}");
        let said =
            json!({ "invitation": { "meeting": "m-parts", "party": party, "sessions": sessions } });
        made("clerk-es", &invitation, said, json!({ "label": "AMBER+STRICT", "parties": [party] }));
        let said = json!({ "reply": { "invitation": invitation, "attending": true, "persons": [by],
            "sessions": sessions, "from": "in_person" } });
        made(
            by,
            &format!("{invitation}-reply"),
            said,
            json!({ "label": "AMBER+STRICT", "parties": ["ES"] }),
        );
    }
    let read = |person: &str| {
        let asked = asking(&house, Some(person), &[("id", "m-parts")], "");
        let Ok(Answer { body: Body::Html(page), .. }) = one::page(&asked) else { panic!("a page") };
        page
    };
    let (observer, member) = (read("head-us"), read("head-ee"));
    assert!(member.contains("I undertake this") && member.contains("Promises"), "{member}");
    for word in ["I undertake this", "closed session", "Promises"] {
        assert!(!observer.contains(word), "{word}: {observer}");
    }
    assert!(observer.contains("Speeches"), "{observer}");
}

#[test]
fn a_reader_s_own_clock_stands_beside_the_host_s() {
    let house = house();
    let mut asked = asking(&house, HOST, MADRID, "");
    asked.headers = vec![("cookie", "__Host-zone=Europe/Tallinn".into())];
    let Ok(Answer { body: Body::Html(page), .. }) = one::page(&asked) else { panic!("a page") };
    assert!(page.contains("On your clock") && page.contains("10:00–16:30 EET"), "{page}");
    assert!(page.contains("data-zone=\"Europe/Madrid\""), "{page}");
    // In the list, too, and for nobody who has not asked for it.
    for (cookie, told) in
        [("__Host-zone=Europe/Tallinn", 1), ("__Host-zone=Europe/Madrid", 0), ("", 0)]
    {
        asked.headers = vec![("cookie", cookie.into())];
        let Ok(Answer { body: Body::Html(list), .. }) = list(&asked) else { panic!("a page") };
        let found = list.matches("On your clock: Tuesday 4 November, 10:00–16:30 EET").count();
        assert_eq!(found, told, "{cookie}");
    }
    for (form, status) in [
        ("zone=Europe/Tallinn&meeting=m-madrid", 303),
        ("zone=&meeting=../evil", 303),
        ("zone=Nowhere/At+all", 422),
        ("zone=UTC%0d%0aset-cookie:x", 422),
    ] {
        let asked = asking(&house, None, &[], form);
        let answer = zone::set(&asked);
        let told =
            answer.map_or_else(|refusal| crate::refusals::status(&refusal), |answer| answer.status);
        assert_eq!(told, status, "{form}");
    }
}

#[test]
fn an_agenda_on_paper_says_what_its_reader_may_see() {
    let house = house();
    let text = |person| {
        let answer = agenda::pdf(&asking(&house, person, MADRID, "")).unwrap();
        let Body::Other("application/pdf", bytes) = answer.body else { panic!("no PDF") };
        exchange::found::Found::of_pdf(&bytes).unwrap().text()
    };
    let full = text(HOST);
    let view = house.view(Some(&id("clerk-es")));
    let sessions = view.all::<coalition::content::Session>();
    let mut titles =
        sessions.filter(|(_, of)| of.meeting == id("m-madrid")).map(|(_, of)| of.title.to_string());
    assert!(titles.all(|title| full.contains(&title)), "{full}");
    assert!(full.contains("4 November 2025") && full.contains("TLP:"), "{full}");
    let hidden = agenda::pdf(&asking(&house, HOST, &[("id", "m-nowhere")], ""));
    assert!(matches!(hidden, Err(Refusal::NotFound(_))));
}

#[test]
fn in_a_night_in_which_the_clocks_change_the_picture_and_the_list_say_the_same_hours() {
    for (day, from, minutes, told) in [
        ("2027-03-28", "01:30", 90, "01:30 CET – 04:00 CEST"),
        ("2027-10-31", "02:15", 60, "02:15 CEST – 02:15 CET"),
    ] {
        let house = house();
        let rules = json!({ "devices": "kept", "undertaking": false, "attribution": "on_record" });
        let meeting = json!({ "meeting": { "title": "Night", "level": "officials", "form": "virtual",
            "zone": "Europe/Paris", "starts": format!("{day}T01:00"), "ends": format!("{day}T18:00"),
            "rules": rules } });
        let session = json!({ "session": { "meeting": "night", "title": "Watch", "closed": false,
            "starts": format!("{day}T{from}"), "minutes": minutes } });
        for (subject, content) in [("night", meeting), ("watch", session)] {
            let change =
                json!({ "create": { "content": content, "marking": { "label": "GREEN" } } });
            let ask = Ask::Import { at: house.now(), subject: id(subject), change };
            house.submit_and_wait(Some(id("clerk-fr")), ask).expect("the rules allow it");
        }
        let asked = asking(&house, Some("clerk-fr"), &[("id", "night")], "");
        let Ok(Body::Html(page)) = one::page(&asked).map(|answer| answer.body) else {
            panic!("not a page")
        };
        // In the picture's block, its title and its table, and in the list of sessions.
        assert_eq!(page.matches(told).count(), 4, "{told} in {page}");
        assert!(page.contains("CET, UTC+01:00") && page.contains("CEST, UTC+02:00"), "{page}");
    }
}
