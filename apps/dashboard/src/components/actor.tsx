import { Text } from "@mantine/core";
import type { AuditEvent } from "../api/audit.ts";
import { ACTOR_KINDS } from "./audit-words.ts";

/** Who acted, by the name that they had then, and what they are where that isn't a person. */
export function Actor({ actor }: Readonly<{ actor: AuditEvent["actor"] }>) {
  const { kind, name } = actor;
  return (
    <>
      <Text size="sm">{name === "" ? "unknown" : name}</Text>
      {kind === "person" ? null : (
        <Text size="xs" c="dimmed">
          {ACTOR_KINDS[kind]}
        </Text>
      )}
    </>
  );
}
