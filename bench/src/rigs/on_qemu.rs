//! Devices on QEMU that a person works with: over a pseudo terminal, and with a debugger.
//!
//! It stands apart so that a bench without this rig carries none of it.

use std::path::Path;

use qemu::{Attended, Board, OnQemu, Pty};
use rig::{Device, ImageSpec, Rig};

use super::Attendable;
use crate::places;

/// The rig with this board.
pub(super) fn rig(board: &'static Board) -> OnQemu {
    OnQemu::new(board, &places::checkout(), Box::new(crate::terminal::tell))
}

/// The same, with its debug port open where a port is given.
pub(super) fn attendable(board: &'static Board, port: Option<u16>) -> Box<dyn Attendable> {
    let attended = match port {
        None => Attended::ByAPerson,
        Some(port) => Attended::ByADebugger { port },
    };
    Box::new(Visited { rig: rig(board).attended(attended), port })
}

/// A rig whose devices a person works with.
struct Visited {
    rig: OnQemu,
    port: Option<u16>,
}

impl Attendable for Visited {
    fn rig(&self) -> &dyn Rig {
        &self.rig
    }

    fn debugger(&self, image: &ImageSpec) -> Vec<String> {
        let Some(port) = self.port else { return Vec::new() };
        let (image, first_stage) = (self.rig.image_elf(image), self.rig.first_stage_elf());
        vec![
            "gdb-multiarch".to_owned(),
            image.display().to_string(),
            "-ex".to_owned(),
            format!("add-symbol-file {}", first_stage.display()),
            "-ex".to_owned(),
            format!("target remote 127.0.0.1:{port}"),
        ]
    }

    fn serve(
        &self,
        device: &mut dyn Device,
        ready: &mut dyn FnMut(&Path) -> anyhow::Result<()>,
        is_over: &dyn Fn() -> bool,
    ) -> anyhow::Result<()> {
        let mut pty = Pty::open()?;
        ready(pty.path())?;
        Ok(qemu::serve(device, &mut pty, is_over)?)
    }
}
