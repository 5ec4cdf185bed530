//! A change of some settings.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Captions, Dictation, RecogniserChoice, Settings, SettingsError, Theme};
use crate::cost::CostPlan;
use crate::language::LanguageChoice;
use crate::news::NewsLevel;
use crate::recognition::Recognition;

/// What the window wants changed; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsPatch {
    /// See [`Settings::is_welcomed`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_welcomed: Option<bool>,
    /// See [`Settings::recogniser`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub recogniser: Option<RecogniserChoice>,
    /// See [`Settings::recognition`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub recognition: Option<Recognition>,
    /// See [`Settings::device_id`]; a present `null` chooses the system's default.
    #[serde(skip_serializing_if = "Option::is_none", with = "present")]
    #[specta(optional, type = Option<String>)]
    pub device_id: Option<Option<String>>,
    /// See [`Settings::toggle_shortcut`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub toggle_shortcut: Option<String>,
    /// See [`Settings::talk_shortcut`]; a present `null` is none.
    #[serde(skip_serializing_if = "Option::is_none", with = "present")]
    #[specta(optional, type = Option<String>)]
    pub talk_shortcut: Option<Option<String>>,
    /// See [`Settings::dictation`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub dictation: Option<Dictation>,
    /// See [`Settings::is_autostarted`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_autostarted: Option<bool>,
    /// See [`Settings::is_close_explained`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_close_explained: Option<bool>,
    /// See [`Settings::captions_shortcut`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub captions_shortcut: Option<String>,
    /// See [`Settings::captions`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub captions: Option<Captions>,
    /// See [`Settings::theme`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub theme: Option<Theme>,
    /// See [`Settings::language`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub language: Option<LanguageChoice>,
    /// See [`Settings::is_audio_kept`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_audio_kept: Option<bool>,
    /// See [`Settings::keep_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub keep_days: Option<u32>,
    /// See [`Settings::token_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub token_seconds: Option<u32>,
    /// See [`Settings::session_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub session_seconds: Option<u32>,
    /// See [`Settings::is_offline_takeover`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_offline_takeover: Option<bool>,
    /// See [`Settings::takeover_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub takeover_seconds: Option<u32>,
    /// See [`Settings::is_offline_redone`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_offline_redone: Option<bool>,
    /// See [`Settings::idle_minutes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub idle_minutes: Option<u32>,
    /// See [`Settings::cost`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub cost: Option<CostPlan>,
    /// See [`Settings::notifications`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub notifications: Option<NewsLevel>,
    /// See [`Settings::is_looking_for_updates`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_looking_for_updates: Option<bool>,
}

/// Tells an absent field from a `null` one.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(
        clippy::option_option,
        clippy::ref_option,
        reason = "absent, null and a value are three things"
    )]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Option<String>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }

    #[allow(clippy::option_option, reason = "absent, null and a value are three things")]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(from).map(Some)
    }
}

impl Settings {
    /// These settings with `patch` applied, if the result makes sense.
    ///
    /// # Errors
    /// [`SettingsError::OutOfRange`].
    pub fn patched(&self, patch: SettingsPatch) -> Result<Self, SettingsError> {
        let next = Self {
            is_welcomed: patch.is_welcomed.unwrap_or(self.is_welcomed),
            recogniser: patch.recogniser.unwrap_or(self.recogniser),
            recognition: patch.recognition.unwrap_or_else(|| self.recognition.clone()),
            device_id: patch.device_id.unwrap_or_else(|| self.device_id.clone()),
            toggle_shortcut: patch.toggle_shortcut.unwrap_or_else(|| self.toggle_shortcut.clone()),
            talk_shortcut: patch.talk_shortcut.unwrap_or_else(|| self.talk_shortcut.clone()),
            dictation: patch.dictation.unwrap_or(self.dictation),
            is_autostarted: patch.is_autostarted.unwrap_or(self.is_autostarted),
            is_close_explained: patch.is_close_explained.unwrap_or(self.is_close_explained),
            captions_shortcut: patch
                .captions_shortcut
                .unwrap_or_else(|| self.captions_shortcut.clone()),
            captions: patch.captions.unwrap_or(self.captions),
            own_model: self.own_model.clone(),
            broker: self.broker.clone(),
            theme: patch.theme.unwrap_or(self.theme),
            language: patch.language.unwrap_or(self.language),
            is_audio_kept: patch.is_audio_kept.unwrap_or(self.is_audio_kept),
            keep_days: patch.keep_days.unwrap_or(self.keep_days),
            token_seconds: patch.token_seconds.unwrap_or(self.token_seconds),
            session_seconds: patch.session_seconds.unwrap_or(self.session_seconds),
            is_offline_takeover: patch.is_offline_takeover.unwrap_or(self.is_offline_takeover),
            takeover_seconds: patch.takeover_seconds.unwrap_or(self.takeover_seconds),
            is_offline_redone: patch.is_offline_redone.unwrap_or(self.is_offline_redone),
            idle_minutes: patch.idle_minutes.unwrap_or(self.idle_minutes),
            cost: patch.cost.unwrap_or(self.cost),
            notifications: patch.notifications.unwrap_or(self.notifications),
            is_looking_for_updates: patch
                .is_looking_for_updates
                .unwrap_or(self.is_looking_for_updates),
        };
        next.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_tells_null_from_absent() {
        let chosen = Settings { device_id: Some("mic".to_owned()), ..Settings::default() };
        let absent: SettingsPatch = serde_json::from_str(r#"{"theme":"dark"}"#).unwrap();
        assert_eq!(chosen.patched(absent).unwrap().device_id.as_deref(), Some("mic"));
        let null: SettingsPatch = serde_json::from_str(r#"{"deviceId":null}"#).unwrap();
        assert_eq!(chosen.patched(null).unwrap().device_id, None);
    }

    #[test]
    fn a_token_life_out_of_range_is_refused() {
        let patch = SettingsPatch { token_seconds: Some(601), ..SettingsPatch::default() };
        assert!(Settings::default().patched(patch).is_err());
    }

    #[test]
    fn captions_that_nobody_could_read_are_refused() {
        for captions in [
            Captions { size: 15, ..Captions::default() },
            Captions { size: 73, ..Captions::default() },
            Captions { lines: 0, ..Captions::default() },
            Captions { lines: 7, ..Captions::default() },
        ] {
            let patch = SettingsPatch { captions: Some(captions), ..SettingsPatch::default() };
            assert!(Settings::default().patched(patch).is_err(), "{captions:?}");
        }
    }
}
