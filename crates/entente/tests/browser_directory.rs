//! A real directory by other people, a real house and real browsers: an account is connected by a link,
//! lets its owner in and nobody else, and goes as it came. With the feature `openid` alone.
#![cfg(feature = "openid")]

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;
#[path = "browser/people.rs"]
#[allow(dead_code, reason = "shared with the tests of passkeys, which use all of it")]
mod people;
#[path = "../../headquarters/tests/store/python.rs"]
mod python;

use house::{DESK, House, browser_is_there};
use people::{enrol, found, invite, with_authenticator};
use python::Python;
use std::process::Command;
use thirtyfour::prelude::*;

const ENTENTE: &str = env!("CARGO_BIN_EXE_entente");
// Without a blank: Canaille does not decode what RFC 6749 (section 2.3.1) has encoded.
const SECRET: &str = "between-ourselves";
const PASSWORD: &str = "correct horse battery";

/// Canaille, and where it is.
struct Directory {
    python: Python,
    url: String,
}

impl Directory {
    /// Starts it, where `./test` has installed it.
    fn started() -> Option<Directory> {
        let script =
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/directory/canaille_on_loopback.py");
        let secret = [("ENTENTE_DIRECTORY_SECRET", SECRET)];
        let mut python = Python::started("ENTENTE_CANAILLE", script, &secret)?;
        let url = python.line();
        Some(Directory { python, url })
    }

    /// Tells it where the house wants people sent back to.
    fn serves(&mut self, house: &str) {
        assert_eq!(self.python.asked(&format!("{house}/directory/ministry/back")), "ready");
    }

    /// Signs somebody in on its own pages, to which the house has sent the browser.
    async fn signs_in(&self, house: &House, who: &str) -> WebDriverResult<()> {
        for (field, value) in [("login", who), ("password", PASSWORD)] {
            let field = By::Css(format!("input[name={field}]"));
            let field = house.driver.query(field).first().await?;
            field.send_keys(value).await?;
            let form = "./ancestor::form//button[@type='submit'][last()]";
            field.find(By::XPath(form)).await?.click().await?;
        }
        Ok(())
    }
}

/// The id of the party that founded a coalition: the second act is its admission.
fn founding_party(data: &str) -> String {
    let output = Command::new(ENTENTE)
        .args(["record", "show", "1", "--json", "--data", data])
        .output()
        .expect("the program starts");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    said["act"]["subject"].as_str().expect("an id").to_owned()
}

/// An account is connected by a link, and lets its owner in.
async fn connects(bruno: &House, directory: &Directory, link: &str) -> WebDriverResult<()> {
    // By his link he connects his account, with no authenticator at all.
    bruno.go(link).await?;
    bruno.says("Or connect an account").await;
    bruno.is_sound("enrol-directory").await?;
    bruno.follow("Ministry of Foreign Affairs").await?;
    directory.signs_in(bruno, "bruno").await?;
    for words in ["Your directory accounts", "You have no passkey that stands", "clerk of France"] {
        bruno.says(words).await;
    }
    bruno.is_sound("account-directory").await?;
    bruno.go(link).await?;
    bruno.says("This link lets nobody in").await;

    // He comes back by it. The directory knows him still.
    bruno.sign_out().await?;
    bruno.go("/sign-in").await?;
    bruno.is_sound("sign-in-directory").await?;
    bruno.follow("Ministry of Foreign Affairs").await?;
    bruno.says("Overview").await;

    Ok(())
}

/// What an account does not do.
async fn goes_no_further(
    bruno: &House,
    mallory: &House,
    directory: &Directory,
) -> WebDriverResult<()> {
    // What binds France he cannot sign, and reads how he could.
    bruno.go("/new/resource").await?;
    bruno.fill("name", "ground troops").await?;
    bruno.fill("unit", "persons").await?;
    bruno.follow("Save").await?;
    bruno.says("ground troops").await;
    bruno.go("/new/commitment").await?;
    bruno.fill("resource", "ground troops").await?;
    bruno.fill("amount", "6000").await?;
    bruno.fill("condition", "always").await?;
    bruno.follow("Save").await?;
    bruno.says("You have no passkey that stands").await;
    bruno.is_sound("sign-without-passkey").await?;

    // Somebody else of the same directory is nobody here.
    mallory.go("/sign-in").await?;
    mallory.follow("Ministry of Foreign Affairs").await?;
    directory.signs_in(mallory, "mallory").await?;
    mallory.says("The directory let nobody in").await;
    mallory.is_sound("directory-nobody").await?;
    mallory.go("/account").await?;
    mallory.says("Sign in first").await;

    Ok(())
}

