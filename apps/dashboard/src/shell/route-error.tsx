import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect } from "react";
import { ErrorState } from "../components/error-state.tsx";
import { usePageTitle } from "../components/page-header.tsx";
import classes from "./stage.module.css";

/** Stands in place of a page that failed; the rest of the dashboard goes on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  usePageTitle("Error");
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  useEffect(() => queries.reset(), [queries]);
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <div className={classes.middle}>
      <ErrorState error={error instanceof Error ? error : new Error(String(error))} onRetry={retry} />
    </div>
  );
}
