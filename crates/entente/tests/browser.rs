//! The tour of README, in a real browser: as the clerk and as the public. Then every room through
//! axe, by day and by night, at a desk and on a phone.

#[path = "browser/house.rs"]
mod house;

use house::{DESK, House, Sight, browser_is_there};
use std::time::Duration;
use thirtyfour::prelude::*;

/// Runs a tour and closes the browser however it ends: one left open would outlive the test.
async fn tour<F>(sight: Sight, walk: impl FnOnce(std::sync::Arc<House>) -> F)
where
    F: Future<Output = WebDriverResult<()>> + Send + 'static,
{
    if !browser_is_there() {
        return;
    }
    let house = std::sync::Arc::new(House::open(sight).await);
    let outcome = tokio::spawn(walk(std::sync::Arc::clone(&house))).await;
    if let Ok(house) = std::sync::Arc::try_unwrap(house) {
        house.close().await;
    }
    outcome.expect("the tour does not panic").expect("the browser does as it is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_takes_the_tour_and_calls_a_meeting() {
    tour(DESK, |house| async move {
        house.be("Clerk of a lead state").await?;
        house.says("Guarantees").await;
        house.picture("overview-light").await?;

        house.go("/meetings").await?;
        house.driver.find(By::PartialLinkText("Madrid")).await?.click().await?;
        for words in ["Ministry of Foreign Affairs", "30 min", "closed"] {
            house.says(words).await;
        }
        house.picture("meeting-light").await?;

        house.go("/guarantees/g3").await?;
        house.says("llustrative").await;
        house.picture("guarantee-light").await?;
        house.go("/guarantees/g3?assume=us-backstop&without=GB").await?;
        let address = house.driver.current_url().await?;
        assert_eq!(
            address.query(),
            Some("assume=us-backstop&without=GB"),
            "the scenario is in the address"
        );

        house.go("/new/meeting").await?;
        house.fill("title", "Officials, by Tuesday").await?;
        house.fill("zone", "Europe/Paris").await?;
        house.fill("starts", "2099-11-24T10:00").await?;
        house
            .driver
            .find(By::Css("main form[method=post] button[type=submit]"))
            .await?
            .click()
            .await?;
        house.says("Officials, by Tuesday").await;
        house.go("/").await?;
        house.says("Officials, by Tuesday").await;

        house.go("/new/commitment").await?;
        house.fill("amount", "a lot").await?;
        house
            .driver
            .find(By::Css("main form[method=post] button[type=submit]"))
            .await?
            .click()
            .await?;
        house.says("Nothing was saved").await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_sees_what_is_clear_and_no_sign_of_the_rest() {
    tour(DESK, |house| async move {
        house.go("/").await?;
        house.picture("public-light").await?;
        house.says("Coalition of the willing").await;
        house.go("/record").await?;
        house.says("sealed").await;
        house.picture("record-light").await?;

        house.go("/record/0").await?;
        let receipt = house
            .driver
            .execute("return fetch('/record/0/receipt').then(answer => answer.text())", vec![])
            .await?;
        let receipt: String = receipt.convert()?;
        house.go("/record/check").await?;
        let field = house.driver.find(By::Name("receipt")).await?;
        house
            .driver
            .execute("arguments[0].value = arguments[1]", vec![field.to_json()?, receipt.into()])
            .await?;
        house.follow("Check").await?;
        house.says("The receipt holds").await;

        for hidden in ["/new/party", "/persons/clerk-fr", "/nothing"] {
            house.go(hidden).await?;
            house.says("Nothing here").await;
        }
        Ok(())
    })
    .await;
}

const ROOMS: &[&str] = &[
    "/",
    "/meetings",
    "/meetings/m-madrid",
    "/meetings/m-madrid/desk",
    "/meetings/m-madrid/credentials",
    "/sessions/m-madrid-2/live",
    "/commitments",
    "/needs",
    "/guarantees",
    "/guarantees/g3?assume=us-backstop",
    "/parties",
    "/parties/FR",
    "/sources",
    "/sources/S1",
    "/circumstances",
    "/record",
    "/record/0",
    "/record/check",
    "/disclosure",
    "/sign-in",
    "/new/commitment",
    "/new/meeting",
    "/change/relabel/g3",
    "/nothing",
];

/// Every room passes axe, and none is wider than the window.
async fn every_room_is_sound(house: &House, sight: Sight) -> WebDriverResult<()> {
    let axe = std::env::var("ENTENTE_AXE")
        .ok()
        .map(|path| std::fs::read_to_string(path).expect("ENTENTE_AXE names axe.min.js"));
    house.be("Clerk of a lead state").await?;
    house.driver.set_script_timeout(Duration::from_secs(60)).await?;
    let mut wrong = Vec::new();
    for room in ROOMS {
        house.go(room).await?;
        let name = room.split('?').next().unwrap_or_default().trim_matches('/').replace('/', "-");
        house
            .picture(&format!(
                "room-{name}-{}{}",
                sight.width,
                if sight.dark { "-dark" } else { "" }
            ))
            .await?;
        let wide: i64 = house
            .driver
            .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
            .await?
            .convert()?;
        if wide > 0 {
            wrong.push(format!("{room} is {wide} px wider than the window"));
        }
        if let Some(axe) = &axe {
            wrong.extend(house.axe(axe).await?.into_iter().map(|found| format!("{room}: {found}")));
        }
    }
    if axe.is_none() {
        assert!(
            std::env::var("ENTENTE_BROWSER").is_err(),
            "ENTENTE_BROWSER is set, and ENTENTE_AXE is not"
        );
        println!("axe skipped: ENTENTE_AXE does not name axe.min.js");
    }
    assert!(wrong.is_empty(), "{sight:?}:\n{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_room_passes_axe_at_a_desk_by_day() {
    tour(DESK, |house| async move { every_room_is_sound(&house, DESK).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_room_passes_axe_on_a_phone_by_night() {
    let phone = Sight { width: 500, height: 900, dark: true };
    tour(phone, move |house| async move { every_room_is_sound(&house, phone).await }).await;
}
