/** For views: what which recogniser takes, which the session knows. */
export {
  type Abilities,
  abilities,
  LANGUAGES,
  LONGEST_KEY_TERM,
  MODELS,
  MOST_KEY_TERMS,
  turnSilence,
} from "../session/recognition";
