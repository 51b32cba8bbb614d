//! A real house, real browsers and authenticators that only tests have: from the founder's link to the
//! end of a session.

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;

use house::{DESK, House, browser_is_there};
use std::process::Command;
use std::sync::Arc;
use thirtyfour::prelude::*;

const ENTENTE: &str = env!("CARGO_BIN_EXE_entente");

/// Founds a coalition, and gives the founder's link within the house.
fn found(data: &str) -> String {
    let output = Command::new(ENTENTE)
        .args(["init", "--name", "Four towns", "--lead", "France", "--person", "Anna"])
        .args(["--json", "--data", data])
        .output()
        .expect("the program starts");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    said["link"].as_str().expect("a link").to_owned()
}

/// Gives the browser an authenticator that knows whoever uses it.
async fn with_authenticator(house: &House) -> WebDriverResult<()> {
    let cdp = house.driver.cdp();
    cdp.send_raw("WebAuthn.enable", serde_json::json!({})).await?;
    let options = serde_json::json!({ "options": {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
        "automaticPresenceSimulation": true,
    } });
    cdp.send_raw("WebAuthn.addVirtualAuthenticator", options).await.map(drop)
}

/// Runs what two people do in two browsers, and closes both however it ends.
async fn two_people<F>(walk: impl FnOnce(Arc<House>, Arc<House>, String) -> F)
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
    let outcome = tokio::spawn(walk(Arc::clone(&first), Arc::clone(&second), link)).await;
    for house in [second, first] {
        if let Ok(house) = Arc::try_unwrap(house) {
            house.close().await;
        }
    }
    outcome.expect("nobody panics").expect("the browsers do as they are told");
}

/// Uses a link.
async fn enrol(house: &House, link: &str) -> WebDriverResult<()> {
    house.go(link).await?;
    house.follow("Enrol a passkey and sign in").await?;
    house.says("Your sessions").await;
    Ok(())
}

async fn sign_in(house: &House) -> WebDriverResult<()> {
    house.go("/sign-in").await?;
    house.follow("Sign in with your passkey").await?;
    house.says("Overview").await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_founder_enrols_invites_a_second_person_and_ends_his_seat() {
    two_people(|anna, bruno, link| async move {
        enrol(&anna, &link).await?;
        anna.picture("account-light").await?;
        anna.go(&link).await?;
        anna.says("This link lets nobody in").await;

        anna.go("/account").await?;
        anna.follow("Sign out").await?;
        anna.go("/account").await?;
        anna.says("Sign in first").await;
        sign_in(&anna).await?;

        anna.go("/people").await?;
        anna.fill("name", "Bruno").await?;
        anna.fill("role", "clerk").await?;
        anna.follow("Invite").await?;
        anna.says("shown only now").await;
        let shown = anna.driver.find(By::Css("#link")).await?.text().await?;
        let link = shown.strip_prefix(anna.url.as_str()).expect("a link to this house").to_owned();
        anna.go("/people").await?;
        anna.says("Link for Bruno").await;
        anna.picture("people-light").await?;

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
