import { Button, type ButtonProps } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { approvePlan, syncKeys, type SyncPlan } from "../../api/sync.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { toast } from "../../components/toast.ts";
import { useSyncAddress } from "./use-sync.ts";

/** Approves the plan that waits, after a question. */
export function ApproveButton({
  planId,
  asks,
  size = "sm",
}: Readonly<{ planId: string; asks: SyncPlan["asks"]; size?: NonNullable<ButtonProps["size"]> }>) {
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState(false);
  const removes = asks === "removals";
  return (
    <>
      <Button size={size} onClick={() => setAsked(true)}>
        {removes ? "Approve removals…" : "Approve…"}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={removes ? "Approve the removals?" : "Approve the first plan?"}
        action="Approve"
        dangerous={removes}
        onConfirm={async () => {
          await approvePlan(address, planId);
          toast("Approved: a run carries it out");
          await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
        }}
      >
        {removes
          ? "The next run removes these secrets from the vault. With soft delete they can be recovered there."
          : "A run begins and writes to the vault what the plan says. If the secrets changed since, it asks again."}
      </ConfirmDialog>
    </>
  );
}
