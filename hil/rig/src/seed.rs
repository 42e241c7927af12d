//! Independent streams of randomness, all from the run's one seed.
//!
//! Each use has its own stream, so that a new use somewhere never shifts the numbers of another and
//! an old seed keeps repeating its run.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The stream of this purpose. Purposes are small constants owned by the caller.
pub fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}
