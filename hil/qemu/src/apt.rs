//! What apt's files and answers say: the system, its mirror, the QEMU it would install.
//!
//! Only reading and deciding happens here, so that every case can be tested without the system that
//! shows it.

use std::fs;
use std::path::Path;

/// First major version of QEMU that is recent enough not to look for another.
const RECENT_MAJOR: u32 = 10;

/// The distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct System {
    id: String,
    codename: String,
}

/// The QEMU that apt would install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// Version 10 or newer.
    Recent,
    /// An older one.
    Old,
    /// Apt knows of none.
    None,
}

/// Where packages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mirror {
    uri: String,
    signed_by: Option<String>,
}

/// One source of packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    mirror: Mirror,
    suites: Vec<String>,
}

impl System {
    /// The system that an `os-release` file describes (freedesktop.org, `os-release(5)`).
    pub(crate) fn of(os_release: &str) -> Self {
        let value = |key: &str| {
            let mut values = os_release.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            values.next().unwrap_or_default().trim_matches('"').to_owned()
        };
        Self { id: value("ID"), codename: value("VERSION_CODENAME") }
    }

    /// Its release's name.
    pub(crate) fn codename(&self) -> &str {
        &self.codename
    }

    /// The suite with backports, which only Debian itself is known to have under this name.
    pub(crate) fn backports(&self) -> Option<String> {
        let plain = !self.codename.is_empty() && self.codename.chars().all(|it| it.is_ascii_lowercase());
        (self.id == "debian" && plain).then(|| format!("{}-backports", self.codename))
    }
}

impl Candidate {
    /// The candidate in what `apt-cache policy` answers.
    pub(crate) fn of(policy: &str) -> Self {
        let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
        let Some(version) = candidate.filter(|version| *version != "(none)") else { return Candidate::None };
        // An epoch stands before the first colon.
        let upstream = version.split_once(':').map_or(version, |(_, rest)| rest);
        let major: String = upstream.chars().take_while(char::is_ascii_digit).collect();
        if major.parse().is_ok_and(|major: u32| major >= RECENT_MAJOR) { Candidate::Recent } else { Candidate::Old }
    }
}

impl Mirror {
    /// The mirror of Debian's main archive: the first source that is not the security archive.
    pub(crate) fn of(sources: &[Source]) -> Option<Self> {
        let main = |source: &&Source| source.mirror.uri.trim_end_matches('/').ends_with("/debian");
        sources.iter().find(main).map(|source| source.mirror.clone())
    }

    /// A line of a `.list` file for a suite on this mirror.
    pub(crate) fn source_line(&self, suite: &str) -> String {
        let options = self.signed_by.as_ref().map_or(String::new(), |key| format!("[signed-by={key}] "));
        format!("deb {options}{} {suite} main", self.uri)
    }
}

/// Whether a suite is among the sources.
pub(crate) fn has_suite(sources: &[Source], suite: &str) -> bool {
    sources.iter().any(|source| source.suites.iter().any(|it| it == suite))
}

/// All sources in apt's configuration folder, of both notations.
pub(crate) fn sources(folder: &Path) -> Vec<Source> {
    let parts = fs::read_dir(folder.join("sources.list.d")).into_iter().flatten().flatten();
    let mut paths: Vec<_> = parts.map(|part| part.path()).collect();
    paths.sort();
    paths.insert(0, folder.join("sources.list"));
    paths.iter().flat_map(|path| sources_in(path)).collect()
}

fn sources_in(path: &Path) -> Vec<Source> {
    let text = fs::read_to_string(path).unwrap_or_default();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("list") => text.lines().filter_map(one_line).collect(),
        Some("sources") => stanzas(&text).iter().filter_map(|stanza| deb822(stanza)).collect(),
        _ => Vec::new(),
    }
}

/// `deb [option=value …] URI SUITE COMPONENT …` (`sources.list(5)`).
fn one_line(line: &str) -> Option<Source> {
    let rest = line.trim().strip_prefix("deb ")?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let mut words = rest.split_whitespace();
    let uri = plain(words.next()?)?;
    let suites = vec![words.next()?.to_owned()];
    let signed_by = options.split_whitespace().find_map(|option| plain(option.strip_prefix("signed-by=")?));
    Some(Source { mirror: Mirror { uri, signed_by }, suites })
}

