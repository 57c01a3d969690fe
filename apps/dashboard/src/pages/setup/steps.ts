import type { SyncDetail } from "../../api/setup.ts";

/** The steps of setting a sync up, in their order. */
export const STEPS = ["federation", "connection", "environment", "validation", "plan"] as const;
export type Step = (typeof STEPS)[number];

export const STEP_NAMES: Readonly<Record<Step, string>> = {
  federation: "Trust",
  connection: "Connection",
  environment: "Environment",
  validation: "Validation",
  plan: "First push",
};

type Standing = Pick<SyncDetail, "state" | "environmentId" | "connectedAt" | "latestValidation">;

export const isLinked = ({ environmentId }: Pick<SyncDetail, "environmentId">): boolean =>
  environmentId !== null;

/** The validation of the connection as it is entered now; none where the connection changed since. */
export function currentValidation({
  connectedAt,
  latestValidation,
}: Pick<Standing, "connectedAt" | "latestValidation">): SyncDetail["latestValidation"] {
  const isOlder =
    latestValidation !== undefined &&
    connectedAt !== null &&
    Date.parse(latestValidation.createdAt) < Date.parse(connectedAt);
  return isOlder ? undefined : latestValidation;
}

/** The furthest step that a sync has come to. It and all before it can be opened. */
export function furthestStep(sync: Standing): Step {
  if (isLinked(sync)) return "plan";
  if (currentValidation(sync) !== undefined) return "validation";
  return sync.connectedAt === null ? "connection" : "environment";
}

export const canOpen = (step: Step, sync: Standing): boolean =>
  STEPS.indexOf(step) <= STEPS.indexOf(furthestStep(sync));

/** Whether a step has been done. */
export function isDone(step: Step, sync: Standing): boolean {
  switch (step) {
    case "federation":
    case "connection":
      return sync.connectedAt !== null;
    case "environment":
      return isLinked(sync) || currentValidation(sync) !== undefined;
    case "validation":
      return isLinked(sync);
    case "plan":
      return false;
  }
}

/** The step to show: the one that is asked for, if the sync has come that far, else where it goes on. */
export function stepToShow(asked: string | undefined, sync: Standing): Step {
  const wanted = STEPS.find((step) => step === asked);
  if (wanted !== undefined && canOpen(wanted, sync)) return wanted;
  return sync.connectedAt === null ? "federation" : furthestStep(sync);
}
