//! The tour of README, in a real browser: as the clerk and as the public. Then every room through
//! axe, by day and by night, at a desk and on a phone.

#[path = "browser/house.rs"]
mod house;

use house::{DESK, House, Sight, browser_is_there};
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
    "/sessions/m-madrid-2/minutes",
    "/action-points",
    "/new/action_point?meeting=m-madrid",
    "/new/readout?meeting=m-madrid&marking.label=CLEAR",
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
    "/account",
    "/for-you",
    "/outbox",
    "/copies",
    "/sign-in",
    "/new/commitment",
    "/new/meeting",
    "/change/relabel/g3",
    "/change/postpone/m-madrid",
    "/nothing",
];

/// Makes what stays of a meeting, and gives the addresses of its pages.
async fn afterwards(house: &House) -> WebDriverResult<Vec<String>> {
    let contents = [
        serde_json::json!({ "minutes": { "session": "m-madrid-2", "points": [
            { "text": "They meet again in spring.", "decided": true },
            { "text": "A draft is sent to all before.", "decided": true } ] } }),
        serde_json::json!({ "action_point": { "meeting": "m-madrid", "party": "FR",
            "due": "2025-12-01", "text": "Send the draft to all." } }),
        serde_json::json!({ "readout": { "meeting": "m-madrid", "title": "After Madrid",
            "text": "They met.\n\nThey meet again in spring.", "at": "2099-01-01T12:00:00Z" } }),
    ];
    let mut pages = vec!["/meetings/m-madrid#after".to_owned(), "/#after".to_owned()];
    for content in contents {
        let script = "const done = arguments[arguments.length - 1];
            fetch('/api/v1/acts', { method: 'POST', headers: { 'content-type': 'application/json' },
                body: arguments[0] }).then(answer => answer.json()).then(made => done(made.subject || JSON.stringify(made)))";
        let command = serde_json::json!({ "change": { "create": { "content": content } } });
        let subject = house.driver.execute_async(script, vec![command.to_string().into()]).await?;
        let subject: String = subject.convert()?;
        let kind = content.as_object().and_then(|content| content.keys().next());
        pages.push(match kind.map(String::as_str) {
            Some("minutes") => format!("/minutes/{subject}"),
            Some("action_point") => format!("/action-points/{subject}"),
            _ => format!("/readouts/{subject}"),
        });
    }
    Ok(pages)
}

/// A PDF that is shown and not handed out: the address of the page that shows it.
#[cfg(feature = "pages")]
async fn a_shown_pdf(house: &House) -> WebDriverResult<String> {
    let again = "What was said before is said again, at some length.\n\n".repeat(90);
    let text = format!("# Agenda\n\nThe delegations meet in the afternoon.\n\n{again}");
    let stationery = exchange::letter::Stationery {
        from: "Coalition of the Willing",
        title: "Agenda",
        label: "TLP:GREEN",
        visible: None,
    };
    let file = exchange::letter::plain_pdf(&stationery, &text);
    let said = serde_json::json!({ "document": { "title": "Agenda", "reading": "shown" } });
    let command = serde_json::json!({ "change": { "create": {
        "content": said, "marking": { "label": "GREEN" } } } });
    let script = "const [command, file, done] = arguments;
        const send = (address, type, body) => fetch(address,
            { method: 'POST', headers: { 'content-type': type }, body }).then(answer => answer.json());
        send('/api/v1/acts', 'application/json', command).then(made =>
            send(`/api/v1/documents/${made.subject}/versions?name=agenda.pdf`,
                'application/octet-stream', new Uint8Array(file)).then(sent =>
                    done(`/documents/${made.subject}/versions/${sent.version}/shown`)))";
    let arguments = vec![command.to_string().into(), file.into()];
    house.driver.execute_async(script, arguments).await?.convert()
}

/// The pictures that stand on the page are there.
#[cfg(feature = "pages")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pdf_is_shown_as_pictures_of_its_pages() {
    tour(DESK, |house| async move {
        house.be("Clerk of a lead state").await?;
        let address = a_shown_pdf(&house).await?;
        house.go(&address).await?;
        house.says("Page 1 of ").await;
        let script = "const done = arguments[0]; const all = [...document.images];
            all.forEach(one => { one.loading = 'eager'; });
            Promise.all(all.map(one => one.decode())).then(
                () => done(all.map(one => `${one.naturalWidth}`).join(' ')), failed => done(`${failed}`))";
        let widths: String = house.driver.execute_async(script, vec![]).await?.convert()?;
        let widths: Vec<&str> = widths.split(' ').collect();
        assert!(widths.len() > 1 && widths.iter().all(|width| *width == "1240"), "{widths:?}");
        house.picture("shown-pdf").await
    })
    .await;
}

/// Every room passes axe, and none is wider than the window.
async fn every_room_is_sound(house: &House, sight: Sight) -> WebDriverResult<()> {
    house.be("Clerk of a lead state").await?;
    let made = afterwards(house).await?;
    #[cfg(feature = "pages")]
    let made = [made, vec![a_shown_pdf(house).await?]].concat();
    let mut wrong = Vec::new();
    for room in ROOMS.iter().copied().chain(made.iter().map(String::as_str)) {
        house.go(room).await?;
        let name =
            room.split('?').next().unwrap_or_default().trim_matches('/').replace(['/', '#'], "-");
        house
            .picture(&format!(
                "room-{name}-{}{}",
                sight.width,
                if sight.dark { "-dark" } else { "" }
            ))
            .await?;
        let found = house.faults().await?;
        wrong.extend(found.into_iter().map(|found| format!("{room}: {found}")));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_are_saved_as_they_are_written_and_become_minutes_without_names() {
    tour(DESK, |house| async move {
        house.be("Clerk of a lead state").await?;
        house.go("/sessions/m-madrid-2/minutes").await?;
        house.fill("decided.", "Estonia hosts the next meeting.").await?;
        house.says("Draft saved at").await;
        // Whoever comes back finds what he wrote, though he pressed nothing.
        house.go("/meetings").await?;
        house.go("/sessions/m-madrid-2/minutes").await?;
        house.says("Names stand in the way").await;
        house.follow("Record the minutes").await?;
        house.says("Nothing was recorded").await;
        house.says("names Estonia").await;
        house.picture("minutes-refused").await?;
        house.fill("decided.", "They meet again in spring.\n\nA draft is sent before.").await?;
        house.follow("Record the minutes").await?;
        house.says("A draft is sent before.").await;
        house.says("Nothing may be attributed").await;
        house.picture("minutes-light").await?;
        house.follow("Correct").await?;
        house.fill("decided.", "They meet again in summer.\n\nA draft is sent before.").await?;
        house.follow("Record the correction").await?;
        house.says("Corrections").await;
        house.picture("minutes-corrected").await?;
        Ok(())
    })
    .await;
}
