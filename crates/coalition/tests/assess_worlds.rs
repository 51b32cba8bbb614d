//! The assessment against the plainest reading of its meaning, over random small worlds. A world
//! that fails is printed as text that `World::read` takes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod assess_support;

use assess_support::World;
use assess_support::between::Between;
use assess_support::dice::Dice;
use assess_support::matching::{Fraction, fraction, shown};
use assess_support::reference::{Ids, State};
use coalition::assess::{
    Assessment, CommitmentStanding, Goal, Limits, Missing, NeedCoverage, Order, Reading, SetList,
    Standing, assess, standings, verdict,
};
use coalition::condition::{Condition, Formula, Kind, Who};
use coalition::{Amount, Id};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

fn check(world: &World) {
    let found = assess(&world.model, world.guarantee(), &world.scenario, Limits::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let quick = verdict(&world.model, world.guarantee(), &world.scenario).unwrap();
    assert_eq!(quick.holds, found.verdict.holds);
    assert_eq!(quick.needs, found.verdict.needs);
    assert_eq!(quick.commitments, found.verdict.commitments);
    let state = world.state();
    for mutual in [false, true] {
        let in_force = world.in_force(&state, mutual);
        check_coverage(world, &found.verdict.needs, &in_force, mutual);
        check_reading(world, &found, mutual);
        check_asks(world, &found, mutual);
    }
    check_standings(world, &found);
}

fn reading(mutual: bool) -> Reading {
    if mutual { Reading::Mutual } else { Reading::Firm }
}

fn check_coverage(world: &World, needs: &[NeedCoverage], in_force: &Ids, mutual: bool) {
    let amounts = world.amounts(&world.state(), in_force, mutual);
    for (place, need) in needs.iter().enumerate() {
        let stretches = need.coverage(reading(mutual));
        let days = world.covered(place, &amounts);
        let days: Vec<_> = days.iter().map(|(day, covered)| (*day, shown(covered))).collect();
        let mut told = Vec::new();
        for stretch in &stretches {
            for day in world.day(stretch.from)..world.day(stretch.until) {
                told.push((day, fraction(stretch.covered.to_decimal())));
            }
            let missing = need.amount.to_decimal() - stretch.covered.to_decimal();
            assert_eq!(stretch.missing.to_decimal(), missing.max(Decimal::ZERO));
        }
        assert_eq!(told, days, "need {place}");
        let merged = stretches.windows(2).all(|pair| pair[0].covered != pair[1].covered);
        assert!(merged, "{stretches:?}");
        let said = &world.guarantee().needs[place];
        assert_eq!(stretches[0].from, said.from);
        assert_eq!(stretches[stretches.len() - 1].until, said.until);
    }
}

fn check_reading(world: &World, found: &Assessment, mutual: bool) {
    let result = found.readings.under(reading(mutual));
    let state = world.state();
    let holds = world.stands(&state, mutual);
    assert_eq!(result.holds, holds, "mutual {mutual}");
    assert!(result.complete());
    let shown = |list: &SetList| -> Vec<Vec<String>> {
        let named = |set: &Vec<_>| set.iter().map(ToString::to_string).collect();
        list.listed.iter().map(named).collect()
    };
    let (losses, gains) = (world.losses(), world.gains());
    let breaking =
        if holds { world.minimal_sets(&state, &losses, false, mutual) } else { Vec::new() };
    let sufficient =
        if holds { Vec::new() } else { world.minimal_sets(&state, &gains, true, mutual) };
    assert_eq!(shown(&result.breaking), breaking, "breaking, mutual {mutual}");
    assert_eq!(shown(&result.sufficient), sufficient, "sufficient, mutual {mutual}");
    let order = match (holds, breaking.first()) {
        (false, _) => Order::Exactly(0),
        (true, Some(set)) => Order::Exactly(set.len()),
        (true, None) => Order::Never,
    };
    assert_eq!(result.order, order);
    assert_eq!(result.n_minus_1, world.secure(&state, mutual, 1), "N-1, mutual {mutual}");
    assert_eq!(result.n_minus_2, world.secure(&state, mutual, 2), "N-2, mutual {mutual}");

    let expected = world.probability(&state, mutual, None);
    let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
    assert!(close(result.probability.holds_low, expected), "{:?} {expected}", result.probability);
    assert!(close(result.probability.fails_low, 1.0 - expected), "{:?}", result.probability);
    let fails = 1.0 - expected;
    let asked: Vec<String> =
        result.importance.iter().map(|importance| importance.item.to_string()).collect();
    assert_eq!(asked, variables_of_importance(world));
    for importance in &result.importance {
        let name = importance.item.to_string();
        let stays = world.probability(&state, mutual, Some((&name, true)));
        let lost = world.probability(&state, mutual, Some((&name, false)));
        assert!(close(importance.birnbaum, stays - lost), "{importance:?}: {stays} {lost}");
        // Where failure is all but excluded the reference has no digits left to compare.
        if fails > 1e-6 {
            let vesely = (fails - (1.0 - stays)) / fails;
            assert!(close(importance.fussell_vesely.unwrap(), vesely), "{importance:?}");
            assert!(close(importance.raw.unwrap(), (1.0 - lost) / fails), "{importance:?}");
        } else {
            assert_eq!((importance.fussell_vesely, importance.raw), (None, None));
        }
        if 1.0 - stays > 1e-6 {
            assert!(close(importance.rrw.unwrap(), fails / (1.0 - stays)), "{importance:?}");
        } else {
            assert_eq!(importance.rrw, None);
        }
    }
}

/// What may be lost, and every unknown circumstance with a chance that a condition in play names.
fn variables_of_importance(world: &World) -> Vec<String> {
    let state = world.state();
    let mut named = BTreeSet::new();
    for entry in world.model.commitments.values() {
        if !entry.stopped && state.parties.contains(&entry.commitment.party) {
            entry.commitment.condition.visit(&mut |kind, id| {
                if kind == Kind::Circumstance {
                    named.insert(id.clone());
                }
            });
        }
    }
    let unknown = named
        .into_iter()
        .filter(|id| world.is_unknown(id) && world.model.circumstances[id].chance.is_some());
    let mut names: Vec<String> =
        world.losses().into_iter().chain(unknown.map(|id| format!("circumstance:{id}"))).collect();
    names.sort();
    names
}

fn reaches(world: &World, goal: Goal, mutual: bool, extra: &[(Id, Decimal)]) -> bool {
    let state = State { extra: extra.iter().cloned().collect(), ..world.state() };
    let leavers = match goal {
        Goal::Holds => 0,
        Goal::NMinus1 => 1,
        Goal::NMinus2 => 2,
    };
    world.secure(&state, mutual, leavers)
}

/// In what steps an ask is found. Amounts are multiples of a half; where some match others, sums
/// are not, and it is the last place in which amounts of the resource are given.
fn step(world: &World, resource: &Id) -> Decimal {
    let state = world.state();
    let entries = world.model.commitments.values();
    let in_play =
        entries.filter(|entry| !entry.stopped && state.parties.contains(&entry.commitment.party));
    let mut given: Vec<Amount> = world
        .guarantee()
        .needs
        .iter()
        .filter(|need| need.resource == *resource)
        .map(|need| need.amount)
        .collect();
    let mut matching = false;
    for said in in_play.map(|entry| &entry.commitment) {
        if let Condition::When(formula) = &said.condition {
            sums(formula, resource, &mut given);
        }
        if said.resource == *resource {
            given.extend(said.amount);
            given.extend(said.matches.iter().flat_map(|of| [of.above, of.up_to]));
            matching |= said.matches.is_some();
        }
    }
    let whole = given.iter().all(|amount| amount.decimals() == 0);
    match (matching, whole) {
        (false, _) => Decimal::new(5, 1),
        (true, false) => Decimal::new(1, 1),
        (true, true) => Decimal::ONE,
    }
}

fn sums(formula: &Formula, of: &Id, given: &mut Vec<Amount>) {
    match formula {
        Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| sums(part, of, given));
        }
        Formula::SumCommit { amount, resource, .. } if resource == of => given.push(*amount),
        _ => {}
    }
}

