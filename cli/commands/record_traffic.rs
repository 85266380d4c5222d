//! `pactwork record`: a draft of a pact from real traffic.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pactwork_consumer::draft::{Draft, DraftOptions, Drafting};
use pactwork_consumer::server::{Server, ServerOptions};
use pactwork_contract::{Pact, SpecificationVersion, write_atomically};
use url::Url;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::open_files;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::stop_signal::StopSignal;
use crate::traffic::{Filter, Journal, Proxy, Upstream, har};

/// Where drafts go where nobody says so: not among the pacts.
const DRAFTS: &str = "drafts";

/// What is recorded, and where the draft goes.
#[derive(Debug)]
pub struct Plan {
    source: Source,
    filter: Filter,
    drafting: DraftOptions,
    draft: Target,
    format: Format,
}

/// Where traffic comes from.
#[derive(Debug)]
enum Source {
    Proxy(ProxyPlan),
    Har {
        files: Vec<PathBuf>,
        origin: Option<Url>,
    },
}

/// How to listen and where to forward to.
#[derive(Debug)]
struct ProxyPlan {
    upstream: Upstream,
    listen: ServerOptions,
    body_limit: usize,
}

/// The draft's file.
#[derive(Debug)]
struct Target {
    consumer: String,
    provider: String,
    folder: PathBuf,
    replace: bool,
    specification: SpecificationVersion,
}

/// Checks the arguments.
pub fn plan(args: args::RecordTraffic, context: &Context) -> Result<Plan> {
    let config = &context.config;
    let specification = match args.specification {
        2 => SpecificationVersion::V2,
        3 => SpecificationVersion::V3,
        _ => SpecificationVersion::V4,
    };
    if args.strict && specification == SpecificationVersion::V2 {
        return Err(Failure::wrong_input(
            "version 2 of the specification has no rule for what must stay as it is",
        )
        .advise("leave out --strict, or ask for --specification 3 or 4"));
    }
    let plan = Plan {
        draft: Target {
            consumer: config.participant_or(args.consumer.clone(), "--consumer")?,
            provider: args.provider.clone(),
            folder: args
                .output
                .clone()
                .unwrap_or_else(|| config.folder.join(DRAFTS)),
            replace: args.replace,
            specification,
        },
        filter: Filter {
            only: args.only.clone(),
            ignore: args.ignore.clone(),
        },
        drafting: options(&args, context)?.specification(specification),
        format: args.format,
        source: source(args)?,
    };
    plan.draft.refuse_to_overwrite()?;
    Ok(plan)
}

fn source(args: args::RecordTraffic) -> Result<Source> {
    let Some(upstream) = args.upstream else {
        return Ok(Source::Har {
            files: args.har,
            origin: args.origin,
        });
    };
    let wrong = |reason: String| Failure::wrong_input(format!("--upstream: {reason}"));
    let upstream = args::http_url(&upstream).map_err(wrong)?;
    let upstream = Upstream::new(&upstream).map_err(|reason| wrong(reason.into()))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Source::Proxy(ProxyPlan {
        upstream,
        listen: ServerOptions::default()
            .host(args.host)
            .port(args.port)
            .threads(threads),
        body_limit: usize::try_from(args.body_limit).unwrap_or(usize::MAX),
    }))
}

/// The arguments' and the configuration's together.
fn options(args: &args::RecordTraffic, context: &Context) -> Result<DraftOptions> {
    let config = &context.config.record;
    let mut options = DraftOptions::default().strict(args.strict);
    for header in args.header.iter().chain(&config.headers) {
        options = options.header(header);
    }
    for name in args.redact.iter().chain(&config.redact) {
        options = options.redact(name);
    }
    for path in &args.redact_path {
        options = options.redact_path(path.clone());
    }
    for path in &config.redact_paths {
        let path = path.parse().map_err(|error| {
            Failure::wrong_input(format!("record.redact_paths: {error}"))
                .advise("correct the configuration")
        })?;
        options = options.redact_path(path);
    }
    Ok(options)
}

/// Observes until there is no more, and writes the draft.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    open_files::allow_many();
    let folder = DraftFolder::make(&plan.draft.folder)?;
    let drafting = Drafting::new(plan.drafting).map_err(Failure::unknown)?;
    let advice = plan.source.advice();
    let drafting = match plan.source {
        Source::Proxy(proxy) => {
            proxy
                .observe(drafting, plan.filter, plan.format, output)
                .await?
        }
        Source::Har { files, origin } => {
            from_files(drafting, &files, origin, &plan.filter, output)?
        }
    };
    let draft = drafting.finish(&plan.draft.consumer, &plan.draft.provider);
    let draft = draft.map_err(Failure::unknown)?;
    if draft.interactions.is_empty() {
        return Err(nothing(&draft, advice));
    }
    let file = plan.draft.write(&draft.pact)?;
    folder.keep();
    let summary = match plan.format {
        Format::Human => human::draft(&draft, &file, output),
        Format::Json => json::draft(&draft, &file)?,
    };
    output.result(&summary)?;
    Ok(Exit::Holds)
}

