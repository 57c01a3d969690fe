import { Radio, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Role } from "../api/session.ts";
import { ROLES } from "./roles.ts";

type RoleFieldProps = Readonly<{
  label?: string;
  value: Role;
  onChange: (role: Role) => void;
  error?: ReactNode;
}>;

/** Chooses a role, and says what it may do. */
export function RoleField({ label = "Role", value, onChange, error }: RoleFieldProps) {
  return (
    <Radio.Group label={label} value={value} onChange={(role) => onChange(role)} error={error} withAsterisk>
      <Stack gap="xs" mt={4}>
        {ROLES.map(({ role, name, may }) => (
          <Radio key={role} value={role} label={name} description={may} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
