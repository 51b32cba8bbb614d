//! Worked examples of the assessment, by hand.

mod assess_support;

use assess_support::{World, id};
use coalition::assess::{Limits, answer, assess, report, verdict};
use serde_json::{Value, json};

fn answered(text: &str) -> Value {
    let world = World::read(text);
    let found = assess(&world.model, world.guarantee(), &world.scenario, Limits::default());
    answer(&world.guarantee, &found.unwrap_or_else(|error| panic!("{error}\n{text}")))
}

/// Asserts that `whole` has at least what `part` has; lists are compared entry by entry.
fn has(whole: &Value, part: &Value, path: &str) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                has(whole.get(key).unwrap_or(&Value::Null), value, &format!("{path}.{key}"));
            }
        }
        (Value::Array(some), Value::Array(part)) => {
            assert_eq!(some.len(), part.len(), "{path}: {whole:#}");
            for (place, (one, value)) in some.iter().zip(part).enumerate() {
                has(one, value, &format!("{path}[{place}]"));
            }
        }
        _ => assert_eq!(whole, part, "{path}"),
    }
}

const FOUR_TOWNS: &str = "
    party FR 0.95
    party GB
    party TR 0.9
    party DE
    circumstance peace-deal unknown 0.4
    circumstance us-backstop unknown 0.5
    circumstance ceasefire no
    resource troops persons
    commit fr-brigade FR troops 6000 trigger+0d trigger+730d : when at least 2 others contribute troops
    commit gb-brigade GB troops 6000 trigger+0d trigger+730d : when FR contributes troops and us-backstop
    commit tr-brigade TR troops 3000 trigger+0d trigger+730d : when others commit at least 9000 troops
    commit de-brigade DE troops 4000 trigger+0d trigger+730d : when ceasefire
    guarantee force peace-deal all
    need troops 15000 trigger+30d trigger+365d
    assume us-backstop
    assume-not ceasefire
    without DE
";

#[test]
fn the_four_towns_hold_only_if_three_move_together() {
    let answer = answered(FOUR_TOWNS);
    let none = json!({"resource": "troops", "amount": "15000", "coverage": [
        {"from": "trigger+30d", "until": "trigger+365d", "covered": "0", "missing": "15000"}]});
    let all = json!({"resource": "troops", "amount": "15000", "coverage": [
        {"from": "trigger+30d", "until": "trigger+365d", "covered": "15000", "missing": "0"}]});
    has(
        &answer,
        &json!({
            "guarantee": "force",
            "scenario": {"assume": ["peace-deal", "us-backstop"], "assume_not": ["ceasefire"],
                         "without": ["DE"]},
            "readings": {
                "firm": {"holds": false, "needs": [none], "breaking_sets": [],
                         "sufficient_sets": [], "complete": true, "order": 0, "n_minus_1": false,
                         "n_minus_2": false, "probability": "0", "probability_fails": "1",
                         "importance": [
                            {"variable": "circumstance:us-backstop", "birnbaum": "0",
                             "fussell_vesely": "0", "raw": "1", "rrw": "1"},
                            {"variable": "party:FR", "birnbaum": "0", "fussell_vesely": "0",
                             "raw": "1", "rrw": "1"},
                            {"variable": "party:GB", "birnbaum": "0", "fussell_vesely": "0",
                             "raw": "1", "rrw": "1"},
                            {"variable": "party:TR", "birnbaum": "0", "fussell_vesely": "0",
                             "raw": "1", "rrw": "1"}]},
                "mutual": {"holds": true, "needs": [all],
                           "breaking_sets": [["circumstance:us-backstop"], ["party:FR"],
                                             ["party:GB"], ["party:TR"]],
                           "breaking_set_total": "4", "breaking_set_counts": {"1": "4"},
                           "sufficient_sets": [], "complete": true, "order": 1,
                           "n_minus_1": false, "n_minus_2": false, "probability": "0.855"},
            },
            "commitments": [
                {"id": "de-brigade", "standing": "void", "moves_with": [], "waits_for": [],
                 "why": "its party is absent"},
                {"id": "fr-brigade", "standing": "mutual",
                 "moves_with": ["gb-brigade", "tr-brigade"], "waits_for": []},
                {"id": "gb-brigade", "standing": "mutual",
                 "moves_with": ["fr-brigade", "tr-brigade"], "waits_for": []},
                {"id": "tr-brigade", "standing": "mutual",
                 "moves_with": ["fr-brigade", "gb-brigade"], "waits_for": []},
            ],
            // Nine thousand from elsewhere bring TR in, and no head count counts them: 12000 of
            // them with TR's 3000 make 15000. Without TR all 15000 are wanted.
            "asks": [
                {"reading": "firm", "makes": "holds", "resource": "troops", "amount": "12000"},
                {"reading": "firm", "makes": "n_minus_1", "resource": "troops", "amount": "15000"},
                {"reading": "firm", "makes": "n_minus_2", "resource": "troops", "amount": "15000",
                 "probability": "1", "probability_gain": "1", "breaking_set_total": "0",
                 "breaking_set_total_before": null},
                {"reading": "mutual", "makes": "n_minus_1", "resource": "troops",
                 "amount": "15000"},
                {"reading": "mutual", "makes": "n_minus_2", "resource": "troops",
                 "amount": "15000", "breaking_set_total": "0", "breaking_set_total_before": "4"},
            ],
        }),
        "answer",
    );
}

