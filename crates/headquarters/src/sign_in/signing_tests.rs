//! Acts that their authors sign, and those who try to sign for others.

use super::tests::{HERE, Holder, Real, Reply, challenge_on};
use crate::passkeys::soft::{Said, Soft};
use crate::passkeys::{NotAccepted, Origin, confirm};
use crate::sign_in::tests::{form, link_on};
use axum::body::Body;
use coalition::content::{EnrolmentLink, Passkey, Seat};
use coalition::{Act, Id};
use serde_json::{Value, json};

impl Real {
    async fn command(&self, cookie: &str, command: &Value) -> Reply {
        let request = Real::request("POST", "/api/v1/acts", Some(cookie))
            .header("content-type", "application/json")
            .body(Body::from(command.to_string()));
        self.asked(request.expect("a request")).await
    }

    /// Asks for an important act, and gives the page on which it is signed.
    async fn drafted(&self, cookie: &str, command: &Value) -> String {
        let reply = self.command(cookie, command).await;
        assert_eq!(reply.status, 403, "{}", reply.body);
        assert!(reply.body.contains("\"unsigned\""), "{}", reply.body);
        reply.location
    }

    async fn signed(&self, cookie: &str, page: &str, holder: &Holder) -> Reply {
        let challenge = self.challenge(page, Some(cookie)).await;
        self.post(page, Some(cookie), &holder.answers(&Said::of(HERE, &challenge))).await
    }

    /// The last act of the record: its bytes as they are kept, and what they say.
    fn last(&self) -> (Vec<u8>, Act) {
        let last = self.house.size() as u64 - 1;
        let receipt = self.house.receipt(last).expect("it is there");
        (receipt.act().to_vec(), Act::decode(receipt.act()).expect("an act"))
    }
}

fn admission(name: &str) -> Value {
    json!({ "change": { "create": { "content": { "party": { "name": name, "standing": "member" } } } } })
}

