//! The files a browser needs beside the page, held in the program and addressed by their content.

use crate::hexadecimal::hexadecimal;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// A file served beside the pages.
#[derive(Debug)]
pub struct Asset {
    /// The plain name, such as `entente.css`.
    pub name: &'static str,
    /// The path it is served at, with 16 hexadecimal digits of its SHA-256: `/assets/entente.0f….css`.
    /// Content never changes under a path, so it may be cached for ever.
    pub path: String,
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

static ASSETS: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    [
        hashed(
            "entente.css",
            "text/css; charset=utf-8",
            include_bytes!("../../assets/entente.css"),
        ),
        hashed(
            "entente.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/entente.js"),
        ),
        hashed("desk.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/desk.js")),
        hashed("live.css", "text/css; charset=utf-8", include_bytes!("../../assets/live.css")),
        hashed("live.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/live.js")),
        hashed(
            "notes.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/notes.js"),
        ),
        hashed(
            "passkeys.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/passkeys.js"),
        ),
        hashed("entente.svg", "image/svg+xml", include_bytes!("../../assets/entente.svg")),
    ]
});

fn hashed(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let digits = hexadecimal(&Sha256::digest(bytes)[..8]);
    let (stem, ending) = name.split_once('.').expect("asset names have an ending");
    Asset { name, path: format!("/assets/{stem}.{digits}.{ending}"), content_type, bytes }
}

/// Every asset, for the router and for tests.
pub fn assets() -> &'static [Asset] {
    ASSETS.as_slice()
}

/// The asset of a plain name, such as `entente.css`.
pub fn asset(name: &str) -> Option<&'static Asset> {
    assets().iter().find(|asset| asset.name == name)
}

/// The asset served at a path, as the router meets it; `None` for a path of older content.
pub fn asset_at(path: &str) -> Option<&'static Asset> {
    assets().iter().find(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_name_and_by_its_hashed_path() {
        for asset_known in assets() {
            let by_path = asset_at(&asset_known.path).expect("served where it says");
            assert_eq!(asset(asset_known.name).expect("known by name").bytes, by_path.bytes);
            assert!(!by_path.bytes.is_empty());
        }
        assert!(asset("entente.exe").is_none());
        assert!(asset_at("/assets/entente.css").is_none(), "a path without its hash is not served");
    }

    #[test]
    fn paths_carry_the_hash_of_the_content() {
        let first = hashed("a.css", "text/css", b"one");
        let second = hashed("a.css", "text/css", b"two");
        assert_ne!(first.path, second.path);
        assert_eq!(first.path, "/assets/a.7692c3ad3540bb80.css");
    }

    #[test]
    fn the_files_stay_small_and_ask_nothing_of_other_houses() {
        let limits = [
            ("entente.css", 32_000),
            ("entente.js", 4_096),
            ("desk.js", 4_096),
            ("live.css", 8_000),
            ("live.js", 4_096),
            ("notes.js", 4_096),
            ("passkeys.js", 4_096),
            ("entente.svg", 1_000),
        ];
        for (name, limit) in limits {
            let bytes = asset(name).expect("known").bytes;
            assert!(bytes.len() <= limit, "{name} has {} bytes, at most {limit}", bytes.len());
        }
        for name in [
            "entente.css",
            "entente.js",
            "live.css",
            "live.js",
            "desk.js",
            "notes.js",
            "passkeys.js",
        ] {
            let text = std::str::from_utf8(asset(name).expect("known").bytes).expect("UTF-8");
            for foreign in ["@import", "@font-face", "url(", "http://", "https://", "eval("] {
                assert!(!text.contains(foreign), "{name} contains {foreign}");
            }
        }
    }
}
