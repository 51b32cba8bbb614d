//! A real house, real browsers and authenticators that only tests have: from the founder's link to the
//! end of a session.

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;
#[path = "browser/people.rs"]
mod people;

use house::{DESK, House, browser_is_there};
use people::{enrol, found, invite, link_shown, sign, sign_in, with_authenticator};
use std::process::Command;
use std::sync::Arc;
use thirtyfour::prelude::*;

const ENTENTE: &str = env!("CARGO_BIN_EXE_entente");

/// Runs what two people do in two browsers, and closes both however it ends.
async fn two_people<F>(walk: impl FnOnce(Arc<House>, Arc<House>, String, String) -> F)
where
    F: Future<Output = WebDriverResult<()>> + Send + 'static,
{
    if !browser_is_there() {
        return;
    }
    let data = tempfile::tempdir().expect("a directory");
    let data = data.path().join("record").display().to_string();
    let link = found(&data);
    let first = House::running(&["serve", "--port", "0", "--data", &data], DESK).await;
    let second = Arc::new(House::seen_at(first.url.clone(), DESK).await);
    let first = Arc::new(first);
    for house in [&first, &second] {
        with_authenticator(house).await.expect("the browser takes an authenticator");
    }
    let outcome = tokio::spawn(walk(Arc::clone(&first), Arc::clone(&second), link, data)).await;
    for house in [second, first] {
        if let Ok(house) = Arc::try_unwrap(house) {
            house.close().await;
        }
    }
    outcome.expect("nobody panics").expect("the browsers do as they are told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_party_is_admitted_and_a_commitment_made_by_signatures_that_anybody_can_check() {
    two_people(|anna, _, link, data| async move {
        enrol(&anna, &link).await?;
        anna.go("/new/resource").await?;
        anna.fill("name", "ground troops").await?;
        anna.fill("unit", "persons").await?;
        anna.follow("Save").await?;
        anna.says("ground troops").await;
        anna.go("/new/commitment").await?;
        anna.fill("resource", "ground troops").await?;
        anna.fill("amount", "6000").await?;
        anna.fill("condition", "always").await?;
        anna.follow("Save").await?;
        anna.says("Sign this act").await;
        for words in ["made the commitment", "6000", "ground troops", "France", "always"] {
            anna.says(words).await;
        }
        anna.is_sound("sign").await?;
        anna.follow("Sign with your passkey").await?;
        anna.says("History").await;
        let acts = "return fetch('/api/v1/commitments').then(answer => answer.json()).then(all => all.things.length)";
        let made: i64 = anna.driver.execute(acts, vec![]).await?.convert()?;
        assert_eq!(made, 1);

        // Both receipts, taken out of the house; the record's last act is the commitment.
        let scratch = tempfile::tempdir().expect("a directory");
        let saved = |position: usize| scratch.path().join(format!("{position}.json"));
        let fetched = async |address: String| -> WebDriverResult<String> {
            let script = "return fetch(arguments[0]).then(answer => answer.ok ? answer.text() : '')";
            anna.driver.execute(script, vec![address.into()]).await?.convert()
        };
        let (mut enrolment, mut commitment) = (None, None);
        for position in 0..12 {
            let receipt = fetched(format!("/record/{position}/receipt")).await?;
            std::fs::write(saved(position), &receipt).expect("writable");
            if receipt.contains("public_key") { enrolment = Some(saved(position)); }
            if receipt.contains("6000") { commitment = Some(saved(position)); }
        }
        let key = fetched("/record/key".into()).await?;
        let (enrolment, commitment) = (enrolment.expect("enrolled"), commitment.expect("made"));
        let verified = Command::new(ENTENTE)
            .arg("verify").arg(&commitment).args(["--key", key.trim(), "--enrolment"]).arg(&enrolment)
            .output().expect("the program starts");
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
        assert!(said.contains(&format!("signed it with his passkey, on a page of {}", anna.url)), "{said}");
        let other = Command::new(ENTENTE)
            .arg("verify").arg(&enrolment).args(["--key", key.trim(), "--enrolment"]).arg(&enrolment)
            .output().expect("the program starts");
        assert_eq!(other.status.code(), Some(1), "an act without signature");
        let checked = Command::new(ENTENTE)
            .args(["record", "check", "--json", "--data", &data])
            .output()
            .expect("the program starts");
        let said: serde_json::Value = serde_json::from_slice(&checked.stdout).expect("JSON");
        assert_eq!((&said["holds"], &said["signed"]), (&true.into(), &1.into()), "{said}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_founder_enrols_invites_a_second_person_and_ends_his_seat() {
    two_people(|anna, bruno, link, _| async move {
        enrol(&anna, &link).await?;
        anna.is_sound("account").await?;
        anna.go(&link).await?;
        anna.says("This link lets nobody in").await;

        anna.sign_out().await?;
        anna.go("/account").await?;
        anna.says("Sign in first").await;
        sign_in(&anna).await?;

        anna.go("/people").await?;
        anna.fill("name", "Bruno").await?;
        anna.fill("role", "clerk").await?;
        anna.follow("Invite").await?;
        anna.says("Sign these acts").await;
        anna.is_sound("sign-invitation").await?;
        sign(
            &anna,
            &[
                "entered the person",
                "Bruno",
                "gave the seat",
                "clerk",
                "handed out an enrolment link",
            ],
        )
        .await?;
        let link = link_shown(&anna).await?;
        anna.is_sound("people-link").await?;
        anna.go("/people").await?;
        anna.says("Link for Bruno").await;
        anna.is_sound("people").await?;

        enrol(&bruno, &link).await?;
        bruno.says("clerk of France").await;
        anna.go("/people").await?;
        anna.says("has been in").await;

        // A further passkey of one's own; the device has one already, and says so.
        bruno.follow("Enrol a further passkey").await?;
        bruno.says("This device has a passkey of yours already").await;

        // Whoever loses his seat is the public with his next request.
        bruno.go("/account").await?;
        bruno.says("Your passkeys").await;
        anna.driver
            .find(By::XPath("//tr[contains(., 'Bruno')]//a[normalize-space()='Withdraw']"))
            .await?
            .click()
            .await?;
        anna.follow("Withdraw it").await?;
        bruno.go("/account").await?;
        bruno.says("Your passkeys").await;
        sign(&anna, &["ended the seat", "Bruno as clerk for France"]).await?;
        anna.says("seat ended").await;
        bruno.go("/account").await?;
        bruno.says("Sign in first").await;
        bruno.go("/sign-in").await?;
        bruno.follow("Sign in with your passkey").await?;
        bruno.says("This passkey lets nobody in here").await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_passkey_is_replaced_by_a_link_that_a_lead_signs_and_all_of_it_is_checked_offline() {
    two_people(|anna, bruno, link, data| async move {
        enrol(&anna, &link).await?;
        let lost = invite(&anna).await?;
        enrol(&bruno, &lost).await?;

        anna.go("/people").await?;
        anna.follow("Hand out a link").await?;
        anna.is_sound("sign-recovery").await?;
        sign(&anna, &["handed out an enrolment link", "Whom it lets in", "Bruno"]).await?;
        let link = link_shown(&anna).await?;
        assert_ne!(link, lost);
        bruno.go("/account").await?;
        bruno.says("Your passkeys").await;
        bruno.sign_out().await?;
        // A device that has none of his passkeys.
        bruno.driver.cdp().send_raw("WebAuthn.disable", serde_json::json!({})).await?;
        with_authenticator(&bruno).await?;
        enrol(&bruno, &link).await?;
        bruno.says("clerk of France").await;

        // Three of the invitation, and the link: by one passkey, in two touches of it.
        let checked = Command::new(ENTENTE)
            .args(["record", "check", "--json", "--data", &data])
            .output()
            .expect("the program starts");
        let said: serde_json::Value = serde_json::from_slice(&checked.stdout).expect("JSON");
        let found = serde_json::json!([said["holds"], said["signed"], said["unsigned_before"]]);
        assert_eq!(found, serde_json::json!([true, 4, 0]), "{said}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_revokes_his_passkey_is_out_at_once_and_it_lets_nobody_in() {
    two_people(|anna, bruno, link, _| async move {
        enrol(&anna, &link).await?;
        let link = invite(&anna).await?;
        enrol(&bruno, &link).await?;
        bruno.go("/account").await?;
        bruno.follow("Revoke").await?;
        bruno.is_sound("revoke").await?;
        bruno.follow("Withdraw it").await?;
        bruno.go("/account").await?;
        bruno.says("Sign in first").await;
        bruno.go("/sign-in").await?;
        bruno.follow("Sign in with your passkey").await?;
        bruno.says("This passkey lets nobody in here").await;
        // Nobody else's is touched.
        anna.go("/account").await?;
        anna.says("Your passkeys").await;
        Ok(())
    })
    .await;
}