/// Of two resources: every smallest pair of amounts that reaches the goal, the least of the first
/// first. The more there is of the first, the less is wanted of the second.
fn combinations(
    world: &World,
    goal: Goal,
    mutual: bool,
    resources: &[&Id],
) -> Vec<Vec<(Id, Decimal)>> {
    let [first, second] = resources else { panic!("{goal:?}: one resource does by itself") };
    let [first_step, second_step] = [step(world, first), step(world, second)];
    let mut found = Vec::new();
    let mut wanted = 41;
    for count in 0..=40 {
        let least = |wanted: i32| {
            let amounts = [
                ((*first).clone(), first_step * Decimal::from(count)),
                ((*second).clone(), second_step * Decimal::from(wanted)),
            ];
            reaches(world, goal, mutual, &amounts).then_some(amounts)
        };
        while let Some(amounts) = (wanted > 0).then(|| least(wanted - 1)).flatten() {
            wanted -= 1;
            found.retain(|of: &Vec<(Id, Decimal)>| of[0].1 != amounts[0].1);
            found.push(amounts.to_vec());
        }
    }
    found
}

/// No need is of more than 4, so 4 of anything is enough.
fn check_asks(world: &World, found: &Assessment, mutual: bool) {
    let scale = |id: &Id| {
        let step = step(world, id);
        (0..=40).map(move |count| step * Decimal::from(count))
    };
    let resources: BTreeSet<&Id> =
        world.guarantee().needs.iter().map(|need| &need.resource).collect();
    for goal in Goal::ALL {
        let asks: Vec<Vec<(Id, Decimal)>> = found
            .asks
            .iter()
            .filter(|ask| ask.reading == reading(mutual) && ask.makes == goal)
            .map(|ask| {
                let amounts = ask.amounts.iter();
                amounts.map(|(id, amount)| (id.clone(), amount.to_decimal())).collect()
            })
            .collect();
        if reaches(world, goal, mutual, &[]) {
            assert_eq!(asks, Vec::<Vec<_>>::new(), "{goal:?}, mutual {mutual}");
            continue;
        }
        let single: Vec<Vec<(Id, Decimal)>> = resources
            .iter()
            .filter_map(|id| {
                let reached =
                    |amount: &Decimal| reaches(world, goal, mutual, &[((*id).clone(), *amount)]);
                scale(id).find(reached).map(|amount| vec![((*id).clone(), amount)])
            })
            .collect();
        if !single.is_empty() {
            assert_eq!(asks, single, "{goal:?}, mutual {mutual}");
            continue;
        }
        let resources: Vec<&Id> = resources.iter().copied().collect();
        assert_eq!(
            asks,
            combinations(world, goal, mutual, &resources),
            "{goal:?}, mutual {mutual}"
        );
    }
    for ask in found.asks.iter().filter(|ask| ask.reading == reading(mutual)) {
        let extra = ask.amounts.iter().map(|(id, amount)| (id.clone(), amount.to_decimal()));
        let state = State { extra: extra.collect(), ..world.state() };
        let helps = &ask.helps;
        assert!(ask.all_listed);
        let chance = world.probability(&state, mutual, None);
        assert!((helps.probability.holds_low - chance).abs() < 1e-9, "{ask:?}: {chance}");
        let sets = world.minimal_sets(&state, &world.losses(), false, mutual);
        assert_eq!(helps.breaking_sets, Some(sets.len().to_string()), "{ask:?}: {sets:?}");
        let gain = chance - world.probability(&world.state(), mutual, None);
        assert!(
            (helps.gain.low - gain).abs() < 1e-9 && helps.gain.low == helps.gain.high,
            "{ask:?}"
        );
        let order = sets.first().map_or(Order::Never, |set| Order::Exactly(set.len()));
        assert_eq!(helps.order, order, "{ask:?}");
    }
}

