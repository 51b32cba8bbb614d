//! `entente fault-tree`: cut sets, path sets, probability and importance of an Open-PSA model.

mod output;
mod tell;
mod watch;

use crate::failure::Failure;
use assurance::openpsa::{FaultTree, File, Misread, Model, Settings};
use assurance::{Analysis, Bound, MinimalSets, Reading};
use clap::{Args, ValueEnum};
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report};
use output::{Output, Shared};
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use tell::Telling;

/// Answer exactly for a fault tree in Open-PSA MEF: minimal cut sets and path sets, probability of
/// the top event, importance of basic events.
///
/// Without one of the first four flags: how many minimal cut sets there are of each size, and the
/// probability. Sets come in order of size, then of names. With negations in the tree, a cut set is
/// a smallest set of events that suffices when no other occurs. Ctrl-C stops: what is known by then
/// is told within a few seconds, as sets up to a size and as bounds, and the answer says
/// "incomplete"; a second Ctrl-C ends at once.
#[derive(Args)]
pub(crate) struct FaultTreeCommand {
    /// The model (XML, UTF-8); several files are one model, in any order.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// List minimal cut sets: smallest sets of basic events that make the top event occur.
    #[arg(long)]
    cut_sets: bool,
    /// List minimal path sets: smallest sets whose absence keeps the top event from occurring.
    #[arg(long)]
    path_sets: bool,
    /// Tell the probability of the top event.
    #[arg(long)]
    probability: bool,
    /// Tell what each basic event does to the probability: Birnbaum, Fussell-Vesely, criticality,
    /// risk achievement worth, risk reduction worth.
    #[arg(long)]
    importance: bool,
    /// List sets of up to so many events only. Where the others, or the exact probability, are not
    /// easily found they are not looked for: the answer is a bound and says "incomplete".
    #[arg(long, value_name = "N")]
    limit_order: Option<usize>,
    /// The top gate, by name; may be left out where there is one that no other refers to.
    #[arg(long, value_name = "GATE")]
    top: Option<String>,
    /// The mission time, in the model's unit of time, where its probabilities depend on it.
    #[arg(long, value_name = "TIME")]
    mission_time: Option<f64>,
    /// How to read gates that refer to each other in a circle, which are refused otherwise.
    #[arg(long, value_name = "READING")]
    circles: Option<Circles>,
    /// Memory that diagrams may take, in MiB; beyond, the answer is a bound and says "incomplete".
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    memory: usize,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

/// Which fixpoint gates in a circle have.
#[derive(Clone, Copy, ValueEnum)]
enum Circles {
    /// What occurs does so for a reason: a circle that nothing starts does not occur.
    Least,
    /// All that is consistent: a circle that nothing stops occurs.
    Greatest,
}

/// Bytes of diagrams for each node, with its share of caches.
const NODE_BYTES: usize = 40;

/// Evaluations of the tree by the search that answers where diagrams are too large.
const EVALUATIONS_MAX: u64 = 1_000_000;

impl FaultTreeCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let output = Arc::new(Shared::new(Output::new(self.json)));
        watch::start(&output)?;
        output.lock().phase("reading the model");
        let read =
            self.files.iter().map(ModelFile::of).collect::<Result<Vec<ModelFile>, Failure>>()?;
        let settings = Settings { mission_time: self.mission_time()? };
        let misread = |error: Misread| read[error.file].refused(error);
        let files: Vec<File<'_>> = read.iter().map(ModelFile::file).collect();
        let model = Model::of_files(&files, settings).map_err(misread)?;
        let reading = self.circles.map(|circles| match circles {
            Circles::Least => Reading::Least,
            Circles::Greatest => Reading::Greatest,
        });
        let tree = model.fault_tree(self.top.as_deref(), reading).map_err(misread)?;
        let asked = self.asked();
        // Only who asks for probabilities needs every event to have one.
        let chances = match model.chances(&tree) {
            Err(error) if asked.probability || asked.importance => return Err(misread(error)),
            chances => chances,
        };
        let told = Telling {
            output: &output,
            tree: &tree,
            limit_order: self.limit_order,
            is_bounded: Cell::new(false),
        };
        told.head(&files, &model)?;
        let analysis = self.analysis(&tree, &output);
        match chances {
            Ok(chances) if asked.probability || asked.importance || asked.is_summary => {
                let likelihood = output
                    .computing("computing probabilities", || match self.limit_order {
                        Some(size) => analysis.likelihood_up_to(size, &chances),
                        None => analysis.likelihood(&chances),
                    })
                    .map_err(|error| Failure::input(error, ""))?;
                if asked.probability || asked.is_summary {
                    told.probability(&likelihood)?;
                }
                if asked.importance {
                    told.importance(&chances, &likelihood)?;
                }
            }
            Err(error) if asked.is_summary => told.no_probability(&error)?,
            _ => {}
        }
        if asked.cut_sets || asked.is_summary {
            let find = || self.sets(&analysis, &tree, true);
            let sets = output.computing("finding minimal cut sets", find);
            told.sets(true, &sets, asked.cut_sets)?;
        }
        if asked.path_sets {
            let find = || self.sets(&analysis, &tree, false);
            let sets = output.computing("finding minimal path sets", find);
            told.sets(false, &sets, true)?;
        }
        told.end()
    }

    fn asked(&self) -> Asked {
        let Self { cut_sets, path_sets, probability, importance, .. } = *self;
        let is_summary = !(cut_sets || path_sets || probability || importance);
        Asked { cut_sets, path_sets, probability, importance, is_summary }
    }

    fn mission_time(&self) -> Result<Option<f64>, Failure> {
        match self.mission_time {
            Some(time) if !(time.is_finite() && time >= 0.0) => Err(Failure::input(
                format!("--mission-time {time}: not a time"),
                "Give hours, 8760 say.",
            )),
            time => Ok(time),
        }
    }

    fn analysis<'a>(&self, tree: &'a FaultTree, output: &Arc<Shared>) -> Analysis<'a> {
        let nodes_max = self.memory.saturating_mul(1 << 20) / NODE_BYTES;
        let bound = Bound { nodes_max, steps_max: u64::MAX, evaluations_max: EVALUATIONS_MAX };
        let output = Arc::clone(output);
        let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], bound);
        analysis.until(move || output.is_asked())
    }

    /// Minimal cut sets make the top occur though nothing else does, minimal path sets keep it
    /// from occurring though all else does.
    fn sets(&self, analysis: &Analysis<'_>, tree: &FaultTree, is_cut: bool) -> MinimalSets {
        let variables: Vec<_> = tree.system.variables().collect();
        let base = vec![!is_cut; variables.len()];
        match self.limit_order {
            Some(size) => analysis.minimal_sets_up_to(size, &base, &variables, is_cut),
            None => analysis.minimal_sets(&base, &variables, is_cut),
        }
    }
}

