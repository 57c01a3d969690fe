import { describe } from "@jest/globals";
import { describeDeleting } from "./deleting.ts";
import { describeLimits } from "./limits.ts";
import { describeListing } from "./listing.ts";
import { describeRecovering } from "./recovering.ts";
import { describeStopping } from "./stopping.ts";
import type { MakeSubject } from "./subject.ts";
import { describeVersions } from "./versions.ts";
import { describeWriting } from "./writing.ts";

export { WINDOW_MS, type MakeSubject, type Others, type Subject } from "./subject.ts";
export { describeSameness } from "./sameness.ts";

/**
 * What every implementation of the vault's port must do, as Key Vault does it.
 *
 * @param makeSubject makes an empty vault whose deletions and recoveries take {@link WINDOW_MS}
 */
export function describeConformance(name: string, makeSubject: MakeSubject): void {
  describe(`${name} as a vault`, () => {
    describeListing(makeSubject);
    describeVersions(makeSubject);
    describeWriting(makeSubject);
    describeLimits(makeSubject);
    describeDeleting(makeSubject);
    describeRecovering(makeSubject);
    describeStopping(makeSubject);
  });
}
