//! The live room and the desk, in two real browsers at once: a chair's and a delegate's.

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;

use house::{DESK, House, Sight, browser_is_there};
use serde_json::json;
use thirtyfour::prelude::*;

const PHONE: Sight = Sight { width: 500, height: 900, dark: true };
const LIVE: &str = "/sessions/m-madrid-2/live";

/// Presses the first button with these words, once it is there.
async fn press(house: &House, words: &str) -> WebDriverResult<()> {
    let button = format!("(//main//button[contains(normalize-space(), {words:?})])[1]");
    // What the page says may be replaced between finding a button and pressing it.
    for _ in 0..5 {
        let found = house.driver.query(By::XPath(&button)).first().await?;
        if found.click().await.is_ok() {
            return Ok(());
        }
    }
    house.driver.find(By::XPath(&button)).await?.click().await
}

async fn offline(house: &House, offline: bool) -> WebDriverResult<()> {
    let tools = house.driver.cdp();
    tools.send_raw("Network.enable", json!({})).await?;
    let conditions = json!({
        "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    tools.send_raw("Network.emulateNetworkConditions", conditions).await.map(drop)
}

async fn the_room_follows(chair: &House, delegate: &House) -> WebDriverResult<()> {
    chair.be("Clerk of a lead state").await?;
    delegate.be("Delegate of Estonia").await?;
    chair.go(LIVE).await?;
    delegate.go(LIVE).await?;
    // Gone, should the page be loaded anew.
    delegate.driver.execute("window.loadedOnce = true", vec![]).await?;
    press(chair, "Open the floor").await?;
    delegate.says("Nobody has asked for the floor.").await;
    press(chair, "Begin the session").await?;
    delegate.says("under way").await;
    press(delegate, "Ask for the floor for Estonia").await?;
    chair.says("asked at").await;
    press(chair, "Give the floor").await?;
    delegate.says("We are done").await;
    press(chair, "Take back: gave the floor").await?;
    delegate.says("Estonia is on the list.").await;
    press(chair, "Close the room").await?;
    delegate.says("room closed").await;
    let kept = delegate.driver.execute("return window.loadedOnce === true", vec![]).await?;
    assert!(kept.convert::<bool>()?, "what is new came by itself");
    Ok(())
}

async fn the_desk_keeps_what_was_noted(chair: &House, delegate: &House) -> WebDriverResult<()> {
    chair.go("/meetings/m-madrid/desk").await?;
    offline(chair, true).await?;
    press(chair, "Let in").await?;
    press(chair, "Take device").await?;
    chair.says("2 noted here").await;
    offline(chair, false).await?;
    chair.says("in since").await;
    chair.says("Receipt no. 1: phone").await;
    delegate.go("/meetings/m-madrid/credential").await?;
    delegate.says("Receipt no. 1: phone").await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_browsers_follow_one_room_and_a_desk_outlives_its_connection() {
    if !browser_is_there() {
        return;
    }
    let chair = House::open(DESK).await;
    let delegate = House::seen_at(chair.url.clone(), PHONE).await;
    let room = the_room_follows(&chair, &delegate).await;
    let desk = the_desk_keeps_what_was_noted(&chair, &delegate).await;
    delegate.close().await;
    chair.close().await;
    room.expect("the browsers do as they are told");
    desk.expect("the browsers do as they are told");
}
