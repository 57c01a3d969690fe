import { QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "./failure.ts";

/** A refusal is final: the same question gets the same answer. What failed on the way may work the next time. */
export function mayRetry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiFailure)) return false;
  const refused = error.status >= 400 && error.status < 500;
  return !refused && failures < 3;
}

/** How long (ms) to wait after so many failures: as the server says, else 0.5, 1, 2 s. */
export function retryDelay(failures: number, error: Error): number {
  const said = error instanceof ApiFailure ? error.retryAfter : null;
  return said === null ? 500 * 2 ** failures : said * 1000;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: mayRetry, retryDelay, staleTime: 10_000 },
    mutations: { retry: false },
  },
});
