import { Text, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { recordCountsQuery } from "../../api/sync.ts";
import { AppLink } from "../../components/app-link.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { codeWords } from "./code-words.ts";
import { useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

/** Why secrets fail, by reason, each leading to them. */
export function FailureReasons() {
  const params = useSyncAddress();
  const { data, error, refetch } = useQuery(recordCountsQuery(params, {}));
  return (
    <section className={classes.card} aria-label="Why secrets fail">
      <div className={classes.cardHead}>
        <Title order={2}>Why secrets fail</Title>
      </div>
      {data === undefined ? (
        error === null ? (
          <LoadingState rows={3} rowHeight={36} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : data.failures.length === 0 ? (
        <div className={classes.quiet}>
          <IconCircleCheck size={22} stroke={1.5} aria-hidden />
          <Text size="sm" c="dimmed">
            No secret fails.
          </Text>
        </div>
      ) : (
        <ul className={classes.reasons}>
          {data.failures.map(({ code, count }) => (
            <li key={code}>
              <AppLink to="/w/$workspace/syncs/$syncId/records" params={params} search={{ code }} size="sm">
                {codeWords(code)}
              </AppLink>
              <span>{count.toLocaleString("en")}</span>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && data.drifted > 0 ? (
        <Text size="sm" c="dimmed" mt="sm">
          {data.drifted} of them because somebody changed the vault.
        </Text>
      ) : null}
    </section>
  );
}
