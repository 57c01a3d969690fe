import { Button, Radio, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { disconnect, syncKeys } from "../../api/sync.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { toast } from "../../components/toast.ts";
import { Section } from "../../components/section.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";

type Choice = "leave" | "remove";

/** Ends the sync: what it wrote stays in the vault, or is removed first. */
export function DisconnectSection() {
  const { name, state, disconnecting, records } = useSync();
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [secrets, setSecrets] = useState<Choice>("leave");
  if (state === "disconnected")
    return (
      <Section title="Disconnected">
        <Text size="sm" c="dimmed">
          A sync that has ended can’t be changed. Create another one in its place.
        </Text>
      </Section>
    );
  const held = records?.synced ?? 0;
  return (
    <Section
      title="Disconnect"
      danger
      about={
        disconnecting === null
          ? "Ends the sync for good. You choose what becomes of the secrets that it wrote."
          : `Still to be removed from the vault: ${disconnecting.left.toLocaleString("en")}. Where that can’t be done, leave the rest and end the sync as it is.`
      }
    >
      <Button
        variant="outline"
        color="var(--kv-danger-text)"
        onClick={() => {
          setSecrets("leave");
          setAsked(true);
        }}
      >
        {disconnecting === null ? "Disconnect…" : "End it as it is…"}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Disconnect ${name}?`}
        action="Disconnect"
        dangerous
        typeName={name}
        onConfirm={async () => {
          await disconnect(address, secrets);
          toast(secrets === "remove" ? "What the sync wrote is being removed" : "The sync is disconnected");
          await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
        }}
      >
        <Stack gap="md">
          <Radio.Group
            label={
              held === 1
                ? "The secret that it wrote"
                : `The ${held.toLocaleString("en")} secrets that it wrote`
            }
            value={secrets}
            onChange={(value) => setSecrets(value)}
          >
            <Stack gap="sm" mt="xs">
              <Radio
                value="leave"
                label="Leave them in the vault"
                description="What reads them there goes on working. Another sync can adopt them."
              />
              <Radio
                value="remove"
                label="Remove them from the vault"
                description="Only what this sync wrote. What reads them there stops working."
              />
            </Stack>
          </Radio.Group>
          <Text size="sm">This can’t be undone.</Text>
        </Stack>
      </ConfirmDialog>
    </Section>
  );
}
