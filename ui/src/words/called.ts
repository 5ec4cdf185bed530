import type { Speaker } from "../transcript/speakers";
import { say } from "./say";

/** What a reader calls a speaker: the name, else the recogniser's label. */
export function called({ name, label, session }: Speaker): string {
  return name ?? say.speakers.called(label ?? "", session);
}
