import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { pause, resume, runNow } from "../../api/sync.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { useDeed } from "./use-deed.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** What can be done to a sync in its state. */
export function SyncActions() {
  const { state, environmentId, lastRun } = useSync();
  const params = useSyncAddress();
  if (state === "disconnected" || state === "disconnecting") return null;
  if (environmentId === null)
    return (
      <ButtonLink to="/w/$workspace/syncs/$syncId/setup" params={params}>
        Go on with the setup
      </ButtonLink>
    );
  if (state === "paused") return <ResumeButton />;
  return (
    <>
      <PauseButton />
      <RunButton running={lastRun?.state === "running"} />
    </>
  );
}

export function RunButton({ running }: Readonly<{ running: boolean }>) {
  const address = useSyncAddress();
  const { working, act } = useDeed("The sync couldn’t be run", async () => {
    await runNow(address);
    return running ? "It runs again after this run" : "A run begins";
  });
  return (
    <Button leftSection={<IconRefresh size={16} aria-hidden />} loading={working} onClick={act}>
      Run now
    </Button>
  );
}

export function PauseButton() {
  const address = useSyncAddress();
  const { working, act } = useDeed("The sync couldn’t be paused", async () => {
    await pause(address);
    return "The sync is paused";
  });
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerPause size={16} aria-hidden />}
      loading={working}
      onClick={act}
    >
      Pause
    </Button>
  );
}

export function ResumeButton() {
  const address = useSyncAddress();
  const { working, act } = useDeed("The sync couldn’t be resumed", async () => {
    await resume(address);
    return "The sync goes on";
  });
  return (
    <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={working} onClick={act}>
      Resume
    </Button>
  );
}
