import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { ApiFailure } from "../../api/failure.ts";
import {
  createEnvironment,
  createProject,
  environmentsQuery,
  projectsQuery,
  type TeamProjects,
} from "../../api/projects.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { LONGEST_SLUG, slugOf } from "./slug.ts";

const ENVIRONMENTS = ["development", "staging", "production"];

type CreateProjectProps = Readonly<{
  onClose: () => void;
  workspace: string;
  teams: readonly TeamProjects[];
}>;

/** Asks for what a project needs, and makes it with its environments. */
export function CreateProjectDialog({ opened, ...props }: CreateProjectProps & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onClose} title="New project">
      <CreateProject {...props} />
    </Modal>
  );
}

function CreateProject({ onClose, workspace, teams }: CreateProjectProps) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [team] = teams;
  /** What an attempt that failed half-way has made already; the next goes on from there. */
  const made = useRef(new Set<string>());

  const form = useApiForm(
    { initialValues: { name: "", slug: "", teamId: team?.id ?? "", environments: ENVIRONMENTS } },
    async ({ name, slug, teamId, environments }, { setFieldError }) => {
      try {
        if (!made.current.has(slug)) await createProject(workspace, { name, slug, teamId });
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== "EXISTS") throw error;
        setFieldError("slug", "Another project has this slug already");
        return;
      }
      made.current.add(slug);
      for (const environment of environments) {
        const key = `${slug}/${environment}`;
        if (!made.current.has(key)) await createEnvironment(workspace, slug, environment);
        made.current.add(key);
      }
      await Promise.all([
        queryClient.invalidateQueries(projectsQuery(workspace)),
        queryClient.invalidateQueries(environmentsQuery(workspace, slug)),
      ]);
      toast(`${name} was created`);
      onClose();
      await navigate({
        to: "/w/$workspace/projects/$project/secrets",
        params: { workspace, project: slug },
      });
    },
  );
  const { name, slug } = form.values;
  const follow = (next: string): void => {
    // The slug follows the name until somebody chooses another.
    if (slug === slugOf(name)) form.setFieldValue("slug", slugOf(next));
    form.setFieldValue("name", next);
  };

  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        {form.problem === null ? null : (
          <Note tone="danger" title={form.problem.message} code={form.problem.code} />
        )}
        <TextInput
          label="Name"
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
          onChange={(event) => follow(event.currentTarget.value)}
        />
        <TextInput
          label="Slug"
          description="Its name in addresses and on the command line."
          required
          maxLength={LONGEST_SLUG}
          {...form.getInputProps("slug")}
        />
        {teams.length < 2 ? null : (
          <Select
            label="Team"
            data={teams.map(({ id, name: label }) => ({ value: id, label }))}
            allowDeselect={false}
            required
            {...form.getInputProps("teamId")}
          />
        )}
        <TagsInput
          label="Environments"
          description="Press Enter after each name."
          clearable
          clearButtonProps={{ "aria-label": "Remove all environments" }}
          {...form.getInputProps("environments")}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={form.sending}>
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
