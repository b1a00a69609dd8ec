//! `ligne`: arguments → settings → what was asked.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use jiff::civil::Date;
use ligne_claire::call::LONGEST;
use ligne_claire::config::Config;
use ligne_claire::flow::time::{self, Recordings};
use ligne_claire::flow::{Channel, Library, draw, messages, schema};
use ligne_claire::media::Sounds;
use ligne_claire::ops::counts::Counted;
use ligne_claire::ops::{bench, check, explore, letters, prompts, rehearse, terminal};
use ligne_claire::phone::{LineKind, PhoneNumber};
use ligne_claire::server::edition::Refusal;
use ligne_claire::server::{self, Line};
use ligne_claire::speech::Language;

/// What was asked cannot be done as it stands: nothing was started.
const REFUSED: u8 = 2;
/// The exploration, or the check, found something that must not be.
const VIOLATED: u8 = 1;

/// The phone line for people whom the internet leaves out.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The settings file; without it, the defaults.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// How much to tell on standard error.
    #[arg(long, global = true, default_value = "info", value_name = "error|warn|info|debug")]
    log: tracing::Level,
    #[command(subcommand)]
    command: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Answers calls on SIP (also without any command).
    Run,
    /// Plays the line in this terminal: keys, silence, hang-up.
    Call {
        /// The number to call from, as 0353010001; withheld when absent.
        #[arg(long)]
        from: Option<String>,
        /// The flow to play instead of the line's own.
        #[arg(long)]
        flow: Option<String>,
        /// As SMS: each line is a message; from a mobile's number, as 0639980001.
        #[arg(long, requires = "from")]
        sms: bool,
    },
    /// Flows.
    #[command(subcommand)]
    Flow(FlowVerb),
    /// Recordings.
    #[command(subcommand)]
    Prompts(PromptsVerb),
    /// Measures.
    #[command(subcommand)]
    Bench(BenchVerb),
}

#[derive(Subcommand)]
enum BenchVerb {
    /// Whole calls against a running line on loopback, beside what bare sockets cost.
    Calls {
        /// Calls at once.
        #[arg(long, default_value_t = 1_000)]
        calls: usize,
        /// Seconds of the measure.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Seconds of short calls after it; 0 is none.
        #[arg(long, default_value_t = 10)]
        rush: u64,
        /// A line that runs already, instead of one started for the measure.
        #[arg(long)]
        against: Option<SocketAddr>,
        /// Its process, for the CPU time.
        #[arg(long, requires = "against")]
        pid: Option<u32>,
        /// The line's core; the generator takes the others.
        #[arg(long, default_value_t = 0)]
        core: usize,
        /// The number to dial.
        #[arg(long, default_value = "0972010203")]
        to: String,
    },
}

