/** What the cloud costs. */
import type { RecordingId } from "./units";

/** What the user pays, and wants to pay. */
export interface CostPlan {
  /** An hour with AssemblyAI, in thousandths of a dollar. */
  rateMills: number;
  /** An hour with a server of the user's own. */
  selfHostedRateMills: number;
  /** A month, in cents; 0: whatever it takes. */
  budgetCents: number;
  /** The offline engine goes on once it is spent. */
  isOfflineAtBudget: boolean;
}

/** Time that sessions were open, and what it cost. */
export interface Spent {
  openMs: number;
  /** Millionths of a dollar. */
  micros: number;
}

/** What the cloud costs, as it was counted here; the recogniser's own bill decides. */
export interface Cost {
  today: Spent;
  thisMonth: Spent;
  lastMonth: Spent;
  /** `near`: four fifths of the month's budget are spent. */
  budget: "unset" | "fine" | "near" | "spent";
  /** Recordings of this run; what was spent before it is in the sums alone. */
  recordings: { recordingId: RecordingId; spent: Spent }[];
}
