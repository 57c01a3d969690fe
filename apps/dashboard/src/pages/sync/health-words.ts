import type { SyncDetail } from "../../api/sync.ts";
import type { Tone } from "../../components/state.ts";

export type HealthWords = Readonly<{ tone: Tone; title: string; text: string }>;

const secrets = (count: number): string =>
  count === 1 ? "1 secret" : `${count.toLocaleString("en")} secrets`;

/** How a sync does, in a sentence, and what follows from it. The first of these that holds. */
export function healthWords(sync: SyncDetail): HealthWords {
  const { state, records, awaiting, lastRun, failure, upToDate } = sync;
  const failing = (records?.failed ?? 0) + (records?.blocked ?? 0);
  const held = (records?.synced ?? 0) + failing + (records?.pending ?? 0);
  if (state === "disconnected")
    return { tone: "neutral", title: "Disconnected", text: "Nothing is written to the vault any more." };
  if (state === "disconnecting")
    return { tone: "info", title: "Being disconnected", text: "What it wrote is removed from the vault." };
  if (sync.environmentId === null)
    return {
      tone: "info",
      title: "Not set up yet",
      text: "Go on with the setup; nothing is written before.",
    };
  if (failure !== null || state === "failing")
    return {
      tone: "danger",
      title: "The sync as a whole fails",
      text: "Nothing is written until this is repaired.",
    };
  if (lastRun?.state === "failed")
    return {
      tone: "danger",
      title: "The last run failed",
      text: lastRun.failure?.message ?? "It is tried again by itself.",
    };
  if (state === "paused")
    return { tone: "neutral", title: "Paused", text: "Changes gather, and are written when it goes on." };
  if (awaiting !== null)
    return {
      tone: "warning",
      title: "Waits for your approval",
      text: "See what the plan would do, then decide.",
    };
  if (failing > 0)
    return {
      tone: "warning",
      title: `${secrets(failing)} of ${held.toLocaleString("en")} ${failing === 1 ? "isn’t" : "aren’t"} in the vault as ${failing === 1 ? "it" : "they"} should be`,
      text: "Each has its reason and what to do about it. All others are written.",
    };
  if (lastRun?.state === "running")
    return { tone: "info", title: "A run is under way", text: "What it does is shown as it happens." };
  if (lastRun === undefined || !upToDate)
    return {
      tone: "info",
      title: "A run is about to begin",
      text: "There are changes that no run has done yet.",
    };
  return {
    tone: "success",
    title: upToDateWords(held),
    text: "Changes are written within seconds.",
  };
}

function upToDateWords(held: number): string {
  if (held === 0) return "Up to date: there is no secret yet";
  return held === 1 ? "The one secret is in the vault" : `All ${secrets(held)} are in the vault`;
}
