import type { LiveEvent } from "@kvsync/contracts/api";
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useRef } from "react";
import { useEventStream, type StreamState } from "../../api/event-stream.ts";
import { progressOf } from "../../api/run-progress.ts";
import { runQuery, runsQuery, syncKeys, syncQuery, type SyncAddress } from "../../api/sync.ts";
import type { Run } from "../../api/syncs.ts";
import { announce } from "../../components/announcer.ts";
import { runWords } from "../../components/run-words.ts";
import { shownState } from "../../components/state.ts";

const NAMES = ["sync", "run", "records", "validation"] as const satisfies ReadonlyArray<LiveEvent["name"]>;
/** A run under way is told of to ears so often: by quarters. */
const SAID_PARTS = 4;
/** More loaded pages aren't asked for again by themselves. */
const FEW_PAGES = 5;

/** Keeps what is shown of a sync as the server has it, while the component stands. */
export function useLiveSync(address: SyncAddress): StreamState {
  const queryClient = useQueryClient();
  const said = useRef<Readonly<{ run: string; part: number }>>(undefined);
  /** The runs of whose end the pages know; none before the stream told of a run. */
  const over = useRef<Set<string>>(undefined);

  function onSync(data: Extract<LiveEvent, { name: "sync" }>["data"]): void {
    const { awaitingPlanId, disconnecting, ...rest } = data;
    const before = queryClient.getQueryData(syncQuery(address).queryKey);
    if (before === undefined) return;
    queryClient.setQueryData(syncQuery(address).queryKey, { ...before, ...rest, disconnecting });
    if ((before.awaiting?.planId ?? null) !== awaitingPlanId || before.state !== rest.state)
      void queryClient.invalidateQueries({ queryKey: syncQuery(address).queryKey });
  }

  function onRun(run: Run): void {
    const shown = queryClient.getQueryData(syncQuery(address).queryKey)?.lastRun;
    // What came at first is as old as what the pages asked for. A short run is told of only when it is over.
    over.current ??= new Set(shown === undefined || shown.endedAt === null ? [] : [shown.id]);
    queryClient.setQueryData(runQuery(address, run.id).queryKey, run);
    queryClient.setQueryData(syncQuery(address).queryKey, (before) =>
      before === undefined || (before.lastRun !== undefined && before.lastRun.startedAt > run.startedAt)
        ? before
        : { ...before, lastRun: run },
    );
    queryClient.setQueryData(runsQuery(address).queryKey, (before) => before && withRun(before, run));
    speak(run);
    if (run.endedAt === null || over.current.has(run.id)) return;
    over.current.add(run.id);
    onEnd();
  }

  function onEnd(): void {
    void queryClient.invalidateQueries({ queryKey: syncQuery(address).queryKey });
    void queryClient.invalidateQueries({ queryKey: syncKeys.history(address) });
    void queryClient.invalidateQueries({ queryKey: syncKeys.counts(address) });
    void queryClient.invalidateQueries({
      queryKey: syncKeys.records(address),
      predicate: ({ state }) => pagesOf(state.data) <= FEW_PAGES,
    });
  }

  function speak(run: Run): void {
    if (run.endedAt !== null) {
      if (said.current?.run === run.id)
        announce(`Run ended: ${shownState(run.state).label}. ${runWords(run)}`);
      said.current = undefined;
      return;
    }
    const disconnecting = queryClient.getQueryData(syncQuery(address).queryKey)?.disconnecting ?? null;
    const { done, total } = progressOf(run, disconnecting);
    const part = total === 0 ? 0 : Math.floor((done / total) * SAID_PARTS);
    // What is removed and what is left are told one after the other, so that the share may seem to fall.
    if (said.current?.run === run.id && said.current.part >= part) return;
    const verb = disconnecting === null ? "done" : "removed";
    announce(part === 0 ? "A run began" : `${done} of ${total} secrets ${verb}`);
    said.current = { run: run.id, part };
  }

  function onEvent(name: string, data: unknown): void {
    const event = { name, data } as LiveEvent;
    if (event.name === "sync") onSync(event.data);
    else if (event.name === "run") onRun(event.data);
    else if (event.name === "records") {
      const records = event.data;
      queryClient.setQueryData(syncQuery(address).queryKey, (before) => before && { ...before, records });
      void queryClient.invalidateQueries({ queryKey: syncKeys.counts(address) });
    } else {
      const latestValidation = event.data;
      queryClient.setQueryData(
        syncQuery(address).queryKey,
        (before) => before && { ...before, latestValidation },
      );
    }
  }

  return useEventStream(`/v1/sync/${encodeURIComponent(address.syncId)}/events`, NAMES, onEvent);
}

const pagesOf = (data: unknown): number =>
  (data as { pages?: readonly unknown[] } | undefined)?.pages?.length ?? 0;

type RunPages = InfiniteData<{ runs: Run[]; nextCursor: string | null }>;

/** The list with this run as it is now: in its place, or as the newest. */
function withRun(list: RunPages, run: Run): RunPages {
  const isThere = list.pages.some(({ runs }) => runs.some(({ id }) => id === run.id));
  const pages = list.pages.map((page, index) => ({
    ...page,
    runs: isThere
      ? page.runs.map((one) => (one.id === run.id ? run : one))
      : index === 0
        ? [run, ...page.runs].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
        : page.runs,
  }));
  return { ...list, pages };
}
