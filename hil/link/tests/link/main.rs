//! The link crate from outside: framing, hostile devices, uploads, the attacker, known peers.
//!
//! One binary, so that the small device that answers the uploads is written and built once.

mod attacks;
mod device;
mod framing;
mod hostile;
mod peers;
mod traffic;
mod uploads;
