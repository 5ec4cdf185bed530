/** Views that a start does not show, in files of their own: the first paint does not wait for them. `App.svelte` brings them. */
export { default as CloseSheet } from "./common/CloseSheet.svelte";
export { default as EncryptionSheet } from "./common/EncryptionSheet.svelte";
export { default as KeySheet } from "./common/KeySheet.svelte";
export { default as LedgerSheet } from "./common/LedgerSheet.svelte";
export { default as SpeakerSheet } from "./common/SpeakerSheet.svelte";
export { default as UnlockSheet } from "./common/UnlockSheet.svelte";
export { default as ReadingView } from "./reading/ReadingView.svelte";
export { default as SettingsView } from "./settings/SettingsView.svelte";
export { default as Welcome } from "./welcome/Welcome.svelte";
