import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { configure, schedulePreviewQuery, syncKeys } from "../../api/sync.ts";
import { ApiFailure } from "../../api/failure.ts";
import { ExactTime } from "../../components/time.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

const PRESETS = [
  { value: "none", label: "No schedule" },
  { value: "0 * * * *", label: "Every hour" },
  { value: "0 */6 * * *", label: "Every six hours" },
  { value: "0 3 * * *", label: "Every night" },
  { value: "0 3 * * 1", label: "Every Monday" },
  { value: "own", label: "A cron expression" },
] as const;

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
const LOCAL_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** When the sync looks at its vault by itself, with what that means in words and in times. */
export function ScheduleForm() {
  const { schedule } = useSync();
  const address = useSyncAddress();
  const queryClient = useQueryClient();
  const known = PRESETS.some(({ value }) => value === schedule?.cron);
  const form = useApiForm(
    {
      initialValues: {
        preset: schedule === null ? "none" : known ? schedule.cron : "own",
        cron: schedule?.cron ?? "0 3 * * *",
        timeZone: schedule?.timeZone ?? LOCAL_ZONE,
      },
    },
    async ({ preset, cron: own, timeZone }, { setErrors }) => {
      try {
        const next = { cron: preset === "own" ? own : preset, timeZone };
        await configure(address, { schedule: preset === "none" ? null : next });
      } catch (error) {
        // The API names the fields by their place in what was sent.
        if (!(error instanceof ApiFailure) || error.code !== "VALIDATION") throw error;
        setErrors({ cron: error.fields["schedule.cron"], timeZone: error.fields["schedule.timeZone"] });
        if (preset !== "own") throw error;
        return;
      }
      await queryClient.invalidateQueries({ queryKey: syncKeys.all(address) });
      toast(preset === "none" ? "The schedule is switched off" : "The schedule was saved");
    },
  );
  const { preset, cron, timeZone } = form.values;
  return (
    <form onSubmit={form.send}>
      <Stack gap="md" align="flex-start">
        <FormProblem problem={form.problem} />
        <Group gap="md" align="flex-start" w="100%">
          <Select
            label="How often"
            allowDeselect={false}
            data={[...PRESETS]}
            w={{ base: "100%", xs: 220 }}
            {...form.getInputProps("preset")}
          />
          {preset === "own" ? (
            <TextInput
              label="Cron expression"
              description="Minute, hour, day, month, day of the week."
              required
              spellCheck={false}
              w={{ base: "100%", xs: 220 }}
              {...form.getInputProps("cron")}
            />
          ) : null}
          {preset === "none" ? null : (
            <Select
              label="Time zone"
              searchable
              allowDeselect={false}
              data={ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]}
              limit={100}
              w={{ base: "100%", xs: 240 }}
              {...form.getInputProps("timeZone")}
            />
          )}
        </Group>
        {preset === "none" ? null : <Meaning cron={preset === "own" ? cron : preset} timeZone={timeZone} />}
        <Button type="submit" variant="default" loading={form.sending}>
          Save schedule
        </Button>
      </Stack>
    </form>
  );
}

/** The server's own reading of a schedule. */
function Meaning({ cron, timeZone }: Readonly<{ cron: string; timeZone: string }>) {
  const { syncId } = useSyncAddress();
  const [asked] = useDebouncedValue(`${cron}\n${timeZone}`, 300);
  const [askedCron = "", askedZone = ""] = asked.split("\n");
  const { data, error } = useQuery(schedulePreviewQuery(askedCron, askedZone, syncId));
  if (error !== null)
    return (
      <Text size="sm" c="var(--mantine-color-error)" role="status">
        {error instanceof ApiFailure ? (Object.values(error.fields)[0] ?? error.message) : error.message}
      </Text>
    );
  if (data === undefined) return <Text size="sm">…</Text>;
  return (
    <div role="status">
      <Text fw={500}>
        {data.words}, {data.timeZone}
      </Text>
      <Text size="sm" c="dimmed">
        The next times, each within the minute after, so that not all syncs begin at once:
      </Text>
      <ol className={classes.times}>
        {data.times.map((time) => (
          <li key={time}>
            <ExactTime at={time} />
          </li>
        ))}
      </ol>
    </div>
  );
}
