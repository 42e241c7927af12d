//! A device that is left open for a person: its update link on a pseudo terminal, its processor for
//! a debugger, until somebody ends it.
//!
//! What a person does with it is no evidence: nothing is recorded and nothing is judged.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use clap::Args;
use rig::{Behaviour, Device, ImageSpec};
use scenario::model::Version;

use crate::failure::Failure;
use crate::repeat::quoted;
use crate::rigs::Attendable;
use crate::terminal::harmless;
use crate::watch;

/// Where debuggers of emulators are expected, and how many ports are tried from there.
const USUAL_PORT: u16 = 1234;
const PORTS_TRIED: u16 = 100;

/// Options for the debugger.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DebuggerArgs {
    /// Let a debugger in, at this TCP port of this machine [default: the first free one from 1234]
    #[arg(long, value_name = "PORT", num_args = 0..=1, require_equals = true,
          value_parser = clap::value_parser!(u16).range(1..))]
    gdb: Option<Option<u16>>,
}

impl DebuggerArgs {
    /// The port to open, if a debugger is wanted.
    pub(crate) fn port(self) -> Result<Option<u16>, Failure> {
        let taken = |port| Failure::argument(format!("port {port} is taken"), "name another one with `--gdb=PORT`");
        match self.gdb {
            None => Ok(None),
            Some(Some(port)) if is_free(port) => Ok(Some(port)),
            Some(Some(port)) => Err(taken(port)),
            Some(None) => {
                let free = (USUAL_PORT..USUAL_PORT + PORTS_TRIED).find(|port| is_free(*port));
                free.map(Some).ok_or_else(|| taken(USUAL_PORT))
            }
        }
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// What a person is told about a device.
pub(crate) struct Visit<'a> {
    pub(crate) stand: &'a dyn Attendable,
    /// The version it runs.
    pub(crate) runs: Version,
    /// A genuine update for it, where one was made.
    pub(crate) update: Option<&'a Path>,
}

impl Visit<'_> {
    /// Serves the device until somebody asks to stop, then switches it off.
    pub(crate) fn serve(&self, device: &mut dyn Device, out: &mut dyn Write) -> anyhow::Result<()> {
        let mut ready = |pty: &Path| Ok(self.tell(pty, out)?);
        self.stand.serve(device, &mut ready, &watch::is_stopped)?;
        device.off()?;
        Ok(writeln!(out, "  the device is off")?)
    }

    fn tell(&self, pty: &Path, out: &mut dyn Write) -> std::io::Result<()> {
        let pty = pty.display().to_string();
        let mut row = |name: &str, text: &str| writeln!(out, "  {name:10}  {}", harmless(text));
        row("pty", &pty)?;
        if let Some(update) = self.update {
            row("update", &update.display().to_string())?;
        }
        row("try", &format!("smpmgr --port {pty} os echo hello"))?;
        for command in self.commands(&pty) {
            row("", &command)?;
        }
        let debugger = self.stand.debugger(&image(self.runs));
        if !debugger.is_empty() {
            row("debugger", &debugger.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))?;
            row("", "the device stands still until it says `continue` or `detach`")?;
        }
        row("end", "Ctrl-C")?;
        out.flush()
    }

    fn commands(&self, pty: &str) -> Vec<String> {
        let update = self.update.map(|path| quoted(&path.display().to_string()));
        let smpmgr = format!("smpmgr --port {pty}");
        let mcumgrctl = format!("mcumgrctl --serial {pty}");
        let mut commands = vec![format!("{smpmgr} image state-read")];
        commands.extend(update.iter().map(|update| format!("{smpmgr} image upload --format any {update}")));
        commands.push(format!("{smpmgr} os reset"));
        commands.push(format!("{mcumgrctl} os echo hello"));
        commands.push(format!("{mcumgrctl} image get-state"));
        commands.extend(update.iter().map(|update| format!("{mcumgrctl} image upload {update}")));
        commands.push(format!("{mcumgrctl} os system-reset"));
        commands
    }
}

fn image(version: Version) -> ImageSpec {
    ImageSpec { version: [version.major, version.minor, version.patch], behaviour: Behaviour::Healthy }
}
