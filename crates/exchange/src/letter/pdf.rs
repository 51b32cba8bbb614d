//! Pages as a PDF file: fonts embedded, text as Unicode, blocks tagged (ISO 32000-1, sections 9.7, 9.10
//! and 14.7).

use super::Stationery;
use super::blocks::{Block, Part};
use super::fonts::{Face, face};
use super::sheet::{PAGE, Page, Run};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{
    ArtifactType, CidFontType, FontFlags, StructRole, SystemInfo, UnicodeCmap,
};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::collections::BTreeSet;

const SYSTEM: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
const FONTS: [&[u8]; 2] = [b"Regular", b"Bold"];

/// Numbers for the file's objects.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// A part of a block that stands on one page.
struct Marked {
    block: usize,
    page: Ref,
    mark: i32,
}

pub(super) fn written(stationery: &Stationery<'_>, blocks: &[Block], pages: &[Page]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let mut numbers = Numbers(0);
    let (catalog, tree, root, information) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    let fonts =
        [font(&mut pdf, &mut numbers, face(false)), font(&mut pdf, &mut numbers, face(true))];
    let placed: Vec<(Ref, Ref)> = pages.iter().map(|_| (numbers.next(), numbers.next())).collect();
    let mut marked: Vec<Marked> = Vec::new();
    for ((page, content), (number, of)) in placed.iter().zip((0..).zip(pages)) {
        let drawn = drawn(of, *page, &mut marked);
        let packed = compress_to_vec_zlib(&drawn, 6);
        pdf.stream(*content, &packed).filter(Filter::FlateDecode);
        let mut written = pdf.page(*page);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(*content);
        written.struct_parents(number);
        let mut resources = written.resources();
        let mut named = resources.fonts();
        for (name, font) in FONTS.iter().zip(fonts) {
            named.pair(Name(name), font);
        }
    }
    let count = i32::try_from(pages.len()).expect("far fewer pages than that");
    pdf.pages(tree).kids(placed.iter().map(|(page, _)| *page)).count(count);
    let elements = tags(&mut pdf, &mut numbers, root, blocks, &marked);
    parents(&mut pdf, &mut numbers, root, &elements, &placed, &marked);
    pdf.document_info(information)
        .title(TextStr(stationery.title))
        .author(TextStr(stationery.from))
        .producer(TextStr("Entente"));
    let mut written = pdf.catalog(catalog);
    written.pages(tree).lang(TextStr("en"));
    written.mark_info().marked(true);
    written.viewer_preferences().display_doc_title(true);
    written.pair(Name(b"StructTreeRoot"), root);
    written.finish();
    pdf.finish()
}

/// What a page's stream says. Notes in `marked` which of its marks are which block's.
fn drawn(page: &Page, at: Ref, marked: &mut Vec<Marked>) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_marked_content_with_properties(Name(b"Artifact")).properties();
    for fill in &page.fills {
        let [left, bottom, wide, high] = fill.place;
        let [red, green, blue] = fill.colour;
        content.set_fill_rgb(red, green, blue).rect(left, bottom, wide, high).fill_nonzero();
    }
    content.end_marked_content();
    let mut mark = 0;
    let mut runs = page.runs.as_slice();
    while let Some(first) = runs.first() {
        let same = runs.iter().take_while(|run| run.block == first.block).count();
        let (now, rest) = runs.split_at(same);
        runs = rest;
        match first.block {
            Some(block) => {
                let tag = content.begin_marked_content_with_properties(Name(b"P"));
                { tag }.properties().identify(mark);
                marked.push(Marked { block, page: at, mark });
                mark += 1;
            }
            None => {
                let mut tag = content.begin_marked_content_with_properties(Name(b"Artifact"));
                tag.properties().artifact().kind(ArtifactType::Pagination);
            }
        }
        for run in now {
            show(&mut content, run);
        }
        content.end_marked_content();
    }
    content.finish().to_vec()
}

fn show(content: &mut Content, run: &Run) {
    let face = face(run.bold);
    let [red, green, blue] = run.colour;
    content.begin_text().set_font(Name(FONTS[usize::from(run.bold)]), run.size);
    content.set_fill_rgb(red, green, blue);
    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, run.at.0, run.at.1]);
    let mut shown = content.show_positioned();
    let mut items = shown.items();
    let mut glyphs: Vec<u8> = Vec::new();
    for (number, word) in run.words.iter().enumerate() {
        let space = run.spaces.get(number);
        // Each word is followed by its space, so that whoever copies the text gets words.
        for character in word.chars().chain(space.map(|_| ' ')) {
            glyphs.extend(face.glyph(character).to_be_bytes());
        }
        if let Some(more) = space.filter(|more| **more != 0) {
            items.show(Str(&glyphs));
            glyphs.clear();
            #[expect(clippy::cast_precision_loss, reason = "a part of a space")]
            items.adjust(-(*more as f32));
        }
    }
    if !glyphs.is_empty() {
        items.show(Str(&glyphs));
    }
    items.finish();
    shown.finish();
    content.end_text();
}