#[derive(Subcommand)]
enum FlowVerb {
    /// Refuses, with place and remedy, what must not go live. Exit 1 when something must be mended.
    Check,
    /// Prints the JSON Schema of the files of flows, for editors: `ligne flow schema > flows/schema.json`.
    Schema,
    /// Draws each flow as a map (SVG).
    Draw {
        /// Only this one.
        #[arg(long)]
        flow: Option<String>,
        /// The file to write for one flow (else standard output), or the folder for all of them (else `maps`).
        #[arg(long)]
        out: Option<PathBuf>,
        /// With how many went which way, as the database counts it.
        #[arg(long)]
        counts: bool,
        /// From this day on, as 2026-11-01; without it, the last 30 days.
        #[arg(long, requires = "counts")]
        since: Option<Date>,
    },
    /// Plays transcripts on every channel of the flow that answers, and names what none has tried. Exit 1 when one does not come
    /// true.
    Test {
        /// Files, or folders of `.call` files; the folder `tests` beside the flows when none is named.
        paths: Vec<PathBuf>,
        /// Also exit 1 when something is left untried.
        #[arg(long)]
        full: bool,
    },
    /// Says how many keys, seconds and SMS each goal takes, and which prompts last too long.
    Time {
        /// Only this one.
        #[arg(long)]
        flow: Option<String>,
    },
    /// Tries everything that can happen to a call, with a model of the store. Exit 1 when something must not be: a shortest way
    /// to it is printed, as a transcript.
    Explore {
        /// The flow to explore instead of the line's own.
        #[arg(long)]
        flow: Option<String>,
        /// Also print a shortest way to each goal, as transcripts.
        #[arg(long)]
        ways: bool,
        /// Where that transcript is written: `ligne flow test FILE` plays it, up to what does not come true.
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum PromptsVerb {
    /// Prints `file<TAB>text` of every text without a recording.
    Missing {
        /// `fr` or `en`.
        #[arg(long, default_value = "fr", value_parser = language)]
        language: Language,
    },
    /// Records them (developers: see prompts/README.md).
    Render {
        /// `fr` or `en`.
        #[arg(long, default_value = "fr", value_parser = language)]
        language: Language,
        /// The language's voice file: `ff_siwis.bin`, `bf_isabella.bin`.
        #[arg(long)]
        voice: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(is_terminal).with_max_level(arguments.log).init();
    match act(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ligne: {error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

fn act(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = arguments.config.as_deref().map(Config::load).transpose()?.unwrap_or_default();
    let done = match arguments.command.unwrap_or(Verb::Run) {
        Verb::Flow(FlowVerb::Explore { flow, ways, save }) => return try_all(&config, flow, ways, save.as_deref()),
        Verb::Flow(FlowVerb::Check) => return mend(&config),
        Verb::Flow(FlowVerb::Test { paths, full }) => return rehearse(&config, paths, full),
        Verb::Flow(FlowVerb::Schema) => Ok(std::io::stdout().write_all(schema::schema().as_bytes())?),
        Verb::Run => server::runtime()?.block_on(server::run(&config)),
        Verb::Call { from, flow, sms } => call(&config, from.as_deref(), flow, sms),
        Verb::Flow(FlowVerb::Draw { flow, out, counts, since }) => {
            draw(&config, flow.as_deref(), out.as_deref(), counts.then_some(since))
        }
        Verb::Flow(FlowVerb::Time { flow }) => time(&config, flow.as_deref()),
        Verb::Prompts(verb) => record(&config, verb),
        Verb::Bench(verb) => measure(&config, verb),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn try_all(config: &Config, flow: Option<String>, ways: bool, save: Option<&Path>) -> anyhow::Result<ExitCode> {
    // Not yet recorded is no reason not to explore; every other fault is.
    let library = server::library_with(config, &|_| true)?;
    let flow = flow.unwrap_or_else(|| config.line.flow.clone());
    anyhow::ensure!(library.has(&flow), no_flow(&library, &flow));
    let violation = explore::all(&library, &flow, ways, std::io::stdout().lock())?;
    let Some(violation) = violation else { return Ok(ExitCode::SUCCESS) };
    eprintln!("ligne: {}", violation.what);
    if let Some(path) = save {
        std::fs::write(path, &violation.transcript).with_context(|| path.display().to_string())?;
        eprintln!("ligne: `ligne flow test {}` plays it", path.display());
    }
    Ok(ExitCode::from(VIOLATED))
}

fn rehearse(config: &Config, mut paths: Vec<PathBuf>, full: bool) -> anyhow::Result<ExitCode> {
    // As for drawing: a sentence may be tried before it is recorded.
    let library = server::library_with(config, &|_| true)?;
    let flow = &config.line.flow;
    anyhow::ensure!(library.has(flow), no_flow(&library, flow));
    if paths.is_empty() {
        paths.push(rehearse::beside(&config.flows));
    }
    let transcripts = rehearse::read(&paths)?;
    let outcome = rehearse::rehearse(&library, flow, &server::runtime()?, &transcripts, std::io::stdout().lock())?;
    let is_good = outcome.failed == 0 && (outcome.missing == 0 || !full);
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(VIOLATED) })
}

fn mend(config: &Config) -> anyhow::Result<ExitCode> {
    let sounds = server::sounds(config)?;
    let library = match server::library(config, &sounds) {
        Ok(library) => library,
        Err(Refusal::Flows { faults }) => {
            println!("{}", check::faults(&faults));
            return Ok(ExitCode::from(VIOLATED));
        }
        Err(other) => return Err(other.into()),
    };
    for language in library.languages() {
        warn_of_long(&library, &Recordings::new(&library, language, sounds.lengths(language)));
    }
    println!("{}", check::nothing(&library));
    Ok(ExitCode::SUCCESS)
}

/// What goes live, and would be better shorter.
fn warn_of_long(library: &Library, recordings: &Recordings) {
    for long in time::too_long(library, recordings) {
        println!("à raccourcir si possible : {}", long.fault);
    }
}

fn draw(config: &Config, flow: Option<&str>, out: Option<&Path>, counts: Option<Option<Date>>) -> anyhow::Result<()> {
    // A map is wanted while the flow is being written: recordings may come later, every other fault still counts.
    let library = server::library_with(config, &|_| true)?;
    let counted = counts.map(|since| Counted::open(&config.data, since, jiff::Timestamp::now())).transpose()?;
    let map = |name: &str| -> anyhow::Result<String> {
        let counts = counted.as_ref().map(|counted| counted.of(&library, name)).transpose()?;
        draw::draw(&library, name, counts.as_ref()).with_context(|| no_flow(&library, name))
    };
    let Some(flow) = flow else {
        let folder = out.unwrap_or(Path::new("maps"));
        anyhow::ensure!(folder.extension().is_none(), "{}: name one flow with --flow, or a folder", folder.display());
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for name in library.names() {
            let path = folder.join(format!("{name}.svg"));
            std::fs::write(&path, map(name)?).with_context(|| path.display().to_string())?;
            println!("{}", path.display());
        }
        return Ok(());
    };
    let map = map(flow)?;
    match out {
        Some(path) => std::fs::write(path, map).with_context(|| path.display().to_string()),
        None => Ok(std::io::stdout().write_all(map.as_bytes())?),
    }
}

fn time(config: &Config, flow: Option<&str>) -> anyhow::Result<()> {
    let sounds = server::sounds(config)?;
    let library = server::library(config, &sounds)?;
    if let Some(flow) = flow {
        anyhow::ensure!(library.has(flow), no_flow(&library, flow));
    }
    println!(
        "{:<4} {:<12} {:<24} {:>4} {:>9} {:>9} {:>5} {:>9} {:>10}",
        "lang", "flow", "goal", "keys", "median s", "worst s", "sms", "segments", "worst seg."
    );
    for language in library.languages() {
        let recordings = Recordings::new(&library, language, sounds.lengths(language));
        for name in library.names().filter(|name| flow.is_none_or(|flow| flow == *name)) {
            for row in rows(&library, &recordings, name) {
                println!("{:<4} {name:<12} {row}", language.code());
            }
        }
        warn_of_long(&library, &recordings);
    }
    println!("median and worst: see `ligne_claire::flow::time`; after {} s a person takes over", LONGEST.as_secs());
    println!(
        "sms: messages of theirs, each answered by one; segments: SMS that those take; see `ligne_claire::flow::messages`"
    );
    Ok(())
}

/// Each goal of a flow, by voice and by SMS.
fn rows(library: &Library, recordings: &Recordings, flow: &str) -> Vec<String> {
    let times = time::times(library, recordings, flow).unwrap_or_default();
    let sent = messages::sent(library, recordings.language(), recordings.places(), flow).unwrap_or_default();
    let goals: BTreeSet<&time::Goal> = times.keys().chain(sent.keys()).collect();
    let row = |goal: &time::Goal| {
        let spoken = times.get(goal).map_or_else(String::new, |took| {
            let (median, worst) = (took.median.as_secs_f64(), took.worst.as_secs_f64());
            format!("{:>4} {median:>9.0} {worst:>9.0}", took.keys)
        });
        let written = sent
            .get(goal)
            .map_or_else(String::new, |sent| format!(" {:>5} {:>9} {:>10}", sent.messages, sent.segments, sent.worst));
        format!("{:<24} {spoken:<24}{written}", goal.to_string()).trim_end().to_owned()
    };
    goals.into_iter().map(row).collect()
}

fn no_flow(library: &Library, flow: &str) -> String {
    let names: Vec<&str> = library.names().collect();
    format!("no flow `{flow}`; there are {}", names.join(", "))
}

fn call(config: &Config, from: Option<&str>, flow: Option<String>, by_sms: bool) -> anyhow::Result<()> {
    let parse = |text: &str| {
        PhoneNumber::parse(text).with_context(|| format!("--from {text}: expected a number such as 0353010001"))
    };
    let number = from.map(parse).transpose()?;
    // To no other line is an SMS sent (B5).
    let is_mobile = number.as_ref().is_some_and(|number| number.kind() == LineKind::Mobile);
    anyhow::ensure!(is_mobile || !by_sms, "--sms: expected the number of a mobile, such as --from 0639980001");
    let runtime = server::runtime()?;
    let line = runtime.block_on(Line::open(config))?;
    let caller = runtime.block_on(line.store.caller(jiff::Timestamp::now(), number));
    let flow = flow.unwrap_or_else(|| config.line.flow.clone());
    anyhow::ensure!(line.edition.library.has(&flow), "no flow `{flow}` in {}", config.flows.display());
    let id = server::new_id();
    let (library, store, who) = (&line.edition.library, &line.store, (id.as_str(), flow.as_str(), caller));
    let (input, output) = (std::io::stdin().lock(), std::io::stdout());
    let goal = if by_sms {
        let is_written = library.channels(&flow).contains(&Channel::Sms);
        anyhow::ensure!(is_written, "the flow `{flow}` does not run by SMS: add `sms` to its `channels:`");
        println!("Ligne Claire : {} lieux d'accueil. Vous écrivez, sans téléphone.", line.sites);
        letters::play(library, store, &runtime, who, input, output)?
    } else {
        println!("Ligne Claire : {} lieux d'accueil. Vous appelez, sans téléphone.", line.sites);
        terminal::play(library, store, &runtime, who, input, output)?
    };
    println!("— fin : {}", goal.as_deref().unwrap_or("rien n'était fini"));
    Ok(())
}

fn measure(config: &Config, verb: BenchVerb) -> anyhow::Result<()> {
    let BenchVerb::Calls { calls, seconds, rush, against, pid, core, to } = verb;
    let (length, rush) = (Duration::from_secs(seconds), Duration::from_secs(rush));
    let settings = bench::Settings { calls, length, rush, against, pid, core, dialled: to };
    bench::calls(config, &Sounds::load(&config.prompts.join(Language::French.code()))?, &settings)
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| format!("`{code}` is no language of the line: write `fr` or `en`"))
}

fn record(config: &Config, verb: PromptsVerb) -> anyhow::Result<()> {
    let (PromptsVerb::Missing { language } | PromptsVerb::Render { language, .. }) = verb;
    let sounds = Sounds::load(&config.prompts.join(language.code()))?;
    // A text without a recording is what is looked for here: every other fault still counts.
    let library = server::library_with(config, &|_| true)?;
    let store = server::runtime()?.block_on(server::store(config))?;
    let places = server::runtime()?.block_on(store.spoken_places())?;
    let missing = prompts::missing(&prompts::wanted(language, &library, places), &sounds);
    match verb {
        PromptsVerb::Missing { .. } => missing.iter().for_each(|line| println!("{line}")),
        PromptsVerb::Render { voice, .. } => prompts::render(&config.prompts, language, &voice, &missing)?,
    }
    eprintln!("{} recordings missing, {} of them dates, hours and numbers", missing.len(), {
        let units: std::collections::BTreeSet<String> = language.units().into_iter().collect();
        missing.iter().filter(|line| line.split_once('\t').is_some_and(|(_, text)| units.contains(text))).count()
    });
    Ok(())
}
