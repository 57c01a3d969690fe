import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Environment } from "../../api/projects.ts";
import { secretHistoryQuery } from "../../api/secret-history.ts";
import type { ProjectPlace } from "../../api/secrets.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { Time } from "../../components/time.tsx";
import { changeWords } from "./history-words.ts";
import classes from "./secrets.module.css";

type SecretHistoryProps = Readonly<{
  place: ProjectPlace;
  secretId: string;
  environments: readonly Environment[];
}>;

/** Who changed a secret, and when; not what the values were. */
export function SecretHistory({ place, secretId, environments }: SecretHistoryProps) {
  const { data: events, error, refetch } = useQuery(secretHistoryQuery(place, secretId));
  return (
    <section aria-labelledby="secret-history" className={classes.history}>
      <Title order={3} id="secret-history" size="h5" mb={6}>
        History
      </Title>
      {events === undefined ? (
        error === null ? (
          <LoadingState rows={2} rowHeight={24} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : events.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing is noted of it by itself. What came with many others stands in the audit log as one entry.
        </Text>
      ) : (
        <ol className={classes.events}>
          {events.map((event) => (
            <li key={event.id}>
              <strong>{event.actor.name}</strong>{" "}
              {changeWords(event, (id) => environments.find((one) => one.id === id)?.name)}{" "}
              <Text span size="sm" c="dimmed">
                <Time at={event.at} />
              </Text>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
