//! The person who waits: progress on a terminal, and the wish to stop.
//!
//! A first signal asks the runner to stop, so that what was done so far is printed; a second one ends
//! the process where it stands. Either way the record has no end and judges as ERROR.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use record::Purpose;
use runner::{Progress, Watch};

use crate::clock::Stopwatch;
use crate::exit::Exit;
use crate::outcome::Times;
use crate::terminal::harmless;

static STOP: AtomicBool = AtomicBool::new(false);

/// A line that changes more often than this is not read.
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// From now on a signal asks to stop instead of ending the process.
pub(crate) fn heed_signals() -> anyhow::Result<()> {
    ctrlc::set_handler(on_signal).context("the bench cannot listen for signals")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the person has asked twice; what would be tidied up is not worth the wait"
)]
fn on_signal() {
    if STOP.swap(true, Ordering::SeqCst) {
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}

/// Whether somebody asked to stop.
pub(crate) fn is_stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Watches one play.
pub(crate) struct Onlooker {
    /// What is being played, for the progress line.
    title: String,
    line: Line,
    stopwatch: Stopwatch,
    seen: Mutex<Seen>,
}

/// Whether there is anybody to show progress to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Shown,
    Hidden,
}

#[derive(Default)]
struct Seen {
    /// From the first report on the claim's runs to the last one.
    claim: Option<(Duration, Duration)>,
    /// Likewise on the teeth.
    teeth: Option<(Duration, Duration)>,
    /// When the line was drawn last.
    drawn: Option<Duration>,
}

impl Onlooker {
    pub(crate) fn new(title: String) -> Self {
        let line = if io::stderr().is_terminal() { Line::Shown } else { Line::Hidden };
        let onlooker = Self { title, line, stopwatch: Stopwatch::start(), seen: Mutex::default() };
        onlooker.draw("…");
        onlooker
    }

    /// Takes the progress line away and says how long everything took.
    pub(crate) fn finish(&self) -> Times {
        self.wipe();
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let took =
            |span: Option<(Duration, Duration)>| span.map_or(Duration::ZERO, |(from, to)| to.saturating_sub(from));
        Times { claim: took(seen.claim), teeth: took(seen.teeth) }
    }

    fn draw(&self, state: &str) {
        if self.line == Line::Shown {
            // A progress line that cannot be drawn is not missed.
            let _ = write!(io::stderr(), "\r\x1b[2K  {}  {state}", self.title).and_then(|()| io::stderr().flush());
        }
    }

    fn wipe(&self) {
        if self.line == Line::Shown {
            let _ = write!(io::stderr(), "\r\x1b[2K").and_then(|()| io::stderr().flush());
        }
    }
}

impl Watch for Onlooker {
    fn progress(&self, progress: Progress) {
        let now = self.stopwatch.elapsed();
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match progress.purpose {
            Purpose::Claim => seen.claim.get_or_insert((now, now)).1 = now,
            Purpose::Teeth => seen.teeth.get_or_insert((now, now)).1 = now,
            Purpose::Genuine => {}
        }
        if seen.drawn.is_none_or(|drawn| now.saturating_sub(drawn) >= REDRAW_EVERY) {
            seen.drawn = Some(now);
            self.draw(&words(progress));
        }
    }

    fn stopped(&self) -> bool {
        is_stopped()
    }
}

fn words(progress: Progress) -> String {
    match progress.case {
        Some((done, of)) => harmless(&format!("{}: case {done} of {of}", progress.purpose)),
        None => progress.purpose.to_string(),
    }
}
