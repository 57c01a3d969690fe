import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { ApiFailure } from "../../api/failure.ts";
import { changeProject, projectsQuery, type Project, type TeamProjects } from "../../api/projects.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { LONGEST_SLUG } from "./slug.ts";

type ProjectFormProps = Readonly<{
  workspace: string;
  project: Project;
  teams: readonly TeamProjects[];
  teamId: string;
}>;

/** A project's name, slug and team. */
export function ProjectForm({ workspace, project, teams, teamId }: ProjectFormProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const { name, slug } = project;
  const form = useApiForm({ initialValues: { name, slug, teamId } }, async (values, { setFieldError }) => {
    try {
      await changeProject(workspace, slug, values);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.code !== "EXISTS") throw error;
      setFieldError("slug", "Another project has this slug already");
      return;
    }
    await queryClient.invalidateQueries(projectsQuery(workspace));
    toast("The project was changed");
    if (values.slug === slug) await router.invalidate();
    else
      await navigate({
        to: "/w/$workspace/projects/$project/settings",
        params: { workspace, project: values.slug },
        replace: true,
      });
  });
  return (
    <form onSubmit={form.send}>
      <Stack gap="md" align="flex-start">
        <FormProblem problem={form.problem} />
        <TextInput label="Name" required maxLength={100} w="100%" maw={420} {...form.getInputProps("name")} />
        <TextInput
          label="Slug"
          description="In addresses, and what clients call it. Links and scripts that use the old one stop working; syncs don’t."
          required
          maxLength={LONGEST_SLUG}
          spellCheck={false}
          w="100%"
          maw={420}
          {...form.getInputProps("slug")}
        />
        {teams.length < 2 ? null : (
          <Select
            label="Team"
            description="Who may reach the project by a team changes with it."
            data={teams.map(({ id, name: label }) => ({ value: id, label }))}
            allowDeselect={false}
            required
            w="100%"
            maw={420}
            {...form.getInputProps("teamId")}
          />
        )}
        <Button type="submit" variant="default" loading={form.sending}>
          Save project
        </Button>
      </Stack>
    </form>
  );
}
