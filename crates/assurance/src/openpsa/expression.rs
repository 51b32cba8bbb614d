//! Numbers from expressions: what a basic event's probability is.

use super::words::Function;

/// The value of a function of numbers, or what is wrong with them. A deviate is taken at its mean.
pub(super) fn apply(function: Function, of: &[f64]) -> Result<f64, &'static str> {
    let value = match (function, of) {
        (Function::Negative, [one]) => -one,
        (Function::Add, _) => of.iter().sum(),
        (Function::Subtract, [first, rest @ ..]) => {
            rest.iter().fold(*first, |sum, next| sum - next)
        }
        (Function::Multiply, _) => of.iter().product(),
        (Function::Divide, [first, rest @ ..]) => {
            rest.iter().fold(*first, |part, next| part / next)
        }
        (Function::Minimum, _) => of.iter().copied().fold(f64::INFINITY, f64::min),
        (Function::Maximum, _) => of.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        (Function::Mean, _) => of.iter().sum::<f64>() / of.len() as f64,
        (Function::Absolute, [one]) => one.abs(),
        (Function::Exp, [one]) => one.exp(),
        (Function::Log, [one]) => one.ln(),
        (Function::Log10, [one]) => one.log10(),
        (Function::Power, [base, exponent]) => base.powf(*exponent),
        (Function::Root, [one]) => one.sqrt(),
        (Function::Exponential, &[rate, time]) => {
            check(rate >= 0.0 && time >= 0.0, "its rate and its time must not be negative")?;
            failed(rate, time)
        }
        (Function::Glm, &[demand, rate, repair, time]) => {
            let rates = rate >= 0.0 && repair >= 0.0 && time >= 0.0;
            check(rates, "its rates and its time must not be negative")?;
            check((0.0..=1.0).contains(&demand), "its failure on demand must be from 0 to 1")?;
            let both = rate + repair;
            let lasting = if both > 0.0 { rate / both } else { 0.0 };
            demand * (-both * time).exp() + lasting * failed(both, time)
        }
        (Function::Weibull, &[scale, shape, shift, time]) => {
            check(scale > 0.0 && shape > 0.0, "its scale and its shape must be positive")?;
            check(shift >= 0.0 && time >= 0.0, "its times must not be negative")?;
            let past = (time - shift).max(0.0);
            -(-(past / scale).powf(shape)).exp_m1()
        }
        (Function::PeriodicTest, &[rate, interval, first, time]) => {
            check_periods(rate, interval, first, time)?;
            let since = (time - first) % interval;
            match time <= first {
                true => failed(rate, time),
                // At the moment of a test it is what the test finds.
                false => failed(rate, if since > 0.0 { since } else { interval }),
            }
        }
        (Function::PeriodicTest, &[rate, repair, interval, first, time]) => {
            check_periods(rate, interval, first, time)?;
            check(repair >= 0.0, "its rates must not be negative")?;
            tested_and_repaired([rate, repair], interval, first, time)
        }
        (Function::UniformDeviate, [low, high]) => (low + high) / 2.0,
        (Function::NormalDeviate, [mean, _]) => *mean,
        (Function::LognormalDeviate, [mean, _, _]) => *mean,
        (Function::LognormalDeviate, [mu, sigma]) => (mu + sigma * sigma / 2.0).exp(),
        (Function::GammaDeviate, [shape, scale]) => shape * scale,
        (Function::BetaDeviate, [alpha, beta]) => alpha / (alpha + beta),
        _ => return Err("it has too few or too many arguments"),
    };
    check(value.is_finite(), "its value is not a finite number")?;
    Ok(value)
}

fn check(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn check_periods(rate: f64, interval: f64, first: f64, time: f64) -> Result<(), &'static str> {
    check(interval > 0.0, "the time between its tests must be positive")?;
    check(rate >= 0.0 && first >= 0.0 && time >= 0.0, "its rate and times must not be negative")
}

/// That something that fails at a rate has failed by a time.
fn failed(rate: f64, time: f64) -> f64 {
    -(-rate * time).exp_m1()
}

