//! What each table of the file says, kind by kind.

use super::Entry;
use super::fields::{Fields, one_of_words, shown, with_article, word};
use super::known::Known;
use coalition::condition::Condition;
use coalition::content::{
    Basis, Chance, Circumstance, Coalition, Commitment, Content, Guarantee, GuaranteeNeed, Holds,
    Kind, Matching, Need, Party, Requires, Resource, Source, Stage, Standing,
};
use coalition::decide::overlap;
use coalition::state::Status;
use coalition::text::{Name, Text};
use coalition::{Amount, Id};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most needs that one guarantee has.
const NEEDS_MAX: usize = 60;

/// The tables of the file in the order in which they refer to one another.
pub(super) const TABLES: [(Kind, &str, &str); 7] = [
    (Kind::Source, "source", "[[source]]"),
    (Kind::Party, "party", "[[party]]"),
    (Kind::Circumstance, "circumstance", "[[circumstance]]"),
    (Kind::Resource, "resource", "[[resource]]"),
    (Kind::Need, "need", "[[need]]"),
    (Kind::Commitment, "commitment", "[[commitment]]"),
    (Kind::Guarantee, "guarantee", "[[guarantee]]"),
];

/// The coalition itself, from `[coalition]`.
pub(super) fn coalition(fields: &Fields<'_>) -> Option<Coalition> {
    let (name, note) = (fields.required("name", Name::parse), fields.note());
    Some(Coalition { name: name?, note: note?, demonstration: false })
}

/// One thing, from its table.
pub(super) fn entry(fields: Fields<'_>, kind: Kind, known: &Known) -> Option<Entry> {
    let id = fields.required("id", Id::parse);
    let mut status = Status::Standing;
    let content = match kind {
        Kind::Source => source(&fields).map(Content::Source),
        Kind::Party => party(&fields).map(Content::Party),
        Kind::Circumstance => circumstance(&fields).map(Content::Circumstance),
        Kind::Resource => resource(&fields).map(Content::Resource),
        Kind::Need => need(&fields, known).map(Content::Need),
        Kind::Commitment => commitment(&fields, known).map(|(said, stands)| {
            status = stands;
            Content::Commitment(said)
        }),
        Kind::Guarantee => guarantee(&fields, known).map(Content::Guarantee),
        _ => unreachable!("TABLES lists no other kind"),
    };
    let marking = fields.marking(known);
    fields.finish();
    Some(Entry { id: id?, content: content?, marking: marking?, status })
}

fn source(fields: &Fields<'_>) -> Option<Source> {
    let title = fields.required("title", Name::parse);
    let outlet = fields.optional("outlet", Name::parse);
    let date = fields.optional("date", Name::parse);
    let origin = fields.optional("origin", Name::parse);
    let note = fields.note();
    Some(Source { title: title?, outlet: outlet?, date: date?, origin: origin?, note: note? })
}

fn party(fields: &Fields<'_>) -> Option<Party> {
    let name = fields.required("name", Name::parse);
    let standing = fields.required("standing", word(Standing::ALL, Standing::word));
    let chance = fields.optional("chance", Chance::parse);
    let note = fields.note();
    Some(Party { name: name?, standing: standing?, chance: chance?, seats: None, note: note? })
}

fn circumstance(fields: &Fields<'_>) -> Option<Circumstance> {
    let name = fields.required("name", Name::parse);
    let holds = fields.required("holds", word(Holds::ALL, Holds::word));
    let chance = fields.optional("chance", Chance::parse);
    let note = fields.note();
    Some(Circumstance { name: name?, holds: holds?, chance: chance?, note: note? })
}

fn resource(fields: &Fields<'_>) -> Option<Resource> {
    let name = fields.required("name", Name::parse);
    let unit = fields.required("unit", Name::parse);
    let note = fields.note();
    Some(Resource { name: name?, unit: unit?, note: note? })
}

fn amount(text: &str) -> Result<Amount, String> {
    match Amount::parse(text) {
        Ok(amount) if amount.is_zero() => Err("it must be more than 0".to_owned()),
        Ok(amount) => Ok(amount),
        Err(error) => Err(error.to_string()),
    }
}

fn basis(fields: &Fields<'_>) -> Option<Basis> {
    fields.optional("basis", word(Basis::ALL, Basis::word)).map(Option::unwrap_or_default)
}

