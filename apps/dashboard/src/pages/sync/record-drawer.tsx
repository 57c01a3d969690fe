import { Button, Drawer, Group, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { recordQuery, type SyncRecord } from "../../api/sync.ts";
import { CopyField } from "../../components/copy-field.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { FailureNote } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { OwnerLink } from "../../components/owner-link.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { Absent, ExactTime } from "../../components/time.tsx";
import { without } from "../../shell/search.ts";
import { ChooseNameDialog } from "./choose-name-dialog.tsx";
import { AdoptButton, RetryButton } from "./record-actions.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/records");

/** All that is known of one secret at the destination, beside the list. */
export function RecordDrawer({ recordId }: Readonly<{ recordId: string | undefined }>) {
  const navigate = route.useNavigate();
  const close = (): void => {
    void navigate({ search: (before) => without(before, "record"), resetScroll: false });
  };
  return (
    <Drawer
      opened={recordId !== undefined}
      onClose={close}
      position="right"
      size="min(520px, 100vw)"
      title="Secret at the destination"
      closeButtonProps={{ "aria-label": "Close" }}
      attributes={{ header: { role: "none" } }}
    >
      {recordId === undefined ? null : <Content recordId={recordId} />}
    </Drawer>
  );
}

function Content({ recordId }: Readonly<{ recordId: string }>) {
  const { data, error, refetch } = useQuery(recordQuery(useSyncAddress(), recordId));
  if (data !== undefined) return <Facts record={data} />;
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <LoadingState rows={5} />;
}

function Facts({ record }: Readonly<{ record: SyncRecord }>) {
  const { state: syncState } = useSync();
  const [naming, setNaming] = useState(false);
  const { secretName, state, failure, ownedBy, vaultName, vaultVersion, versions, requestId } = record;
  const mayRun = syncState === "active" || syncState === "failing";
  const mayName = mayRun || syncState === "paused";
  return (
    <Stack gap="md">
      <Group gap="sm">
        <Title order={2} style={{ overflowWrap: "anywhere" }}>
          {secretName}
        </Title>
        <StateBadge state={state} />
      </Group>
      {failure === null ? null : (
        <FailureNote
          failure={failure}
          tone="warning"
          actions={<OwnerLink failure={failure} ownedBy={ownedBy} />}
        />
      )}
      <Group gap="xs">
        {failure !== null && mayRun ? <RetryButton record={record} /> : null}
        {record.adoptable && mayRun ? <AdoptButton record={record} /> : null}
        {mayName ? (
          <Button size="compact-xs" variant="default" onClick={() => setNaming(true)}>
            Choose the name in the vault…
          </Button>
        ) : null}
      </Group>
      {vaultName === null ? null : <CopyField label="Name in the vault" value={vaultName} />}
      {vaultVersion === null ? null : <CopyField label="Version in the vault" value={vaultVersion} />}
      {requestId === null ? null : <CopyField label="Request ID, for a support case" value={requestId} />}
      <dl className={classes.facts}>
        <Fact name="Written">
          <ExactTime at={record.writtenAt} />
        </Fact>
        <Fact name="Last attempt">
          <ExactTime at={record.lastAttemptAt} />
        </Fact>
        <Fact name="Attempts since it fails">{failure === null ? <Absent /> : record.attempts}</Fact>
        <Fact name="Failing since">
          <ExactTime at={record.failingSince} />
        </Fact>
        <Fact name="Next try">
          {failure !== null && record.nextAttemptAt === null ? (
            "When something changes, or you retry"
          ) : (
            <ExactTime at={record.nextAttemptAt} />
          )}
        </Fact>
        <Fact name="Versions in the vault">{versions === 0 ? <Absent /> : versions}</Fact>
      </dl>
      <ChooseNameDialog opened={naming} onClose={() => setNaming(false)} record={record} />
    </Stack>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
