//! Quantiles of Student's t distribution.
//!
//! With ten pairs the normal quantile makes an interval one seventh too narrow, and ten pairs is what
//! an impatient person takes. The distribution function is the regularised incomplete beta function,
//! evaluated by its continued fraction (NIST DLMF 8.17.22); the quantile is found by halving.

/// The value below which a share of `probability` lies, with so many degrees of freedom; `None` unless
/// `0.5 <= probability < 1` and there is a degree of freedom.
pub fn quantile(probability: f64, degrees_of_freedom: usize) -> Option<f64> {
    if !(0.5..1.0).contains(&probability) || degrees_of_freedom == 0 {
        return None;
    }
    let degrees = degrees_of_freedom as f64;
    let mut high = 1.0;
    while cumulative(high, degrees) < probability {
        high *= 2.0;
        if high > LARGEST {
            return None;
        }
    }
    let mut low = 0.0;
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if cumulative(middle, degrees) < probability { low = middle } else { high = middle }
    }
    Some((low + high) / 2.0)
}

/// Probabilities so close to 1 that the quantile lies beyond this are refused.
const LARGEST: f64 = 1e9;
/// More halvings than a double has bits.
const HALVINGS: usize = 80;

/// Share of the distribution below `t >= 0`.
fn cumulative(t: f64, degrees: f64) -> f64 {
    let x = degrees / (degrees + t * t);
    1.0 - incomplete_beta(x, degrees / 2.0, 0.5) / 2.0
}

/// Regularised incomplete beta function I_x(a, b).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast on this side only; the function's symmetry covers the other.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    front * continued_fraction(x, a, b)
}

/// Lentz's method, as Thompson and Barnett modified it.
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + coefficient * d);
            c = away_from_zero(1.0 + coefficient / c);
            step = c * d;
            fraction *= step;
        }
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

/// Terms of the fraction; about the square root of the largest parameter is needed.
const TERMS: u32 = 1000;

/// Logarithm of the gamma function by Stirling's series (NIST DLMF 5.11.1), for arguments above 0.
fn ln_gamma(x: f64) -> f64 {
    // The series needs a large argument: climb there by Γ(x + 1) = x Γ(x).
    let mut argument = x;
    let mut climbed = 0.0;
    while argument < 12.0 {
        climbed += argument.ln();
        argument += 1.0;
    }
    let inverse_square = 1.0 / (argument * argument);
    let series = (1.0 / 12.0
        - inverse_square * (1.0 / 360.0 - inverse_square * (1.0 / 1260.0 - inverse_square / 1680.0)))
        / argument;
    (argument - 0.5) * argument.ln() - argument + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - climbed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_quantile(probability: f64, degrees_of_freedom: usize, expected: f64) {
        let found = quantile(probability, degrees_of_freedom).expect("the arguments are in range");
        assert!((found - expected).abs() < 1e-6 * expected.max(1.0), "{found} instead of {expected}");
    }

    #[test]
    fn quantiles_agree_with_the_published_table() {
        assert_quantile(0.975, 1, 12.706_204_736);
        assert_quantile(0.975, 2, 4.302_652_730);
        assert_quantile(0.975, 9, 2.262_157_163);
        assert_quantile(0.995, 9, 3.249_835_542);
        assert_quantile(0.975, 30, 2.042_272_456);
        assert_quantile(0.95, 120, 1.657_650_899);
    }

    #[test]
    fn many_degrees_of_freedom_are_normal() {
        assert_quantile(0.975, 10_000_000, 1.959_964_2);
    }

    #[test]
    fn the_middle_is_zero() {
        assert!(quantile(0.5, 7).expect("in range").abs() < 1e-9);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        assert_eq!(quantile(1.0, 5), None);
        assert_eq!(quantile(0.4, 5), None);
        assert_eq!(quantile(f64::NAN, 5), None);
        assert_eq!(quantile(0.9, 0), None);
    }

    #[test]
    fn the_gamma_function_is_the_factorial() {
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }
}
