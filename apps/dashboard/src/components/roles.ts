import type { Role } from "../api/session.ts";

/** What each role may do, as Enkryptify defines them, most first. */
export const ROLES: ReadonlyArray<Readonly<{ role: Role; name: string; may: string }>> = [
  {
    role: "admin",
    name: "Admin",
    may: "Everything: secrets, projects, syncs to Key Vaults, members and settings.",
  },
  { role: "developer", name: "Developer", may: "Sees and changes secrets. Doesn’t see syncs." },
  { role: "member", name: "Member", may: "Sees secrets and changes nothing. Doesn’t see syncs." },
];

export const roleName = (role: Role): string => ROLES.find((one) => one.role === role)?.name ?? role;
