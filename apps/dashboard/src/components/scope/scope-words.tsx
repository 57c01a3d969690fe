import type { Place } from "../../api/places.ts";
import type { Scope } from "../../api/session.ts";
import { scopeNames } from "./scope.ts";
import classes from "./scope.module.css";

const SHOWN = 3;

type ScopeWordsProps = Readonly<{
  scope: Scope;
  /** The workspace's places, or undefined while they aren't known. */
  teams: readonly Place[] | undefined;
}>;

/** What a scope holds, by name; of a long one the beginning. */
export function ScopeWords({ scope, teams }: ScopeWordsProps) {
  if (scope.all) return "Everything";
  const count = [scope.teams, scope.projects, scope.environments].flat().length;
  const names = teams === undefined ? [] : scopeNames(scope, teams);
  const shown = names.slice(0, names.length === SHOWN + 1 ? SHOWN + 1 : SHOWN);
  const others = count - shown.length;
  return (
    <ul className={classes.names} title={names.join(", ")}>
      {shown.map((name) => (
        <li key={name}>{name}</li>
      ))}
      {others === 0 ? null : <li className={classes.kind}>{othersWords(shown.length, others)}</li>}
    </ul>
  );
}

function othersWords(shown: number, others: number): string {
  if (shown > 0) return `and ${others} more`;
  return others === 1 ? "1 place" : `${others} places`;
}