#[test]
fn importance_is_what_a_party_does_to_the_chance() {
    let answer = answered(FOUR_TOWNS);
    // FR: Q = 1 - 0.95 x 0.9 = 0.145; with FR for sure Q = 0.1; without it 1.
    let importance = &answer["readings"]["mutual"]["importance"];
    let number = |key: &str| importance[1][key].as_str().unwrap().parse::<f64>().unwrap();
    assert_eq!(importance[1]["variable"], "party:FR");
    for (key, expected) in [
        ("birnbaum", 0.9),
        ("fussell_vesely", (0.145 - 0.1) / 0.145),
        ("raw", 1.0 / 0.145),
        ("rrw", 1.45),
    ] {
        assert!((number(key) - expected).abs() < 1e-12, "{key}: {}", number(key));
    }
}

#[test]
fn a_gap_in_time_is_a_gap_though_amounts_would_do() {
    let answer = answered(
        "
        party A
        party B
        resource r
        commit first A r 10 2026-01-01 2026-03-01 : always
        commit second B r 10 2026-03-02 - : always
        guarantee g - all
        need r 10 2026-01-01 2026-04-01
        ",
    );
    has(
        &answer["readings"]["firm"],
        &json!({"holds": false, "needs": [{"coverage": [
            {"from": "2026-01-01", "until": "2026-03-01", "covered": "10", "missing": "0"},
            {"from": "2026-03-01", "until": "2026-03-02", "covered": "0", "missing": "10"},
            {"from": "2026-03-02", "until": "2026-04-01", "covered": "10", "missing": "0"},
        ]}]}),
        "firm",
    );
    // What is extra covers the whole window, so ten more are wanted for one day.
    has(&answer["asks"][0], &json!({"amount": "10", "makes": "holds"}), "asks");
}

#[test]
fn a_loss_cascades_through_the_conditions_of_others() {
    let answer = answered(
        "
        party A
        party B
        party C
        resource r
        commit a A r 1 - - : always
        commit b B r 1 - - : when A contributes r
        commit c C r 8 - - : when B contributes r
        guarantee g - all
        need r 8 trigger+0d trigger+1d
        ",
    );
    has(
        &answer["readings"]["firm"],
        &json!({"holds": true, "breaking_sets": [["party:A"], ["party:B"], ["party:C"]],
                "order": 1, "n_minus_1": false}),
        "firm",
    );
    has(&answer["asks"][0], &json!({"amount": "8", "makes": "n_minus_1"}), "asks");
}

#[test]
fn it_is_n_minus_1_secure_when_whoever_leaves_alone_is_not_missed() {
    let answer = answered(
        "
        party A
        party B
        party C
        circumstance x yes
        resource r
        commit a A r 5 - - : when x
        commit b B r 5 - - : when x
        commit c C r 5 - - : when x
        guarantee g - all
        need r 10 trigger+0d trigger+1d
        ",
    );
    // The circumstance breaks it alone; no party does.
    has(
        &answer["readings"]["firm"],
        &json!({"breaking_sets": [["circumstance:x"], ["party:A", "party:B"],
                ["party:A", "party:C"], ["party:B", "party:C"]],
                "breaking_set_counts": {"1": "1", "2": "3"},
                "order": 1, "n_minus_1": true, "n_minus_2": false}),
        "firm",
    );
    let makes: Vec<&Value> =
        answer["asks"].as_array().unwrap().iter().map(|ask| &ask["makes"]).collect();
    assert_eq!(makes, ["n_minus_2", "n_minus_2"]);
}

