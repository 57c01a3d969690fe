import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { AuditFilter } from "../../api/audit.ts";
import { membersQuery } from "../../api/members.ts";
import { tokenNamesQuery } from "../../api/tokens.ts";
import { ACTIONS, actionWords, ENTITIES } from "../../components/audit-words.ts";
import { useTimeZone } from "../../components/time-zone.tsx";
import classes from "./audit.module.css";
import { fromField, toField } from "./moment.ts";

type AuditFiltersProps = Readonly<{
  workspace: string;
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}>;

const ACTION_CHOICES = ACTIONS.map(({ group, actions }) => ({
  group,
  items: actions.map((action) => ({ value: action, label: actionWords(action) })),
}));
const ENTITY_CHOICES = Object.entries(ENTITIES).map(([value, label]) => ({ value, label }));

/** What the audit log is searched for. It stands in the page's address, so that it can be sent to somebody. */
export function AuditFilters({ workspace, filter, onChange }: AuditFiltersProps) {
  const { choice: zone } = useTimeZone();
  const actors = useActors(workspace, filter.actor);
  const set = (name: keyof AuditFilter, value: string | null | undefined): void => {
    const { [name]: _, ...others } = filter;
    onChange(value === null || value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  return (
    <search className={classes.filters} aria-label="Filters">
      <Select
        label="Action"
        className={classes.long ?? ""}
        placeholder="All"
        searchable
        clearable
        nothingFoundMessage="No such action"
        data={ACTION_CHOICES}
        value={filter.action ?? null}
        onChange={(value) => set("action", value)}
      />
      <Select
        label="Who"
        placeholder="Everybody"
        searchable
        clearable
        nothingFoundMessage="Nobody of that name"
        data={actors}
        value={filter.actor ?? null}
        onChange={(value) => set("actor", value)}
      />
      <Select
        label="On"
        placeholder="Anything"
        clearable
        data={ENTITY_CHOICES}
        value={filter.entity ?? null}
        onChange={(value) => set("entity", value)}
      />
      <TextInput
        label="From"
        className={classes.long ?? ""}
        type="datetime-local"
        value={toField(filter.from, zone)}
        onChange={(event) => set("from", fromField(event.currentTarget.value, zone))}
      />
      <TextInput
        label="To"
        className={classes.long ?? ""}
        type="datetime-local"
        value={toField(filter.to, zone)}
        onChange={(event) => set("to", fromField(event.currentTarget.value, zone))}
      />
      {Object.keys(filter).length === 0 ? null : (
        <Button variant="subtle" className={classes.clear ?? ""} onClick={() => onChange({})}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

/** Members and tokens by name. One that was chosen and is gone stands by its id. */
function useActors(workspace: string, chosen: string | undefined) {
  const { data: members = [] } = useQuery(membersQuery(workspace));
  const { data: tokens = [] } = useQuery(tokenNamesQuery(workspace));
  const people = members.map(({ user }) => ({ value: user.id, label: `${user.name} (${user.email})` }));
  const programs = tokens.map(({ id, name, prefix }) => ({ value: id, label: `${name} (${prefix}…)` }));
  const isKnown = chosen === undefined || [...people, ...programs].some(({ value }) => value === chosen);
  return [
    { group: "Members", items: people },
    { group: "Tokens", items: programs },
    { group: "Others", items: isKnown ? [] : [{ value: chosen, label: chosen }] },
  ].filter(({ items }) => items.length > 0);
}
