//! The publisher's end of the update link, and the attacker who sits on it.
//!
//! Nothing here reads a clock, opens a port or starts a thread: bytes go in, bytes come out, and
//! time-outs are something the caller reports. So the same code runs against the simulator, an
//! emulated UART and a board on a desk, and a run can be repeated to the byte. Everything that
//! comes from the device is hostile input: bounded in size, and answered with a typed error.
//!
//! | module | what it knows |
//! |---|---|
//! | [`frame`] | packets on a console line: markers, base64, CRC |
//! | [`cbor`] | the bounded subset of CBOR that packets carry |
//! | [`smp`] | headers and requests of the Simple Management Protocol, version 2 |
//! | [`answer`] | what a device may answer, and what it may not |
//! | [`client`] | exchanges: one request, or the upload of a whole deliverable |
//! | [`attacker`] | the attacker on the path and his verbs |
//! | [`replay`] | a recorded session, played again |
//! | [`traffic`] | both sides of the traffic, for the record |
//!
//! An upload over a path with an attacker on it, pumped by hand (the device here is deaf):
//!
//! ```
//! use link::{Attacker, Buffer, Error, Exchange, Next, Outcome, Patience, Upload};
//! use link::frame::Decoder;
//!
//! let mut attacker = Attacker::new(vec![])?;
//! let mut upload = Upload::new(b"deliverable".to_vec(), Buffer::Known(256), 0, Patience::default());
//! let mut decoder = Decoder::new();
//! let outcome = loop {
//!     match upload.next() {
//!         Next::Done(outcome) => break outcome,
//!         Next::Send(bytes) => {
//!             for piece in attacker.to_device(&bytes) {
//!                 // rig.send(&piece)
//!             }
//!         }
//!         Next::Wait { ms } => {
//!             let heard: &[u8] = b""; // rig.receive(ms)
//!             if heard.is_empty() {
//!                 upload.timed_out();
//!             }
//!             for packet in decoder.packets(&attacker.to_publisher(heard)) {
//!                 upload.received(&packet);
//!             }
//!         }
//!     }
//! };
//! assert_eq!(outcome, Outcome::Failed(Error::NoAnswer { attempts: 4 }));
//! # Ok::<(), Error>(())
//! ```

pub mod answer;
pub mod attacker;
pub mod cbor;
pub mod client;
mod courier;
pub mod error;
pub mod frame;
pub mod replay;
pub mod smp;
pub mod traffic;

pub use answer::Answer;
pub use attacker::{Act, Acts, Attacker, Verb, VerbName};
pub use cbor::Value;
pub use client::{Buffer, Exchange, Next, Outcome, Single, Tally, Upload};
pub use courier::Patience;
pub use error::Error;
pub use replay::{Recording, Refusal, Replay};
pub use smp::{Header, Op, Request};
pub use traffic::{Direction, Passed, Side, Traffic};
