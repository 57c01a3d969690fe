import { ApiError } from "@kvsync/contracts";
import type { SyncRow, SyncState } from "@kvsync/store";

/** What is done to a sync. */
export type SyncEvent =
  | "connect"
  | "link"
  | "validate"
  | "run"
  | "pause"
  | "resume"
  | "configure"
  | "plan"
  | "approve"
  | "adopt"
  | "name"
  | "disconnect";

/** What of a sync the decision depends on. */
export type SyncStanding = Readonly<{ state: SyncState; connected: boolean; linked: boolean }>;

export function standingOf({ state, connectedAt, environmentId }: SyncRow): SyncStanding {
  return { state: state as SyncState, connected: connectedAt !== null, linked: environmentId !== null };
}

/**
 * The state after an event; a sync's life is awaiting_azure → awaiting_environment → validating → active, with paused,
 * failing, disconnecting and disconnected.
 *
 * @throws {ApiError} 409 `SYNC_STATE` when the event doesn't fit
 */
export function nextState({ state, connected, linked }: SyncStanding, event: SyncEvent): SyncState {
  if (state === "disconnected") throw conflict("This sync is disconnected. Create a new one.");
  if (state === "disconnecting" && event !== "disconnect")
    throw conflict(
      "This sync is being disconnected, and removes what it wrote. Disconnect it again to try again at once, or with “leave” to end it as it is.",
    );
  switch (event) {
    case "connect":
      return linked ? state : "awaiting_environment";
    case "link":
      if (!connected) throw conflict("Enter tenant, client and vault first (connect).");
      if (linked)
        throw conflict("This sync is linked to an environment already. Create another sync for another one.");
      return "validating";
    case "validate":
      if (!connected) throw conflict("Enter tenant, client and vault first (connect).");
      return linked ? state : "validating";
    case "run":
      if (state === "paused") throw conflict("This sync is paused. Resume it first.");
      if (!linked) throw conflict(notLinked(state, connected));
      return state;
    case "pause":
      if (!linked) throw conflict("This sync isn't running yet, so there is nothing to pause.");
      return "paused";
    case "resume":
      if (state !== "paused") throw conflict("This sync isn't paused.");
      return "active";
    case "plan":
    case "approve":
    case "adopt":
      if (!linked) throw conflict(notLinked(state, connected));
      return state;
    case "configure":
    case "name":
      return state;
    case "disconnect":
      return "disconnected";
  }
}

/** What is to be done before a sync runs for the first time; it is linked once its access is validated. */
function notLinked(state: SyncState, connected: boolean): string {
  if (!connected) return "Enter tenant, client and vault first (connect).";
  if (state === "validating")
    return "Access to the vault is still being validated. The first run begins by itself when that succeeds.";
  if (state === "failing")
    return "Access to the vault couldn't be validated. Mend what failed there, and validate it again.";
  return "This sync isn't set up completely. Link an environment first.";
}

const conflict = (message: string): ApiError => new ApiError(409, "SYNC_STATE", message);
