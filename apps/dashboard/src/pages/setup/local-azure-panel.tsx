import { Button, Group, Text, Title } from "@mantine/core";
import { IconCheck, IconFlask } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { setUpLocalAzure, type LocalAzure } from "../../api/setup.ts";
import { announce } from "../../components/announcer.ts";
import { Note } from "../../components/failure-note.tsx";
import { connectionDraft } from "./connection-draft.ts";
import { readDraft, writeDraft } from "./draft.ts";
import { StepLink } from "./step-link.tsx";
import classes from "./setup.module.css";

/** Where a local Azure stands in for Azure: has it do what one does in the portal, and fills the next step in. */
export function LocalAzurePanel({ workspace, syncId }: Readonly<{ workspace: string; syncId: string }>) {
  const [working, setWorking] = useState(false);
  const [done, setDone] = useState<LocalAzure | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  // The button that had the focus is gone.
  const way = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (done !== null) way.current?.focus();
  }, [done]);

  async function act(): Promise<void> {
    setWorking(true);
    setFailure(null);
    try {
      const side = await setUpLocalAzure(syncId);
      const draft = connectionDraft(syncId);
      const { tenantId, clientId, vaultUrl } = side;
      writeDraft(draft, { ...readDraft(draft), tenantId, clientId, vaultUrl });
      setDone(side);
      announce("Done in local Azure. The connection is filled in.");
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    } finally {
      setWorking(false);
    }
  }

  return (
    <section className={classes.helper} aria-labelledby="local-azure">
      <Title order={3} id="local-azure">
        <IconFlask size={18} aria-hidden /> Local Azure stands in for Azure here
      </Title>
      <Text size="sm" mt={4} maw="68ch">
        This system was started for trying out. What follows is what you do in the real Azure; here it can be
        done for you, in the local one.
      </Text>
      {done === null ? null : <Acts side={done} />}
      {failure === null ? null : (
        <div style={{ marginTop: 12 }}>
          <Note tone="danger" title={failure.message} code={failure.code} />
        </div>
      )}
      <Group mt="md" gap="xs">
        {done === null ? (
          <Button onClick={() => void act()} loading={working}>
            Do these acts for me
          </Button>
        ) : (
          <StepLink workspace={workspace} syncId={syncId} step="connection" variant="filled" ref={way}>
            Continue with these values
          </StepLink>
        )}
      </Group>
    </section>
  );
}

function Acts({ side }: Readonly<{ side: LocalAzure }>) {
  const acts = [
    `Created the app registration “${side.applicationName}”`,
    `Added the federated credential “${side.credentialName}” with the values below`,
    `Created the Key Vault ${side.vaultUrl}`,
    `Assigned ${side.roleName} to the app registration`,
  ];
  return (
    <ul className={classes.acts} aria-label="What was done">
      {acts.map((act) => (
        <li key={act}>
          <IconCheck size={16} stroke={2.5} aria-hidden />
          <span>{act}</span>
        </li>
      ))}
    </ul>
  );
}
