//! Turns samples into numbers that may be printed: ratios with intervals, counts without, warnings.
//!
//! A figure without an interval invites a conclusion that the samples do not carry, and an interval
//! around a count that is always the same pretends to a doubt that is not there. So the two are two
//! types here. Everything is a function of its arguments: no clock, no files, and where chance is
//! needed, a seed. Who measured, and with what, is the caller's business.

mod break_even;
mod count;
pub mod energy;
mod pair;
mod ratio;
mod student;
mod summary;
mod warning;

pub use break_even::{BreakEven, CostAt, break_even};
pub use count::{Count, CountError};
pub use pair::{Order, Pair, order_of};
pub use ratio::{Bootstrap, Interval, RatioError, bootstrap, log_t};
pub use student::quantile as student_t_quantile;
pub use summary::{Summary, median};
pub use warning::{Limits, Machine, Turbo, Warning, about_machine, about_pairs};
