import { Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { setupGuideQuery, type SetupGuide, type SyncDetail } from "../../api/setup.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { CopyField } from "../../components/copy-field.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { connectionDraft, type ConnectionDraft } from "./connection-draft.ts";
import { readDraft } from "./draft.ts";
import { LocalAzurePanel } from "./local-azure-panel.tsx";
import { RoleNote } from "./role-note.tsx";
import { StepFrame } from "./step-frame.tsx";
import { StepLink } from "./step-link.tsx";
import { Ways } from "./ways.tsx";

type FederationStepProps = Readonly<{ workspace: string; sync: SyncDetail }>;

/** Step 1: what Azure must know to trust this sync. */
export function FederationStep({ workspace, sync }: FederationStepProps) {
  const { data: guide, error, refetch } = useQuery(setupGuideQuery(workspace, sync.id));
  return (
    <StepFrame
      title="Let Azure trust this sync"
      intro="Copy these values into a federated credential in Microsoft Entra. No Azure secret is stored: Azure exchanges a short-lived assertion for an access token when the sync runs."
      actions={
        <StepLink workspace={workspace} syncId={sync.id} step="connection" variant="filled">
          Continue
        </StepLink>
      }
    >
      {guide !== undefined ? (
        <Guide workspace={workspace} sync={sync} guide={guide} />
      ) : error === null ? (
        <LoadingState rows={6} rowHeight={72} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </StepFrame>
  );
}

function Guide({ workspace, sync, guide }: FederationStepProps & Readonly<{ guide: SetupGuide }>) {
  const draft: ConnectionDraft | null = readDraft(connectionDraft(sync.id));
  const vaultUrl = draft?.vaultUrl ?? sync.vaultUrl ?? "";
  const vaultName = URL.parse(vaultUrl)?.hostname.split(".")[0] ?? "";
  return (
    <Stack gap="lg">
      {guide.localAzure ? <LocalAzurePanel workspace={workspace} syncId={sync.id} /> : null}
      <Stack gap="md">
        <CopyField label="Issuer" value={guide.issuer} />
        <CopyField label="Subject" value={guide.subject} />
        <CopyField label="Audience" value={guide.audience} />
        <CopyField label="Name (suggested)" value={guide.credentialName} />
      </Stack>
      <section aria-labelledby="snippet">
        <Title order={3} id="snippet" mb={8}>
          The same as JSON
        </Title>
        <CodeBlock code={JSON.stringify(guide.snippet, null, 2)} label="Federated credential as JSON" />
      </section>
      <section aria-labelledby="ways">
        <Title order={3} id="ways" mb={8}>
          What to do in Azure
        </Title>
        <Ways guide={guide} syncId={sync.id} vaultName={vaultName} />
      </section>
      <RoleNote role={guide.role} />
    </Stack>
  );
}
