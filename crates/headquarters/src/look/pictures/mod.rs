//! Pictures for people who would rather look than read, each with the table behind it.