fn need(fields: &Fields<'_>, known: &Known) -> Option<Need> {
    let party = fields.reference("party", Kind::Party, known);
    let resource = fields.reference("resource", Kind::Resource, known);
    let amount = fields.required("amount", amount);
    let window = fields.window();
    let basis = basis(fields);
    let note = fields.note();
    let source = fields.optional_reference("source", Kind::Source, known);
    let (from, until) = window?;
    Some(Need {
        party: party?,
        resource: resource?,
        amount: amount?,
        from,
        until,
        basis: basis?,
        note: note?,
        source: source?,
    })
}

fn commitment(fields: &Fields<'_>, known: &Known) -> Option<(Commitment, Status)> {
    let name = fields.optional("name", Name::parse);
    let party = fields.reference("party", Kind::Party, known);
    let resource = fields.reference("resource", Kind::Resource, known);
    let amount = fields.optional("amount", amount);
    let matches = matching(fields);
    let (from, until) = (fields.point("from"), fields.point("until"));
    let condition = condition(fields, party.as_ref(), known);
    let stage = fields.optional("stage", stage);
    let basis = basis(fields);
    let note = fields.note();
    let source = fields.optional_reference("source", Kind::Source, known);
    let (from, until) = (from?, until?);
    fields.in_order(from, until)?;
    let (stage, status) = stage?.unwrap_or((Stage::Announced, Status::Standing));
    let commitment = Commitment {
        name: name?,
        party: party?,
        resource: resource?,
        amount: amount?,
        matches: matches?,
        from,
        until,
        condition: condition?,
        stage,
        basis: basis?,
        note: note?,
        source: source?,
    };
    Some((commitment, status))
}

/// `matches = { rate = "1", above = "100", up_to = "50" }`, or a table of that name.
fn matching(fields: &Fields<'_>) -> Option<Option<Matching>> {
    let Some(value) = fields.value("matches") else { return Some(None) };
    let DeValue::Table(table) = value.get_ref() else {
        let message = format!("`matches` is a table, not {}.", with_article(value.get_ref()));
        let help = "Write matches = { rate = \"1\", above = \"100\", up_to = \"50\" }.";
        fields.report.error(value.span(), message, help);
        return None;
    };
    let said = Fields::new(fields.report, "`matches`", value.span(), table);
    let rate = said.required("rate", amount);
    let above = said.optional("above", Amount::parse).map(Option::unwrap_or_default);
    let up_to = said.required("up_to", amount);
    said.finish();
    Some(Some(Matching { rate: rate?, above: above?, up_to: up_to? }))
}

/// A stage; or that the commitment is stopped, which the file spells in its place.
fn stage(text: &str) -> Result<(Stage, Status), String> {
    match text {
        "suspended" => Ok((Stage::Announced, Status::Suspended(Text::default()))),
        "withdrawn" => Ok((Stage::Announced, Status::Withdrawn(Text::default()))),
        text => match Stage::ALL.iter().find(|stage| stage.word() == text) {
            Some(stage) => Ok((*stage, Status::Standing)),
            None => {
                let [announced, committed, allocated, delivered] = Stage::ALL.map(Stage::word);
                Err(one_of_words([
                    announced,
                    committed,
                    allocated,
                    delivered,
                    "suspended",
                    "withdrawn",
                ]))
            }
        },
    }
}

fn condition(fields: &Fields<'_>, party: Option<&Id>, known: &Known) -> Option<Condition<Id>> {
    let Some(value) = fields.value("condition") else {
        fields.missing("condition");
        return None;
    };
    let text = fields.text_of("condition", value)?;
    let condition = match Condition::read(text, &known.names) {
        Ok(condition) => condition,
        Err(error) => {
            let written = &fields.report.text()[value.span()];
            let start = text_start(written, text).map(|offset| value.span().start + offset);
            let span = match start {
                Some(start) => start + error.span.start..start + error.span.end,
                None => value.span(),
            };
            fields.report.error(span, error.message, error.remedy);
            return None;
        }
    };
    if party.is_some_and(|party| condition.references().parties.contains(party)) {
        fields.report.error(
            value.span(),
            "This commitment waits for its own party.",
            "Name only other parties in its condition.",
        );
        return None;
    }
    Some(condition)
}

/// Where the text of a string begins in what is written: after its quotation marks, if it stands
/// there letter by letter. Escapes shift it: then nobody can say.
fn text_start(written: &str, text: &str) -> Option<usize> {
    ["'''\n", "\"\"\"\n", "'''\r\n", "\"\"\"\r\n", "'''", "\"\"\"", "'", "\""]
        .into_iter()
        .find(|marks| written.starts_with(marks))
        .map(str::len)
        .filter(|start| written[*start..].starts_with(text))
}

