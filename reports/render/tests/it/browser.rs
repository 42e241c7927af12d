//! The page in a browser: nothing complains, nothing overflows, every link resolves, it prints whole.
//!
//! Needs Chromium (Debian: `chromium-headless-shell`), found by name or by `OTABENCH_CHROMIUM`. Where
//! there is none the test prints SKIPPED and proves nothing; where `CI` is set that is a failure. The
//! page's own policy forbids scripts, so what has to be measured is measured on a copy whose policy was
//! taken out and which has the measuring script at its end.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use render::{Inputs, html};
use serde_json::Value;

use crate::samples::{mixed, report};

const MEASURE: &str = include_str!("measure.js");

const NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

struct Browser {
    program: PathBuf,
    folder: tempfile::TempDir,
}

/// Light or dark, as the system prefers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
}

impl Browser {
    fn find() -> Option<Self> {
        let named = std::env::var_os("OTABENCH_CHROMIUM").map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let places: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let known = NAMES.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
        let program = named.into_iter().chain(known).find(|program| program.is_file())?;
        Some(Self { program, folder: tempfile::tempdir().expect("a temporary directory can be made") })
    }

    fn page(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).expect("the folder is ours");
        path
    }

    fn run(&self, arguments: &[String], page: &Path) -> Output {
        let usual = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"];
        let profile = format!("--user-data-dir={}", self.folder.path().join("profile").display());
        let mut command = Command::new(&self.program);
        command.args(usual).arg(profile).args(arguments).arg(format!("file://{}", page.display()));
        command.output().expect("the browser was found a moment ago")
    }

    /// What the measuring script found on a page of this width.
    fn measure(&self, page: &str, width: u32, scheme: Scheme) -> Value {
        let policy = page.find("<meta http-equiv=\"Content-Security-Policy\"").expect("the page has a policy");
        let rest = page[policy..].find('>').expect("it ends") + policy + 1;
        let open = format!("{}{}<script>{MEASURE}</script>", &page[..policy], &page[rest..]);
        let path = self.page("measured.html", &open);
        let prefers = match scheme {
            Scheme::Dark => "--blink-settings=preferredColorScheme=0",
            Scheme::Light => "--blink-settings=preferredColorScheme=1",
        };
        let size = format!("--window-size={width},900");
        let output = self.run(&["--dump-dom".to_owned(), size, prefers.to_owned()], &path);
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = dom.split("<pre id=\"measured\">").nth(1).and_then(|rest| rest.split("</pre>").next());
        let found = found.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        serde_json::from_str(&found.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")).expect("JSON")
    }

    /// Lines of the console.
    fn console(&self, page: &str) -> Vec<String> {
        let path = self.page("page.html", page);
        let output = self.run(&["--dump-dom".to_owned()], &path);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect()
    }

    /// Number of pages on paper.
    fn print(&self, page: &str) -> usize {
        let path = self.page("printed.html", page);
        let pdf = self.folder.path().join("printed.pdf");
        let target = format!("--print-to-pdf={}", pdf.display());
        self.run(&[target, "--no-pdf-header-footer".to_owned()], &path);
        let bytes = fs::read(&pdf).expect("the browser prints");
        assert!(bytes.starts_with(b"%PDF"));
        String::from_utf8_lossy(&bytes).matches("/Type /Page\n").count()
    }
}

fn skip() {
    assert!(std::env::var_os("CI").is_none(), "CI must not skip: Chromium is missing");
    writeln!(io::stderr(), "SKIPPED: the page was not tried in a browser: Chromium is missing")
        .expect("stderr is open");
}

fn pages() -> Vec<(&'static str, String)> {
    vec![("everything", html(&report(&mixed()))), ("nothing", html(&report(&Inputs::default())))]
}

#[test]
fn the_console_stays_silent() {
    let Some(browser) = Browser::find() else { return skip() };
    for (name, page) in pages() {
        assert_eq!(browser.console(&page), Vec::<String>::new(), "{name}");
    }
    let forbidden = html(&report(&mixed())).replace("</body>", "<script>1</script></body>");
    assert!(!browser.console(&forbidden).is_empty(), "a script is stopped, and the test can see it");
}

#[test]
fn nothing_overflows_and_every_link_resolves() {
    let Some(browser) = Browser::find() else { return skip() };
    for (name, page) in pages() {
        for width in [400, 1280] {
            let found = browser.measure(&page, width, Scheme::Light);
            assert_eq!(found["width"], width, "{name}");
            assert_eq!(found["overflow"], 0, "{name} at {width}: {found}");
            assert_eq!(found["unresolved"], serde_json::json!([]), "{name}");
            assert_eq!(found["doubled"], serde_json::json!([]), "{name}");
        }
    }
}

#[test]
fn it_can_be_read_in_light_and_dark() {
    let Some(browser) = Browser::find() else { return skip() };
    let page = html(&report(&mixed()));
    let light = browser.measure(&page, 1280, Scheme::Light);
    let dark = browser.measure(&page, 1280, Scheme::Dark);
    assert_eq!((&light["dark"], &dark["dark"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_ne!(light["paper"], dark["paper"]);
    for found in [light, dark] {
        let contrast = found["contrast"].as_f64().unwrap_or_default();
        assert!(contrast >= 4.5, "the faintest text has a contrast of {contrast}: {}", found["faintest"]);
    }
}

#[test]
fn everything_can_be_reached_with_the_keyboard() {
    let Some(browser) = Browser::find() else { return skip() };
    let found = browser.measure(&html(&report(&mixed())), 1280, Scheme::Light);
    assert_eq!(found["unreachable"], 0);
    assert_eq!(found["jumps"], 0, "the order is that of the page");
    assert_eq!(found["first"], "#findings", "the first stop skips to the findings");
}

#[test]
fn it_prints_whole_with_everything_that_was_folded() {
    let Some(browser) = Browser::find() else { return skip() };
    let page = html(&report(&mixed()));
    let folded = browser.print(&page);
    let unfolded =
        browser.print(&page.replace("<details class", "<details open class").replace("<details>", "<details open>"));
    assert!(folded > 10, "{folded} pages");
    assert_eq!(folded, unfolded);
}
