//! The protocol from both ends, in memory.
//!
//! A line that is a queue of bytes stands for the pipe and for the UART; what a device must bear from
//! a real line is put into the queue by hand.

use cryptobench::{
    Answer, FrameError, Inputs, Memory, Meter, Operation, Port, Refused, Request, Unit, fill_with_pattern, perform,
    read_frame, serve, write_frame,
};

/// Reads from one queue, writes into another.
#[derive(Default)]
struct Line {
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        if self.incoming.len() < buffer.len() {
            return Err(FrameError::Closed);
        }
        let rest = self.incoming.split_off(buffer.len());
        buffer.copy_from_slice(&self.incoming);
        self.incoming = rest;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.outgoing.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        Ok(())
    }
}

/// Counts how often it was asked.
struct Counter(u64);

impl Meter for Counter {
    fn unit(&self) -> Unit {
        Unit::Instructions
    }

    fn count(&mut self, work: &mut dyn FnMut()) -> u64 {
        work();
        self.0 += 1;
        self.0
    }
}

const INPUT_BYTES: usize = 256;

/// Plays requests to a server and returns the bodies of its answers.
fn play(requests: &[Request<'_>]) -> Vec<Vec<u8>> {
    let mut line = Line::default();
    for request in requests {
        write_frame(&mut line, |sink| request.encode(sink)).expect("the queue takes everything");
    }
    let (end, answers) = serve_bytes(line.outgoing);
    assert_eq!(end, FrameError::Closed);
    answers
}

fn serve_bytes(incoming: Vec<u8>) -> (FrameError, Vec<Vec<u8>>) {
    let mut line = Line { incoming, outgoing: Vec::new() };
    let (mut inputs, mut output) = ([0; INPUT_BYTES], [0; INPUT_BYTES]);
    let mut memory = Memory { inputs: &mut inputs, output: &mut output };
    let end = serve(&mut line, &mut Counter(40), &mut memory, "a test", perform).expect_err("the queue ends");
    let mut line = Line { incoming: line.outgoing, outgoing: Vec::new() };
    let mut answers = Vec::new();
    let mut buffer = vec![0; 1024];
    while let Ok(body) = read_frame(&mut line, |_| Some(&mut buffer)) {
        answers.push(body.to_vec());
    }
    (end, answers)
}

fn sha256(message: &[u8], fill_size: u32) -> Request<'_> {
    Request::Load { operation: Operation::Sha256, inputs: Inputs { message, ..Inputs::default() }, fill_size }
}

fn refused(body: &[u8]) -> Option<Refused> {
    match Answer::decode(body) {
        Ok(Answer::Refused(refused)) => Some(refused),
        Ok(_) | Err(_) => None,
    }
}

#[test]
fn what_is_loaded_is_computed_and_run() {
    let answers = play(&[Request::Identity, sha256(b"abc", 0), Request::Compute, Request::Run { iterations: 3 }]);
    assert_eq!(Answer::decode(&answers[0]), Ok(Answer::Identity("a test")));
    assert_eq!(Answer::decode(&answers[1]), Ok(Answer::Loaded));
    let digest = hex::decode("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").expect("hex digits");
    assert_eq!(Answer::decode(&answers[2]), Ok(Answer::Output(&digest)));
    let Ok(Answer::Ran(ran)) = Answer::decode(&answers[3]) else { panic!("{:?}", answers[3]) };
    assert_eq!((ran.iterations, ran.count, ran.unit), (3, 41, Unit::Instructions));
}

#[test]
fn a_program_that_cannot_see_its_stack_says_so() {
    let answers = play(&[sha256(b"abc", 0), Request::Stack]);
    assert_eq!(refused(&answers[1]), Some(Refused::Stack));
}

#[test]
fn both_ends_make_the_same_pattern() {
    let mut pattern = [0; 100];
    fill_with_pattern(&mut pattern);
    let answers = play(&[sha256(&pattern, 0), Request::Compute, sha256(&pattern[..0], 100), Request::Compute]);
    assert_eq!(answers[1], answers[3]);
    assert_ne!(pattern[..50], pattern[50..]);
}

