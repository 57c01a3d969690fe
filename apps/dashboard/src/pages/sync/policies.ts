/** A choice of a policy, with what it means. */
export type PolicyChoice<Value extends string = string> = Readonly<{
  value: Value;
  label: string;
  description: string;
}>;

export const NAME_POLICIES = [
  {
    value: "strict",
    label: "As they are (strict)",
    description:
      "A name with other characters than letters, digits and hyphens fails by itself until it is renamed.",
  },
  { value: "hyphenate", label: "_ becomes -", description: "DB_HOST is written as DB-HOST." },
  {
    value: "dotnet",
    label: "__ becomes --, _ becomes -",
    description: "As .NET’s configuration reads sections: Mail__Host is written as Mail--Host.",
  },
] as const satisfies readonly PolicyChoice[];

export const REMOVAL_POLICIES = [
  {
    value: "delete",
    label: "Remove them from the vault",
    description: "Only what this sync wrote. With soft delete they can be recovered in the vault.",
  },
  {
    value: "keep",
    label: "Leave them in the vault",
    description: "They stay, and are no longer this sync’s concern.",
  },
] as const satisfies readonly PolicyChoice[];

export const DRIFT_POLICIES = [
  {
    value: "repair",
    label: "Repair them",
    description: "What somebody changed or deleted in the vault is written again after the next look at it.",
  },
  {
    value: "report",
    label: "Report them only",
    description: "They are shown as blocked, and the vault stays as somebody left it.",
  },
] as const satisfies readonly PolicyChoice[];

export const EXISTING_POLICIES = [
  {
    value: "fail",
    label: "Leave them alone",
    description: "A secret whose name the vault has already fails by itself. Single ones can be adopted.",
  },
  {
    value: "adopt-once",
    label: "Adopt them at the next run",
    description:
      "The next run that looks at the vault adopts what it finds; after it they are left alone again.",
  },
  {
    value: "adopt",
    label: "Always adopt them",
    description: "Whatever has a secret’s name gets a new version with the value from here.",
  },
] as const satisfies readonly PolicyChoice[];

export const FIRST_PLANS = [
  {
    value: "apply",
    label: "Carry it out at once",
    description: "The first run writes as soon as access is validated.",
  },
  {
    value: "ask",
    label: "Ask me first",
    description: "Nothing is written before somebody approved the first plan.",
  },
] as const satisfies readonly PolicyChoice[];