fn check_standings(world: &World, found: &Assessment) {
    let state = world.state();
    let (firm, mutual) = (world.in_force(&state, false), world.in_force(&state, true));
    let told: Vec<&Id> = found.verdict.commitments.iter().map(|said| &said.id).collect();
    assert_eq!(told, world.model.commitments.keys().collect::<Vec<_>>());
    for said in &found.verdict.commitments {
        let entry = &world.model.commitments[&said.id];
        let in_play = !entry.stopped && state.parties.contains(&entry.commitment.party);
        let wishes = match &entry.commitment.condition {
            Condition::When(formula) if in_play => {
                Wishes { world, state: &state, own: &said.id, in_force: &mutual, formula }
                    .smallest()
            }
            _ => None,
        };
        let expected = if firm.contains(&said.id) {
            Standing::Firm
        } else if mutual.contains(&said.id) {
            Standing::Mutual
        } else if wishes.is_some() {
            Standing::Waiting
        } else {
            Standing::Void
        };
        assert_eq!(said.standing, expected, "{}", said.id);
        let missing: Vec<String> = said.waits_for.iter().map(ToString::to_string).collect();
        if expected == Standing::Waiting {
            assert_eq!(Some(missing), wishes, "{}", said.id);
        } else {
            assert!(missing.is_empty());
        }
        let between = Between { world, state: &state, firm: &firm, mutual: &mutual };
        let group = between.group(&said.id);
        assert_eq!(said.moves_with, group, "{} moves with", said.id);
        assert_eq!(said.why.is_some(), expected == Standing::Void);
        check_matched(world, &state, said, [&firm, &mutual], in_play);
    }
}

