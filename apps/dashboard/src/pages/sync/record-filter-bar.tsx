import { Checkbox, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { getRouteApi } from "@tanstack/react-router";
import { recordCountsQuery, type RecordFilters } from "../../api/sync.ts";
import { SearchField } from "../../components/search-field.tsx";
import { codeWords } from "./code-words.ts";
import { useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/records");

type Search = ReturnType<typeof route.useSearch>;

const SORTS = [
  { value: "trouble", label: "What fails first" },
  { value: "name", label: "Name" },
  { value: "failingSince", label: "Longest failing first" },
  { value: "nextAttemptAt", label: "Next try" },
  { value: "-writtenAt", label: "Latest written first" },
] as const;

const STATES = [
  { label: "All", states: [] },
  { label: "In the vault", states: ["synced"] },
  { label: "Failing", states: ["failed", "blocked"] },
  { label: "Pending", states: ["pending"] },
  { label: "Being removed", states: ["removing"] },
] as const;

/** What the address asks for, as the API takes it. */
export function filtersOf({
  state,
  search,
  code,
  drift,
  sort,
}: Search): RecordFilters & { sort: (typeof SORTS)[number]["value"] } {
  return {
    ...(state === undefined ? {} : { state }),
    ...(search === undefined ? {} : { search }),
    ...(code === undefined ? {} : { code: code as NonNullable<RecordFilters["code"]> }),
    ...(drift === "true" ? { drift: "true" as const } : {}),
    sort: SORTS.find(({ value }) => value === sort)?.value ?? "trouble",
  };
}

/** Narrows the list of secrets. @param children what can be done with those that it shows, beside the states */
export function RecordFilterBar({ children }: Readonly<{ children: ReactNode }>) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { search: text } = search;
  const { data } = useQuery(recordCountsQuery(useSyncAddress(), text === undefined ? {} : { search: text }));
  const set = (changes: Partial<Search>): void => {
    const next = Object.entries({ ...search, ...changes }).filter(([, value]) => value !== undefined);
    void navigate({ search: Object.fromEntries(next), replace: true, resetScroll: false });
  };
  const chosen = search.state ?? "";
  return (
    <>
      <div className={classes.toolbar}>
        <SearchField
          className={classes.grow ?? ""}
          label="Search"
          isLabelled
          placeholder="A part of the name, here or in the vault"
          text={text ?? ""}
          onText={(next) => set({ search: next === "" ? undefined : next })}
        />
        <Select
          label="Reason"
          placeholder="Any"
          clearable
          searchable
          clearButtonProps={{ "aria-label": "Any reason" }}
          w={{ base: "100%", xs: 260 }}
          value={search.code ?? null}
          onChange={(code) => set({ code: code ?? undefined })}
          data={reasons(data?.failures ?? [], search.code)}
        />
        <Select
          label="Sort by"
          allowDeselect={false}
          w={{ base: "100%", xs: 200 }}
          value={filtersOf(search).sort}
          onChange={(sort) => set({ sort: sort ?? undefined })}
          data={[...SORTS]}
        />
        <Checkbox
          label={`Changed in the vault${data === undefined ? "" : ` (${data.drifted})`}`}
          checked={search.drift === "true"}
          onChange={(event) => set({ drift: event.currentTarget.checked ? "true" : undefined })}
          mb={8}
        />
      </div>
      <div className={classes.chipsRow}>
        <div className={classes.chips} role="group" aria-label="State">
          {STATES.map(({ label, states }) => {
            const value = states.join(",");
            const counts = data?.states;
            const count =
              counts === undefined
                ? undefined
                : (states.length === 0 ? Object.values(counts) : states.map((state) => counts[state])).reduce(
                    (sum, one) => sum + one,
                    0,
                  );
            return (
              <button
                key={label}
                type="button"
                className={classes.chip}
                aria-pressed={chosen === value}
                onClick={() => set({ state: value === "" ? undefined : value })}
              >
                {label} {count === undefined ? null : <span>{count.toLocaleString("en")}</span>}
              </button>
            );
          })}
        </div>
        {children}
      </div>
    </>
  );
}

function reasons(
  failures: ReadonlyArray<Readonly<{ code: string; count: number }>>,
  chosen: string | undefined,
): Array<{ value: string; label: string }> {
  const known = failures.map(({ code, count }) => ({ value: code, label: `${codeWords(code)} (${count})` }));
  // The chosen one stays to be seen when its last secret is repaired.
  return chosen === undefined || known.some(({ value }) => value === chosen)
    ? known
    : [...known, { value: chosen, label: `${codeWords(chosen)} (0)` }];
}
