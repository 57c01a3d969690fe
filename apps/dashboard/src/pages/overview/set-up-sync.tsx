import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { projectsQuery } from "../../api/projects.ts";
import { ButtonLink } from "../../components/app-link.tsx";

/** More are found on the page of all projects, which searches. */
const OFFERED = 10;

/** The way from all syncs to a new one, of the project that is chosen; straight on where there is only one. */
export function SetUpSync({ workspace }: Readonly<{ workspace: string }>) {
  const navigate = useNavigate();
  const { data: teams } = useQuery(projectsQuery(workspace));
  const projects = teams?.flatMap((team) => team.projects) ?? [];
  const [first, second] = projects;
  const icon = <IconPlus size={16} aria-hidden />;
  if (first === undefined)
    return (
      <ButtonLink to="/w/$workspace/projects" params={{ workspace }} leftSection={icon}>
        Set up a sync
      </ButtonLink>
    );
  if (second === undefined)
    return (
      <ButtonLink
        to="/w/$workspace/projects/$project/syncs/new"
        params={{ workspace, project: first.slug }}
        leftSection={icon}
      >
        Set up a sync
      </ButtonLink>
    );
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button leftSection={icon} rightSection={<IconChevronDown size={14} aria-hidden />}>
          Set up a sync
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Of which project?</Menu.Label>
        {projects.slice(0, OFFERED).map(({ slug, name }) => (
          <Menu.Item
            key={slug}
            onClick={() =>
              void navigate({
                to: "/w/$workspace/projects/$project/syncs/new",
                params: { workspace, project: slug },
              })
            }
          >
            {name}
          </Menu.Item>
        ))}
        {projects.length <= OFFERED ? null : (
          <Menu.Item onClick={() => void navigate({ to: "/w/$workspace/projects", params: { workspace } })}>
            All projects…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
