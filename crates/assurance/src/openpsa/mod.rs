//! Fault trees in the Open-PSA model exchange format (MEF 2.0d, <https://open-psa.github.io/mef>).
//!
//! Two pumps, and a valve that both need; house events switch parts on and off:
//!
//! ```
//! use assurance::openpsa::{Model, Settings};
//! use assurance::{Analysis, Bound};
//!
//! let model = Model::read(br#"<opsa-mef>
//!   <define-fault-tree name="cooling">
//!     <define-gate name="no water">
//!       <or> <gate name="pumps"/> <basic-event name="valve"/> </or>
//!     </define-gate>
//!     <define-gate name="pumps">
//!       <and> <event name="pump 1"/> <event name="pump 2"/> <house-event name="summer"/> </and>
//!     </define-gate>
//!     <define-house-event name="summer"> <constant value="true"/> </define-house-event>
//!   </define-fault-tree>
//!   <model-data>
//!     <define-basic-event name="pump 1"> <float value="0.1"/> </define-basic-event>
//!     <define-basic-event name="pump 2"> <float value="0.2"/> </define-basic-event>
//!     <define-basic-event name="valve"> <float value="1e-3"/> </define-basic-event>
//!   </model-data>
//! </opsa-mef>"#, Settings::default())?;
//!
//! let tree = model.fault_tree(None, None)?;
//! let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], Bound::default());
//! let variables: Vec<_> = tree.system.variables().collect();
//! let cuts = analysis.minimal_sets(&[false; 3], &variables, true);
//! let named = |set: Vec<_>| set.iter().map(|&of| tree.system.variable_name(of)).collect::<Vec<_>>();
//! assert_eq!(cuts.iter().map(named).collect::<Vec<_>>(), [vec!["valve"], vec!["pump 1", "pump 2"]]);
//!
//! let likelihood = analysis.likelihood(&model.chances(&tree)?)?;
//! assert!((likelihood.holds.low - 0.02098).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
mod expression;
mod misread;
mod model;
mod names;
mod reader;
mod references;
mod sources;
mod tree;
mod words;

pub use misread::Misread;
pub use model::{Model, Settings};
pub use sources::File;
pub use tree::FaultTree;
