import { Skeleton } from "@mantine/core";
import type { LinkedSync, ProjectPlace, SecretOutline, SecretSyncStates } from "../../api/secrets.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { RowCheck } from "../../components/row-check.tsx";
import { Time } from "../../components/time.tsx";
import classes from "./secrets.module.css";
import { SyncStatesCell } from "./sync-states-cell.tsx";
import { ValueCell } from "./value-cell.tsx";

type SecretColumnsInput = Readonly<{
  place: ProjectPlace;
  environmentId: string;
  /** The vaults that this environment is synced to, for who may know of them. */
  vaults:
    | Readonly<{
        syncs: readonly LinkedSync[];
        /** By secret; undefined until they are known. */
        states: Readonly<Record<string, SecretSyncStates>> | undefined;
      }>
    | undefined;
  open: (id: string) => void;
  /** Which ones are chosen, for who may do something with them. */
  choosing: Readonly<{ chosen: ReadonlySet<string>; choose: (id: string, on: boolean) => void }> | undefined;
}>;

/** What is worst comes first. */
const RANK = ["failed", "blocked", "pending", "removing", "synced"];

/** What a list of secrets shows of each. */
export function secretColumns({
  place,
  environmentId,
  vaults,
  open,
  choosing,
}: SecretColumnsInput): Array<DataColumn<SecretOutline>> {
  const name: DataColumn<SecretOutline> = {
    id: "name",
    header: "Name",
    sortBy: (secret) => secret.name,
    cell: (secret) => (
      <div className={classes.name}>
        {choosing === undefined ? null : (
          <RowCheck
            label={`Choose ${secret.name}`}
            checked={choosing.chosen.has(secret.id)}
            onChange={(on) => choosing.choose(secret.id, on)}
          />
        )}
        <div>
          <button type="button" className={classes.open} onClick={() => open(secret.id)}>
            {secret.name}
          </button>
          {secret.note === "" ? null : <div className={classes.note}>{secret.note}</div>}
        </div>
      </div>
    ),
  };
  const value: DataColumn<SecretOutline> = {
    id: "value",
    header: "Value",
    width: "40%",
    cell: (secret) => (
      // A value that is shown is one environment's: it must not stay for another's.
      <ValueCell key={environmentId} place={place} secret={secret} environmentId={environmentId} />
    ),
  };
  const updated: DataColumn<SecretOutline> = {
    id: "updated",
    header: "Changed",
    width: "128px",
    sortBy: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  };
  if (vaults === undefined) return [name, value, updated];
  const { syncs, states } = vaults;
  const rankOf = ({ id }: SecretOutline): number =>
    Math.min(RANK.length, ...(states?.[id] ?? []).map(({ state }) => RANK.indexOf(state)));
  const vault: DataColumn<SecretOutline> = {
    id: "vaults",
    header: syncs.length === 1 ? "In the vault" : "In the vaults",
    width: syncs.length === 1 ? "140px" : "256px",
    sortBy: rankOf,
    cell: ({ id, name: secretName }) =>
      states === undefined ? (
        <Skeleton height={12} width="60%" my={4} opacity={0.55} />
      ) : (
        <SyncStatesCell
          workspace={place.workspace}
          secretName={secretName}
          syncs={syncs}
          states={states[id]}
        />
      ),
  };
  return [name, value, vault, updated];
}
