import { Button, Code } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { adopt, retry, syncKeys, type SyncRecord } from "../../api/sync.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { toast } from "../../components/toast.ts";
import { useDeed } from "./use-deed.ts";
import { useSyncAddress } from "./use-sync.ts";

type OfRecord = Readonly<{ record: SyncRecord }>;

export function RetryButton({ record }: OfRecord) {
  const address = useSyncAddress();
  const { secretId, secretName } = record;
  const { working, act } = useDeed(`${secretName} couldn’t be tried again`, async () => {
    const { retried } = await retry(address, [secretId]);
    return retried === 0 ? `${secretName} doesn’t fail any more` : `${secretName} is tried again now`;
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={working}
      onClick={act}
      aria-label={`Retry ${secretName}`}
    >
      Retry
    </Button>
  );
}

/** Lets the secret take over what the vault holds under its name, after a question. */
export function AdoptButton({ record }: OfRecord) {
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState(false);
  const { secretId, secretName, vaultName } = record;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => setAsked(true)}
        aria-label={`Adopt ${vaultName ?? secretName}`}
      >
        Adopt…
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title="Adopt the vault’s secret?"
        action="Adopt"
        dangerous
        onConfirm={async () => {
          await adopt(address, [secretId]);
          toast(`${secretName} takes over what the vault has`);
          await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
        }}
      >
        <Code>{vaultName ?? secretName}</Code> in the vault gets a new version with the value from here, and
        belongs to this sync from then on. Its older versions stay in the vault.
      </ConfirmDialog>
    </>
  );
}
