//! **Holds** systems of Boolean definitions over variables, their fixpoints, decision diagrams, minimal sets, probability and importance.
//! **Never** a party, an amount with a unit, a clock, I/O or randomness: it knows none of the domain's words.
//! **Callers**: `coalition`, for every assessment.
//! **Proof**: `tests/brute_force.rs`: every answer against all assignments of small systems.