fn from_files(
    mut drafting: Drafting,
    files: &[PathBuf],
    origin: Option<Url>,
    filter: &Filter,
    output: &Output,
) -> Result<Drafting> {
    let origin = har::origin(files, origin.as_ref())?;
    output.note(format!("reading what went to {origin}"));
    har::observe(files, &origin, filter, &mut drafting)?;
    Ok(drafting)
}

fn nothing(draft: &Draft, advice: &str) -> Failure {
    let mut message = String::from("nothing came that could be recorded, so no draft was written");
    for note in &draft.notes {
        message += &format!("\n  {note}");
    }
    Failure::unknown(message).advise(advice)
}

impl Source {
    /// What to do where nothing came.
    fn advice(&self) -> &'static str {
        match self {
            Self::Proxy(_) => {
                "have the consumer use the URL on the first line in place of the provider's, \
                 or look at --only and --ignore"
            }
            Self::Har { .. } => "look at --origin, --only and --ignore",
        }
    }
}

impl ProxyPlan {
    async fn observe(
        self,
        drafting: Drafting,
        filter: Filter,
        format: Format,
        output: &Output,
    ) -> Result<Drafting> {
        let mut stop = StopSignal::listen()?;
        let journal = Arc::new(Journal::new(drafting));
        let upstream = self.upstream.to_string();
        let proxy = Proxy::new(self.upstream, filter, self.body_limit, journal.clone())
            .map_err(Failure::unknown)?;
        let server = Server::start(Arc::new(proxy), &self.listen, move || journal.take())?;
        let url = format!("http://{}", server.address());
        output.note(format!(
            "forwarding to {upstream} until SIGINT or SIGTERM; the draft is written then"
        ));
        let announced = output.result(&match format {
            Format::Human => url,
            Format::Json => serde_json::json!({ "url": url }).to_string(),
        });
        if announced.is_ok() {
            stop.received().await;
        }
        let collected = server.finish().await.map_err(Failure::unknown)?;
        announced?;
        let collected = collected.ok_or_else(|| Failure::unknown("what was observed is gone"))?;
        if collected.underway > 0 {
            output.warning(format!(
                "requests that had not come to their end are not recorded: {}",
                collected.underway
            ));
        }
        Ok(collected.drafting)
    }
}

impl Target {
    fn file(&self) -> PathBuf {
        let pact = Pact::between(&self.consumer, &self.provider);
        self.folder.join(pact.file_name())
    }

    fn refuse_to_overwrite(&self) -> Result<()> {
        let file = self.file();
        if self.replace || !file.exists() {
            return Ok(());
        }
        Err(
            Failure::wrong_input(format!("{} is there already", file.display()))
                .advise("move it away, give another --output, or --replace it"),
        )
    }

    /// A file that came while traffic was recorded is not overwritten, and what was
    /// recorded is not lost.
    fn write(&self, pact: &Pact) -> Result<PathBuf> {
        let bytes = pact.to_bytes(self.specification)?;
        let named = self.file();
        let file = match self.replace {
            true => named,
            false => free(&named),
        };
        write_atomically(&file, &bytes).map_err(|reason| Failure::cannot_write(&file, &reason))?;
        Ok(file)
    }
}

/// The name, or the first one with a number behind it, that no file has.
fn free(named: &Path) -> PathBuf {
    let stem = named.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = (2..).map(|number| named.with_file_name(format!("{stem}-{number}.json")));
    let mut names = std::iter::once(named.to_owned()).chain(numbered);
    names
        .find(|name| !name.exists())
        .unwrap_or_else(|| named.to_owned())
}

/// The folder of drafts: made before anything is recorded, so that a folder that
/// cannot be made is known then; removed if nothing came into it.
struct DraftFolder(Option<PathBuf>);

impl DraftFolder {
    fn make(folder: &Path) -> Result<Self> {
        let cannot_write = |reason| Failure::cannot_write(folder, &reason);
        let is_new = !folder.exists();
        std::fs::create_dir_all(folder).map_err(cannot_write)?;
        let made = Self(is_new.then(|| folder.to_owned()));
        let trial = folder.join(format!(".pactwork-trial-{}", std::process::id()));
        std::fs::write(&trial, b"").map_err(cannot_write)?;
        std::fs::remove_file(&trial).map_err(cannot_write)?;
        Ok(made)
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for DraftFolder {
    /// Fails, as it should, where something is in it.
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            let _ = std::fs::remove_dir(folder);
        }
    }
}
