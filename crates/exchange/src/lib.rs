//! **Holds** formats in and out: the coalition file, JSON and CSV.
//! **Never** the state: it writes what a view holds and reads into commands.
//! **Callers**: `headquarters` and `entente`.
//! **Proof**: `tests/coalition_file.rs`: every malformed file is refused with line and column.
