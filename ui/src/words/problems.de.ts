/** What can go wrong, in German. */
import type { ProblemTable } from "./problems.en";

const AUDIO_SAFE = "Die Aufnahme läuft weiter. Was Sie sagen, bleibt erhalten und wird noch geschrieben.";
const NOTHING_LOST = "Es ging nichts verloren.";
const PAST_SAFE = "Frühere Aufnahmen sind sicher.";
const NEW_SESSION = "Sotto hat eine neue Sitzung geöffnet.";

export const problems: ProblemTable = {
  MicDenied: {
    happened: "Das System lässt Sotto nicht an das Mikrofon.",
    safe: PAST_SAFE,
    todo: "Erlauben Sie es in den Datenschutz-Einstellungen des Systems.",
  },
  MicMissing: {
    happened: "Es wurde kein Mikrofon gefunden.",
    safe: PAST_SAFE,
    todo: "Schließen Sie eines an, oder wählen Sie eine andere Quelle.",
  },
  MicBusy: {
    happened: "Ein anderes Programm hält das Mikrofon fest.",
    safe: PAST_SAFE,
    todo: "Schließen Sie das Programm, oder wählen Sie eine andere Quelle.",
  },
  MicLost: {
    happened: "Das Mikrofon ist weg.",
    safe: "Alles vorher Gesagte ist erhalten. Die Lücke ist vermerkt.",
    todo: "Schließen Sie es wieder an; Sotto nimmt es von selbst auf.",
  },
  KeyMissing: {
    happened: "Es gibt keinen API-Schlüssel.",
    safe: AUDIO_SAFE,
    todo: "Geben Sie Ihren Schlüssel ein, oder nehmen Sie die Offline-Erkennung.",
  },
  KeyRejected: {
    happened: "AssemblyAI nimmt den API-Schlüssel nicht an.",
    safe: AUDIO_SAFE,
    todo: "Prüfen Sie den Schlüssel.",
  },
  KeyringMissing: {
    happened: "Dieses System hat keinen Schlüsselbund.",
    safe: NOTHING_LOST,
    todo: "Der Schlüssel bleibt nur, solange Sotto läuft.",
  },
  KeyringLocked: {
    happened: "Der Schlüsselbund ist gesperrt.",
    safe: NOTHING_LOST,
    todo: "Entsperren Sie ihn im Fenster des Systems.",
  },
  KeyringDenied: {
    happened: "Der Schlüsselbund gab den Schlüssel nicht heraus.",
    safe: NOTHING_LOST,
    todo: "Erlauben Sie Sotto, ihn zu lesen.",
  },
  TokenRefused: {
    happened: "Die Erkennung verweigert den Zugang.",
    safe: AUDIO_SAFE,
    todo: "Prüfen Sie Schlüssel und Tarif.",
  },
  QuotaSpent: {
    happened: "Das Konto ist leer, oder der Tarif enthält dies nicht.",
    safe: AUDIO_SAFE,
    todo: "Sehen Sie in Ihr Konto, oder nehmen Sie die Offline-Erkennung.",
  },
  RateLimited: {
    happened: "Zu viele Sitzungen in kurzer Zeit.",
    safe: AUDIO_SAFE,
    todo: "Sotto versucht es in einer Minute wieder.",
  },
  Offline: {
    happened: "Die Erkennung ist nicht erreichbar.",
    safe: AUDIO_SAFE,
    todo: "Sotto versucht es von selbst wieder.",
  },
  EngineMissing: {
    happened: "Die Offline-Erkennung ist nicht installiert.",
    safe: AUDIO_SAFE,
    todo: "Installieren Sie sie neu, oder geben Sie einen Schlüssel ein.",
  },
  ModelUnusable: {
    happened: "Das gewählte Modell lässt sich nicht verwenden.",
    safe: "Das mitgelieferte Modell schreibt an seiner Stelle.",
    todo: "Wählen Sie ein anderes, oder kehren Sie zum mitgelieferten zurück.",
  },
  HistoryLocked: {
    happened: "Der Verlauf lässt sich nicht schreiben.",
    safe: "Die Wörter bleiben auf dem Bildschirm, der Ton ist erhalten.",
    todo: "Schließen Sie andere Fenster von Sotto.",
  },
  HistoryNeedsKey: {
    happened: "Der Verlauf ist verschlüsselt, und sein Schlüssel ist nicht da.",
    safe: "Er ist sicher, wie er liegt.",
    todo: "Geben Sie Ihren Wiederherstellungsschlüssel ein. Eine private Aufnahme geht auch ohne.",
  },
  RecoveryKeyMistyped: {
    happened: "Das ist kein Wiederherstellungsschlüssel: Ein Zeichen ist falsch oder fehlt.",
    safe: NOTHING_LOST,
    todo: "Vergleichen Sie ihn Gruppe für Gruppe mit Ihrer Notiz.",
  },
  RecoveryKeyWrong: {
    happened: "Das ist der Wiederherstellungsschlüssel eines anderen Verlaufs.",
    safe: NOTHING_LOST,
    todo: "Suchen Sie den, der beim Verschlüsseln dieses Verlaufs angezeigt wurde.",
  },
  RecoveryKeyUnconfirmed: {
    happened: "Das ist nicht das Ende des Wiederherstellungsschlüssels.",
    safe: "Es wurde nichts verschlüsselt.",
    todo: "Tippen Sie die letzten vier Zeichen, die oben stehen.",
  },
  RecordingRuns: {
    happened: "Es wird gerade etwas aufgenommen, importiert oder mitgeschrieben.",
    safe: NOTHING_LOST,
    todo: "Versuchen Sie es noch einmal, wenn es fertig ist.",
  },
  DiskFull: {
    happened: "Der Datenträger ist voll.",
    safe: "Was vorher gespeichert wurde, ist sicher.",
    todo: "Schaffen Sie Platz; Sotto macht von selbst weiter.",
  },
  Superseded: {
    happened: "Diese Aufnahme wird in einem anderen Fenster geschrieben.",
    safe: NOTHING_LOST,
    todo: "Es ist nichts zu tun.",
  },
  FileUnreadable: {
    happened: "Diesen Ton kann Sotto nicht lesen.",
    safe: "Die Datei ist unverändert.",
    todo: "Lesbar sind WAV, FLAC, Ogg Vorbis, MP3 und M4A.",
  },
  NotFound: {
    happened: "Diese Aufnahme gibt es nicht mehr.",
    safe: PAST_SAFE,
    todo: "Es ist nichts zu tun.",
  },
  Invalid: {
    happened: "Sotto hat etwas Unsinniges verlangt.",
    safe: NOTHING_LOST,
    todo: "Das ist ein Fehler im Programm; die Einzelheiten helfen, ihn zu beheben.",
  },
  KeyTermsTooMany: {
    happened: "Mehr als 100 Schlüsselwörter werden nicht angenommen.",
    safe: NOTHING_LOST,
    todo: "Entfernen Sie eines, das Sie weniger brauchen.",
  },
  KeyTermTooLong: {
    happened: "Ein Schlüsselwort hat höchstens 50 Zeichen: Ein längeres bliebe ohne Wirkung.",
    safe: NOTHING_LOST,
    todo: "Machen Sie zwei daraus.",
  },
  ShortcutTaken: {
    happened: "Ein anderes Programm benutzt dieses Tastenkürzel.",
    safe: NOTHING_LOST,
    todo: "Wählen Sie ein anderes.",
  },
  ShortcutOurs: {
    happened: "Ein anderes Tastenkürzel von Sotto ist dasselbe.",
    safe: NOTHING_LOST,
    todo: "Wählen Sie ein anderes.",
  },
  ShortcutUnusable: {
    happened: "Das kann kein Tastenkürzel sein.",
    safe: NOTHING_LOST,
    todo: "Halten Sie Strg, Alt oder Super und drücken Sie eine weitere Taste, oder drücken Sie F1 bis F12.",
  },
  DictationOnClipboard: {
    happened: "Das Programm im Vordergrund hat nicht angenommen, was Sie gesagt haben.",
    safe: "Es liegt in der Zwischenablage und ist bei Ihren Aufnahmen.",
    todo: "Fügen Sie es mit Strg+V ein.",
  },
  UpdateNotReached: {
    happened: "Die Liste der Versionen ist nicht zu erreichen.",
    safe: "Sotto arbeitet wie bisher.",
    todo: "Morgen wird wieder nachgesehen.",
  },
  UpdateNotGenuine: {
    happened: "Die neue Version hat nicht unterschrieben, wer Sotto macht; sie wurde verworfen.",
    safe: "Sotto arbeitet wie bisher.",
    todo: "Bitte melden Sie das.",
  },
  UpdateNotInstalled: {
    happened: "Die neue Version ließ sich nicht einsetzen.",
    safe: "Sotto arbeitet wie bisher.",
    todo: "Installieren Sie sie von Hand.",
  },
  Unexpected: {
    happened: "Etwas Unerwartetes ist geschehen.",
    safe: NOTHING_LOST,
    todo: "Versuchen Sie es noch einmal; die Einzelheiten helfen, es zu beheben.",
  },
  budgetNear: {
    happened: "Vier Fünftel des Budgets dieses Monats sind verbraucht.",
    safe: "Die Aufnahme geht weiter wie bisher.",
    todo: "Erhöhen Sie es, oder machen Sie kostenlos offline weiter.",
  },
  budgetSpent: {
    happened: "Das Budget dieses Monats ist verbraucht.",
    safe: "Aufnahme und Text gehen weiter und kosten mehr.",
    todo: "Erhöhen Sie es, oder machen Sie kostenlos offline weiter.",
  },
  budgetOffline: {
    happened: "Das Budget dieses Monats ist verbraucht.",
    safe: "Die Offline-Erkennung macht kostenlos weiter.",
    todo: "Mit einem größeren Budget macht AssemblyAI weiter.",
  },
  tokenExpired: {
    happened: "Der Zugang zur Erkennung ist abgelaufen.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  sessionExpired: {
    happened: "Die Sitzung der Erkennung hat ihre längste Dauer erreicht.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  inactivity: {
    happened: "Die Erkennung hat eine ungenutzte Sitzung geschlossen.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  tooFast: {
    happened: "Die Erkennung bat um ein langsameres Tempo.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  silent: {
    happened: "Die Erkennung antwortet nicht mehr.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  serverFault: {
    happened: "Die Erkennung hatte eine Störung.",
    safe: AUDIO_SAFE,
    todo: "Sotto versucht es von selbst wieder.",
  },
  badRequest: {
    happened: "Die Erkennung hat Sotto nicht verstanden.",
    safe: AUDIO_SAFE,
    todo: "Das ist ein Fehler im Programm; die Einzelheiten helfen, ihn zu beheben. Die Offline-Erkennung kann solange einspringen.",
  },
};
