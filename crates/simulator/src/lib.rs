//! **Holds** worlds, faults and checkers: random coalitions, seeded leaks, killed processes and full disks.
//! **Never** anything that ships.
//! **Callers**: nobody; its tests are its purpose.
//! **Proof**: itself: it must catch every seeded leak and lose no acknowledged act.
