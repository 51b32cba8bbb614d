//! The smallest choices of a few items with which a formula without negation holds.

/// Items as bits.
pub(super) type Choice = u64;

/// The most items.
pub(super) const ITEMS_MAX: usize = Choice::BITS as usize;

/// All choices of which nothing can be left out; `None` if there are too many to go through.
pub(super) type Choices = Option<Vec<Choice>>;

const CHOICES_MAX: usize = 64;

/// At least `least` of these hold.
pub(super) fn at_least(least: usize, parts: Vec<Choices>) -> Choices {
    // With what so many of the parts seen hold, by number.
    let mut with = vec![Vec::new(); least + 1];
    with[0].push(0);
    let count = parts.len();
    for (seen, part) in parts.into_iter().enumerate() {
        let part = part?;
        // What the parts to come cannot make up for is not followed.
        let first = (least + seen + 1).saturating_sub(count).max(1);
        for number in (first..=least.min(seen + 1)).rev() {
            let one_less = with[number - 1].clone();
            let more = one_less.iter().flat_map(|one| part.iter().map(move |other| one | other));
            let mut all = std::mem::take(&mut with[number]);
            all.extend(more);
            with[number] = without_larger(all)?;
        }
    }
    with.pop()
}

/// Leaves out what contains another.
fn without_larger(mut all: Vec<Choice>) -> Choices {
    if all.len() > CHOICES_MAX * CHOICES_MAX {
        return None;
    }
    all.sort_unstable_by_key(|choice| (choice.count_ones(), *choice));
    let mut smallest: Vec<Choice> = Vec::new();
    for choice in all {
        if !smallest.iter().any(|small| small & choice == *small) {
            smallest.push(choice);
        }
    }
    (smallest.len() <= CHOICES_MAX).then_some(smallest)
}

/// The first by size, then by the order of the items.
pub(super) fn first(choices: &[Choice]) -> Option<Choice> {
    // Of two of one size the first is that with the first item in which they differ.
    choices.iter().copied().min_by_key(|choice| (choice.count_ones(), !choice.reverse_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items that hold, tried against a formula as written: a threshold of thresholds of items.
    fn holds(least: usize, parts: &[(usize, Vec<u32>)], chosen: Choice) -> bool {
        let part = |(least, items): &&(usize, Vec<u32>)| {
            items.iter().filter(|item| chosen >> **item & 1 == 1).count() >= *least
        };
        parts.iter().filter(part).count() >= least
    }

    #[test]
    fn the_smallest_choices_are_those_that_trying_every_choice_gives() {
        let mut seed = 1_u64;
        let mut below = |end: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % end
        };
        for _ in 0..2_000 {
            let count = below(4);
            let parts: Vec<(usize, Vec<u32>)> = (0..count)
                .map(|_| {
                    let size = below(4);
                    let items = (0..size).map(|_| u32::try_from(below(6)).expect("few")).collect();
                    (usize::try_from(below(size + 2)).expect("few"), items)
                })
                .collect();
            let least = usize::try_from(below(count + 2)).expect("few");
            let mut expected: Vec<Choice> = Vec::new();
            for chosen in 0..1 << 6 {
                let smaller = (0..6).filter(|item| chosen >> item & 1 == 1);
                let minimal = !smaller
                    .map(|item| chosen & !(1 << item))
                    .any(|less| holds(least, &parts, less));
                if minimal && holds(least, &parts, chosen) {
                    expected.push(chosen);
                }
            }
            let part = |(least, items): &(usize, Vec<u32>)| {
                at_least(*least, items.iter().map(|item| Some(vec![1 << item])).collect())
            };
            let mut found = at_least(least, parts.iter().map(part).collect()).expect("few");
            let listed = |choice: Choice| -> Vec<u32> {
                (0..6).filter(|item| choice >> item & 1 == 1).collect()
            };
            let by_size = expected.iter().map(|choice| listed(*choice));
            let wanted = by_size.min_by_key(|items| (items.len(), items.clone()));
            assert_eq!(first(&found).map(listed), wanted, "{least} of {parts:?}");
            found.sort_unstable();
            assert_eq!(found, expected, "{least} of {parts:?}");
        }
    }

    #[test]
    fn what_is_too_much_is_left_to_others() {
        let items = |from: u32| (from..from + 20).map(|item| Some(vec![1 << item])).collect();
        assert_eq!(at_least(5, items(0)), None);
        assert_eq!(at_least(2, vec![at_least(1, items(0)), at_least(1, items(20))]), None);
        assert_eq!(at_least(1, items(0)).map(|all| all.len()), Some(20));
    }
}
