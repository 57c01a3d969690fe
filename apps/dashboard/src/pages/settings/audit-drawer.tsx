import { Code, Drawer, Stack, Text, Title } from "@mantine/core";
import { IconMapPinOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { auditEntryQuery, type AuditEvent } from "../../api/audit.ts";
import {
  ACTOR_KINDS,
  actionWords,
  entityWords,
  fieldWords,
  placeWords,
  valueWords,
} from "../../components/audit-words.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { ExactTime } from "../../components/time.tsx";
import classes from "./audit.module.css";

type AuditDrawerProps = Readonly<{
  workspace: string;
  /** The entry's id and its time, as they stand in the address; nothing is open without. */
  entry: string | undefined;
  at: string | undefined;
  /** The entries that are loaded already. */
  known: readonly AuditEvent[];
  onClose: () => void;
}>;

/** All that an entry of the audit log holds, beside the list: also one that the list hasn't come to, or leaves out. */
export function AuditDrawer({ workspace, entry, at, known, onClose }: AuditDrawerProps) {
  const listed = known.find(({ id }) => id === entry);
  const found = useQuery({
    ...auditEntryQuery(workspace, entry ?? "", at ?? ""),
    enabled: entry !== undefined && listed === undefined,
  });
  const event = listed ?? found.data ?? undefined;
  return (
    <Drawer
      opened={entry !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={event === undefined ? "Entry" : actionWords(event.action)}
      closeButtonProps={{ "aria-label": "Close" }}
      styles={{ title: { fontWeight: 600 } }}
      attributes={{ header: { role: "none" } }}
    >
      {event !== undefined ? (
        <Entry event={event} />
      ) : found.error !== null ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data === null ? (
        <EmptyState icon={IconMapPinOff} title="There is no such entry">
          The address may be mistyped, or the entry is another workspace’s.
        </EmptyState>
      ) : (
        <LoadingState rows={5} />
      )}
    </Drawer>
  );
}

function Entry({ event }: Readonly<{ event: AuditEvent }>) {
  const place = placeWords(event);
  const { actor, entity, before, after, fields } = event;
  return (
    <Stack gap="lg">
      <dl className={classes.facts}>
        <Fact name="When">
          <ExactTime at={event.at} />
        </Fact>
        <Fact name="Who">
          {actor.name === "" ? "unknown" : actor.name}{" "}
          <Text span inherit c="dimmed">{`(${ACTOR_KINDS[actor.kind]})`}</Text>
        </Fact>
        <Fact name="On">
          {entityWords(event)}
          {entity.name === null ? null : (
            <Text span inherit c="dimmed">{` (${entity.type.replaceAll("-", " ")})`}</Text>
          )}
        </Fact>
        {place === "" ? null : <Fact name="Where">{place}</Fact>}
        <Fact name="Action">
          <Code>{event.action}</Code>
        </Fact>
        {actor.id === null ? null : (
          <Fact name="Who’s id">
            <Code>{actor.id}</Code>
          </Fact>
        )}
        {entity.id === null ? null : (
          <Fact name="Its id">
            <Code>{entity.id}</Code>
          </Fact>
        )}
      </dl>
      <Changes before={before} after={after} />
      <Details title="Details" of={fields} />
      <dl className={classes.facts}>
        <Fact name="Entry">{event.sequence < 1 ? "before there was a chain" : `no. ${event.sequence}`}</Fact>
        {event.hash === null ? null : (
          <Fact name="Hash">
            <Code>{event.hash}</Code>
          </Fact>
        )}
      </dl>
    </Stack>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

type Values = Readonly<Record<string, unknown>>;

function Changes({ before, after }: Readonly<{ before: Values | null; after: Values | null }>) {
  const id = useId();
  if (before === null && after === null) return null;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <Title order={3} id={id} mb="xs">
        {before === null ? "As it was made" : after === null ? "As it was" : "What changed"}
      </Title>
      <table className={classes.changes}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            {before === null ? null : <th scope="col">Before</th>}
            {after === null ? null : <th scope="col">After</th>}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{fieldWords(name)}</th>
              {before === null ? null : <td>{valueWords(before[name])}</td>}
              {after === null ? null : <td>{valueWords(after[name])}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Details({ title, of }: Readonly<{ title: string; of: Values }>) {
  const id = useId();
  const entries = Object.entries(of);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <Title order={3} id={id} mb="xs">
        {title}
      </Title>
      <dl className={classes.facts}>
        {entries.map(([name, value]) => (
          <Fact key={name} name={fieldWords(name)}>
            <span className={classes.value}>{valueWords(value)}</span>
          </Fact>
        ))}
      </dl>
    </section>
  );
}