/// Somebody with a passkey connects a further account, and revokes it.
async fn connects_and_revokes(
    anna: &House,
    mallory: &House,
    directory: &Directory,
) -> WebDriverResult<()> {
    // Anna connects that account to herself, and signs it with her passkey.
    anna.go("/account").await?;
    anna.follow("Connect an account of Ministry of Foreign Affairs").await?;
    directory.signs_in(anna, "mallory").await?;
    anna.says("Sign this act").await;
    anna.says("mallory").await;
    anna.follow("Sign with your passkey").await?;
    anna.says("Your sessions").await;
    anna.says("at http://127.0.0.1").await;
    mallory.go("/sign-in").await?;
    mallory.follow("Ministry of Foreign Affairs").await?;
    mallory.says("Overview").await;
    mallory.go("/account").await?;
    mallory.says("Anna").await;

    // She revokes it, and whoever came in by it is out.
    let revoke = "//section[.//h2[.='Your directory accounts']]//a[normalize-space()='Revoke']";
    anna.driver.find(By::XPath(revoke)).await?.click().await?;
    anna.follow("Withdraw it").await?;
    anna.says("revoked").await;
    mallory.go("/account").await?;
    mallory.says("Sign in first").await;
    Ok(())
}

async fn walk(
    anna: &House,
    bruno: &House,
    mallory: &House,
    directory: &Directory,
    link: &str,
) -> WebDriverResult<()> {
    enrol(anna, link).await?;
    let link = invite(anna).await?;
    connects(bruno, directory, &link).await?;
    goes_no_further(bruno, mallory, directory).await?;
    connects_and_revokes(anna, mallory, directory).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_of_a_real_directory_lets_its_owner_in_and_nobody_else() {
    if !browser_is_there() {
        return;
    }
    let Some(mut directory) = Directory::started() else { return };
    let scratch = tempfile::tempdir().expect("a directory");
    let at = |name: &str| scratch.path().join(name).display().to_string();
    let data = at("record");
    let link = found(&data);
    std::fs::write(at("ministry.secret"), SECRET).expect("writable");
    let file = format!(
        "[[directory]]\nid = \"ministry\"\nname = \"Ministry of Foreign Affairs\"\nparty = \"{}\"\nissuer = \"{}\"\nclient_id = \"entente\"\nclient_secret_file = \"ministry.secret\"\n",
        founding_party(&data),
        directory.url,
    );
    std::fs::write(at("directories.toml"), &file).expect("writable");

    // A directory of a party that nobody has admitted is a slip, and is told.
    let slip = file.replace(&founding_party(&data), "nobody");
    std::fs::write(at("slip.toml"), slip).expect("writable");
    let serve = |file: &str| {
        ["serve", "--port", "0", "--data", &data, "--directories", &at(file)].map(str::to_owned)
    };
    let refused = Command::new(ENTENTE).args(serve("slip.toml")).output().expect("it starts");
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the party nobody"));

    let command = serve("directories.toml");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let anna = House::running(&command, DESK).await;
    let bruno = House::seen_at(anna.url.clone(), DESK).await;
    // A browser of her own: what the directory still answers to one who was signed in would overtake
    // whoever signs in after him.
    let mallory = House::seen_at(anna.url.clone(), DESK).await;
    directory.serves(&anna.url);
    with_authenticator(&anna).await.expect("the browser takes an authenticator");
    let outcome = walk(&anna, &bruno, &mallory, &directory, &link).await;
    bruno.close().await;
    mallory.close().await;
    anna.close().await;
    outcome.expect("the browsers do as they are told");
}
