import type { Sync } from "../../api/syncs.ts";
import { AppLink } from "../../components/app-link.tsx";
import { Note } from "../../components/failure-note.tsx";

/** Which syncs must be disconnected before what they hang on can be deleted. */
export function HangingSyncs({
  workspace,
  syncs,
  what,
}: Readonly<{ workspace: string; syncs: readonly Sync[]; what: string }>) {
  return (
    <Note
      tone="warning"
      title={`${syncs.length === 1 ? "A sync hangs" : `${syncs.length} syncs hang`} on ${what}`}
    >
      It can’t be deleted before {syncs.length === 1 ? "that is" : "these are"} disconnected, which asks what
      becomes of the vault’s secrets:{" "}
      {syncs.map(({ id, name }, index) => (
        <span key={id}>
          {index === 0 ? null : ", "}
          <AppLink
            to="/w/$workspace/syncs/$syncId/settings"
            params={{ workspace, syncId: id }}
            inherit
            underline="always"
          >
            {name}
          </AppLink>
        </span>
      ))}
      .
    </Note>
  );
}
