//! Ranges of parameters, and what is said when a value is outside them. `UpdateConfiguration` has the same ones.

/// A bad value of a known parameter. `Display` is the text of the `Error` frame that goes with 3006. Only the prefix and
/// the words about sample rate and list length are the service's own (wire); the rest is ours.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// Not in the parameter's closed set.
    #[error("User Input Validation Error: Invalid {name} \"{value}\": must be one of {}", .allowed.join(", "))]
    UnknownValue {
        /// The parameter.
        name: &'static str,
        /// What was sent, at most 64 characters of it.
        value: String,
        /// What would have been accepted.
        allowed: &'static [&'static str],
    },
    /// Not a boolean in any spelling.
    #[error("User Input Validation Error: Invalid {name} \"{value}\": must be true or false")]
    NotABoolean {
        /// The parameter.
        name: &'static str,
        /// What was sent, clipped.
        value: String,
    },
    /// Not a number, or not a whole one where that is needed.
    #[error("User Input Validation Error: Invalid {name} \"{value}\": must be a number")]
    NotANumber {
        /// The parameter.
        name: &'static str,
        /// What was sent, clipped.
        value: String,
    },
    /// A number out of range.
    #[error("User Input Validation Error: Invalid {name}: must be between {minimum} and {maximum}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The least accepted.
        minimum: u32,
        /// The most accepted.
        maximum: u32,
    },
    /// Under 8000 Hz.
    #[error("User Input Validation Error: Invalid sample_rate: must be at least 8,000 Hz")]
    SampleRateTooLow,
    /// Not a JSON list of strings.
    #[error("User Input Validation Error: Invalid {name}: must be a JSON list of strings")]
    NotAList {
        /// The parameter.
        name: &'static str,
    },
    /// Too many items.
    #[error("User Input Validation Error: Invalid {name}: Max {maximum} items")]
    TooManyItems {
        /// The parameter.
        name: &'static str,
        /// The most accepted.
        maximum: usize,
    },
    /// Too long a text.
    #[error("User Input Validation Error: Invalid {name}: must be at most {TEXT_MAX} characters")]
    TooLong {
        /// The parameter.
        name: &'static str,
    },
}

/// The most characters in `prompt` and `agent_context` (docs, wire).
const TEXT_MAX: usize = 1750;

pub(crate) fn unit(name: &'static str, value: Option<f64>) -> Result<(), ParameterError> {
    match value {
        // Written so that NaN, which no comparison accepts, is refused too.
        Some(value) if !(0.0..=1.0).contains(&value) => {
            Err(ParameterError::OutOfRange { name, minimum: 0, maximum: 1 })
        }
        _ => Ok(()),
    }
}

pub(crate) fn range(
    name: &'static str,
    value: Option<u32>,
    minimum: u32,
    maximum: u32,
) -> Result<(), ParameterError> {
    match value {
        Some(value) if !(minimum..=maximum).contains(&value) => {
            Err(ParameterError::OutOfRange { name, minimum, maximum })
        }
        _ => Ok(()),
    }
}

pub(crate) fn count(
    name: &'static str,
    items: &[String],
    maximum: usize,
) -> Result<(), ParameterError> {
    if items.len() > maximum { Err(ParameterError::TooManyItems { name, maximum }) } else { Ok(()) }
}

pub(crate) fn length(name: &'static str, text: Option<&str>) -> Result<(), ParameterError> {
    match text {
        Some(text) if text.chars().count() > TEXT_MAX => Err(ParameterError::TooLong { name }),
        _ => Ok(()),
    }
}

/// What a client sent goes back to it in an error: never more than a line of it.
pub(crate) fn clip(value: &str) -> String {
    value.chars().take(64).collect()
}
