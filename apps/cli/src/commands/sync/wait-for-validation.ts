import { catalogue, type ValidationBody } from "@kvsync/contracts/api";
import { polled } from "../../api/polling.ts";
import type { Session } from "../../api/session.ts";
import type { Invocation } from "../../invocation.ts";
import { LiveLines } from "../../output/live-lines.ts";
import { validationBlock, validationSteps } from "../../show/validation.ts";

/** Waits for a validation's end, and shows its steps as they come. @throws {CliError} after the deadline */
export async function waitForValidation(
  { context, output, deadline }: Invocation,
  { api }: Session,
  syncId: string,
  validationId: string,
): Promise<ValidationBody> {
  const live = new LiveLines(context.stderr, context.env);
  const { noteLook } = output;
  const look = (): Promise<ValidationBody> =>
    api.call(catalogue.getValidation, { params: { syncId, validationId } });
  for await (const validation of polled(context, deadline, look)) {
    live.show(validationBlock(validation, noteLook, context.now()), validationSteps(validation, noteLook));
    if (validation.endedAt !== null) return validation;
  }
  throw new Error("unreachable");
}
