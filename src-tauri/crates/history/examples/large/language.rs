//! Invented words that are as frequent as words are: the n-th is said in proportion to 1/n.

const VOCABULARY: usize = 30_000;

/// The same numbers in every run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Words, and how often each is said.
pub(crate) struct Language {
    words: Vec<String>,
}

impl Language {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        const FIRST: [&str; 16] =
            ["b", "br", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "w"];
        const MIDDLE: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "y"];
        const LAST: [&str; 8] = ["", "n", "r", "s", "t", "ng", "ld", "m"];
        let mut words = std::collections::BTreeSet::new();
        let mut in_order = Vec::new();
        while in_order.len() < VOCABULARY {
            // The most frequent words are the shortest.
            let is_frequent = in_order.len() < 100;
            let syllables =
                if is_frequent { 1 } else { 1 + chance.below(3 + in_order.len() / 9_000) };
            let word: String = (0..syllables)
                .map(|_| {
                    [FIRST[chance.below(16)], MIDDLE[chance.below(8)], LAST[chance.below(8)]]
                        .concat()
                })
                .collect();
            if words.insert(word.clone()) {
                in_order.push(word);
            }
        }
        Self { words: in_order }
    }

    /// The n-th word in proportion to 1/n.
    pub(crate) fn word(&self, chance: &mut Chance) -> &str {
        let rank = (VOCABULARY as f64).powf(chance.share()) - 1.0;
        &self.words[(rank as usize).min(VOCABULARY - 1)]
    }
}