/// What the others give, and what it gives for that: without its own, if it is not in force.
fn check_matched(
    world: &World,
    state: &State,
    said: &CommitmentStanding,
    in_force: [&Ids; 2],
    in_play: bool,
) {
    let own = world.commitment(&said.id);
    assert_eq!(said.matched.is_some(), in_play && own.matches.is_some(), "{}", said.id);
    for (in_force, mutual) in in_force.into_iter().zip([false, true]) {
        if let Some(told) = said.matched.map(|of| *of.under(reading(mutual))) {
            let amounts = world.amounts(state, in_force, mutual);
            let others = shown(&world.others(own, state, &amounts));
            assert_eq!(fraction(told.others.to_decimal()), others, "others of {}", said.id);
            let gives = shown(&world.gives(own, state, &amounts));
            assert_eq!(fraction(told.gives.to_decimal()), gives, "{} gives", said.id);
        }
    }
}

/// With nine places.
fn rounded_up(missing: Fraction) -> Amount {
    let units = (missing * fraction(Decimal::from(1_000_000_000))).ceil().to_integer();
    Amount::from_scaled(u128::try_from(units).unwrap(), 9).unwrap()
}

/// What one commitment could wait for, tried in every combination.
struct Wishes<'a> {
    world: &'a World,
    state: &'a State,
    own: &'a Id,
    in_force: &'a Ids,
    formula: &'a Formula,
}

