import { useEffect } from "react";
import { unreachable } from "../api/failure.ts";
import { ErrorState } from "../components/error-state.tsx";
import { usePageTitle } from "../components/page-header.tsx";

const BETWEEN_TRIES_MS = 5_000;

/** Stands in place of a page whose code couldn't be loaded. Begins the document anew once the server is back. */
export function ServerAway() {
  usePageTitle("Not reached");
  useEffect(() => {
    const timer = setInterval(() => void reloadIfBack(), BETWEEN_TRIES_MS);
    return () => clearInterval(timer);
  }, []);
  return <ErrorState error={unreachable(undefined)} onRetry={() => void reloadIfBack()} />;
}

/** Browsers remember that a file of code couldn't be had: only a new document asks for it again. */
async function reloadIfBack(): Promise<void> {
  if (await answers()) window.location.reload();
}

/** Whether the server is there, and not only a proxy before it. */
export async function answers(): Promise<boolean> {
  try {
    const { status } = await fetch(window.location.href, { method: "HEAD", cache: "no-store" });
    return status < 500;
  } catch {
    return false; // no connection, or none to the server
  }
}
