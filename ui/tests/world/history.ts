/** The history as the trusted side keeps it: turns by their place, claims, replacements, and the user's edits. */
import type { CommandError, CommittedTurn, ErrorCode, Result, ResumePoint } from "../../src/host/host";
import type { Commit } from "../../src/session/io";
import { relabelled } from "../../src/session/turns";
import type { Chance } from "./chance";

export interface Kept extends CommittedTurn {
  editedText: string | null;
}

export class History {
  turns: Kept[] = [];
  readonly violations: string[] = [];
  #claim = 0;
  #legs = 0;

  get words(): string[] {
    return this.turns.flatMap((turn) => (turn.editedText ?? turn.text).split(" ").filter((word) => word !== ""));
  }

  resume(captured: number): ResumePoint {
    this.#claim += 1;
    const from = this.turns.at(-1)?.to ?? 0;
    const holes = this.turns.flatMap((turn, i) => {
      const before = this.turns[i - 1]?.to ?? 0;
      return turn.from > before ? [{ from: before, to: turn.from }] : [];
    });
    const fallback = this.turns.filter((turn) => turn.isFallback && turn.editedText === null);
    return { recordingId: "r", from, captured, nextLeg: this.#legs, claim: this.#claim, holes, fallback };
  }

  store(claim: number, commit: Commit): Result<boolean> {
    if (claim !== this.#claim) return refused("Superseded");
    if (commit.kind === "turn") {
      this.#put({ recordingId: "r", ...commit.turn });
      return ok(true);
    }
    if (commit.kind === "label") {
      const { anew } = commit;
      this.turns = this.turns.map((turn) =>
        turn.leg === anew.leg && turn.turnOrder === anew.turnOrder ? relabelled(turn, anew) : turn,
      );
      return ok(true);
    }
    const { range, turns } = commit;
    const inside = this.turns.filter((turn) => turn.from < range.to && turn.to > range.from);
    for (const turn of inside) {
      if (turn.from < range.from || turn.to > range.to)
        this.violations.push(`a replacement splits ${turn.from}–${turn.to}`);
      if (!turn.isFallback) this.violations.push(`a replacement of ${turn.from}–${turn.to}, which needs none`);
    }
    if (inside.some((turn) => turn.editedText !== null)) return ok(false);
    this.turns = this.turns.filter((turn) => !inside.includes(turn));
    for (const turn of turns) this.#put({ recordingId: "r", ...turn });
    return ok(true);
  }

  /** The user shouts: the same words, and yet not the machine's. */
  edit(chance: Chance): void {
    const turn = this.turns[chance.whole(0, this.turns.length - 1)];
    if (turn !== undefined && turn.text !== "") turn.editedText = turn.text.toUpperCase();
  }

  #put(turn: CommittedTurn): void {
    if (this.turns.some((one) => one.leg === turn.leg && one.turnOrder === turn.turnOrder))
      this.violations.push(`stored twice: ${turn.leg}/${turn.turnOrder}`);
    this.#legs = Math.max(this.#legs, turn.leg + 1);
    this.turns.push({ ...turn, editedText: null });
    this.turns.sort((a, b) => a.from - b.from || a.to - b.to);
  }
}

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refused(code: ErrorCode): { ok: false; error: CommandError } {
  return { ok: false, error: { code, message: "in this world" } };
}
