import { catalogue, type SyncBody, type ValidationBody } from "@kvsync/contracts/api";
import type { Session } from "../../api/session.ts";
import { exitCodes, type ExitCode } from "../../exit-codes.ts";
import type { Invocation } from "../../invocation.ts";
import { waitForValidation } from "./wait-for-validation.ts";

/** Tells of a validation that begins, or with `wait` of its end. */
export async function reportValidation(
  invocation: Invocation,
  session: Session,
  { validation, ...begun }: SyncBody & Readonly<{ validation: ValidationBody }>,
  wait: boolean,
): Promise<ExitCode> {
  const { output } = invocation;
  if (!wait) {
    output.result({ sync: begun, validation }, () => [
      "A validation begins. Follow it with --wait, or look with “kvsync sync status”.",
    ]);
    return exitCodes.ok;
  }
  const ended = await waitForValidation(invocation, session, begun.id, validation.id);
  const sync = await session.api.call(catalogue.getSync, { params: { syncId: begun.id } });
  const succeeded = ended.state === "succeeded";
  output.result({ sync, validation: ended }, ({ paint }) => [
    succeeded
      ? `${paint("green", "Validated.")} The sync runs.`
      : `${paint("red", "Not validated.")} Mend it, then: kvsync sync validate ${sync.id} --wait`,
  ]);
  return succeeded ? exitCodes.ok : exitCodes.failed;
}
