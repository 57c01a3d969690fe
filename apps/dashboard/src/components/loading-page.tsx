import { Skeleton } from "@mantine/core";
import { LoadingState } from "./loading-state.tsx";
import classes from "./page-header.module.css";

type LoadingPageProps = Readonly<{
  /** Whether the page says above its title where it belongs. */
  hasBreadcrumbs?: boolean;
  /** Whether it has tabs below its head. */
  hasTabs?: boolean;
}>;

/** Where a page is about to be: its head, of a head's height, and a list. */
export function LoadingPage({ hasBreadcrumbs = false, hasTabs = false }: LoadingPageProps) {
  return (
    <>
      <div className={classes.header} aria-hidden>
        <div className={classes.words}>
          {hasBreadcrumbs ? <Skeleton height={14} width={130} mt={4} mb={10} opacity={0.55} /> : null}
          <Skeleton height={26} width="min(240px, 60%)" my={4} opacity={0.55} />
          <Skeleton height={14} width="min(420px, 90%)" mt={8} mb={4} opacity={0.55} />
        </div>
      </div>
      {hasTabs ? <Skeleton height={20} width="min(460px, 100%)" mt={12} mb={28} opacity={0.55} /> : null}
      <LoadingState />
    </>
  );
}
