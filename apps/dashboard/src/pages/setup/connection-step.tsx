import { Button, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import {
  connect,
  refreshSync,
  setupGuideQuery,
  setupSourceQuery,
  validate,
  type SetupGuide,
  type SetupSource,
  type SyncDetail,
} from "../../api/setup.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { connectionDraft } from "./connection-draft.ts";
import { writeDraft } from "./draft.ts";
import { NamePolicyField } from "./name-policy-field.tsx";
import { bestPolicy } from "./name-preview.ts";
import { StepFrame } from "./step-frame.tsx";
import { BackLink } from "./step-link.tsx";
import { isLinked, type Step } from "./steps.ts";
import { useConnectionForm } from "./use-connection-form.ts";

type ConnectionStepProps = Readonly<{ workspace: string; sync: SyncDetail }>;

const TITLE = "Connect the vault";
const INTRO =
  "What you created in Azure. Everything is checked as you type; Azure itself is asked in the validation.";

/** Step 2: the Azure side, and the names that secrets get there. */
export function ConnectionStep(props: ConnectionStepProps) {
  const { workspace, sync } = props;
  const guide = useQuery(setupGuideQuery(workspace, sync.id));
  const source = useQuery(setupSourceQuery(workspace, sync.id));
  const error = guide.error ?? source.error;
  useKeptFocus(guide.data !== undefined && source.data !== undefined);
  if (guide.data !== undefined && source.data !== undefined)
    return <Connection {...props} cloud={guide.data.cloud} source={source.data} />;
  return (
    <StepFrame title={TITLE} intro={INTRO}>
      {error === null ? (
        <LoadingState rows={6} rowHeight={84} />
      ) : (
        <ErrorState
          error={error}
          onRetry={() => {
            void guide.refetch();
            void source.refetch();
          }}
        />
      )}
    </StepFrame>
  );
}

/** What waited had the heading with the focus on it, and it went with that. */
function useKeptFocus(isLoaded: boolean): void {
  useEffect(() => {
    if (isLoaded && document.activeElement === document.body)
      document.querySelector<HTMLElement>("#step-heading")?.focus({ preventScroll: true });
  }, [isLoaded]);
}

type ConnectionProps = ConnectionStepProps & Readonly<{ cloud: SetupGuide["cloud"]; source: SetupSource }>;

function Connection({ workspace, sync, cloud, source }: ConnectionProps) {
  const navigate = useNavigate();
  // A failed validation is what one comes back here from; then it is tried again at once.
  const validated = sync.latestValidation !== undefined && !isLinked(sync);
  const suggestedPolicy = bestPolicy(source.secretNames);
  const form = useConnectionForm({
    initial: {
      tenantId: sync.tenantId ?? "",
      clientId: sync.clientId ?? "",
      vaultUrl: sync.vaultUrl ?? "",
      prefix: sync.prefix,
      namePolicy: sync.connectedAt === null ? suggestedPolicy : sync.namePolicy,
    },
    draft: connectionDraft(sync.id),
    cloud,
    submit: async (values) => {
      await connect(sync.id, values);
      if (validated) await validate(sync.id);
      writeDraft(connectionDraft(sync.id), null);
      await refreshSync(workspace, sync.id);
      const next: Step = isLinked(sync) ? "plan" : validated ? "validation" : "environment";
      await navigate({
        to: "/w/$workspace/syncs/$syncId/setup",
        params: { workspace, syncId: sync.id },
        search: { step: next },
      });
    },
  });
  const { problem } = form;
  return (
    <form onSubmit={form.send} noValidate>
      <StepFrame
        title={TITLE}
        intro={INTRO}
        back={<BackLink workspace={workspace} syncId={sync.id} step="federation" />}
        actions={
          <Button type="submit" loading={form.sending}>
            {validated ? "Save and validate again" : isLinked(sync) ? "Save" : "Continue"}
          </Button>
        }
      >
        <Stack gap="md" maw={640}>
          {problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />}
          <TextInput
            label="Tenant ID"
            description="Directory (tenant) ID, in the overview of the app registration"
            placeholder="00000000-0000-0000-0000-000000000000"
            required
            autoComplete="off"
            spellCheck={false}
            {...form.field("tenantId")}
          />
          <TextInput
            label="Client ID"
            description="Application (client) ID, in the overview of the app registration"
            placeholder="00000000-0000-0000-0000-000000000000"
            required
            autoComplete="off"
            spellCheck={false}
            {...form.field("clientId")}
          />
          <TextInput
            label="Key Vault URL"
            description="Vault URI, in the overview of the Key Vault. Its name does, too."
            placeholder={`https://my-vault${cloud.vaultSuffix}`}
            required
            autoComplete="off"
            spellCheck={false}
            inputMode="url"
            {...form.field("vaultUrl")}
          />
          {form.notice === null ? null : <Note tone="info" title={form.notice} />}
          <TextInput
            label="Prefix"
            description="Optional. Stands before each name in the vault, so that several syncs can share one."
            placeholder="webshop-"
            autoComplete="off"
            spellCheck={false}
            {...form.field("prefix")}
          />
        </Stack>
        <NamePolicyField
          value={form.values.namePolicy}
          onChange={(namePolicy) => form.set({ namePolicy })}
          prefix={form.values.prefix}
          source={source}
          suggested={sync.connectedAt === null ? suggestedPolicy : null}
        />
      </StepFrame>
    </form>
  );
}
