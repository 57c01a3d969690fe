import { Button, Group, NumberInput, Radio, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { configure, syncKeys, type SyncSettings } from "../../api/sync.ts";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import {
  DRIFT_POLICIES,
  EXISTING_POLICIES,
  FIRST_PLANS,
  REMOVAL_POLICIES,
  type PolicyChoice,
} from "./policies.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";

/** What happens where source and vault differ in a way that somebody must decide about. */
export function PolicyForm() {
  const sync = useSync();
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const own = {
    removalPolicy: sync.removalPolicy as string,
    driftPolicy: sync.driftPolicy as string,
    existingPolicy: sync.existingPolicy as string,
    firstPlan: sync.firstPlan as string,
    removalBrakePercent: sync.removalBrakePercent as number | string,
    vaultWritesPer10s: (sync.vaultWritesPer10s ?? "") as number | string,
    vaultReadsPer10s: (sync.vaultReadsPer10s ?? "") as number | string,
  };
  const form = useApiForm({ initialValues: own }, async (values) => {
    const changed = Object.entries(values)
      .filter(([name, value]) => value !== own[name as keyof typeof own])
      .map(([name, value]) => [name, value === "" ? null : value] as const);
    await configure(address, Object.fromEntries(changed) as NonNullable<SyncSettings>);
    await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
    toast("The policies were saved");
  });
  const begun = sync.lastRun !== undefined;
  return (
    <form onSubmit={form.send}>
      <Stack gap="lg" align="flex-start">
        <FormProblem problem={form.problem} />
        <Choice
          label="Secrets that are removed here"
          choices={REMOVAL_POLICIES}
          {...form.getInputProps("removalPolicy")}
        />
        <NumberInput
          label="Brake on removals"
          description="A run that would remove more than this share of what the sync holds in the vault asks first. 100 switches the brake off."
          suffix=" %"
          {...WHOLE_NUMBER}
          max={100}
          {...form.getInputProps("removalBrakePercent")}
        />
        <Choice
          label="Secrets that somebody changed or deleted in the vault"
          choices={DRIFT_POLICIES}
          {...form.getInputProps("driftPolicy")}
        />
        <Choice
          label="Secrets that the vault had before"
          choices={EXISTING_POLICIES}
          {...form.getInputProps("existingPolicy")}
        />
        {begun ? null : (
          <Choice label="The first plan" choices={FIRST_PLANS} {...form.getInputProps("firstPlan")} />
        )}
        <Group gap="lg" align="flex-start" w="100%">
          <NumberInput
            label="Writes to the vault in ten seconds"
            description="By all syncs of this vault together. Azure allows 300, to everybody. Empty leaves it to the workers’ setting."
            {...LIMIT}
            max={300}
            {...form.getInputProps("vaultWritesPer10s")}
          />
          <NumberInput
            label="Other requests to the vault in ten seconds"
            description="They pace checks and removals: a list takes one for each 25 secrets. Azure allows 4,000. Empty leaves it to the workers’ setting."
            {...LIMIT}
            max={4_000}
            {...form.getInputProps("vaultReadsPer10s")}
          />
        </Group>
        <Button type="submit" variant="default" loading={form.sending}>
          Save policies
        </Button>
      </Stack>
    </form>
  );
}

const WHOLE_NUMBER = { min: 1, allowDecimal: false, w: { base: "100%", xs: 320 } } as const;
const LIMIT = { ...WHOLE_NUMBER, placeholder: "Workers’ setting" } as const;

type ChoiceProps = Readonly<{
  label: string;
  choices: readonly PolicyChoice[];
  value?: string;
  onChange?: (value: string) => void;
  error?: string;
}>;

function Choice({ label, choices, value, onChange, error }: ChoiceProps) {
  return (
    <Radio.Group
      label={label}
      {...(value === undefined ? {} : { value })}
      {...(onChange === undefined ? {} : { onChange })}
      error={error}
    >
      <Stack gap="sm" mt="xs">
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            value={choice.value}
            label={choice.label}
            description={choice.description}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