#[test]
fn where_one_resource_brings_in_the_other_every_smallest_combination_is_listed() {
    let world = World::read(
        "
        party A
        resource r
        resource s
        commit a A r 3 - - : when others commit at least 4 s
        guarantee g - all
        need r 5 trigger+0d trigger+9d
        need s 2 trigger+0d trigger+9d
        ",
    );
    let told = |combinations_max| {
        let limits = Limits { combinations_max, ..Limits::default() };
        let found = assess(&world.model, world.guarantee(), &world.scenario, limits).unwrap();
        let asks = answer(&world.guarantee, &found)["asks"].as_array().unwrap().clone();
        asks.into_iter()
            .filter(|ask| ask["makes"] == "holds" && ask["reading"] == "firm")
            .map(|ask| (ask["together"].clone(), ask["other_combinations"].clone()))
            .collect::<Vec<_>>()
    };
    let pair =
        |r: &str, s: &str| json!([{"resource": "r", "amount": r}, {"resource": "s", "amount": s}]);
    assert_eq!(told(12), [(pair("2", "4"), json!(false)), (pair("5", "2"), json!(false))]);
    assert_eq!(told(1), [(pair("2", "4"), json!(true))]);
}

#[test]
fn at_least_so_many_needs_are_enough() {
    let text = |required: &str| {
        answered(&format!(
            "
            party A
            party B
            resource r
            resource s
            resource t
            commit a A r 5 - - : always
            commit b B s 5 - - : always
            guarantee g - {required}
            need r 5 trigger+0d trigger+1d
            need s 5 trigger+0d trigger+1d
            need t 5 trigger+0d trigger+1d
            "
        ))
    };
    let two = text("2");
    assert_eq!(two["readings"]["firm"]["holds"], json!(true));
    assert_eq!(two["readings"]["firm"]["breaking_sets"], json!([["party:A"], ["party:B"]]));
    let one = text("1");
    assert_eq!(one["readings"]["firm"]["breaking_sets"], json!([["party:A", "party:B"]]));
    let all = text("all");
    assert_eq!(all["readings"]["firm"]["holds"], json!(false));
    has(&all["asks"][0], &json!({"resource": "t", "amount": "5", "makes": "holds"}), "asks");
    // No single resource makes it safe from A and from B: all three are wanted together.
    has(
        &all["asks"][1],
        &json!({"makes": "n_minus_1", "together": [{"resource": "r", "amount": "5"},
            {"resource": "s", "amount": "5"}, {"resource": "t", "amount": "5"}]}),
        "asks",
    );
}

#[test]
fn others_leave_out_the_promising_party_and_parties_do_not() {
    let text = |who: &str| {
        answered(&format!(
            "
            party A
            party B
            resource r
            commit a A r 5 - - : when at least 2 {who} contribute r
            commit b B r 5 - - : always
            guarantee g - all
            need r 10 trigger+0d trigger+1d
            "
        ))
    };
    let parties = text("parties");
    has(&parties["commitments"][0], &json!({"standing": "mutual", "moves_with": []}), "a");
    assert_eq!(parties["readings"]["firm"]["holds"], json!(false));
    assert_eq!(parties["readings"]["mutual"]["holds"], json!(true));
    let others = text("others");
    has(
        &others["commitments"][0],
        &json!({"standing": "void", "why": "what it asks for cannot come about here"}),
        "a",
    );
}