/// One element for each block, below the root; points of a list within a list.
fn tags(
    pdf: &mut Pdf,
    numbers: &mut Numbers,
    root: Ref,
    blocks: &[Block],
    marked: &[Marked],
) -> Vec<Ref> {
    let document = numbers.next();
    let mut elements: Vec<Ref> = Vec::new();
    let mut below: Vec<Ref> = Vec::new();
    let mut list: Option<(Ref, Vec<Ref>)> = None;
    let close = |pdf: &mut Pdf, list: &mut Option<(Ref, Vec<Ref>)>| {
        if let Some((list, items)) = list.take() {
            let mut element = pdf.struct_element(list);
            element.kind(StructRole::L).parent(document);
            element.children().items(items);
        }
    };
    for (block, of) in blocks.iter().enumerate() {
        let element = numbers.next();
        elements.push(element);
        let (role, parent) = match of.part {
            Part::Title => (StructRole::H1, document),
            Part::Heading => (StructRole::H2, document),
            Part::Paragraph | Part::Row(_) => (StructRole::P, document),
            Part::Point => {
                let (list, items) = list.get_or_insert_with(|| {
                    let list = numbers.next();
                    below.push(list);
                    (list, Vec::new())
                });
                let item = numbers.next();
                items.push(item);
                let mut written = pdf.struct_element(item);
                written.kind(StructRole::LI).parent(*list);
                written.children().struct_element(element);
                (StructRole::LBody, item)
            }
        };
        if role != StructRole::LBody {
            close(pdf, &mut list);
            below.push(element);
        }
        let mut written = pdf.struct_element(element);
        written.kind(role).parent(parent);
        let mut children = written.children();
        for of in marked.iter().filter(|of| of.block == block) {
            children.marked_content_ref().page(of.page).marked_content_id(of.mark);
        }
    }
    close(pdf, &mut list);
    let mut written = pdf.struct_element(document);
    written.kind(StructRole::Document).parent(root);
    written.children().items(below);
    written.finish();
    elements.push(document);
    elements
}

/// The root of the tags, and from each page's marks back to the elements.
fn parents(
    pdf: &mut Pdf,
    numbers: &mut Numbers,
    root: Ref,
    elements: &[Ref],
    placed: &[(Ref, Ref)],
    marked: &[Marked],
) {
    let lists: Vec<Ref> = placed
        .iter()
        .map(|(page, _)| {
            let list = numbers.next();
            let of_page = marked.iter().filter(|of| of.page == *page);
            pdf.indirect(list).array().items(of_page.map(|of| elements[of.block]));
            list
        })
        .collect();
    let mut written = pdf.indirect(root).start::<pdf_writer::writers::StructTreeRoot<'_>>();
    written.children().items(elements.last().copied());
    let mut parents = written.parent_tree();
    let mut entries = parents.nums();
    for (number, list) in (0..).zip(&lists) {
        entries.insert(number, *list);
    }
}

/// Embeds a face whole: it is 25 KB, and a part of it would need a name of its own.
fn font(pdf: &mut Pdf, numbers: &mut Numbers, face: &Face) -> Ref {
    let [font, cid, descriptor, file, unicode] = [(); 5].map(|()| numbers.next());
    let name = Name(face.name.as_bytes());
    pdf.type0_font(font)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(unicode);
    let mut written = pdf.cid_font(cid);
    written.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM);
    written.font_descriptor(descriptor).default_width(0.0);
    written.cid_to_gid_map_predefined(Name(b"Identity"));
    written.widths().consecutive(0, face.advances.iter().map(|of| f32::from(*of)));
    written.finish();
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::SERIF | FontFlags::SYMBOLIC)
        .bbox(Rect::new(-200.0, -293.0, 1300.0, 1069.0))
        .italic_angle(0.0)
        .ascent(1069.0)
        .descent(-293.0)
        .cap_height(714.0)
        .stem_v(if face.name.ends_with("Bold") { 140.0 } else { 85.0 })
        .font_file2(file);
    let mut map = UnicodeCmap::<u16>::new(Name(b"Unicode"), SYSTEM);
    // Where two characters share a glyph, as both spaces do, the first is the usual one.
    let mut named = BTreeSet::new();
    for (character, glyph) in face.glyphs.iter().filter(|(_, glyph)| named.insert(**glyph)) {
        map.pair(*glyph, *character);
    }
    let map = map.finish();
    let packed = compress_to_vec_zlib(map.as_slice(), 6);
    pdf.stream(unicode, &packed).filter(Filter::FlateDecode);
    let packed = face.packed();
    let length = i32::try_from(face.file.len()).expect("a file of 50 KB");
    pdf.stream(file, packed).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
    font
}
