import { Button, Select, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustments, IconListSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { workOutPlan } from "../../api/sync.ts";
import { Note } from "../../components/failure-note.tsx";
import { useApiForm } from "../../components/use-api-form.ts";
import { ApproveButton } from "./approve-button.tsx";
import { DRIFT_POLICIES, EXISTING_POLICIES, NAME_POLICIES, REMOVAL_POLICIES } from "./policies.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const route = getRouteApi("/signed-in/shell/w/$workspace/syncs/$syncId/plan");

const optionsOf = (policies: ReadonlyArray<Readonly<{ value: string; label: string }>>) =>
  policies.map(({ value, label }) => ({ value, label }));

/** Has a plan worked out, with the sync's settings or others. */
export function PlanForm() {
  const sync = useSync();
  const address = useSyncAddress();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const own = {
    prefix: sync.prefix,
    namePolicy: sync.namePolicy as string,
    removalPolicy: sync.removalPolicy as string,
    driftPolicy: sync.driftPolicy as string,
    existingPolicy: sync.existingPolicy as string,
  };
  type Name = keyof typeof own;
  const given = Object.fromEntries(
    (Object.keys(own) as Name[]).flatMap((name) =>
      search[name] === undefined ? [] : [[name, search[name]]],
    ),
  );
  const [opened, { toggle }] = useDisclosure(Object.keys(given).length > 0);
  const form = useApiForm({ initialValues: { ...own, ...given } }, async (values) => {
    const changed = Object.fromEntries(
      (Object.keys(own) as Name[]).flatMap((name) =>
        values[name] === own[name] ? [] : [[name, values[name]]],
      ),
    );
    const plan = await workOutPlan(address, changed);
    await navigate({ search: { ...changed, plan }, replace: true, resetScroll: false });
  });
  const { awaiting } = sync;
  return (
    <form onSubmit={form.send} className={classes.card}>
      <div className={classes.toolbar} style={{ marginBottom: 0 }}>
        <Button
          type="submit"
          variant={awaiting === null ? "filled" : "default"}
          leftSection={<IconListSearch size={16} aria-hidden />}
          loading={form.sending}
        >
          Work out a plan
        </Button>
        <Button
          variant="default"
          leftSection={<IconAdjustments size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={opened}
        >
          Try other settings
        </Button>
        {awaiting === null ? null : <ApproveButton planId={awaiting.planId} asks={awaiting.asks} />}
      </div>
      {form.problem === null ? null : (
        <div style={{ marginTop: 12 }}>
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        </div>
      )}
      {opened ? (
        <div className={classes.fields}>
          <TextInput label="Prefix" placeholder="None" spellCheck={false} {...form.getInputProps("prefix")} />
          <Select
            label="Names"
            allowDeselect={false}
            data={optionsOf(NAME_POLICIES)}
            {...form.getInputProps("namePolicy")}
          />
          <Select
            label="Secrets removed here"
            allowDeselect={false}
            data={optionsOf(REMOVAL_POLICIES)}
            {...form.getInputProps("removalPolicy")}
          />
          <Select
            label="Changed in the vault"
            allowDeselect={false}
            data={optionsOf(DRIFT_POLICIES)}
            {...form.getInputProps("driftPolicy")}
          />
          <Select
            label="Already in the vault"
            allowDeselect={false}
            data={optionsOf(EXISTING_POLICIES)}
            {...form.getInputProps("existingPolicy")}
          />
        </div>
      ) : null}
    </form>
  );
}