#[test]
fn what_waits_says_the_least_it_waits_for() {
    let answer = answered(
        "
        party A
        party B
        party C
        circumstance x unknown
        circumstance y unknown
        circumstance z no
        resource r
        commit a A r 5 - - : when x and y or B contributes r
        commit b B r 5 - - : when others commit at least 12.5 r
        commit c C r 5 - - : when at least 2 others contribute r and not x
        commit d C r - - - : when z
        commit e C r 1 - - : always
        stop e
        guarantee g - all
        need r 5 trigger+0d trigger+1d
        ",
    );
    has(
        &answer["commitments"],
        &json!([
            {"id": "a", "standing": "waiting", "waits_for": ["party:B contributes r"]},
            {"id": "b", "standing": "waiting", "waits_for": ["12.5 more r"]},
            {"id": "c", "standing": "waiting", "waits_for": ["2 more contribute r"]},
            {"id": "d", "standing": "void", "why": "what it asks for cannot come about here"},
            {"id": "e", "standing": "void", "why": "suspended or withdrawn"},
        ]),
        "commitments",
    );
    has(
        &answer["readings"]["mutual"],
        &json!({"holds": false, "sufficient_sets": [["circumstance:x", "circumstance:y"]]}),
        "mutual",
    );
}

#[test]
fn dates_and_offsets_of_one_resource_need_the_day_of_the_trigger() {
    let text = "
        party A
        circumstance t unknown
        resource r
        resource s
        commit a A r 5 2026-01-01 2026-02-01 : always
        commit b A s 5 2026-01-01 2026-02-01 : always
        guarantee g t all
        need r 5 trigger+10d trigger+40d
    ";
    let world = World::read(text);
    let error = verdict(&world.model, world.guarantee(), &world.scenario).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Windows of \"r\" mix dates with days after the trigger (2026-01-01 and trigger+10d)."
    );
    assert!(error.remedy().contains("--on DATE"));
    let answer = answered(&format!("{text}\n on 2025-12-20"));
    assert_eq!(answer["scenario"]["on"], json!("2025-12-20"));
    has(
        &answer["readings"]["firm"]["needs"],
        &json!([{"coverage": [
            {"from": "trigger+10d", "until": "trigger+12d", "covered": "0"},
            {"from": "trigger+12d", "until": "trigger+40d", "covered": "5"},
        ]}]),
        "needs",
    );
}

#[test]
fn what_a_scenario_may_not_say_is_refused_with_what_to_do() {
    let text = "
        party A
        circumstance t no
        circumstance x unknown
        resource r
        commit a A r 5 - - : when x
        guarantee g t all
        need r 5 trigger+0d trigger+1d
    ";
    for (line, message) in [
        ("assume nobody", "There is no circumstance \"nobody\"."),
        ("without nobody", "There is no party \"nobody\"."),
        ("assume x\n assume-not x", "The circumstance \"x\" is both assumed and assumed not."),
        (
            "assume-not t",
            "The circumstance \"t\" is the guarantee's trigger and cannot be assumed not.",
        ),
        ("guarantee h t all", "The guarantee \"h\" states no needs, cannot be assessed."),
        (
            "guarantee h t 2\n need r 5 trigger+0d trigger+1d",
            "The guarantee requires 2 of its needs and has 1.",
        ),
        (
            "guarantee h t all\n need r 5 trigger+0d trigger+9d\n need r 5 trigger+8d trigger+9d",
            "Two needs for \"r\" overlap in time.",
        ),
    ] {
        let world = World::read(&format!("{text}\n{line}"));
        let error = assess(&world.model, world.guarantee(), &world.scenario, Limits::default());
        let error = error.err().unwrap_or_else(|| panic!("{line}"));
        assert_eq!(error.to_string(), message);
        assert!(error.remedy().ends_with('.'), "{line}");
    }
}

#[test]
fn what_is_not_listed_is_counted() {
    let mut text = "resource r\n guarantee g - all\n need r 20 trigger+0d trigger+1d\n".to_owned();
    for party in 10..30 {
        text.push_str(&format!("party P{party}\n commit c{party} P{party} r 2 - - : always\n"));
    }
    let world = World::read(&text);
    let limits = Limits { sets_max: 7, ..Limits::default() };
    let found = assess(&world.model, world.guarantee(), &world.scenario, limits).unwrap();
    let firm = &answer(&world.guarantee, &found)["readings"]["firm"];
    // Of 20 who bring 2 each, 10 are needed: 11 must go. There are C(20, 11) ways.
    assert_eq!(firm["breaking_set_total"], json!("167960"));
    assert_eq!(firm["breaking_sets"].as_array().unwrap().len(), 7);
    assert_eq!(firm["complete"], json!(false));
    assert_eq!(
        firm["bounds"],
        json!({"breaking_sets": {"listed": 7, "total": "167960", "total_is_exact": true,
                                 "all_of_size_up_to": null, "example": null}})
    );
}