async fn anna() -> (Real, Holder, String) {
    let real = Real::new();
    let anna = Holder::new("anna", 2);
    let token = real.enrolled(&real.link, &anna).await;
    (real, anna, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_important_act_is_recorded_as_it_was_shown_with_a_signature_that_anybody_can_check() {
    let (real, mut holder, token) = anna().await;
    let before = real.house.size();
    let page = real.drafted(&token, &admission("Estonia")).await;
    let shown = real.get(&page, Some(&token)).await.body;
    for words in ["admitted the party", "Estonia", "member", "TLP:AMBER", "Anna", "France"] {
        assert!(shown.contains(words), "the page does not say {words}: {shown}");
    }
    assert_eq!(real.house.size(), before, "nothing is recorded yet");
    holder.count = 1;
    let reply = real.signed(&token, &page, &holder).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(reply.location.starts_with("/parties/"));
    let (kept, act) = real.last();
    let confirmed = act.signed_bytes(&kept).expect("it is signed");
    let text = String::from_utf8(confirmed).unwrap().replace('"', "&quot;");
    assert!(shown.contains(&text), "what was shown is what is kept");
    let key = real.house.looking_as(&Id::parse("anna").unwrap(), |view| {
        view.all::<Passkey>().next().map(|(_, passkey)| passkey.public_key.clone()).unwrap()
    });
    assert_eq!(confirm(&act, &kept, &key, None).unwrap().origin, HERE);
    let elsewhere = Origin::parse("https://elsewhere.example").unwrap();
    assert_eq!(confirm(&act, &kept, &key, Some(&elsewhere)), Err(NotAccepted::Origin));
    let other = crate::passkeys::encoded(&Soft::es256(8).cose()).unwrap();
    assert_eq!(confirm(&act, &kept, &other, None), Err(NotAccepted::Signature));
    // Every byte of what was signed matters.
    let said = String::from_utf8(kept.clone()).unwrap();
    for (from, to) in
        [("Estonia", "Estania"), ("member", "lead"), ("AMBER", "CLEAR"), ("anna", "anne")]
    {
        let changed = said.replacen(from, to, 1).into_bytes();
        let act = Act::decode(&changed).unwrap();
        assert!(confirm(&act, &changed, &key, None).is_err(), "{from} became {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_record_takes_no_important_act_without_a_signature() {
    let (real, _, token) = anna().await;
    let before = real.house.size();
    real.drafted(&token, &admission("Estonia")).await;
    let form =
        real.post("/new/party", Some(&token), "name=Estonia&standing=member&label=AMBER").await;
    assert_eq!(form.status, 303);
    assert!(form.location.starts_with("/sign/"), "{}", form.location);
    let party =
        json!({ "subject": "FR", "change": { "relabel": { "marking": { "label": "CLEAR" } } } });
    real.drafted(&token, &party).await;
    assert_eq!(real.house.size(), before);
    let person =
        json!({ "change": { "create": { "content": { "person": { "name": "Bruno" } } } } });
    assert_eq!(real.command(&token, &person).await.status, 201, "this binds nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_counts_once_for_one_act_and_one_author() {
    let (real, holder, token) = anna().await;
    let page = real.drafted(&token, &admission("Estonia")).await;
    let other_page = real.drafted(&token, &admission("Latvia")).await;
    let challenge = real.challenge(&page, Some(&token)).await;
    let honest = Said::of(HERE, &challenge);
    let answer = holder.answers(&honest);
    let before = real.house.size();
    let sign_in = real.challenge("/sign-in", Some(&token)).await;
    let refused = [
        ("of a sign-in", holder.answers(&Said::of(HERE, &sign_in))),
        (
            "on another site",
            holder.answers(&Said { origin: "https://elsewhere.example".into(), ..honest.clone() }),
        ),
        ("by nobody recognised", holder.answers(&Said { flags: 1, ..honest.clone() })),
        (
            "by another key",
            Holder { soft: Soft::es256(8), ..Holder::new("anna", 2) }.answers(&honest),
        ),
    ];
    for (what, body) in &refused {
        assert_eq!(real.post(&page, Some(&token), body).await.status, 422, "{what}");
    }
    assert_eq!(real.post(&other_page, Some(&token), &answer).await.status, 422, "another act");
    assert_eq!(real.post(&page, None, &answer).await.status, 401, "nobody");
    // A challenge of the house for an act does not sign anybody in.
    assert_eq!(real.post("/sign-in", None, &answer).await.status, 401);
    assert_eq!(real.house.size(), before);
    assert_eq!(real.post(&page, Some(&token), &answer).await.status, 303);
    assert_eq!(real.post(&page, Some(&token), &answer).await.status, 404, "a replay");
    assert_eq!(real.house.size(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_its_authors_alone_and_does_not_wait_for_ever() {
    let (real, holder, token) = anna().await;
    let (person, link) = real.invite((&token, &holder), "Bruno", "clerk").await;
    let bruno = real.enrolled(&link, &Holder::new(&person, 3)).await;
    let page = real.drafted(&token, &admission("Estonia")).await;
    let (theirs, never) =
        (real.get(&page, Some(&bruno)).await, real.get("/sign/never-was", Some(&bruno)).await);
    assert_eq!((theirs.status, &theirs.body), (404, &never.body));
    let challenge = real.challenge(&page, Some(&token)).await;
    let answer = holder.answers(&Said::of(HERE, &challenge));
    assert_eq!(real.post(&page, Some(&bruno), &answer).await.status, 404);
    real.later(10);
    assert_eq!(real.post(&page, Some(&token), &answer).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_become_another_act_meanwhile_is_not_recorded() {
    let (real, holder, token) = anna().await;
    let (first, second) = (
        real.drafted(&token, &admission("Estonia")).await,
        real.drafted(&token, &admission("Estonia")).await,
    );
    assert_eq!(real.signed(&token, &first, &holder).await.status, 303);
    let size = real.house.size();
    assert_eq!(real.signed(&token, &second, &holder).await.status, 422, "there is one by now");
    assert_eq!(real.house.size(), size);
}

/// The acts of the record from a place on, each with what is kept of it.
fn since(real: &Real, from: usize) -> Vec<(Vec<u8>, Act)> {
    let read = |position| real.house.receipt(position as u64).expect("it is there").act().to_vec();
    let told = |kept: Vec<u8>| (Act::decode(&kept).expect("an act"), kept);
    (from..real.house.size()).map(|at| told(read(at))).map(|(act, kept)| (kept, act)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_one_signature_over_three_acts_and_its_link_is_shown_after_it() {
    let (real, holder, token) = anna().await;
    let before = real.house.size();
    let asked = real.post("/people/invite", Some(&token), "name=Bruno&role=clerk").await;
    assert!(asked.location.starts_with("/sign/"), "{asked:?}");
    let page = asked.location;
    let shown = real.get(&page, Some(&token)).await.body;
    for words in
        ["entered the person", "gave the seat", "handed out an enrolment link", "Bruno", "clerk"]
    {
        assert!(shown.contains(words), "the page does not say {words}: {shown}");
    }
    assert!(!asked.body.contains("/enrol/") && !shown.contains("/enrol/"), "the link is to come");
    let challenge = real.challenge(&page, Some(&token)).await;
    let forged = Holder { soft: Soft::es256(8), ..Holder::new("anna", 2) };
    let forged = forged.answers(&Said::of(HERE, &challenge));
    let refused = real.post(&page, Some(&token), &forged).await;
    assert_eq!((refused.status, refused.body.contains("/enrol/")), (422, false));
    assert_eq!(real.house.size(), before, "nothing is recorded yet");

    let signed = real.signed(&token, &page, &holder).await;
    assert_eq!(signed.status, 200, "{}", signed.body);
    let link = link_on(&signed.body);
    let again = real.get(&page, Some(&token)).await;
    assert_eq!((again.status, again.body.contains("/enrol/")), (404, false), "shown once");
    let acts = since(&real, before);
    assert_eq!(acts.len(), 3);
    let key = real.house.looking_as(&Id::parse("anna").unwrap(), |view| {
        view.all::<Passkey>().next().map(|(_, passkey)| passkey.public_key.clone()).unwrap()
    });
    for (kept, act) in &acts {
        let confirmed = confirm(act, kept, &key, None).expect("each is signed");
        assert_eq!((confirmed.origin.as_str(), confirmed.acts), (HERE, 3));
        let text = String::from_utf8(act.signed_bytes(kept).unwrap()).unwrap();
        assert!(shown.contains(&text.replace('"', "&quot;")), "what was shown is what is kept");
        assert!(!text.contains(link.rsplit('/').next().unwrap()), "the secret is in no act");
    }
    // None of them stands for another, and none can be left out or added.
    let said = |kept: &[u8]| String::from_utf8(kept.to_vec()).unwrap();
    let hashes = acts[1].1.signed.clone().unwrap().together;
    for (from, to) in [
        (said(&acts[1].0), said(&acts[1].0).replace("\"clerk\"", "\"head\"")),
        (hashes[0].as_str().to_owned(), hashes[1].as_str().to_owned()),
        (format!("\"{}\",", hashes[0].as_str()), String::new()),
        (format!("\"{}\"", hashes[1].as_str()), format!("\"{}\"", hashes[2].as_str())),
    ] {
        let changed = said(&acts[1].0).replacen(&from, &to, 1).into_bytes();
        assert_ne!(changed, acts[1].0);
        let act = Act::decode(&changed).expect("an act still");
        assert!(confirm(&act, &changed, &key, None).is_err(), "{from} became {to}");
    }
    let person = link.split('/').nth(2).expect("a person");
    real.enrolled(&link, &Holder::new(person, 3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_invitation_that_no_longer_fits_nothing_is_recorded() {
    let (real, holder, token) = anna().await;
    let change = json!({ "subject": "FR", "change": { "amend": { "content": { "party": {
        "name": "France", "standing": "lead", "seats": 2 } } } } });
    let page = real.drafted(&token, &change).await;
    assert_eq!(real.signed(&token, &page, &holder).await.status, 303);
    let mut pages = Vec::new();
    for who in ["Bruno", "Clara"] {
        let body = format!("name={who}&role=clerk");
        pages.push(real.post("/people/invite", Some(&token), &body).await.location);
    }
    assert_eq!(real.signed(&token, &pages[0], &holder).await.status, 200);
    let size = real.house.size();
    let second = real.signed(&token, &pages[1], &holder).await;
    assert!(second.status >= 400 && !second.body.contains("/enrol/"), "{second:?}");
    assert_eq!(real.house.size(), size, "neither the person nor the link without the seat");
    assert!(!real.get("/people", Some(&token)).await.body.contains("Clara"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_let_in_and_who_sits_is_signed_and_the_api_refuses_it_unsigned_as_all_else() {
    let (real, holder, token) = anna().await;
    let by = (token.as_str(), &holder);
    let (bruno, link) = real.invite(by, "Bruno", "clerk").await;
    let id = Id::parse(&bruno).unwrap();
    let session = real.enrolled(&link, &Holder::new(&bruno, 3)).await;
    let seat = real.standing("anna", |seat: &Seat| seat.person == id);
    let before = real.house.size();
    let content = json!({ "seat": { "person": bruno, "party": "FR", "role": "alternate" } });
    for command in [
        json!({ "subject": seat, "change": { "amend": { "content": content } } }),
        json!({ "subject": seat, "change": { "withdraw": {} } }),
        json!({ "subject": bruno, "change": { "withdraw": {} } }),
    ] {
        let reply = real.command(&token, &command).await;
        let party = real.command(&token, &admission("Estonia")).await;
        assert_eq!((reply.status, party.status), (403, 403), "{}", reply.body);
        let told = |reply: &Reply| reply.body.replace(&reply.location, "");
        assert_eq!(told(&reply), told(&party), "{command}");
    }
    for (page, body) in
        [("/people/link", format!("person={bruno}")), ("/people/vouch", format!("person={bruno}"))]
    {
        let reply = real.post(page, Some(&token), &body).await;
        assert!(reply.location.starts_with("/sign/"), "{page}: {reply:?}");
    }
    assert_eq!(real.house.size(), before, "nothing of it is recorded");
    let vouched = real.signing("/people/vouch", by, &format!("person={bruno}")).await;
    assert_eq!((vouched.status, vouched.location.as_str()), (303, "/people"), "{}", vouched.body);
    // To stop a link takes no signature: his own, by the person whom it would replace.
    let recovery =
        link_on(&real.signing("/people/link", by, &format!("person={bruno}")).await.body);
    let open = real.standing(&bruno, |link: &EnrolmentLink| link.person == id && !link.spent);
    let stop = format!("/change/withdraw/{open}");
    let body = real.unchanged(&stop, &session).await;
    let stopped = real.post(&stop, Some(&session), &body).await;
    assert!(stopped.status == 303 && !stopped.location.starts_with("/sign/"), "{stopped:?}");
    assert_eq!(real.get(&recovery, None).await.status, 404);
    let gone = real.changing(&format!("/change/withdraw/{seat}"), by).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    assert!(!real.signed_in(&session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_passkey_takes_the_signature_of_one_before_it() {
    let (real, holder, token) = anna().await;
    let further = Holder::new("anna", 3);
    // The challenge of the form for a further passkey, not that of any other on the page.
    let page = real.get("/account", Some(&token)).await.body;
    let challenge = challenge_on(&page);
    let (object, client_data) =
        further.soft.registers(&Said::of(HERE, &challenge), &further.credential);
    let body =
        format!("name=Blue&{}", form(&[("attestation", &object), ("client_data", &client_data)]));
    let reply = real.post("/account/passkeys", Some(&token), &body).await;
    assert!(reply.location.starts_with("/sign/"), "{reply:?}");
    assert_eq!(real.sign_in(&further).await.status, 401, "not yet");
    assert_eq!(real.signed(&token, &reply.location, &holder).await.location, "/account");
    assert_eq!(real.sign_in(&further).await.status, 303);
}
