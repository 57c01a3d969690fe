import { Button, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { planQuery, type ActionKind, type PlanAction } from "../../api/setup.ts";
import { DataTable, type DataColumn } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { OwnerLink } from "../../components/owner-link.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Absent } from "../../components/time.tsx";
import { actionWords, countedKinds, totalOf } from "./plan-words.ts";
import classes from "./setup.module.css";

type PlanListProps = Readonly<{
  workspace: string;
  syncId: string;
  planId: string;
  counts: Readonly<Record<ActionKind, number>>;
  onAdopt: (action: PlanAction) => void;
}>;

/** What a plan does with each secret and why, by kind and by name. */
export function PlanList({ workspace, syncId, planId, counts, onAdopt }: PlanListProps) {
  const [kind, setKind] = useState<ActionKind>();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 250);
  const query = useInfiniteQuery({
    ...planQuery(workspace, syncId, planId, { kind, search }),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ actions }) => actions), [query.data]);
  const columns = useMemo(() => planColumns(onAdopt), [onAdopt]);
  const total = kind === undefined ? totalOf(counts) : counts[kind];
  const loadMore = (): void => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };

  return (
    <section aria-label="What the plan does">
      <div className={classes.filters} role="group" aria-label="Show">
        <Filter
          label="All"
          count={totalOf(counts)}
          pressed={kind === undefined}
          onClick={() => setKind(undefined)}
        />
        {countedKinds(counts).map(({ kind: one, label, count }) => (
          <Filter key={one} label={label} count={count} pressed={kind === one} onClick={() => setKind(one)} />
        ))}
        <TextInput
          aria-label="Search the plan"
          placeholder="Search names"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={255}
          ml="auto"
          w={220}
        />
      </div>
      {rows === undefined ? (
        query.error === null ? (
          <LoadingState rows={6} />
        ) : (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : rows.length === 0 ? (
        <EmptyState title="No secret matches">Search for something else, or show all.</EmptyState>
      ) : (
        <DataTable
          label="Plan"
          columns={columns}
          rows={rows}
          rowId={(action) => `${action.kind} ${action.secretId}`}
          onEnd={loadMore}
          {...(search === "" ? { total } : {})}
        />
      )}
    </section>
  );
}

type FilterProps = Readonly<{ label: string; count: number; pressed: boolean; onClick: () => void }>;

function Filter({ label, count, pressed, onClick }: FilterProps) {
  return (
    <button type="button" className={classes.filter} aria-pressed={pressed} onClick={onClick}>
      {label} <span>{count.toLocaleString("en")}</span>
    </button>
  );
}

function planColumns(onAdopt: (action: PlanAction) => void): ReadonlyArray<DataColumn<PlanAction>> {
  return [
    {
      id: "secret",
      header: "Secret",
      width: "26%",
      cell: ({ secretName }) => (
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {secretName}
        </Text>
      ),
    },
    {
      id: "kind",
      header: "What happens",
      width: "130px",
      cell: ({ kind }) => {
        const { label, tone } = actionWords(kind);
        return <Pill tone={tone}>{label}</Pill>;
      },
    },
    { id: "name", header: "In the vault", width: "22%", cell: ({ vaultName }) => vaultName ?? <Absent /> },
    {
      id: "why",
      header: "Why",
      cell: (action) => <Why action={action} onAdopt={onAdopt} />,
    },
  ];
}

function Why({ action, onAdopt }: Readonly<{ action: PlanAction; onAdopt: (action: PlanAction) => void }>) {
  const { adoptable, failure, ownedBy, reason, secretName } = action;
  if (failure === null) return <Text size="sm">{reason === null ? <Absent /> : sentence(reason)}</Text>;
  return (
    <>
      <Text size="sm">{failure.message}</Text>
      <Text size="sm" c="dimmed">
        {failure.hint}
      </Text>
      <OwnerLink failure={failure} ownedBy={ownedBy} />
      {adoptable ? (
        <Button
          size="compact-sm"
          variant="default"
          mt={6}
          onClick={() => onAdopt(action)}
          aria-label={`Take over ${secretName}`}
        >
          Take over…
        </Button>
      ) : null}
    </>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
