import type { ValidationBody } from "@kvsync/contracts/api";
import type { Look } from "../output/output.ts";
import type { Style } from "../output/paint.ts";
import { printable } from "../output/printable.ts";
import { duration, relative } from "../output/time.ts";
import { failureLines } from "./failures.ts";

type Step = ValidationBody["steps"][number];

const LABELS: Readonly<Record<Step["step"], string>> = {
  issuer_reachable: "The issuer can be reached",
  assertion_minted: "An assertion is signed",
  token_exchanged: "Entra exchanges it for an access token",
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
