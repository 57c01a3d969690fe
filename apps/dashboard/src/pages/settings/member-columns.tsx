import { Menu, Text } from "@mantine/core";
import { IconTrash, IconUserCog } from "@tabler/icons-react";
import type { Invitation, Member } from "../../api/members.ts";
import type { Place } from "../../api/places.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { roleName } from "../../components/roles.ts";
import { RowMenu } from "../../components/row-menu.tsx";
import { ScopeWords } from "../../components/scope/scope-words.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Absent, Time } from "../../components/time.tsx";

type MemberColumnsInput = Readonly<{
  teams: readonly Place[] | undefined;
  /** The id of who looks at it. */
  ownId: string;
  change: (member: Member) => void;
  remove: (member: Member) => void;
}>;

export function memberColumns({
  teams,
  ownId,
  change,
  remove,
}: MemberColumnsInput): ReadonlyArray<DataColumn<Member>> {
  return [
    {
      id: "name",
      header: "Member",
      width: "34%",
      sortBy: ({ user }) => user.name,
      cell: ({ user }) => (
        <>
          <Text size="sm" fw={600}>
            {user.name}
            {user.id === ownId ? " (you)" : ""}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </>
      ),
    },
    {
      id: "role",
      header: "Role",
      width: "180px",
      sortBy: ({ role }) => role,
      cell: ({ role, isOwner }) => `${roleName(role)}${isOwner ? ", owner" : ""}`,
    },
    { id: "scope", header: "Scope", cell: ({ scope }) => <ScopeWords scope={scope} teams={teams} /> },
    {
      id: "joined",
      header: "Joined",
      width: "130px",
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      id: "actions",
      header: "Actions",
      width: "88px",
      align: "end",
      isAbsent: ({ isOwner }) => isOwner,
      cell: (member) =>
        member.isOwner ? (
          <Absent />
        ) : (
          <RowMenu of={member.user.name}>
            <Menu.Item leftSection={<IconUserCog size={16} aria-hidden />} onClick={() => change(member)}>
              Change role or scope
            </Menu.Item>
            <Menu.Item
              color="var(--kv-danger-text)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => remove(member)}
            >
              Remove
            </Menu.Item>
          </RowMenu>
        ),
    },
  ];
}

type InvitationColumnsInput = Readonly<{
  teams: readonly Place[] | undefined;
  revoke: (invitation: Invitation) => void;
}>;

export function invitationColumns({
  teams,
  revoke,
}: InvitationColumnsInput): ReadonlyArray<DataColumn<Invitation>> {
  return [
    {
      id: "email",
      header: "E-mail",
      width: "34%",
      sortBy: ({ email }) => email,
      cell: ({ email }) => <Text size="sm">{email}</Text>,
    },
    { id: "role", header: "Role", width: "180px", cell: ({ role }) => roleName(role) },
    { id: "scope", header: "Scope", cell: ({ scope }) => <ScopeWords scope={scope} teams={teams} /> },
    {
      id: "expires",
      header: "Expires",
      width: "130px",
      sortBy: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) =>
        Date.parse(expiresAt) <= Date.now() ? <Pill tone="warning">Expired</Pill> : <Time at={expiresAt} />,
    },
    {
      id: "actions",
      header: "Actions",
      width: "88px",
      align: "end",
      cell: (invitation) => (
        <RowMenu of={invitation.email}>
          <Menu.Item
            color="var(--kv-danger-text)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => revoke(invitation)}
          >
            Revoke
          </Menu.Item>
        </RowMenu>
      ),
    },
  ];
}
