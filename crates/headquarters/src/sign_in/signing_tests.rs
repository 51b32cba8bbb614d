//! Acts that their authors sign, and those who try to sign for others.

use super::tests::{HERE, Holder, Real, Reply, challenge_on};
use crate::passkeys::soft::{Said, Soft};
use crate::passkeys::{NotAccepted, Origin, confirm};
use crate::sign_in::tests::form;
use axum::body::Body;
use coalition::content::Passkey;
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
    let (person, link) = real.invite(&token, "Bruno", "clerk").await;
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
