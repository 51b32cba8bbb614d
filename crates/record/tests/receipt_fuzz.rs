//! Whatever is given for a receipt, it is read or refused, and only what the house signed proves
//! anything.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;

use mutate::{Material, Mutator};
use record::{Log, MemoryStore, Receipt, Salt, SigningKey, first_checkpoint};

const DICTIONARY: [&str; 16] = [
    "\"version\"",
    "\"act\"",
    "\"act_base64\"",
    "\"salt\"",
    "\"index\"",
    "\"proof\"",
    "\"checkpoint\"",
    "[]",
    "{}",
    "null",
    "18446744073709551615",
    "-1",
    "1e9",
    "\\u0000",
    "\\n",
    "\n\u{2014} ",
];

fn receipts() -> (SigningKey, Vec<String>) {
    let key = SigningKey::new("fuzz.example/record", [3; 32]).expect("a key");
    let store = MemoryStore::create(&first_checkpoint(&key));
    let mut log = Log::open(store, key.clone()).expect("an empty record");
    let acts =
        (0..13_u8).map(|number| (Salt([number; 32]), format!("{{\"act\":{number}}}").into_bytes()));
    log.append(acts.collect()).expect("memory takes acts");
    log.append(vec![(Salt([99; 32]), vec![0xff, 0xfe])]).expect("memory takes acts");
    let receipts = (0..log.size()).map(|place| log.receipt(place).expect("it is there").to_json());
    (key, receipts.collect())
}

#[test]
fn no_mutation_of_a_receipt_panics_or_proves_anything_new() {
    let (key, corpus) = receipts();
    let texts: Vec<&[u8]> = corpus.iter().map(String::as_bytes).collect();
    let dictionary = DICTIONARY.map(str::as_bytes);
    let material = Material { corpus: &texts, dictionary: &dictionary, nesting: (b"[", b"]") };
    let mut read = 0;
    let iterations = Mutator::from_environment(10_000).try_each(&material, |input| {
        let Ok(receipt) = Receipt::from_json(input) else { return };
        read += 1;
        assert_eq!(receipt.to_json().as_bytes(), input, "a receipt has one text");
        if receipt.verify(key.verifier()).is_ok() {
            assert!(
                corpus.iter().any(|known| known.as_bytes() == input),
                "forged: {}",
                receipt.to_json()
            );
        }
    });
    println!("{iterations} inputs, {read} of them receipts in form");
}
