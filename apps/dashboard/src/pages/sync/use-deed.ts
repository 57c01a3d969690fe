import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { syncKeys } from "../../api/sync.ts";
import { toast, toastFailure } from "../../components/toast.ts";
import { useSyncAddress } from "./use-sync.ts";

export type Deed = Readonly<{
  working: boolean;
  /** Does it, and tells how it went. */
  act: () => void;
}>;

/**
 * Something that a button does to the sync. What is shown of the sync is asked for anew afterwards.
 *
 * @param failed the title of the message when it can't be done: “The sync couldn’t be paused”
 * @param work does it, and answers with what to tell, if anything
 */
export function useDeed(failed: string, work: () => Promise<string | undefined>): Deed {
  const queryClient = useQueryClient();
  const address = useSyncAddress();
  const [working, setWorking] = useState(false);
  async function run(): Promise<void> {
    setWorking(true);
    try {
      const done = await work();
      if (done !== undefined) toast(done);
      await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
    } catch (error) {
      toastFailure(failed, error);
    } finally {
      setWorking(false);
    }
  }
  return { working, act: () => void run() };
}
