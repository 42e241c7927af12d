//! The rig with the real firmware on a real QEMU.
//!
//! Where QEMU or the bare-metal target is missing, each test says SKIPPED and why; nothing here
//! passes without having run.

mod factory;
mod fence;
mod orphans;
mod rig_on_qemu;
