//! **Holds** the domain: acts and the rules that admit them, labels, the view, conditions and the assessment.
//! **Never** I/O, a clock, randomness or keys: they are arguments.
//! **Callers**: `exchange` and `headquarters`.
//! **Proof**: `tests/view.rs`: what a viewer sees is the fold of the acts he may see.
