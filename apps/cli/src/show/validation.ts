import type { FailureBody, SyncDetailBody, ValidationBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Style } from "../output/paint.ts";
import { printable } from "../output/printable.ts";
import { duration, relative } from "../output/time.ts";
import { failureLines } from "./failures.ts";

type Step = ValidationBody["steps"][number];

const LABELS: Readonly<Record<Step["step"], string>> = {
  issuer_reachable: "The issuer can be reached",
  assertion_minted: "An assertion is signed",
  token_exchanged: "Entra exchanges the assertion for an access token",
  secret_created: "A temporary secret is created",
  secret_deleted: "The temporary secret is deleted",
  secret_purged: "The temporary secret is purged",
};
const MARKS: Readonly<Record<Step["state"], readonly [Style, string]>> = {
  pending: ["dim", "·"],
  running: ["cyan", "•"],
  succeeded: ["green", "✓"],
  failed: ["red", "✗"],
  skipped: ["dim", "–"],
};

/** Where a validation failed, or keeps failing while it waits for Azure. */
export type FailedStep = Readonly<{
  step: Step["step"];
  /** The step in words, and its place among the others. */
  title: string;
  failure: FailureBody;
  requestId: string | null;
  nextAttemptAt: string | null;
}>;

/** The step of the last validation that keeps a sync from working. Null where there is none, or something else does. */
export function failedStepOf({
  failure: ofSync,
  latestValidation,
}: Pick<SyncDetailBody, "failure" | "latestValidation">): FailedStep | null {
  if (latestValidation === undefined) return null;
  const { state, steps, nextAttemptAt } = latestValidation;
  const at = steps.findIndex((step) => step.state === "failed" && step.failure !== null);
  const { step, failure = null, requestId = null } = steps[at] ?? {};
  if (step === undefined || failure === null) return null;
  // A validation that has ended is past where a run succeeded since, or failed for another reason.
  const isInTheWay = state === "waiting" || (state === "failed" && ofSync?.code === failure.code);
  if (!isInTheWay) return null;
  const title = `Validation, step ${at + 1} of ${steps.length}: ${LABELS[step]}`;
  return { step, title, failure, requestId, nextAttemptAt };
}

/** A failed step with why, what to do, and what is to come. */
export function failedStepLines(
  { title, failure, requestId, nextAttemptAt }: FailedStep,
  look: Look,
  now: number,
): string[] {
  const notes = [
    ...(requestId === null ? [] : [`Azure's request id: ${printable(requestId)}`]),
    ...(nextAttemptAt === null
      ? []
      : [`Azure may need a moment: it is tried again ${relative(nextAttemptAt, now)}.`]),
  ];
  return [...failureLines(title, failure, look), ...notes.map((note) => `    ${look.paint("dim", note)}`)];
}

/** A validation with all its steps, as they stand now. */
export function validationBlock(validation: ValidationBody, look: Look, now: number): string[] {
  return [
    ...validation.steps.flatMap((step) => stepLines(step, look)),
    ...waitingLines(validation, look, now),
  ];
}

/** The steps that have ended, as plain lines: for a log. */
export function validationSteps(validation: ValidationBody, look: Look): string[] {
  const ended = validation.steps.filter(({ state }) => state !== "pending" && state !== "running");
  const waits =
    validation.state === "waiting" ? ["Azure may need a moment; it is tried again by itself."] : [];
  return [...ended.map((step) => stepLines(step, look).join("\n")), ...waits];
}

function stepLines({ step, state, failure, durationMs }: Step, look: Look): string[] {
  const [style, mark] = MARKS[state];
  const took =
    state === "succeeded" && durationMs !== null ? ` ${look.paint("dim", duration(durationMs))}` : "";
  if (failure !== null) return failureLines(LABELS[step], failure, look);
  const label = state === "pending" || state === "skipped" ? look.paint("dim", LABELS[step]) : LABELS[step];
  const note = state === "skipped" ? look.paint("dim", " (left out)") : "";
  return [`${look.paint(style, mark)} ${printable(label)}${note}${took}`];
}

function waitingLines({ state, nextAttemptAt, attempts }: ValidationBody, look: Look, now: number): string[] {
  if (state === "queued") return [look.paint("dim", "Waiting for a worker…")];
  if (state !== "waiting") return [];
  const when = nextAttemptAt === null ? "soon" : relative(nextAttemptAt, now);
  return [look.paint("yellow", `Azure may need a moment. Try ${attempts + 1} ${when}.`)];
}
