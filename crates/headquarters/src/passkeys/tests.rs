use super::soft::{Said, Soft};
use super::*;

const HERE: &str = "https://headquarters.example";
const CHALLENGE: &[u8] = b"a challenge of this very moment";

fn here() -> Origin {
    Origin::parse(HERE).unwrap()
}

fn both() -> [Soft; 2] {
    [Soft::es256(7), Soft::ed_dsa(7)]
}

fn checked(soft: &Soft, said: &Said) -> Result<u32, NotAccepted> {
    let key = PublicKey::read(&soft.cose()).unwrap();
    check_assertion(&soft.asserts(said), &key, &here(), CHALLENGE)
}

#[test]
fn an_honest_assertion_is_believed_of_both_kinds_of_key() {
    for soft in both() {
        let said = Said { count: 9, ..Said::of(HERE, CHALLENGE) };
        assert_eq!(checked(&soft, &said), Ok(9));
        // Browsers add members at random, so that nobody relies on there being none.
        let more = r#","crossOrigin":false,"other_keys_can_be_added_here":"do not compare""#;
        assert_eq!(checked(&soft, &Said { more, ..said }), Ok(9));
    }
}

#[test]
fn whatever_is_not_of_this_moment_and_this_house_is_not_believed() {
    let honest = || Said::of(HERE, CHALLENGE);
    let cases = [
        ("a replay", Said { challenge: b"yesterday".to_vec(), ..honest() }, NotAccepted::Challenge),
        (
            "another ceremony",
            Said { ceremony: "webauthn.create", ..honest() },
            NotAccepted::ClientData,
        ),
        ("a payment", Said { ceremony: "payment.get", ..honest() }, NotAccepted::ClientData),
        (
            "another site",
            Said { origin: "https://elsewhere.example".into(), ..honest() },
            NotAccepted::Origin,
        ),
        (
            "a part of our site",
            Said { origin: "https://press.headquarters.example".into(), ..honest() },
            NotAccepted::Origin,
        ),
        ("another port", Said { origin: format!("{HERE}:8443"), ..honest() }, NotAccepted::Origin),
        (
            "without TLS",
            Said { origin: "http://headquarters.example".into(), ..honest() },
            NotAccepted::Origin,
        ),
        ("a frame", Said { more: r#","crossOrigin":true"#, ..honest() }, NotAccepted::Origin),
        (
            "a frame that says of whom",
            Said { more: r#","topOrigin":"https://elsewhere.example""#, ..honest() },
            NotAccepted::Origin,
        ),
        (
            "a member twice",
            Said { more: r#","type":"webauthn.get""#, ..honest() },
            NotAccepted::ClientData,
        ),
        (
            "another relying party",
            Said { relying_party: "elsewhere.example".into(), ..honest() },
            NotAccepted::AuthenticatorData,
        ),
        ("nobody there", Said { flags: 0x04, ..honest() }, NotAccepted::NotVerified),
        ("nobody recognised", Said { flags: 0x01, ..honest() }, NotAccepted::NotVerified),
        ("a reserved flag", Said { flags: 0x07, ..honest() }, NotAccepted::AuthenticatorData),
        (
            "backed up, and cannot be",
            Said { flags: 0x15, ..honest() },
            NotAccepted::AuthenticatorData,
        ),
        (
            "extensions that are not there",
            Said { flags: 0x85, ..honest() },
            NotAccepted::AuthenticatorData,
        ),
        (
            "a new key that is not there",
            Said { flags: 0x45, ..honest() },
            NotAccepted::AuthenticatorData,
        ),
    ];
    for soft in both() {
        for (what, said, refusal) in &cases {
            assert_eq!(checked(&soft, said), Err(*refusal), "{what}");
        }
    }
}

#[test]
fn every_single_bit_of_an_assertion_matters() {
    for soft in both() {
        let key = PublicKey::read(&soft.cose()).unwrap();
        let honest = soft.asserts(&Said::of(HERE, CHALLENGE));
        let parts: [fn(&mut Assertion) -> &mut Vec<u8>; 3] = [
            |assertion| &mut assertion.authenticator_data,
            |assertion| &mut assertion.client_data,
            |assertion| &mut assertion.signature,
        ];
        for (which, part) in parts.iter().enumerate() {
            for bit in 0..part(&mut honest.clone()).len() * 8 {
                let mut other = honest.clone();
                part(&mut other)[bit / 8] ^= 1 << (bit % 8);
                let outcome = check_assertion(&other, &key, &here(), CHALLENGE);
                assert!(outcome.is_err(), "bit {bit} of part {which} changed nothing");
            }
            let mut longer = honest.clone();
            part(&mut longer).push(0);
            assert!(check_assertion(&longer, &key, &here(), CHALLENGE).is_err());
            let mut shorter = honest.clone();
            part(&mut shorter).pop();
            assert!(check_assertion(&shorter, &key, &here(), CHALLENGE).is_err());
        }
    }
}

#[test]
fn a_signature_by_another_key_does_not_hold() {
    for (soft, other) in both().into_iter().zip([Soft::es256(8), Soft::ed_dsa(8)]) {
        let key = PublicKey::read(&other.cose()).unwrap();
        let assertion = soft.asserts(&Said::of(HERE, CHALLENGE));
        assert_eq!(
            check_assertion(&assertion, &key, &here(), CHALLENGE),
            Err(NotAccepted::Signature)
        );
    }
}

#[test]
fn a_registration_gives_the_key_that_later_signs() {
    for soft in both() {
        let (object, client_data) = soft.registers(&Said::of(HERE, CHALLENGE), b"credential");
        let made = check_registration(&object, &client_data, &here(), CHALLENGE).unwrap();
        assert_eq!((made.credential, made.public_key), (b"credential".to_vec(), soft.cose()));
        for cut in 0..object.len() {
            let outcome = check_registration(&object[..cut], &client_data, &here(), CHALLENGE);
            assert!(outcome.is_err(), "cut at {cut}");
        }
        let longer = [&object[..], &[0]].concat();
        assert!(check_registration(&longer, &client_data, &here(), CHALLENGE).is_err());
        let said = Said::of(HERE, CHALLENGE);
        let (_, assertion) = (0, said.client_data());
        assert_eq!(
            check_registration(&object, &assertion, &here(), CHALLENGE).unwrap_err(),
            NotAccepted::ClientData
        );
    }
}

#[test]
fn keys_of_other_kinds_and_broken_ones_are_refused() {
    let [es256, ed_dsa] = both().map(|soft| soft.cose());
    assert!(PublicKey::read(&es256).is_ok() && PublicKey::read(&ed_dsa).is_ok());
    let changed = |cose: &[u8], at: usize, to: u8| {
        let mut other = cose.to_vec();
        other[at] = to;
        other
    };
    let mut off_the_curve = es256.clone();
    off_the_curve[20] ^= 1;
    let mut weak = ed_dsa.clone();
    weak[10..].fill(0);
    for (what, cose) in [
        ("ES384", changed(&es256, 4, 0x38)),
        ("another curve", changed(&es256, 6, 0x02)),
        ("an octet key pair of P-256", changed(&es256, 2, 0x01)),
        ("a point off the curve", off_the_curve),
        ("a point of small order", weak),
        ("nothing", Vec::new()),
        ("more after it", [&es256[..], &[0]].concat()),
        ("no map", vec![0x80]),
    ] {
        assert_eq!(PublicKey::read(&cose), Err(NotAccepted::Key), "{what}");
    }
}

#[test]
fn an_origin_is_a_name_with_tls_or_localhost() {
    for (text, host) in [
        ("https://headquarters.example", "headquarters.example"),
        ("https://hq.example:8443", "hq.example"),
        ("http://localhost:4860", "localhost"),
        ("http://localhost", "localhost"),
    ] {
        let origin = Origin::parse(text).unwrap();
        assert_eq!((origin.host(), origin.as_str()), (host, text));
    }
    for text in [
        "",
        "headquarters.example",
        "https://",
        "http://headquarters.example",
        "https://10.0.0.1",
        "https://hq.example/",
        "https://hq.example:443",
        "https://hq.example:0",
        "https://hq.example:080",
        "https://HQ.example",
        "https://a@hq.example",
        "https://hq.example.",
        "https://-hq.example",
        "https://hq.example:99999",
        "http://localhost.elsewhere.example",
        "ftp://localhost",
        "https://[::1]",
    ] {
        assert!(Origin::parse(text).is_err(), "{text}");
    }
}
