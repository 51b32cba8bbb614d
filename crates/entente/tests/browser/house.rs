//! A demonstration and a browser, started for one test and stopped with it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use thirtyfour::prelude::*;

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a process and returns the first line of its output in which `find` finds something.
fn start(mut command: Command, find: impl Fn(&str) -> Option<String>) -> (Running, String) {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the process starts");
    let out = child.stdout.take().expect("piped");
    let mut lines = BufReader::new(out).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| find(&line))
        .expect("it says where it listens");
    // Somebody must go on reading, or the process stops when the pipe is full.
    std::thread::spawn(move || lines.for_each(drop));
    (Running(child), found)
}

/// Whether there is a browser; without one the tests say that they were skipped, unless one is
/// required.
pub fn browser_is_there() -> bool {
    let there = Command::new("chromedriver")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    let required = std::env::var("ENTENTE_BROWSER").is_ok_and(|value| value == "required");
    assert!(there || !required, "ENTENTE_BROWSER=required, and there is no chromedriver");
    if !there {
        println!("skipped: there is no chromedriver on this machine");
    }
    there
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// Width of the window, in CSS pixels.
    pub width: u32,
    /// Height of the window.
    pub height: u32,
    /// Whether the system asks for dark pages.
    pub dark: bool,
}

/// A desk by day.
pub const DESK: Sight = Sight { width: 1280, height: 900, dark: false };

/// A running house with a browser in front of it.
pub struct House {
    /// The house's address.
    pub url: String,
    /// The browser.
    pub driver: WebDriver,
    _house: Option<Running>,
    _chromedriver: Running,
    _profile: tempfile::TempDir,
}

impl House {
    /// Starts a demonstration, and a browser.
    pub async fn open(sight: Sight) -> House {
        House::running(&["demo", "--port", "0"], sight).await
    }

    /// Starts a house by a command of the program, and a browser.
    pub async fn running(command: &[&str], sight: Sight) -> House {
        let mut house = Command::new(env!("CARGO_BIN_EXE_entente"));
        house.args(command);
        let (house, url) = start(house, |line| {
            let url = &line[line.find("http://")?..];
            Some(url.trim_end_matches(|last: char| !last.is_ascii_digit()).to_owned())
        });
        House { _house: Some(house), ..House::seen_at(url, sight).await }
    }