impl Wishes<'_> {
    /// The smallest set of what is missing, by size, then by name; `None` if nothing would do.
    fn smallest(&self) -> Option<Vec<String>> {
        let mut items = BTreeSet::new();
        self.items(self.formula, &mut items);
        let items: Vec<Missing> = items.into_iter().collect();
        let mut sets: Vec<Vec<String>> = Vec::new();
        for set in 0..1u32 << items.len() {
            let chosen = items.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            let chosen: Vec<&Missing> = chosen.map(|(_, item)| item).collect();
            if self.holds(self.formula, &chosen) {
                let mut names: Vec<String> = chosen.iter().map(ToString::to_string).collect();
                names.sort();
                sets.push(names);
            }
        }
        sets.into_iter().min_by(|one, other| one.len().cmp(&other.len()).then(one.cmp(other)))
    }

    /// In force at most, and the commitment itself.
    fn there(&self) -> Ids {
        let mut there = self.in_force.clone();
        there.insert(self.own.clone());
        there
    }

    fn party(&self) -> &Id {
        &self.world.commitment(self.own).party
    }

    fn eligible(&self, who: Who) -> usize {
        let all = |party: &&Id| who == Who::All || *party != self.party();
        self.state.parties.iter().filter(all).count()
    }

    fn contributing(&self, who: Who, resource: &Id) -> usize {
        let contributing = self.world.contributing(resource, &self.there());
        contributing.iter().filter(|party| who == Who::All || *party != self.party()).count()
    }

    fn sum(&self, who: Who, resource: &Id) -> Fraction {
        let counts = |party: &Id| who == Who::All || party != self.party();
        let mut amounts = self.world.amounts(self.state, self.in_force, true);
        let own = self.world.commitment(self.own);
        let brings = self.world.gives(own, self.state, &amounts);
        amounts.insert(self.own.clone(), brings);
        self.world.sum(resource, &amounts, counts)
    }

    fn items(&self, formula: &Formula, items: &mut BTreeSet<Missing>) {
        match formula {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| self.items(part, items));
            }
            Formula::Circumstance { circumstance, .. } => {
                if self.world.is_unknown(circumstance) {
                    items.insert(Missing::Circumstance(circumstance.clone()));
                }
            }
            Formula::Contribute { parties, resource } => {
                for party in parties.iter().filter(|party| self.state.parties.contains(*party)) {
                    let (party, resource) = (party.clone(), resource.clone());
                    items.insert(Missing::Contribution { party, resource });
                }
            }
            Formula::CountContribute { count, who, resource } => {
                let there = self.contributing(*who, resource);
                if there < *count as usize && *count as usize <= self.eligible(*who) {
                    let count = *count as usize - there;
                    items.insert(Missing::Contributors { count, resource: resource.clone() });
                }
            }
            Formula::SumCommit { amount, who, resource } => {
                let missing = fraction(amount.to_decimal()) - self.sum(*who, resource);
                if missing > fraction(Decimal::ZERO) && self.eligible(*who) > 0 {
                    let amount = rounded_up(missing);
                    items.insert(Missing::Sum { amount, resource: resource.clone() });
                }
            }
        }
    }

    /// Whether the formula holds once these things are so.
    fn holds(&self, formula: &Formula, given: &[&Missing]) -> bool {
        match formula {
            Formula::Any(parts) => parts.iter().any(|part| self.holds(part, given)),
            Formula::Every(parts) => parts.iter().all(|part| self.holds(part, given)),
            Formula::AtLeastOf { count, of } => {
                of.iter().filter(|part| self.holds(part, given)).count() >= *count as usize
            }
            Formula::Circumstance { circumstance, negated } => {
                let is = self.state.circumstances.contains(circumstance)
                    || given.contains(&&Missing::Circumstance(circumstance.clone()));
                is != *negated
            }
            Formula::Contribute { parties, resource } => parties.iter().all(|party| {
                let (party, resource) = (party.clone(), resource.clone());
                self.world.contributing(&resource, &self.there()).contains(&party)
                    || given.contains(&&Missing::Contribution { party, resource })
            }),
            Formula::CountContribute { count, who, resource } => {
                let more = given.iter().filter_map(|item| match item {
                    Missing::Contributors { count, resource: of } if of == resource => Some(*count),
                    _ => None,
                });
                let there = self.contributing(*who, resource);
                let count = *count as usize;
                there >= count
                    || (count <= self.eligible(*who) && there + more.max().unwrap_or(0) >= count)
            }
            Formula::SumCommit { amount, who, resource } => {
                let more = given.iter().filter_map(|item| match item {
                    Missing::Sum { amount, resource: of } if of == resource => {
                        Some(fraction(amount.to_decimal()))
                    }
                    _ => None,
                });
                let there = self.sum(*who, resource);
                let amount = fraction(amount.to_decimal());
                let more = more.max().unwrap_or(fraction(Decimal::ZERO));
                there >= amount || (self.eligible(*who) > 0 && there + more >= amount)
            }
        }
    }
}

