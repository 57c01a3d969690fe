import type { NamePolicy } from "../../api/setup.ts";
import { draftName } from "./draft.ts";

/** What of a connection is typed and not sent yet. */
export type ConnectionDraft = Partial<
  Readonly<{ tenantId: string; clientId: string; vaultUrl: string; prefix: string; namePolicy: NamePolicy }>
>;

/** The name of that draft. */
export const connectionDraft = (syncId: string): string => draftName(syncId, "connection");