/// Not available, when failures are found by tests only and repair starts then.
///
/// After a test whatever does not work is being repaired. So between tests it is a chain of
/// three states: working, failed and not known, in repair; and over one period the unavailable
/// share `u` becomes `failed + u * carried`.
fn tested_and_repaired([rate, repair]: [f64; 2], interval: f64, first: f64, time: f64) -> f64 {
    if time <= first {
        return failed(rate, time);
    }
    let carried = |span: f64| (-rate * span).exp() - repaired(rate, repair, span);
    let periods = ((time - first) / interval).floor();
    let (one, kept) = (failed(rate, interval), carried(interval));
    let power = kept.powf(periods);
    // The sum of `kept` to the powers 0 .. periods - 1.
    let series = if (1.0 - kept).abs() < 1e-12 { periods } else { (1.0 - power) / (1.0 - kept) };
    let before = failed(rate, first) * power + one * series;
    let since = time - first - periods * interval;
    failed(rate, since) + before * carried(since)
}

/// That what was in repair works after a time: repaired, and not failed again since.
fn repaired(rate: f64, repair: f64, time: f64) -> f64 {
    let (slow, fast) = (rate.min(repair), rate.max(repair));
    let apart = (fast - slow) * time;
    if apart < 1e-6 {
        // The limit of the quotient below, to second order.
        return repair * time * (-slow * time).exp() * (1.0 - apart / 2.0);
    }
    repair / (fast - slow) * (-slow * time).exp() * -(-apart).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(function: Function, of: &[f64]) -> f64 {
        apply(function, of).expect("defined")
    }

    #[test]
    fn a_repair_at_no_rate_leaves_what_failed() {
        let tested = value(Function::PeriodicTest, &[0.01, 0.0, 10.0, 5.0, 42.0]);
        assert!((tested - failed(0.01, 42.0)).abs() < 1e-12, "{tested}");
    }

    #[test]
    fn a_repair_in_no_time_is_the_model_without_repair() {
        for time in [3.0, 5.0, 7.5, 14.9, 42.0] {
            let repaired = value(Function::PeriodicTest, &[0.01, 1e9, 10.0, 5.0, time]);
            let instant = value(Function::PeriodicTest, &[0.01, 10.0, 5.0, time]);
            assert!((repaired - instant).abs() < 1e-9, "{time}: {repaired} {instant}");
        }
    }

    /// The chain of three states in small steps.
    #[test]
    fn tests_and_repairs_agree_with_the_chain_stepped_through() {
        for [rate, repair] in [[0.02, 0.1], [0.1, 0.1], [0.3, 0.05]] {
            let (interval, first, time) = (10.0, 4.0, 37.0);
            let steps = 370_000;
            let [mut works, mut hidden, mut mending] = [1.0, 0.0, 0.0];
            for step in 0..steps {
                let now = time * f64::from(step) / f64::from(steps);
                let span = time / f64::from(steps);
                let test = (now - first) / interval;
                if test >= 0.0 && (test - test.round()).abs() * interval < span / 2.0 {
                    (mending, hidden) = (mending + hidden, 0.0);
                }
                let (fails, mends) = (works * rate * span, mending * repair * span);
                works += mends - fails;
                hidden += fails;
                mending -= mends;
            }
            let exact = value(Function::PeriodicTest, &[rate, repair, interval, first, time]);
            assert!((exact - (hidden + mending)).abs() < 1e-4, "{exact} {}", hidden + mending);
        }
    }

    #[test]
    fn small_probabilities_keep_their_digits() {
        let rare = value(Function::Exponential, &[1e-18, 1.0]);
        assert!((rare - 1e-18).abs() < 1e-33, "{rare:e}");
        let rare = value(Function::Glm, &[0.0, 1e-20, 0.1, 1e4]);
        assert!((rare - 1e-19).abs() < 1e-33, "{rare:e}");
    }

    #[test]
    fn what_is_not_defined_is_not_a_number() {
        assert!(apply(Function::Divide, &[1.0, 0.0]).is_err());
        assert!(apply(Function::Log, &[0.0]).is_err());
        assert!(apply(Function::Exponential, &[-1.0, 1.0]).is_err());
        assert!(apply(Function::Weibull, &[0.0, 1.0, 0.0, 1.0]).is_err());
        assert!(apply(Function::PeriodicTest, &[1.0, 0.0, 0.0, 1.0]).is_err());
        assert!(apply(Function::Power, &[10.0, 400.0]).is_err());
    }
}
