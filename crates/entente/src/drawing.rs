//! Pages of a PDF are drawn by this same program in a process of its own: a file from anybody must not
//! hurt the house. The process gets the file and two numbers, and gives back a picture. It has no
//! environment, no file but its three, little memory and little time; what it does not do within these
//! is not done.

use headquarters::{DRAWN_BYTES_MAX, Draughtsman, NotDrawn, Survey, Surveyed};
use serde_json::Value;
use std::io::{self, Read, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The longest picture that is taken, in bytes.
const PICTURE_BYTES_MAX: u64 = 16 << 20;
/// The longest survey, in bytes.
const SURVEY_BYTES_MAX: u64 = 4 << 20;

/// Sets bounds upon itself and becomes the program. `-p` is what dash calls `-u`; where a bound is not
/// known, there is none of it.
const BOUND: &str = "ulimit -c 0; ulimit -f 0; ulimit -t \"$1\"; ulimit -v \"$2\" 2>/dev/null
ulimit -p 0 2>/dev/null || ulimit -u 0 2>/dev/null
shift 2
exec \"$0\" \"$@\"";

/// Draws in processes of their own.
pub(crate) struct Apart {
    program: PathBuf,
    /// How long it may take, by the clock on the wall.
    patience: Duration,
    /// How many seconds of a processor it may take.
    processor_seconds: u32,
    /// How much memory it may address, in KiB.
    memory_kib: u32,
}

impl Apart {
    /// By this program itself.
    ///
    /// # Errors
    /// If the system does not say where this program lies.
    pub(crate) fn by_this_program() -> io::Result<Apart> {
        Ok(Apart::by(std::env::current_exe()?))
    }

    fn by(program: PathBuf) -> Apart {
        Apart {
            program,
            patience: Duration::from_secs(15),
            processor_seconds: 10,
            memory_kib: 512 << 10,
        }
    }

    fn start(&self, arguments: &[String]) -> io::Result<Child> {
        Command::new("/bin/sh")
            .args(["-c", BOUND])
            .arg(&self.program)
            .args([self.processor_seconds.to_string(), self.memory_kib.to_string()])
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }

    /// What the program answers to a file, as far as it answers in time. That it is whole, whoever
    /// reads it has to see: the process is ended as soon as it says no more.
    fn answer(&self, arguments: &[String], file: &[u8], most: u64) -> Result<Vec<u8>, NotDrawn> {
        if file.len() as u64 > DRAWN_BYTES_MAX {
            return Err(NotDrawn::Unfit);
        }
        let not_now = |error: &io::Error| NotDrawn::NotNow(error.to_string());
        let mut child = self.start(arguments).map_err(|error| not_now(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (said, hears) = mpsc::channel();
        let answered = thread::scope(|scope| {
            scope.spawn(move || {
                // One who ends before he has read it all says what is wrong by saying nothing.
                stdin.map(|mut stdin| stdin.write_all(file))
            });
            scope.spawn(move || {
                let mut answer = Vec::new();
                let read = stdout.map(|out| out.take(most + 1).read_to_end(&mut answer));
                // Nobody listens any more: it took too long.
                let _ = said.send(read.and_then(Result::ok).map(|_| answer));
            });
            let answered = hears.recv_timeout(self.patience);
            // Whether or not it has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
            answered
        });
        match answered {
            Ok(Some(answer)) if answer.len() as u64 <= most => Ok(answer),
            _ => Err(NotDrawn::Unfit),
        }
    }
}

/// Whether this is a picture from its beginning to its end (PNG, sections 5.2 and 11.2.5).
fn is_whole_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"\0\0\0\0IEND\xaeB`\x82")
}

/// A survey as the other process says it.
fn survey(said: &[u8]) -> Result<Survey, NotDrawn> {
    let said: Value = serde_json::from_slice(said).map_err(|_| NotDrawn::Unfit)?;
    if said["locked"] == true {
        return Err(NotDrawn::Locked);
    }
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let page = |said: &Value| {
        let size = (number(&said["width"])?, number(&said["height"])?);
        Some(Surveyed { size, words: said["words"].as_str().map(str::to_owned) })
    };
    let read = || {
        let pages = said["pages"].as_array()?.iter().map(page).collect::<Option<_>>()?;
        Some(Survey { count: number(&said["count"])?, pages })
    };
    read().ok_or(NotDrawn::Unfit)
}

impl Draughtsman for Apart {
    fn survey(
        &self,
        pdf: &[u8],
        pages: RangeInclusive<u32>,
        width: u32,
    ) -> Result<Survey, NotDrawn> {
        let numbers = [*pages.start(), *pages.end(), width].map(|number| number.to_string());
        let arguments = [&["survey-pages".to_owned()], &numbers[..]].concat();
        survey(&self.answer(&arguments, pdf, SURVEY_BYTES_MAX)?)
    }

    fn draw(&self, pdf: &[u8], page: u32, width: u32) -> Result<Vec<u8>, NotDrawn> {
        let arguments = ["draw-page".to_owned(), page.to_string(), width.to_string()];
        let drawn = self.answer(&arguments, pdf, PICTURE_BYTES_MAX)?;
        if is_whole_png(&drawn) { Ok(drawn) } else { Err(NotDrawn::Unfit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a script in the place of the program, with a file on its standard input.
    fn script(script: &str, file: &[u8], patience: Duration) -> Result<String, NotDrawn> {
        let apart = Apart { patience, ..Apart::by("/bin/sh".into()) };
        let answer = apart.answer(&["-c".into(), script.into()], file, 4_096)?;
        Ok(String::from_utf8(answer).expect("text"))
    }

    const LONG: Duration = Duration::from_secs(120);

    #[test]
    fn the_process_has_no_environment_stands_nowhere_and_none_of_our_files_is_open_to_it() {
        let told = script("while read -r line; do :; done; export -p; pwd", b"x", LONG);
        let told = told.expect("it answers");
        // The shell itself says where it is.
        let told: Vec<&str> = told.lines().filter(|line| !line.contains("PWD")).collect();
        assert_eq!(told, ["/"]);
        if !cfg!(target_os = "linux") {
            println!("skipped: only Linux tells of a process's files at /proc");
            return;
        }
        let held = std::env::current_exe().expect("this test lies somewhere");
        let _held = std::fs::File::open(&held).expect("and can be opened");
        let is_open = format!(
            "for file in /proc/$$/fd/*; do [ $file -ef '{}' ] && echo open; done; echo end",
            held.display()
        );
        assert_eq!(script(&is_open, b"", LONG).as_deref(), Ok("end\n"));
        let opened = format!("exec 7<'{}'; {is_open}", held.display());
        assert_eq!(script(&opened, b"", LONG).as_deref(), Ok("open\nend\n"), "or we would see it");
    }

    #[test]
    fn the_process_has_bounds() {
        let told = script("ulimit -t; ulimit -c; ulimit -f; ulimit -v", b"", LONG);
        let told = told.expect("it answers");
        let bounds: Vec<&str> = told.lines().collect();
        assert_eq!(bounds[..3], ["10", "0", "0"]);
        if cfg!(target_os = "linux") {
            assert_eq!(bounds[3], "524288");
        }
        let wrote = "echo x > /tmp/entente-never-written; echo after";
        assert_eq!(script(wrote, b"", LONG).unwrap_or_default().lines().count(), 0);
        let _ = std::fs::remove_file("/tmp/entente-never-written");
    }

    #[test]
    fn one_that_does_not_end_is_ended_whatever_it_does_meanwhile() {
        let soon = Duration::from_millis(300);
        for (what, file) in [
            ("while :; do :; done", &b"x"[..]),
            // It reads nothing, of more than a pipe takes.
            ("while :; do :; done", &[b'x'; 1 << 20]),
            // It says something, and goes on.
            ("echo begun; while :; do :; done", b"x"),
        ] {
            assert_eq!(script(what, file, soon), Err(NotDrawn::Unfit), "{what}");
        }
        // One who says that he has ended is ended, too.
        let closed = script("echo done; exec >&-; while :; do :; done", b"x", LONG);
        assert_eq!(closed.as_deref(), Ok("done\n"));
    }

    #[test]
    fn what_is_too_long_or_is_no_answer_is_none() {
        let endless = "while :; do echo 0123456789012345678901234567890123456789; done";
        assert_eq!(script(endless, b"", LONG), Err(NotDrawn::Unfit));
        let apart = Apart::by("/bin/sh".into());
        let long = vec![0; usize::try_from(DRAWN_BYTES_MAX).expect("it fits") + 1];
        assert_eq!(apart.draw(&long, 1, 10), Err(NotDrawn::Unfit));
        // A shell knows no such command.
        assert_eq!(apart.draw(b"", 1, 10), Err(NotDrawn::Unfit));
        let nowhere = Apart::by("/never/was".into());
        assert_eq!(nowhere.survey(b"", 1..=2, 10), Err(NotDrawn::Unfit));
        for (said, wrong) in [
            (r#"{"locked":true}"#, NotDrawn::Locked),
            ("{}", NotDrawn::Unfit),
            ("", NotDrawn::Unfit),
            (r#"{"count":-1,"pages":[]}"#, NotDrawn::Unfit),
            (r#"{"count":1,"pages":[{"width":1}]}"#, NotDrawn::Unfit),
        ] {
            assert_eq!(survey(said.as_bytes()), Err(wrong), "{said}");
        }
        let said = br#"{"count":7,"pages":[{"width":10,"height":20,"words":null}]}"#;
        let page = Surveyed { size: (10, 20), words: None };
        assert_eq!(survey(said), Ok(Survey { count: 7, pages: vec![page] }));
    }
}
