//! A number within bounds.

use serde_json::{Number, Value};

use super::Schema;

/// A small number that the schema allows.
pub(super) fn of(schema: &Schema, integer: bool, variation: usize) -> Result<Value, String> {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let bounds = Bounds {
        least: bound("minimum"),
        above: bound("exclusiveMinimum"),
        most: bound("maximum"),
        below: bound("exclusiveMaximum"),
        step: bound("multipleOf").filter(|step| *step > 0.0),
        integer,
    };
    let found = bounds.candidates(variation as f64);
    let found = found.into_iter().find(|value| bounds.hold(*value));
    found
        .and_then(|value| written(value, integer))
        .ok_or_else(|| "no number was found within its bounds".into())
}

struct Bounds {
    least: Option<f64>,
    above: Option<f64>,
    most: Option<f64>,
    below: Option<f64>,
    step: Option<f64>,
    integer: bool,
}

impl Bounds {
    fn candidates(&self, variation: f64) -> Vec<f64> {
        let unit = match (self.step, self.integer) {
            (Some(step), _) => step,
            (None, true) => 1.0,
            (None, false) => self.narrowest(),
        };
        let from_below = self.least.or(self.above).map(|bound| (bound / unit).ceil());
        let from_above = self.most.or(self.below).map(|bound| (bound / unit).floor());
        let start = from_below.or(from_above);
        let mut candidates = vec![(1.0 + variation) * unit, unit, 0.0];
        if let Some(start) = start {
            for offset in [0.0, 1.0, -1.0, 2.0, -2.0] {
                candidates.push((start + offset + variation) * unit);
                candidates.push((start + offset) * unit);
            }
        }
        candidates.extend([self.least, self.most].into_iter().flatten());
        candidates
    }

    /// A step that has a place between the bounds.
    fn narrowest(&self) -> f64 {
        let low = self.least.or(self.above);
        let high = self.most.or(self.below);
        match (low, high) {
            (Some(low), Some(high)) if high - low < 2.0 && high > low => (high - low) / 4.0,
            _ => 1.0,
        }
    }

    fn hold(&self, value: f64) -> bool {
        let is_step = |step: f64| ((value / step) - (value / step).round()).abs() < 1e-9;
        self.least.is_none_or(|least| value >= least)
            && self.above.is_none_or(|above| value > above)
            && self.most.is_none_or(|most| value <= most)
            && self.below.is_none_or(|below| value < below)
            && self.step.is_none_or(is_step)
            && (!self.integer || value.fract() == 0.0)
    }
}

fn written(value: f64, integer: bool) -> Option<Value> {
    let whole = value.fract() == 0.0 && value.abs() < 9e15;
    match integer || whole {
        true => Some((value as i64).into()),
        false => Number::from_f64(value).map(Value::Number),
    }
}
