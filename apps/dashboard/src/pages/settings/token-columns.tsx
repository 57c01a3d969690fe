import { Code, Group, Menu, Text } from "@mantine/core";
import { IconRefresh, IconTrash } from "@tabler/icons-react";
import type { Place } from "../../api/places.ts";
import type { Token } from "../../api/tokens.ts";
import type { DataColumn } from "../../components/data-table.tsx";
import { RowMenu } from "../../components/row-menu.tsx";
import { ScopeWords } from "../../components/scope/scope-words.tsx";
import { Pill } from "../../components/state-badge.tsx";
import { Time } from "../../components/time.tsx";
import { isUsable, tokenState } from "./token-state.ts";

type TokenColumnsInput = Readonly<{
  teams: readonly Place[] | undefined;
  now: number;
  rotate: (token: Token) => void;
  revoke: (token: Token) => void;
}>;

const TYPES: Readonly<Record<Token["type"], string>> = {
  static: "",
  cli: " · for ek sdk",
  login: " · signed in from a command line",
};

export function tokenColumns({
  teams,
  now,
  rotate,
  revoke,
}: TokenColumnsInput): ReadonlyArray<DataColumn<Token>> {
  return [
    {
      id: "name",
      header: "Token",
      width: "24%",
      sortBy: ({ name }) => name,
      cell: (token) => (
        <>
          <Text size="sm" fw={600}>
            {token.name}
          </Text>
          <Text size="xs" c="dimmed">
            <Code>{token.prefix}…</Code>
            {TYPES[token.type]}
          </Text>
        </>
      ),
    },
    {
      id: "permission",
      header: "Permission",
      width: "130px",
      sortBy: ({ permission }) => permission,
      cell: ({ permission }) => (permission === "read" ? "Read" : "Read and write"),
    },
    {
      id: "owner",
      header: "Owner",
      width: "170px",
      sortBy: ({ user }) => user?.name ?? "",
      cell: ({ user, isOwner }) => `${user?.name ?? "Operators"}${isOwner ? " (you)" : ""}`,
    },
    { id: "scope", header: "Scope", cell: ({ scope }) => <ScopeWords scope={scope} teams={teams} /> },
    {
      id: "used",
      header: "Last used",
      width: "130px",
      sortBy: ({ lastUsedAt }) => lastUsedAt ?? "",
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? (
          <Text size="sm" c="dimmed">
            Never
          </Text>
        ) : (
          <Time at={lastUsedAt} />
        ),
    },
    {
      id: "expires",
      header: "Expires",
      width: "190px",
      sortBy: ({ expiresAt }) => expiresAt ?? "9",
      cell: (token) => <Expiry token={token} now={now} />,
    },
    {
      id: "actions",
      header: "Actions",
      width: "88px",
      align: "end",
      cell: (token) =>
        isUsable(token, now) ? (
          <RowMenu of={token.name}>
            {token.isOwner || token.user === null ? (
              <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => rotate(token)}>
                Rotate
              </Menu.Item>
            ) : null}
            <Menu.Item
              color="var(--kv-danger-text)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => revoke(token)}
            >
              Revoke
            </Menu.Item>
          </RowMenu>
        ) : null,
    },
  ];
}

function Expiry({ token, now }: Readonly<{ token: Token; now: number }>) {
  switch (tokenState(token, now)) {
    case "revoked":
      return (
        <Group gap="xs">
          <Pill tone="neutral">Revoked</Pill>
          <Time at={token.revokedAt} />
        </Group>
      );
    case "expired":
      return (
        <Group gap="xs">
          <Pill tone="neutral">Expired</Pill>
          <Time at={token.expiresAt} />
        </Group>
      );
    case "expiring":
      return (
        <Group gap="xs">
          <Time at={token.expiresAt} />
          <Pill tone="warning">Soon</Pill>
        </Group>
      );
    case "active":
      return token.expiresAt === null ? "Never" : <Time at={token.expiresAt} />;
  }
}
