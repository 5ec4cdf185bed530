/**
 * What a session is asked for beyond text: the one place where the user's wishes become parameters of the query, and where
 * it is known which recogniser takes which. Pure. Names and limits are those of the v3 protocol.
 */
import type { CloudModel, RecogniserKind, Recognition } from "../host/host";

/** Milliseconds of silence, and how sure the recogniser must be. */
export interface TurnSilence {
  /** Ends a turn that seems complete. */
  min: number;
  /** Ends any turn. */
  max: number;
  /** How sure it must be that a turn is complete, 0 to 1; null where the model has no such number. */
  threshold: number | null;
}

/** What a recogniser takes of the user's wishes. */
export interface Abilities {
  /** Which languages it may be told; null: none, it knows its own. */
  languages: readonly string[] | null;
  keyTerms: boolean;
  /** Finals are formatted if that is asked for; false: they always are, or never. */
  formats: boolean;
  speakers: boolean;
}

export const MODELS: readonly CloudModel[] = [
  "universal-streaming-english",
  "universal-streaming-multilingual",
  "universal-3-5-pro",
  "universal-3-6-pro",
  "whisper-rt",
];

/** Where nobody wished for anything. */
export const PLAIN: Recognition = {
  model: "universal-streaming-english",
  language: null,
  keyTerms: [],
  turnTaking: "balanced",
  isFormatted: true,
  tellsSpeakers: false,
  mostSpeakers: null,
};

/** At most so many key terms; one more is refused with 3006. */
export const MOST_KEY_TERMS = 100;
/** A longer one is accepted, and has no effect. */
export const LONGEST_KEY_TERM = 50;

/** What the service takes for `language_codes`, but for `multi`. */
export const LANGUAGES: readonly string[] =
  "af ar ca da de en es et fa fi fr gl he hi it ja ko mr nl nn no pt ro ru sv tr ur vi xh yue zh zu".split(" ");

/** The engine inside the program, whatever model of the cloud is chosen, is asked for this one. */
const OFFLINE_MODEL: CloudModel = "universal-streaming-english";

/** The first two are what the service's documents suggest for quick and for balanced turns; the third is ours, for who thinks aloud. */
const WORD_BY_WORD: Record<Recognition["turnTaking"], TurnSilence> = {
  quick: { min: 160, max: 400, threshold: 0.4 },
  balanced: { min: 400, max: 1280, threshold: 0.4 },
  patient: { min: 800, max: 3600, threshold: 0.7 },
};

/** The defaults of its three modes. A number for how sure it must be has no effect on these models. */
const BY_SENTENCE: Record<Recognition["turnTaking"], TurnSilence> = {
  quick: { min: 128, max: 640, threshold: null },
  balanced: { min: 128, max: 1280, threshold: null },
  patient: { min: 512, max: 2560, threshold: null },
};

/** The model that is asked for. */
function modelFor({ model }: Recognition, kind: RecogniserKind): CloudModel {
  return kind === "offline" ? OFFLINE_MODEL : model;
}

function isUniversal3(model: CloudModel): boolean {
  return model.startsWith("universal-3-");
}

export function abilities(recognition: Recognition, kind: RecogniserKind): Abilities {
  const model = modelFor(recognition, kind);
  const isCloud = kind !== "offline";
  return {
    languages: isCloud && isUniversal3(model) ? LANGUAGES : null,
    keyTerms: isCloud && model !== "whisper-rt",
    formats: model.startsWith("universal-streaming-"),
    speakers: isCloud,
  };
}

export function turnSilence(recognition: Recognition, kind: RecogniserKind): TurnSilence {
  return (isUniversal3(modelFor(recognition, kind)) ? BY_SENTENCE : WORD_BY_WORD)[recognition.turnTaking];
}

/** Whether an unformatted final may be followed by its formatted twin, so that it is not the last word on its turn. */
export function mayComeTwice(recognition: Recognition, kind: RecogniserKind): boolean {
  return abilities(recognition, kind).formats && recognition.isFormatted;
}

/** The parameters of a session, in the order of the query. */
export function parameters(recognition: Recognition, kind: RecogniserKind): [name: string, value: string][] {
  const able = abilities(recognition, kind);
  const { min, max, threshold } = turnSilence(recognition, kind);
  const { keyTerms, language, mostSpeakers } = recognition;
  const query: [string, string][] = [
    ["speech_model", modelFor(recognition, kind)],
    ["format_turns", String(able.formats ? recognition.isFormatted : true)],
    ["min_turn_silence", String(min)],
    ["max_turn_silence", String(max)],
  ];
  if (threshold !== null) query.push(["end_of_turn_confidence_threshold", String(threshold)]);
  // A list is one JSON value, not a repeated name.
  if (able.languages !== null && language !== null) query.push(["language_codes", JSON.stringify([language])]);
  if (able.keyTerms && keyTerms.length > 0) query.push(["keyterms_prompt", JSON.stringify(keyTerms)]);
  if (able.speakers && recognition.tellsSpeakers) {
    query.push(["speaker_labels", "true"]);
    if (mostSpeakers !== null) query.push(["max_speakers", String(mostSpeakers)]);
  }
  return query;
}