#[test]
fn what_is_too_hard_is_bounded_and_says_so() {
    let mut text = "resource r\n guarantee g - all\n need r 20 trigger+0d trigger+1d\n".to_owned();
    for party in 10..30 {
        text.push_str(&format!("party P{party} 0.9\n commit c{party} P{party} r 2 - - : always\n"));
    }
    let world = World::read(&text);
    let bound = assurance::Bound { nodes_max: 10, steps_max: 10, evaluations_max: 500 };
    let limits = Limits { bound, ..Limits::default() };
    let found = assess(&world.model, world.guarantee(), &world.scenario, limits).unwrap();
    let firm = &answer(&world.guarantee, &found)["readings"]["firm"];
    // 1 + 20 + 190 evaluations are within 500; with 1140 more they are not.
    has(
        firm,
        &json!({"complete": false, "order": null, "n_minus_1": true, "n_minus_2": true,
                "importance": [], "breaking_set_total": "at least 1",
                "bounds": {"order": {"at_least": 3, "at_most": 11},
                           "breaking_sets": {"total_is_exact": false, "all_of_size_up_to": 2}}}),
        "firm",
    );
    let bound = |key: &str| -> f64 {
        firm["bounds"]["probability"][key].as_str().unwrap().parse().unwrap()
    };
    assert!(bound("low") < 0.9999 && bound("high") > 0.9999, "{firm:#}");
}

#[test]
fn the_largest_and_the_smallest_amounts_are_exact() {
    let answer = answered(
        "
        party A
        party B
        resource r
        commit a A r 999999999999999.999999999 - - : always
        commit b B r 999999999999999.999999999 - - : when others commit at least 0.000000001 r
        guarantee g - all
        need r 999999999999999.999999998 trigger+0d trigger+1d
        ",
    );
    has(
        &answer["readings"]["firm"],
        &json!({"holds": true, "breaking_sets": [["party:A"]], "needs": [{"coverage": [
            {"covered": "1999999999999999.999999998", "missing": "0"}]}]}),
        "firm",
    );
    // A leaves: the extra billionth brings B in.
    has(&answer["asks"][0], &json!({"amount": "0.000000001", "makes": "n_minus_1"}), "asks");
}

#[test]
fn amounts_that_could_lose_digits_are_refused() {
    let mut text = "party A\n resource r\n guarantee g - all\n".to_owned();
    for number in 0..10_001 {
        text.push_str(&format!("commit c{number} A r 999999999999999 - - : always\n"));
    }
    let world = World::read(&format!("{text} need r 1 trigger+0d trigger+1d"));
    let error = verdict(&world.model, world.guarantee(), &world.scenario).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The amounts of \"r\" add up to more than can be computed exactly."
    );
}

#[test]
fn the_report_is_a_page_that_says_the_verdict_first() {
    let world = World::read(&format!("{FOUR_TOWNS}\n imagine fr-brigade"));
    let found =
        assess(&world.model, world.guarantee(), &world.scenario, Limits::default()).unwrap();
    let page = report(&world.model, world.guarantee(), &found);
    println!("{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 96), "{page}");
    let places = ["Verdict", "What is covered", "Who waits for whom", "What breaks it", "to ask"];
    let places: Vec<usize> = places.iter().map(|title| page.find(title).unwrap()).collect();
    assert!(places.is_sorted(), "{page}");
    for sentence in [
        "Once “peace-deal” holds.",
        "It holds if those who wait for each other move together.",
        "Chance that it holds: 0 % on firm commitments, 85.5 % with mutual ones",
        "(illustrative)",
        "DE: 4\u{202f}000 persons of troops is void: its party is absent.",
    ] {
        let whole = page.replace("\n  ", " ").replace('\n', " ");
        assert!(whole.contains(sentence), "{sentence}\n{page}");
    }
    assert!(!page.contains("de-brigade"), "names, not ids:\n{page}");
    assert_eq!(id("force"), world.guarantee);
}