/// The stanzas of a file, without comments.
fn stanzas(text: &str) -> Vec<String> {
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    kept.split(|line| line.trim().is_empty()).map(|lines| lines.join("\n")).collect()
}

/// A stanza of fields, one of which may be switched off (`sources.list(5)`, "deb822-style format").
fn deb822(stanza: &str) -> Option<Source> {
    let field = |name: &str| {
        let mut values = stanza.lines().filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        values.next()
    };
    if field("Enabled") == Some("no") || !field("Types")?.split_whitespace().any(|kind| kind == "deb") {
        return None;
    }
    let uri = plain(field("URIs")?.split_whitespace().next()?)?;
    let suites = field("Suites")?.split_whitespace().map(str::to_owned).collect();
    Some(Source { mirror: Mirror { uri, signed_by: field("Signed-By").and_then(plain) }, suites })
}

/// A word that can stand in a `.list` file and in a shell's quotes.
fn plain(word: &str) -> Option<String> {
    let fits = |it: char| it.is_ascii_alphanumeric() || "/:.-_+~%".contains(it);
    (!word.is_empty() && word.chars().all(fits)).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEB822: &str = "Types: deb\n# a snapshot\nURIs: http://deb.debian.org/debian\n\
        Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n\
        Types: deb\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\nComponents: main\n";

    fn written(files: &[(&str, &str)]) -> Vec<Source> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("sources.list.d")).expect("the disk has room");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("the disk has room");
        }
        sources(folder.path())
    }

    #[test]
    fn backports_come_from_the_mirror_that_is_in_use() {
        let sources = written(&[("sources.list.d/debian.sources", DEB822)]);
        let line = Mirror::of(&sources).expect("there is one").source_line("bookworm-backports");
        let want = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-backports main";
        assert_eq!(line, want);
        assert!(!has_suite(&sources, "bookworm-backports"));
    }

    #[test]
    fn the_older_notation_is_read_too() {
        let list = "# deb http://old/debian bookworm-backports main\ndeb [arch=amd64] http://mirror.example/debian/ bookworm main\n";
        let sources = written(&[("sources.list", list)]);
        let mirror = Mirror::of(&sources).expect("there is one");
        assert_eq!(mirror.source_line("x"), "deb http://mirror.example/debian/ x main");
        assert!(!has_suite(&sources, "bookworm-backports"), "a comment is no source");
        let more =
            written(&[("sources.list.d/more.list", "deb http://mirror.example/debian bookworm-backports main\n")]);
        assert!(has_suite(&more, "bookworm-backports"));
    }

    #[test]
    fn sources_that_are_switched_off_or_strange_do_not_count() {
        let off = "Types: deb\nEnabled: no\nURIs: http://a/debian\nSuites: s\n";
        let strange = "deb http://a/$(reboot)/debian s main\ndeb\ndeb [x http://a/debian s\n";
        let ignored = "deb http://a/debian s main\n";
        let files =
            [("sources.list.d/a.sources", off), ("sources.list", strange), ("sources.list.d/b.list.off", ignored)];
        assert_eq!(written(&files), []);
    }

    #[test]
    fn only_debian_has_backports_under_this_name() {
        let debian = System::of("NAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=bookworm\nID=debian\n");
        assert_eq!(debian.backports().as_deref(), Some("bookworm-backports"));
        assert_eq!(System::of("ID=ubuntu\nVERSION_CODENAME=noble\n").backports(), None);
        assert_eq!(System::of("ID=debian\n").backports(), None);
        assert_eq!(System::of("").backports(), None);
    }

    #[test]
    fn the_candidate_is_judged_by_its_upstream_version() {
        let policy = |version: &str| {
            Candidate::of(&format!("qemu-system-arm:\n  Installed: (none)\n  Candidate: {version}\n  Version table:\n"))
        };
        assert_eq!(policy("1:7.2+dfsg-7+deb12u18+b2"), Candidate::Old);
        assert_eq!(policy("1:10.0.2+ds-2+deb13u1"), Candidate::Recent);
        assert_eq!(policy("1:8.2.2+ds-0ubuntu1"), Candidate::Old);
        assert_eq!(policy("(none)"), Candidate::None);
        assert_eq!(Candidate::of("N: Unable to locate package"), Candidate::None);
    }
}
