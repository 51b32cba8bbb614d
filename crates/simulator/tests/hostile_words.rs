//! Whatever people write, every page shows it as words: worlds in which every field that takes words
//! says hostile ones, asked at every address, form by form, by every sort of viewer.

use simulator::hostile::walk::{Found, Place, Until, first_few, names, walk, worlds};
use simulator::hostile::{MARK, Spoiled, WORDS, spoil};
use simulator::two_worlds::viewers;
use simulator::world::Dice;
use std::collections::BTreeMap;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_words_become_an_element_an_attribute_or_a_way_out_of_the_house() {
    let names = names().await;
    let mut fields: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Found::default();
    for (seed, world) in worlds().iter().enumerate() {
        let mut dice = Dice::new(!(seed as u64));
        let Spoiled { acts, fields: of, .. } = spoil(&world.acts, &names, &mut dice);
        for (field, times) in of {
            *fields.entry(field).or_default() += times;
        }
        // The public, and two who see much.
        for person in viewers(world).iter().take(4) {
            let place = Place::of(world, &acts, person.as_ref());
            let found = walk(&place, &mut dice, 8, Until::Done).await;
            all.requests += found.requests;
            all.pages += found.pages;
            all.words += found.words;
            all.redirections += found.redirections;
            all.forms.extend(found.forms);
            all.faults.extend(
                found.faults.into_iter().map(|fault| format!("world {seed}, {person:?}: {fault}")),
            );
        }
    }
    println!(
        "{} requests, {} pages with {MARK:?} {} times as words, {} redirections, {} sorts of forms, {} fields: {}",
        all.requests,
        all.pages,
        all.words,
        all.redirections,
        all.forms.len(),
        fields.len(),
        fields.keys().cloned().collect::<Vec<_>>().join(", ")
    );
    assert!(all.faults.is_empty(), "{} faults\n{}", all.faults.len(), first_few(&all.faults));
    assert!(all.words > 10_000 && all.forms.len() > 30 && all.redirections > 20, "it is seen");
    // Every name or text that anything has was tried.
    for field in [
        "party/name",
        "item/title",
        "minutes/points/text",
        "source/outlet",
        "attach/version/name",
        "reason",
    ] {
        assert!(fields.keys().any(|known| known.ends_with(field)), "{field} was not tried");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_field_takes_what_turns_text_around() {
    let names = names().await;
    for (seed, world) in worlds().iter().enumerate() {
        let spoiled = spoil(&world.acts, &names, &mut Dice::new(seed as u64));
        assert!(spoiled.fields.len() > 10, "{:?}", spoiled.fields);
        assert!(spoiled.misled.is_empty(), "world {seed}: {:?}", spoiled.misled);
    }
    assert!(WORDS.iter().all(|words| words.contains(MARK) && words.chars().count() < 190));
}
