//! Who may have a session.

use std::sync::{Arc, atomic::Ordering};

use sotto_protocol::{Encoding, StreamingParameters, texts};
use url::form_urlencoded;

use super::Connect;
use crate::{
    Entry,
    cloud::{Cloud, Redeemed},
};

/// One of the sessions that run at once.
pub(super) struct Seat(Arc<Cloud>);

impl Seat {
    fn take(cloud: &Arc<Cloud>) -> Option<Self> {
        let most = cloud.standing.borrow().most_sessions;
        let next = |taken: usize| most.is_none_or(|most| taken < most).then_some(taken + 1);
        cloud.seats.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).ok()?;
        Some(Self(Arc::clone(cloud)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.seats.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A session's terms.
pub(super) struct Admitted {
    pub(super) parameters: StreamingParameters,
    pub(super) token: Redeemed,
    pub(super) seat: Seat,
}

/// Checks the credential, then everything that the program must send.
pub(super) fn admit(cloud: &Arc<Cloud>, connect: &Connect) -> Result<Admitted, (u16, String)> {
    let token = cloud
        .redeem(connect.number, &connect.query, connect.header.as_deref())
        .map_err(|text| (1008, text.to_owned()))?;
    let parameters =
        StreamingParameters::parse(&connect.query).map_err(|error| (3006, error.to_string()))?;
    let has =
        |name: &str| form_urlencoded::parse(connect.query.as_bytes()).any(|pair| pair.0 == name);
    let is_wrong = [
        ("sample_rate=16000", !has("sample_rate") || parameters.sample_rate != 16_000),
        ("encoding=pcm_s16le", !has("encoding") || parameters.encoding != Encoding::PcmS16le),
        ("format_turns", !has("format_turns")),
        ("speech_model", !has("speech_model")),
        ("nothing retired", has("formatted_finals") || has("word_finalization_max_wait_time")),
    ];
    if let Some((wanted, _)) = is_wrong.iter().find(|(_, is_wrong)| *is_wrong) {
        let what = format!("the query must have {wanted}");
        cloud.log.note(Entry::Violation { session: Some(connect.number), what: what.clone() });
        return Err((3006, format!("{}{what}", texts::BAD_INPUT)));
    }
    let seat = Seat::take(cloud).ok_or_else(|| (1008, texts::TOO_MANY_SESSIONS.to_owned()))?;
    Ok(Admitted { parameters, token, seat })
}
