//! Pumps an exchange between the link's state machines and a device.
//!
//! Time is the rig's: a wait begins with what was sent last, and whatever a talkative device says
//! does not stretch it, because the remaining time only ever shrinks.

use link::frame::Decoder;
use link::{Answer, Attacker, Buffer, Error, Exchange, Next, Outcome, Patience, Replay, Request, Single, Upload};
use rig::Device;
use scenario::model::RigAct;

use crate::rig_act;
use crate::trouble::Trouble;

/// How much of a wait one look at the line takes, in milliseconds: bounds the time a device can
/// make a wait last by trickling bytes.
const LOOK_MS: u32 = 50;

/// Something the rig does in the middle of an exchange.
pub(crate) struct Cue {
    /// How many bytes are sent before.
    pub(crate) after_bytes: usize,
    /// What it does.
    pub(crate) act: RigAct,
    /// What it found afterwards; nothing while the cue has not come.
    pub(crate) found: Option<u32>,
}

/// Somebody on the way of the bytes.
trait Path {
    /// What reaches the device of what is sent.
    fn onward(&mut self, bytes: &[u8]) -> Vec<Vec<u8>>;
    /// What comes back of what the device says.
    fn back(&mut self, bytes: &[u8]) -> Vec<u8>;
}

/// Between publisher and device.
struct OnPath<'a>(&'a mut Attacker);

/// The attacker himself, past the publisher.
struct OnHisOwn<'a>(&'a mut Attacker);

/// The rig's own wire: nobody on it.
struct Direct;

impl Path for OnPath<'_> {
    fn onward(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.0.to_device(bytes)
    }

    fn back(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.to_publisher(bytes)
    }
}

impl Path for OnHisOwn<'_> {
    fn onward(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        vec![self.0.inject(bytes)]
    }

    fn back(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.intercept(bytes)
    }
}

impl Path for Direct {
    fn onward(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        vec![bytes.to_vec()]
    }

    fn back(&mut self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }
}

/// How long a client waits for the first sign of life before it gives up.
const GREETING: Patience = Patience { answer_ms: 500, erase_ms: 500, retries: 3 };

/// Uploads a deliverable past the attacker. A device that does not even tell its buffer size is not
/// sent anything more, as no client would. The upload comes back too, so that it can be continued.
pub(crate) fn upload(
    device: &mut dyn Device,
    attacker: &mut Attacker,
    bytes: Vec<u8>,
    cue: Option<&mut Cue>,
) -> Result<(Outcome, Option<Upload>), Trouble> {
    let mut greeting = Single::new(Request::Params, 0, GREETING)?;
    let buffer = match pump(device, &mut OnPath(attacker), &mut greeting, None)? {
        Outcome::Answered(Answer::Params { buf_size_bytes, .. }) => Buffer::Known(buf_size_bytes),
        Outcome::Failed(Error::NoAnswer { attempts }) => {
            return Ok((Outcome::Failed(Error::NoAnswer { attempts }), None));
        }
        // It lives, and says nothing of use: go on with what every device must take.
        Outcome::Answered(_)
        | Outcome::Refused { .. }
        | Outcome::Uploaded
        | Outcome::Replayed { .. }
        | Outcome::Failed(_) => Buffer::Known(link::client::DEFAULT_BUFFER_BYTES),
    };
    let mut exchange = Upload::new(bytes, buffer, greeting.next_seq(), Patience::default());
    let outcome = pump(device, &mut OnPath(attacker), &mut exchange, cue)?;
    Ok((outcome, Some(exchange)))
}

/// Goes on with an upload that was refused for the time being.
pub(crate) fn go_on(device: &mut dyn Device, attacker: &mut Attacker, upload: &mut Upload) -> Result<Outcome, Trouble> {
    upload.go_on()?;
    pump(device, &mut OnPath(attacker), upload, None)
}

/// Lets the attacker play back what he recorded.
pub(crate) fn replay(device: &mut dyn Device, attacker: &mut Attacker) -> Result<Outcome, Trouble> {
    let nothing = || Trouble::Bench { what: "the attacker has no recording to play".to_owned() };
    let mut exchange: Replay = attacker.replay(Patience::default().answer_ms)?.ok_or_else(nothing)?;
    pump(device, &mut OnHisOwn(attacker), &mut exchange, None)
}

/// Asks the device something over the rig's own wire.
pub(crate) fn ask(device: &mut dyn Device, request: Request, patience: Patience) -> Result<Outcome, Trouble> {
    let mut exchange = Single::new(request, 0, patience)?;
    pump(device, &mut Direct, &mut exchange, None)
}

fn pump(
    device: &mut dyn Device,
    path: &mut impl Path,
    exchange: &mut impl Exchange,
    mut cue: Option<&mut Cue>,
) -> Result<Outcome, Trouble> {
    let mut decoder = Decoder::new();
    let mut sent_bytes = 0;
    let mut left_ms = None;
    loop {
        match exchange.next() {
            Next::Done(outcome) => return Ok(outcome),
            Next::Send(bytes) => {
                left_ms = None;
                sent_bytes += bytes.len();
                if let Some(cue) = cue.take_if(|cue| cue.after_bytes <= sent_bytes) {
                    cue.found = Some(rig_act::carry_out(device, cue.act)?);
                }
                for piece in path.onward(&bytes) {
                    device.send(&piece)?;
                }
            }
            Next::Wait { ms } => {
                let wait_ms = left_ms.unwrap_or(ms);
                if wait_ms == 0 {
                    left_ms = None;
                    exchange.timed_out();
                    continue;
                }
                let look_ms = wait_ms.min(LOOK_MS);
                let heard = device.receive(look_ms)?;
                if heard.is_empty() {
                    left_ms = Some(wait_ms - look_ms);
                } else {
                    // Talk costs a millisecond, so that even an endless talker runs out of time.
                    left_ms = Some(wait_ms - 1);
                }
                for packet in decoder.packets(&path.back(&heard)) {
                    exchange.received(&packet);
                }
            }
        }
    }
}
