//! Files as long as the house takes them, and longer, through the running house: they pass in pieces, and
//! what is too long is refused in a sentence. What is measured is the memory of the whole process.

mod running;

use running::sending::{document, upload, version_in};
use running::{CLERK, DELEGATE, Line, Reply, Running, Scratch};

/// The longest file taken, in MiB, where nobody says otherwise.
const TAKEN_MIB: usize = 50;
/// The longest PDF that is drawn, in MiB.
const DRAWN_MIB: usize = 20;
/// How much memory a file on its way may take besides what the house has anyway, in KiB: pieces, and what
/// the kernel and the allocator keep of them.
const PASSING_KIB: u64 = 12 << 10;

/// A PDF of a page, so many bytes long: what is besides it is a stream that nothing refers to.
fn pdf(bytes: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let mut object = |file: &mut Vec<u8>, said: &[u8]| {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", places.len()).as_bytes());
        file.extend(said);
        file.extend(b"\nendobj\n");
    };
    object(&mut file, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut file, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(&mut file, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R >>");
    object(&mut file, b"<< /Length 21 >>\nstream\n10 10 200 300 re f   \nendstream");
    // More than all that comes after takes.
    let rest = 420;
    let ballast = bytes - file.len() - rest;
    let mut stream = format!("<< /Length {ballast} >>\nstream\n").into_bytes();
    stream.resize(stream.len() + ballast, b' ');
    stream.extend(b"\nendstream");
    object(&mut file, &stream);
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes());
    for place in &places {
        file.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\n", places.len() + 1);
    file.extend(end.as_bytes());
    let last = format!("startxref\n{start}\n%%EOF\n");
    file.resize(bytes - last.len(), b' ');
    file.extend(last.as_bytes());
    assert_eq!(file.len(), bytes);
    file
}

fn refused(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert!(reply.text().contains(words), "{words:?} in {}", reply.text());
}

/// Sends a file by the form of its page, as a browser does.
fn by_form(line: &mut Line, document: &str, file: &[u8]) -> Reply {
    let head = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--cut--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    let address = format!("/documents/{document}/versions");
    line.ask("POST", &address, &headers, &body).expect("it answers")
}

#[test]
fn a_file_of_any_length_that_is_taken_passes_in_pieces_and_a_longer_one_is_refused() {
    let scratch = Scratch::new();
    let mut house = Running::start(&scratch.path("data"));
    let mut line = house.signed_in(DELEGATE);
    let own = document(&mut line, "Large", "download");
    // Once, so that what the house needs for any file is there.
    let small = upload(&mut line, &own, ("small.pdf", "small"), &pdf(1 << 20));
    let small = version_in(&small.expect("it answers"));
    let at = |version: &str| format!("/documents/{own}/versions/{version}");
    assert_eq!(line.get(&at(&small)).expect("it answers").status, 200);
    let before = house.memory_max();

    let longest = pdf(TAKEN_MIB << 20);
    let taken = upload(&mut line, &own, ("longest.pdf", "longest"), &longest);
    let version = version_in(&taken.expect("it answers"));
    let read = house.signed_in(CLERK).get(&at(&version)).expect("it answers");
    assert!(read.status == 200 && read.body == longest, "{} bytes", read.body.len());
    // Of what is longer than it looks through, the house does not say that it runs nothing.
    let inline = line.get(&format!("{}/inline", at(&version))).expect("it answers");
    refused(&inline, 409, "download it");
    assert_eq!(by_form(&mut line, &own, &pdf((DRAWN_MIB << 20) + 1)).status, 303);
    let over = [&longest[..], b"\n"].concat();
    let words = format!("longer than {TAKEN_MIB} MiB");
    let reply = upload(&mut line, &own, ("over.pdf", "over"), &over).expect("it answers");
    refused(&reply, 413, &words);
    refused(&by_form(&mut line, &own, &over), 413, &words);
    // What goes on without an end is cut off.
    let endless = vec![b' '; (3 * TAKEN_MIB) << 20];
    let mut cut = house.signed_in(DELEGATE);
    match upload(&mut cut, &own, ("endless.txt", "endless"), &endless) {
        Ok(reply) => refused(&reply, 413, &words),
        Err(error) => println!("it hung up: {error}"),
    }

    let told = line.get(&format!("/api/v1/documents/{own}")).expect("it answers").json();
    assert_eq!(told["versions"].as_array().map(Vec::len), Some(3), "{told}");
    let folder = scratch.path("data").join("contents");
    assert_eq!(running::sending::files(&folder.join("incoming")), 0, "nothing half is left");
    assert_eq!(running::sending::files(&folder.join("sealed")), 3);
    match before.zip(house.memory_max()) {
        Some((before, after)) => {
            println!("{before} KiB before, {after} KiB at most with files of {TAKEN_MIB} MiB");
            assert!(after - before < PASSING_KIB, "{} KiB more", after - before);
        }
        None => println!("skipped: this system does not say how much memory a process had"),
    }
    assert!(house.lives());
}

/// What several at once are answered to one address: how often with this, and else that the house is busy.
fn at_once(house: &Running, address: &str, with: impl Fn(&Reply) -> bool + Sync) -> usize {
    let mut lines: Vec<Line> = (0..5).map(|_| house.signed_in(DELEGATE)).collect();
    let asked = std::thread::scope(|scope| {
        let with = &with;
        let asking = lines.iter_mut().map(|line| {
            scope.spawn(move || {
                let reply = line.get(address).expect("it answers");
                assert!(with(&reply) || reply.status == 503, "{}", reply.status);
                reply.status == 200
            })
        });
        let asking: Vec<_> = asking.collect();
        asking.into_iter().map(|asked| asked.join().expect("no panic")).collect::<Vec<_>>()
    });
    asked.into_iter().filter(|answered| *answered).count()
}

/// Asserts that there was no more memory than for two papers as long as any that is drawn.
fn two_papers(before: Option<u64>, after: Option<u64>) {
    let Some((before, after)) = before.zip(after) else {
        println!("skipped: this system does not say how much memory a process had");
        return;
    };
    println!("{before} KiB before, {after} KiB at most after several at once");
    let two = u64::try_from(2 * DRAWN_MIB).expect("small") << 10;
    assert!(after - before < two + PASSING_KIB, "{} KiB more", after - before);
}

/// One that a browser is to open is looked through for scripts; one that is shown is drawn.
#[test]
fn of_a_pdf_that_is_read_whole_two_are_in_memory_at_most_however_many_ask() {
    let scratch = Scratch::new();
    let house = Running::start(&scratch.path("data"));
    let mut line = house.signed_in(DELEGATE);
    let file = pdf(DRAWN_MIB << 20);
    let mut sent = |reading: &str| {
        let own = document(&mut line, reading, reading);
        let sent = upload(&mut line, &own, ("longest.pdf", &format!("{reading}-file")), &file);
        format!("/documents/{own}/versions/{}", version_in(&sent.expect("it answers")))
    };
    let opened = sent("download");
    let before = house.memory_max();
    let whole = |reply: &Reply| reply.status == 200 && reply.body == file;
    assert!(at_once(&house, &format!("{opened}/inline"), whole) > 0);
    two_papers(before, house.memory_max());
    if !cfg!(feature = "pages") {
        println!("skipped: this house draws no pages");
        return;
    }
    let shown = sent("shown");
    let sheet = house.signed_in(DELEGATE).get(&format!("{shown}/shown")).expect("it answers");
    refused(&sheet, 200, "Page 1 of 1");
    let picture =
        |reply: &Reply| (reply.status, reply.header("content-type")) == (200, Some("image/png"));
    assert!(at_once(&house, &format!("{shown}/pages/1"), picture) > 0);
    two_papers(before, house.memory_max());
}

#[cfg(feature = "pages")]
#[test]
fn a_pdf_longer_than_those_that_are_drawn_is_refused_before_it_is_kept() {
    let scratch = Scratch::new();
    let house = Running::start(&scratch.path("data"));
    let mut line = house.signed_in(DELEGATE);
    let own = document(&mut line, "shown", "shown");
    let over = pdf((DRAWN_MIB << 20) + 1);
    let words = "draws the pages of a PDF of up to 20 MiB";
    let reply = upload(&mut line, &own, ("over.pdf", "over"), &over).expect("it answers");
    refused(&reply, 409, words);
    assert_eq!(running::sending::files(&scratch.path("data").join("contents/sealed")), 0);
}
