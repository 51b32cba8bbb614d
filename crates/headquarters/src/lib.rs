//! **Holds** the running house: submit, recover, follow, sign-in, pages and the API.
//! **Never** a figure that was not computed from a view.
//! **Callers**: `entente` and `simulator`.
//! **Proof**: `simulator`'s two-worlds test: nobody's answer depends on what he may not see.
