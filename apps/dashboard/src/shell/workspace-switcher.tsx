import { Menu, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { SessionWorkspace } from "../api/session.ts";
import classes from "./shell.module.css";

type WorkspaceSwitcherProps = Readonly<{
  workspaces: readonly SessionWorkspace[];
  current: SessionWorkspace;
}>;

/** The workspace's name; a menu where there are several. */
export function WorkspaceSwitcher({ workspaces, current }: WorkspaceSwitcherProps) {
  const navigate = useNavigate();
  if (workspaces.length < 2)
    return (
      <div className={classes.workspace} title={current.name}>
        <span>{current.name}</span>
      </div>
    );
  return (
    <Menu position="bottom-start" width={280} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={classes.workspace} aria-label={`Workspace ${current.name}: change it`}>
          <span>{current.name}</span>
          <IconSelector size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Workspaces</Menu.Label>
        {workspaces.map(({ id, name, slug }) => (
          <Menu.Item
            key={id}
            rightSection={id === current.id ? <IconCheck size={14} aria-label="open" /> : null}
            onClick={() => void navigate({ to: "/w/$workspace", params: { workspace: slug } })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
