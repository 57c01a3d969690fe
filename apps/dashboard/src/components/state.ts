/** How a state is shown: its word, and the tone that gives icon and colour. */
export type Tone = "success" | "warning" | "danger" | "info" | "neutral";

export type ShownState = Readonly<{ label: string; tone: Tone; moves?: boolean }>;

const STATES: Readonly<Record<string, ShownState>> = {
  // syncs
  awaiting_azure: { label: "Waiting for Azure", tone: "info" },
  awaiting_environment: { label: "Waiting for environment", tone: "info" },
  validating: { label: "Validating", tone: "info", moves: true },
  active: { label: "Active", tone: "success" },
  secrets_failing: { label: "Some secrets fail", tone: "warning" },
  paused: { label: "Paused", tone: "neutral" },
  failing: { label: "Failing", tone: "danger" },
  disconnecting: { label: "Disconnecting", tone: "info", moves: true },
  disconnected: { label: "Disconnected", tone: "neutral" },
  // runs, plans, validations and their steps
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "info", moves: true },
  waiting: { label: "Waiting", tone: "warning" },
  skipped: { label: "Skipped", tone: "neutral" },
  succeeded: { label: "Succeeded", tone: "success" },
  completed_with_failures: { label: "Completed with failures", tone: "warning" },
  awaiting_approval: { label: "Waiting for approval", tone: "warning" },
  failed: { label: "Failed", tone: "danger" },
  lost: { label: "Interrupted", tone: "warning" },
  // records
  pending: { label: "Pending", tone: "neutral" },
  synced: { label: "Synced", tone: "success" },
  blocked: { label: "Blocked", tone: "danger" },
  removing: { label: "Removing", tone: "info" },
  throttled: { label: "Throttled", tone: "warning" },
};

/** A state that isn't known here is shown in its own words. */
export function shownState(state: string): ShownState {
  const words = state.replaceAll("_", " ");
  return STATES[state] ?? { label: words.charAt(0).toUpperCase() + words.slice(1), tone: "neutral" };
}
