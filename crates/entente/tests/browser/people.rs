//! What tests of people have in common: a coalition just founded, and browsers with authenticators that
//! only tests have.

use super::house::House;
use std::process::Command;
use thirtyfour::prelude::*;

const ENTENTE: &str = env!("CARGO_BIN_EXE_entente");

/// Founds a coalition, and gives the founder's link within the house.
pub fn found(data: &str) -> String {
    let output = Command::new(ENTENTE)
        .args(["init", "--name", "Four towns", "--lead", "France", "--person", "Anna"])
        .args(["--json", "--data", data])
        .output()
        .expect("the program starts");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    said["link"].as_str().expect("a link").to_owned()
}

/// Gives the browser an authenticator that knows whoever uses it.
pub async fn with_authenticator(house: &House) -> WebDriverResult<()> {
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

/// Uses a link.
pub async fn enrol(house: &House, link: &str) -> WebDriverResult<()> {
    house.go(link).await?;
    house.is_sound("enrol").await?;
    house.follow("Enrol a passkey and sign in").await?;
    house.says("Your sessions").await;
    Ok(())
}

/// Signs what the page shows, which no link is on yet.
pub async fn sign(house: &House, words: &[&str]) -> WebDriverResult<()> {
    house.says("To be signed").await;
    for words in words {
        house.says(words).await;
    }
    assert!(house.driver.find_all(By::Css("#link")).await?.is_empty(), "nothing is signed yet");
    house.follow("Sign with your passkey").await
}

/// The link that is shown, within the house.
pub async fn link_shown(house: &House) -> WebDriverResult<String> {
    house.says("shown only now").await;
    let shown = house.driver.find(By::Css("#link")).await?.text().await?;
    Ok(shown.strip_prefix(house.url.as_str()).expect("a link to this house").to_owned())
}

pub async fn sign_in(house: &House) -> WebDriverResult<()> {
    house.go("/sign-in").await?;
    house.follow("Sign in with your passkey").await?;
    house.says("Overview").await;
    Ok(())
}

/// Invites Bruno, and gives his link within the house.
pub async fn invite(anna: &House) -> WebDriverResult<String> {
    anna.go("/people").await?;
    anna.fill("name", "Bruno").await?;
    anna.fill("role", "clerk").await?;
    anna.follow("Invite").await?;
    sign(anna, &["gave the seat", "handed out an enrolment link", "Bruno"]).await?;
    link_shown(anna).await
}