/// With hardly any room, what is said is still true: bounds hold, and so does what is listed.
fn check_bounded(world: &World, evaluations_max: u64) {
    let bound = assurance::Bound { nodes_max: 1, steps_max: 1, evaluations_max };
    let asks_weighed_max = usize::try_from(evaluations_max % 4).unwrap();
    let asks_gates_max = evaluations_max * 200;
    let limits = Limits { bound, asks_weighed_max, asks_gates_max, ..Limits::default() };
    let found = assess(&world.model, world.guarantee(), &world.scenario, limits).unwrap();
    let state = world.state();
    for mutual in [false, true] {
        check_bounded_asks(world, &found, mutual);
        let result = found.readings.under(reading(mutual));
        assert_eq!(result.holds, world.stands(&state, mutual));
        assert_eq!(result.n_minus_1, world.secure(&state, mutual, 1));
        assert_eq!(result.n_minus_2, world.secure(&state, mutual, 2));
        let chance = world.probability(&state, mutual, None);
        let told = result.probability;
        assert!(told.holds_low <= chance + 1e-9 && chance <= told.holds_high + 1e-9, "{told:?}");
        assert!(told.fails_low <= 1.0 - chance + 1e-9, "{told:?}");
        assert!(1.0 - chance <= told.fails_high + 1e-9, "{told:?}");
        let (list, items) = match result.holds {
            true => (&result.breaking, world.losses()),
            false => (&result.sufficient, world.gains()),
        };
        let sets = world.minimal_sets(&state, &items, !result.holds, mutual);
        let most = list.found_to.unwrap_or(usize::MAX);
        let small: Vec<&Vec<String>> = sets.iter().filter(|set| set.len() <= most).collect();
        let listed: Vec<Vec<String>> =
            list.listed.iter().map(|set| set.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(listed.iter().collect::<Vec<_>>(), small);
        assert!(list.all_found == list.found_to.is_none());
        let smallest = sets.first().map(Vec::len);
        match result.order {
            Order::Exactly(0) => assert!(!result.holds || smallest == Some(0)),
            Order::Exactly(size) => assert_eq!(smallest, Some(size)),
            Order::AtLeast(size) => assert!(smallest.is_none_or(|smallest| smallest >= size)),
            Order::Never => assert_eq!(smallest, None),
        }
        if let Some(example) = &list.example {
            let mut after = state.clone();
            for item in example {
                after = world.with(&after, &item.to_string(), !result.holds);
            }
            assert_eq!(world.stands(&after, mutual), !result.holds, "{example:?}");
            assert!(smallest.is_some_and(|smallest| smallest <= example.len()));
        }
    }
}

/// Enough of everything: no need is of more than 4.
fn ask_most(world: &World) -> std::collections::BTreeMap<Id, Decimal> {
    let needs = world.guarantee().needs.iter();
    needs.map(|need| (need.resource.clone(), Decimal::from(4))).collect()
}

/// What an ask is worth lies within what is said of it.
fn check_bounded_asks(world: &World, found: &Assessment, mutual: bool) {
    let chance_now = world.probability(&world.state(), mutual, None);
    for ask in found.asks.iter().filter(|ask| ask.reading == reading(mutual)) {
        let extra = ask.amounts.iter().map(|(id, amount)| (id.clone(), amount.to_decimal()));
        let state = State { extra: extra.collect(), ..world.state() };
        let chance = world.probability(&state, mutual, None);
        let told = ask.helps.probability;
        assert!(told.holds_low <= chance + 1e-9 && chance <= told.holds_high + 1e-9, "{ask:?}");
        assert!(
            world.secure(&state, mutual, u32::try_from(ask.makes.leavers()).unwrap()),
            "{ask:?}"
        );
        for (id, least) in ask.at_least.iter().flatten() {
            let mut less = State { extra: ask_most(world), ..world.state() };
            less.extra.insert(id.clone(), least.to_decimal() - step(world, id));
            let leavers = u32::try_from(ask.makes.leavers()).unwrap();
            assert!(!world.secure(&less, mutual, leavers), "{ask:?}: less of {id} would do");
        }
        let gain = chance - chance_now;
        let told = ask.helps.gain;
        assert!(told.low <= gain + 1e-9 && gain <= told.high + 1e-9, "{ask:?}: {gain}");
        if let Order::AtLeast(size) = ask.helps.order {
            let sets = world.minimal_sets(&state, &world.losses(), false, mutual);
            assert!(sets.first().is_none_or(|set| set.len() >= size), "{ask:?}: {sets:?}");
        }
    }
}

fn run(seeds: std::ops::Range<u64>, check: fn(&World)) {
    for seed in seeds {
        let text = Dice(seed).world();
        let outcome = std::panic::catch_unwind(|| check(&World::read(&text)));
        if let Err(cause) = outcome {
            println!("seed {seed}:\n{text}");
            std::panic::resume_unwind(cause);
        }
    }
}

#[test]
fn every_answer_is_what_trying_everything_gives() {
    run(0..1_500, check);
}

#[test]
fn what_is_bounded_is_still_true() {
    run(0..400, |world| check_bounded(world, 2));
    run(400..800, |world| check_bounded(world, 9));
}

#[test]
fn standings_without_a_guarantee_are_those_of_a_guarantee_without_trigger() {
    for seed in 0..300 {
        let text = Dice(seed).world().replace("guarantee g x", "guarantee g -");
        let world = World::read(&text.replace("guarantee g z", "guarantee g -"));
        let found = verdict(&world.model, world.guarantee(), &world.scenario).unwrap();
        assert_eq!(standings(&world.model, &world.scenario).unwrap(), found.commitments, "{text}");
    }
}