#[test]
fn nothing_is_computed_before_something_is_loaded() {
    let answers = play(&[Request::Compute, Request::Run { iterations: 1 }]);
    assert_eq!(answers.iter().map(|body| refused(body)).collect::<Vec<_>>(), [Some(Refused::NothingLoaded); 2]);
}

#[test]
fn a_load_that_fails_leaves_nothing_loaded() {
    let answers = play(&[sha256(b"abc", 0), sha256(b"abc", 10_000), Request::Compute]);
    assert_eq!(refused(&answers[1]), Some(Refused::TooLarge));
    assert_eq!(refused(&answers[2]), Some(Refused::NothingLoaded));
}

#[test]
fn an_output_without_room_is_refused() {
    let inputs = Inputs { key: &[0; 32], ..Inputs::default() };
    let mut output = [0; 8];
    let inputs = Inputs { message: &[0; 9], ..inputs };
    assert_eq!(perform(Operation::ChaCha20Rng, &inputs, &mut output), Err(Refused::TooLarge));
    assert_eq!(perform(Operation::Sha1, &inputs, &mut output), Err(Refused::TooLarge));
}

#[test]
fn a_damaged_frame_is_noticed() {
    let mut line = Line::default();
    write_frame(&mut line, |sink| sha256(b"abc", 0).encode(sink)).expect("the queue takes everything");
    let whole = line.outgoing;
    for place in 5..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        assert_eq!(serve_bytes(damaged), (FrameError::Checksum, vec![]));
    }
    let mut damaged = whole.clone();
    damaged[0] ^= 1;
    assert_eq!(serve_bytes(damaged).0, FrameError::NoMark);
    let mut damaged = whole;
    damaged[3] = 0xff;
    assert!(matches!(serve_bytes(damaged).0, FrameError::TooLong(_)));
}

#[test]
fn a_request_with_spare_or_missing_bytes_is_no_request() {
    for request in
        [Request::Identity, sha256(b"abc", 7), Request::Compute, Request::Run { iterations: 9 }, Request::Stack]
    {
        let mut bytes = Vec::new();
        request.encode(&mut |piece| bytes.extend_from_slice(piece));
        assert_eq!(Request::decode(&bytes), Ok(request));
        for size in 0..bytes.len() {
            assert!(Request::decode(&bytes[..size]).is_err());
        }
        bytes.push(0);
        assert!(Request::decode(&bytes).is_err());
    }
}

#[test]
fn every_operation_has_a_number_and_a_name_of_its_own() {
    for (index, operation) in Operation::ALL.into_iter().enumerate() {
        assert_eq!(Operation::from_number(operation as u8), Some(operation));
        assert!(Operation::ALL[..index].iter().all(|other| other.name() != operation.name()));
    }
    assert_eq!(Operation::from_number(0), None);
}

#[test]
fn every_operation_of_this_build_refuses_inputs_that_are_empty_or_wrong() {
    let nonsense = Inputs { key: &[1; 7], nonce: &[2; 3], associated: &[3], message: &[4; 5], signature: &[5; 6] };
    let mut output = [0; 128];
    for operation in Operation::ALL.into_iter().filter(|operation| operation.built().is_ok()) {
        let keyless = match operation {
            Operation::Sha1
            | Operation::Sha256
            | Operation::Sha384
            | Operation::Sha512
            | Operation::HmacSha256
            | Operation::HkdfSha256 => true,
            Operation::Aes128Ctr
            | Operation::Aes256Ctr
            | Operation::Aes128GcmOpen
            | Operation::Aes256GcmOpen
            | Operation::Aes128KwUnwrap
            | Operation::Aes256KwUnwrap
            | Operation::Aes128Cmac
            | Operation::Aes256Cmac
            | Operation::ChaCha20Rng
            | Operation::P256Verify
            | Operation::P256Sign
            | Operation::Rsa2048Verify
            | Operation::LmsVerify
            | Operation::MlDsa44Verify
            | Operation::MlDsa65Verify
            | Operation::MlDsa87Verify => false,
        };
        for inputs in [nonsense, Inputs::default()] {
            assert_eq!(perform(operation, &inputs, &mut output).is_ok(), keyless, "{}", operation.name());
        }
    }
}