    /// A browser in front of a house that runs already.
    pub async fn seen_at(url: String, sight: Sight) -> House {
        let mut chromedriver = Command::new("chromedriver");
        chromedriver.arg("--port=0");
        let (chromedriver, port) = start(chromedriver, |line| {
            let rest = line.split("started successfully on port ").nth(1)?;
            Some(rest.trim_end_matches('.').to_owned())
        });
        let profile = tempfile::tempdir().expect("a directory for the browser's profile");
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ] {
            capabilities.add_arg(argument).expect("an argument");
        }
        capabilities
            .add_arg(&format!("--user-data-dir={}", profile.path().display()))
            .expect("an argument");
        capabilities
            .add_arg(&format!("--window-size={},{}", sight.width, sight.height))
            .expect("an argument");
        if sight.dark {
            capabilities.add_arg("--blink-settings=preferredColorScheme=0").expect("an argument");
        }
        capabilities
            .set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)
            .expect("the browser says what it complains of");
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .expect("the browser starts");
        House { url, driver, _house: None, _chromedriver: chromedriver, _profile: profile }
    }

    /// Goes to a page of the house.
    pub async fn go(&self, path: &str) -> WebDriverResult<()> {
        self.driver.goto(format!("{}{path}", self.url)).await
    }

    /// Chooses the persona whose card holds these words.
    pub async fn be(&self, words: &str) -> WebDriverResult<()> {
        self.go("/sign-in").await?;
        let button = format!(
            "//li[contains(., {words:?})]//button | //form[contains(., {words:?})]//button"
        );
        self.driver.find(By::XPath(button)).await?.click().await?;
        self.driver.query(By::XPath("//h1[normalize-space()='Overview']")).first().await.map(drop)
    }

    /// Waits until `main` says these words: a page that was asked for comes when it comes.
    pub async fn says(&self, words: &str) {
        let mut said = String::new();
        for _ in 0..400 {
            // Between two pages there is no `main`, or one that is going.
            if let Ok(main) = self.driver.find(By::Tag("main")).await
                && let Ok(text) = main.text().await
            {
                if text.contains(words) {
                    return;
                }
                said = text;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the page does not say {words:?}; it says:\n{said}");
    }

    /// Follows the first link or button whose text is exactly this, once there is one.
    pub async fn follow(&self, text: &str) -> WebDriverResult<()> {
        let link = format!(
            "//main//a[normalize-space()={text:?}] | //main//button[normalize-space()={text:?}]"
        );
        self.driver.query(By::XPath(link)).first().await?.click().await
    }

    /// Signs out, and stays until the house has said so: whoever goes on before that is overtaken by
    /// its answer.
    #[allow(dead_code, reason = "personas of the tour change without signing out")]
    pub async fn sign_out(&self) -> WebDriverResult<()> {
        self.go("/account").await?;
        self.follow("Sign out").await?;
        self.says("Said in public").await;
        Ok(())
    }

    /// Fills a field by its name.
    pub async fn fill(&self, name: &str, value: &str) -> WebDriverResult<()> {
        let field = self.driver.find(By::Css(format!("main [name={name:?}]"))).await?;
        if field.tag_name().await? == "select" {
            let option =
                format!(".//option[@value={value:?} or contains(normalize-space(), {value:?})]");
            return field.find(By::XPath(option)).await?.click().await;
        }
        field.clear().await?;
        field.send_keys(value).await
    }

    /// Saves what the window shows, if somebody asked for pictures.
    pub async fn picture(&self, name: &str) -> WebDriverResult<()> {
        let Ok(directory) = std::env::var("ENTENTE_SCREENSHOTS") else { return Ok(()) };
        let path = std::path::Path::new(&directory).join(format!("{name}.png"));
        self.driver.screenshot(&path).await
    }

    /// What is wrong with the page at hand: wider than the window, or against axe, if `ENTENTE_AXE`
    /// names its script.
    pub async fn faults(&self) -> WebDriverResult<Vec<String>> {
        let width = "return document.documentElement.scrollWidth - window.innerWidth";
        let wide: i64 = self.driver.execute(width, vec![]).await?.convert()?;
        let mut wrong = Vec::new();
        if wide > 0 {
            wrong.push(format!("{wide} px wider than the window"));
        }
        match std::env::var("ENTENTE_AXE") {
            Ok(path) => {
                self.driver.set_script_timeout(std::time::Duration::from_secs(60)).await?;
                let axe = std::fs::read_to_string(path).expect("ENTENTE_AXE names axe.min.js");
                wrong.extend(self.axe(&axe).await?);
            }
            Err(_) => {
                assert!(
                    std::env::var("ENTENTE_BROWSER").is_err(),
                    "ENTENTE_BROWSER is set, and ENTENTE_AXE is not"
                );
                println!("axe skipped: ENTENTE_AXE does not name axe.min.js");
            }
        }
        Ok(wrong)
    }

    /// The same at a desk by day and on a phone by night, without asking for the page again.
    ///
    /// # Panics
    /// With all that is wrong.
    #[allow(dead_code, reason = "the tour opens a house for each sight")]
    pub async fn is_sound(&self, name: &str) -> WebDriverResult<()> {
        let phone = Sight { width: 500, height: 900, dark: true };
        for sight in [phone, DESK] {
            let scheme = if sight.dark { "dark" } else { "light" };
            let media = serde_json::json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme } ] });
            self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
            self.driver.set_window_rect(0, 0, sight.width, sight.height).await?;
            self.picture(&format!("{name}-{}-{scheme}", sight.width)).await?;
            let wrong = self.faults().await?;
            assert!(wrong.is_empty(), "{name}, {sight:?}:\n{}", wrong.join("\n"));
        }
        Ok(())
    }

    /// What axe finds wrong with the page, one line each.
    pub async fn axe(&self, axe: &str) -> WebDriverResult<Vec<String>> {
        self.driver.execute(axe, vec![]).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}).then(
                found => done(found.violations.map(one => one.id + ': ' + one.help + ' at ' + one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', '))),
                failed => done(['axe failed: ' + failed]));";
        self.driver.execute_async(script, vec![]).await?.convert()
    }

    /// What the browser has complained of since it was last asked: scripts that failed, and whatever
    /// the policy of a page forbids.
    #[allow(dead_code, reason = "asked where it is what a test is about")]
    pub async fn complaints(&self) -> WebDriverResult<Vec<String>> {
        let said = self.driver.browser_log().await?;
        let bad = said.into_iter().filter(|entry| entry.level != "INFO" && entry.level != "DEBUG");
        Ok(bad.map(|entry| format!("{}: {}", entry.level, entry.message)).collect())
    }

    /// Ends the browser; the rest ends by itself.
    pub async fn close(self) {
        let _ = self.driver.quit().await;
    }
}
