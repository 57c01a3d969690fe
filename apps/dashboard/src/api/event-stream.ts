import { useEffect, useEffectEvent, useState } from "react";
import { request } from "./client.ts";

export type StreamState = "connecting" | "live" | "interrupted";

const LONGEST_GAP_MS = 30_000;

/**
 * Listens to server-sent events while the component stands. The browser reconnects by itself after a break, and tells
 * the server the last event that it saw; after a refusal, which ends that, we begin anew with growing gaps. A refusal
 * for an ended session first asks to sign in again.
 *
 * @param path the stream's address, or null to listen to nothing
 * @param onEvent gets the event's name and its data, read as JSON
 */
export function useEventStream(
  path: string | null,
  names: readonly string[],
  onEvent: (name: string, data: unknown) => void,
): StreamState {
  const [seen, setSeen] = useState<Readonly<{ path: string | null; state: StreamState }>>();
  const deliver = useEffectEvent(onEvent);
  const wanted = names.join(" ");

  useEffect(() => {
    if (path === null) return;
    const ended = new AbortController();
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const listened = wanted.split(" ");
    connect(path);
    return () => {
      ended.abort();
      source?.close();
      clearTimeout(timer);
    };

    function connect(address: string): void {
      const opened = new EventSource(address);
      source = opened;
      opened.addEventListener("open", () => {
        failures = 0;
        setSeen({ path: address, state: "live" });
      });
      for (const name of listened)
        opened.addEventListener(name, (event: MessageEvent<string>) => {
          deliver(name, JSON.parse(event.data));
        });
      opened.addEventListener("error", () => {
        setSeen({ path: address, state: "interrupted" });
        if (opened.readyState === EventSource.CLOSED) void again(address);
      });
    }

    async function again(address: string): Promise<void> {
      failures += 1;
      // The event tells no status. This question does: it waits for a sign-in where that is what is missing.
      await request("GET", "/v1/session", { signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted) return;
      const gap = Math.min(LONGEST_GAP_MS, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      timer = setTimeout(() => connect(address), gap);
    }
  }, [path, wanted]);

  return seen?.path === path ? seen.state : "connecting";
}
