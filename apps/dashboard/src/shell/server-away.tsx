import { unreachable } from "../api/failure.ts";
import { answers } from "../api/reach.ts";
import { ErrorState } from "../components/error-state.tsx";
import { usePageTitle } from "../components/page-header.tsx";

/** Stands in place of a page whose code couldn't be loaded. Begins the document anew once the server is back. */
export function ServerAway() {
  usePageTitle("Not reached");
  return <ErrorState error={unreachable(undefined, null)} onRetry={() => void reloadIfBack()} />;
}

/** Browsers remember that a file of code couldn't be had: only a new document asks for it again. */
async function reloadIfBack(): Promise<void> {
  if (await answers()) window.location.reload();
}
