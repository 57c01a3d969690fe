import type { LinkedSync, SecretSyncStates } from "../../api/secrets.ts";
import { AppLink } from "../../components/app-link.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { Absent } from "../../components/time.tsx";
import classes from "./secrets.module.css";

type SyncStatesCellProps = Readonly<{
  workspace: string;
  secretName: string;
  syncs: readonly LinkedSync[];
  states: SecretSyncStates | undefined;
}>;

/** How a secret stands in each vault, each a way to its record. */
export function SyncStatesCell({ workspace, secretName, syncs, states }: SyncStatesCellProps) {
  if (states === undefined || states.length === 0) return <Absent />;
  // What is well everywhere takes one line, however many vaults there are.
  if (syncs.length > 1 && states.length === syncs.length && states.every(({ state }) => state === "synced"))
    return (
      <span className={classes.everywhere}>
        <StateBadge state="synced" />
        <span className={classes.syncName}>in all {syncs.length} vaults</span>
      </span>
    );
  return (
    <ul className={classes.states}>
      {syncs.map(({ id, name }) => {
        const state = states.find(({ syncId }) => syncId === id)?.state;
        return state === undefined ? null : (
          <li key={id}>
            <AppLink
              to="/w/$workspace/syncs/$syncId/records"
              params={{ workspace, syncId: id }}
              search={{ search: secretName }}
              aria-label={`${secretName} in ${name}: ${state}. Show the record`}
              underline="never"
            >
              <StateBadge state={state} />
            </AppLink>
            {syncs.length > 1 ? <span className={classes.syncName}>{name}</span> : null}
          </li>
        );
      })}
    </ul>
  );
}
