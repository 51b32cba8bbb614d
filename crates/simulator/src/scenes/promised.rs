//! What is promised in a scene, some of it before few.

use super::held::of_few;
use super::{Cast, marked};
use crate::world::World;
use coalition::Marking;
use serde_json::json;

/// Resources, circumstances, needs, promises, guarantees and assessments, each once for everybody and
/// once for few; and a party and a person of whom few know.
pub(super) fn promises(world: &mut World, cast: &Cast) {
    let (ada, mia) = (&cast.ada, &cast.mia);
    for (word, marking) in [("open", marked("CLEAR", &[])), ("hidden", of_few(cast))] {
        let name = |what: &str| format!("{word} {what}");
        let party = json!({ "party": { "name": name("land"), "standing": "member" } });
        let party = world.makes(ada, party, marking.clone());
        // Whoever sits for a party is known to all who do.
        let known = Marking { parties: vec![cast.south.clone(), party.clone()], ..marking.clone() };
        let face = json!({ "person": { "name": name("face") } });
        let face = world.makes(ada, face, known.clone());
        let seat = json!({ "seat": { "person": face, "party": party, "role": "head" } });
        world.makes(ada, seat, known);
        let mut makes = |content| world.makes(ada, content, marking.clone());
        let peace = json!({ "circumstance": { "name": name("truce"), "holds": "unknown" } });
        let peace = makes(peace);
        let stones = makes(json!({ "resource": { "name": name("stones"), "unit": "pieces" } }));
        let window = json!({ "resource": stones, "amount": "900", "from": "trigger+10d",
            "until": "trigger+90d" });
        let with = |party: &coalition::Id, more: serde_json::Value| {
            let mut said = window.clone();
            said["party"] = json!(party);
            let more = more.as_object().expect("fields");
            said.as_object_mut().expect("fields").extend(more.clone());
            said
        };
        makes(json!({ "need": with(&cast.south, json!({})) }));
        let promise = json!({ "condition": "always", "stage": "committed" });
        makes(json!({ "commitment": with(&cast.north, promise) }));
        let on = json!({ "condition": format!("when {peace}"), "stage": "announced" });
        let taken_back = makes(json!({ "commitment": with(&party, on) }));
        let force = makes(json!({ "guarantee": { "name": name("wall"), "trigger": peace,
            "requires": "all", "needs": [window] } }));
        let said = json!({ "title": name("look at the wall"), "guarantee": force });
        makes(json!({ "published_assessment": said }));
        // What everybody may see of an open thing, and what only few may see of it.
        world.makes(
            mia,
            json!({ "commitment": with(&cast.south, json!({ "condition": "always",
                "stage": "allocated" })) }),
            of_few(cast),
        );
        let reason = json!({ "withdraw": { "reason": "the quarry is shut" } });
        world.changes(ada, &taken_back, reason);
    }
}
