//! Counts of values in buckets whose width grows with the value.

/// Buckets in each doubling of the value: a bucket is at most a sixteenth as wide as what it holds.
const PER_DOUBLING: usize = 16;
/// log₂ of the same.
const PRECISION: u32 = PER_DOUBLING.trailing_zeros();
/// Values below 2³² have a bucket of their size; in microseconds that is more than an hour. Larger ones share the last.
const LARGEST: u64 = u32::MAX as u64;
/// Small values have a bucket each, then come the doublings up to 2³².
const BUCKETS: usize = PER_DOUBLING * (32 - PRECISION as usize + 1);

/// How often which value came, to about 6 %, in two kilobytes whatever comes.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Box<[u32; BUCKETS]>,
    count: u64,
    max: u64,
}

/// What is told of a histogram, in the unit of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many values.
    pub count: u64,
    /// Half of them are not larger.
    pub p50: u64,
    /// 95 % of them are not larger.
    pub p95: u64,
    /// 99 % of them are not larger.
    pub p99: u64,
    /// The largest, exactly.
    pub max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: Box::new([0; BUCKETS]), count: 0, max: 0 }
    }
}

impl Histogram {
    /// Counts a value.
    pub fn add(&mut self, value: u64) {
        let bucket = &mut self.counts[bucket_of(value)];
        *bucket = bucket.saturating_add(1);
        self.count += 1;
        self.max = self.max.max(value);
    }

    /// The value that this share of all values does not exceed: never less than the true one, and up to a sixteenth more;
    /// 0 of nothing.
    #[must_use]
    pub fn quantile(&self, share: f64) -> u64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of it")]
        #[allow(clippy::cast_precision_loss, reason = "fewer than 2⁵³ values")]
        let rank = ((share * self.count as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= rank {
                return end_of(bucket).min(self.max);
            }
        }
        self.max
    }

    /// The usual percentiles.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            count: self.count,
            p50: self.quantile(0.50),
            p95: self.quantile(0.95),
            p99: self.quantile(0.99),
            max: self.max,
        }
    }
}

fn bucket_of(value: u64) -> usize {
    let value = value.min(LARGEST);
    if value < PER_DOUBLING as u64 {
        return usize::try_from(value).unwrap_or(0);
    }
    let shift = value.ilog2() - PRECISION;
    // Between PER_DOUBLING and twice that: the leading bits.
    let leading = usize::try_from(value >> shift).unwrap_or(0);
    shift as usize * PER_DOUBLING + leading
}

/// The largest value of a bucket.
fn end_of(bucket: usize) -> u64 {
    let Some(shift) = (bucket / PER_DOUBLING).checked_sub(1) else { return bucket as u64 };
    let leading = (bucket - shift * PER_DOUBLING) as u64;
    ((leading + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(*value));
        histogram
    }

    #[test]
    fn nothing_was_counted_at_first() {
        assert_eq!(Histogram::default().summary(), Summary::default());
    }

    #[test]
    fn small_values_are_exact() {
        let hundred: Vec<u64> = (0..10).cycle().take(100).collect();
        let summary = of(&hundred).summary();
        assert_eq!(summary, Summary { count: 100, p50: 4, p95: 9, p99: 9, max: 9 });
    }

    #[test]
    fn a_few_that_are_late_show_where_they_belong() {
        let mut values = vec![4_000; 985];
        values.extend([30_000; 15]);
        let summary = of(&values).summary();
        assert!((4_000..4_250).contains(&summary.p50), "{summary:?}");
        assert!((4_000..4_250).contains(&summary.p95), "{summary:?}");
        assert_eq!((summary.p99, summary.max), (30_000, 30_000));
    }

    #[test]
    fn buckets_follow_each_other_without_a_hole() {
        for bucket in 1..BUCKETS {
            let first = end_of(bucket - 1) + 1;
            assert_eq!((bucket_of(first), bucket_of(end_of(bucket))), (bucket, bucket));
        }
        assert_eq!(end_of(BUCKETS - 1), LARGEST);
    }

    #[test]
    fn what_is_too_large_is_counted_all_the_same() {
        let histogram = of(&[u64::MAX]);
        assert_eq!((histogram.summary().count, histogram.summary().max), (1, u64::MAX));
    }

    proptest! {
        #[test]
        fn a_quantile_is_never_below_the_true_one_and_at_most_a_sixteenth_above(
            mut values in prop::collection::vec(0u64..10_000_000, 1..300), share in 0.01f64..1.0,
        ) {
            let told = of(&values).quantile(share);
            values.sort_unstable();
            let rank = (share * values.len() as f64).ceil() as usize;
            let truth = values[rank - 1];
            prop_assert!(told >= truth && told <= truth + truth / 16, "{} for {}", told, truth);
        }
    }
}