fn guarantee(fields: &Fields<'_>, known: &Known) -> Option<Guarantee> {
    let name = fields.required("name", Name::parse);
    let trigger = fields.optional_reference("trigger", Kind::Circumstance, known);
    let needs = guarantee_needs(fields, known);
    let requires = requires(fields, needs.as_ref().map(Vec::len));
    let note = fields.note();
    let source = fields.optional_reference("source", Kind::Source, known);
    Some(Guarantee {
        name: name?,
        trigger: trigger?,
        requires: requires?,
        needs: needs?,
        note: note?,
        source: source?,
    })
}

fn requires(fields: &Fields<'_>, needs: Option<usize>) -> Option<Requires> {
    let Some(value) = fields.value("requires") else { return Some(Requires::All) };
    match value.get_ref() {
        DeValue::String(text) if text == "all" => return Some(Requires::All),
        DeValue::Integer(number) if number.radix() == 10 => {
            let count = number.as_str().parse::<u32>().ok().filter(|count| *count > 0);
            match (count, needs) {
                // The needs have errors of their own: how many there are is not known.
                (Some(_), None) => return None,
                (Some(count), Some(needs)) if count as usize <= needs => {
                    return Some(Requires::AtLeast(count));
                }
                _ => {}
            }
        }
        _ => {}
    }
    let written = &fields.report.text()[value.span()];
    let message = format!("`requires` cannot be {}.", shown(written.trim_matches('"')));
    let help = match needs {
        Some(1..) => format!(
            "Write requires = \"all\", or how many of the needs: a number from 1 to {}.",
            needs.unwrap_or_default()
        ),
        _ => "Write requires = \"all\", or a number once the guarantee has needs.".to_owned(),
    };
    fields.report.error(value.span(), message, help);
    None
}

fn guarantee_needs(fields: &Fields<'_>, known: &Known) -> Option<Vec<GuaranteeNeed>> {
    let Some(value) = fields.value("need") else { return Some(Vec::new()) };
    let tables = tables(fields, value, "[[guarantee.need]]")?;
    if tables.len() > NEEDS_MAX {
        let message = format!("This guarantee has {} needs.", tables.len());
        let help = format!("A guarantee has at most {NEEDS_MAX}: split it.");
        fields.report.error(fields.span.clone(), message, help);
        return None;
    }
    let mut needs: Vec<GuaranteeNeed> = Vec::with_capacity(tables.len());
    let mut sound = true;
    for (span, table) in tables {
        let fields = Fields::new(fields.report, "[[guarantee.need]]", span, table);
        let need = guarantee_need(&fields, known);
        let span = fields.span_of("resource");
        let report = fields.report;
        fields.finish();
        let Some(need) = need else {
            sound = false;
            continue;
        };
        if needs.iter().any(|other| overlap(&need, other)) {
            let message = format!("Two needs of \"{}\" overlap in time.", need.resource);
            report.error(
                span,
                message,
                "Say it as one need, or let the windows follow each other.",
            );
            sound = false;
        }
        needs.push(need);
    }
    sound.then_some(needs)
}

fn guarantee_need(fields: &Fields<'_>, known: &Known) -> Option<GuaranteeNeed> {
    let resource = fields.reference("resource", Kind::Resource, known);
    let amount = fields.required("amount", amount);
    let window = fields.window();
    let basis = basis(fields);
    let (from, until) = window?;
    Some(GuaranteeNeed { resource: resource?, amount: amount?, from, until, basis: basis? })
}

/// The tables of a `[[…]]`, each with the span of its header.
pub(super) fn tables<'a>(
    fields: &Fields<'a>,
    value: &'a Spanned<DeValue<'a>>,
    header: &str,
) -> Option<Vec<(std::ops::Range<usize>, &'a DeTable<'a>)>> {
    let wrong = |value: &Spanned<DeValue<'_>>| {
        let message = format!("Here {header} is wanted, not {}.", with_article(value.get_ref()));
        let help = format!("Write {header}, in double brackets, on a line of its own.");
        fields.report.error(value.span(), message, help);
    };
    let DeValue::Array(array) = value.get_ref() else {
        wrong(value);
        return None;
    };
    let mut tables = Vec::with_capacity(array.len());
    for element in array.iter() {
        match element.get_ref() {
            DeValue::Table(table) => tables.push((element.span(), table)),
            _ => {
                wrong(element);
                return None;
            }
        }
    }
    Some(tables)
}