struct Asked {
    cut_sets: bool,
    path_sets: bool,
    probability: bool,
    importance: bool,
    is_summary: bool,
}

/// Lines longer than this are not shown: a model may be one line of megabytes.
const LINE_BYTES_MAX: usize = 400;

/// A file of the model.
struct ModelFile {
    name: String,
    bytes: Vec<u8>,
}

impl ModelFile {
    fn of(path: &PathBuf) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Err(Failure::input(format!("{name} cannot be read: {error}"), "")),
        }
    }

    fn file(&self) -> File<'_> {
        File { name: &self.name, bytes: &self.bytes }
    }

    /// The failure that points to what is wrong in it.
    fn refused(&self, error: Misread) -> Failure {
        refused(&self.name, &self.bytes, error)
    }
}

fn refused(name: &str, bytes: &[u8], error: Misread) -> Failure {
    let Misread { line, column, span, message, help, .. } = error;
    // The library does not know what its caller's options are called.
    let help = match () {
        () if message.contains("could be the top") => "Name the one that is meant: --top GATE.",
        () if message.starts_with("gates refer to each other") => {
            "A fault tree has no circles: cut it, or read it with --circles least or greatest."
        }
        () if message.contains("the mission time") => "Give it: --mission-time 8760, say.",
        () => &help,
    };
    let text = String::from_utf8_lossy(bytes);
    let shown = text.lines().nth(line - 1).is_none_or(|line| line.len() <= LINE_BYTES_MAX);
    if !shown {
        return Failure::input(format!("{name}:{line}:{column}: {message}"), help);
    }
    let label = LabeledSpan::new_with_span(Some("here".to_owned()), span);
    let diagnostic = MietteDiagnostic::new(message).with_help(help).with_label(label);
    let source = NamedSource::new(name, text.into_owned());
    Failure::file(Report::new(diagnostic).with_source_code(source))
}
