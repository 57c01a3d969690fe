import { Button, Text } from "@mantine/core";
import type { PlanAction } from "../../api/sync.ts";
import type { DataColumn } from "../data-table.tsx";
import { OwnerLink } from "../owner-link.tsx";
import { Pill } from "../state-badge.tsx";
import { Absent } from "../time.tsx";
import { KINDS } from "./plan-words.ts";

type PlanColumnsInput = Readonly<{
  /** What the plan is about: what happens, or what would be done. */
  header: string;
  /** Lets a secret adopt what holds its name in the vault. Without it nothing can be adopted from here. */
  onAdopt?: (action: PlanAction) => void;
}>;

/** What a plan shows of each secret: what is done with it, under which name, and why. */
export function planColumns({ header, onAdopt }: PlanColumnsInput): ReadonlyArray<DataColumn<PlanAction>> {
  return [
    {
      id: "secret",
      header: "Secret",
      width: "24%",
      cell: ({ secretName }) => (
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {secretName}
        </Text>
      ),
    },
    {
      id: "kind",
      header,
      width: "170px",
      cell: ({ kind }) => <Pill tone={KINDS[kind].tone}>{KINDS[kind].label}</Pill>,
    },
    {
      id: "vault",
      header: "In the vault",
      width: "21%",
      cell: ({ vaultName }) =>
        vaultName === null ? <Absent /> : <span className="kv-mono">{vaultName}</span>,
    },
    {
      id: "why",
      header: "Why",
      cell: (action) => <Why action={action} onAdopt={onAdopt} />,
    },
  ];
}

type WhyProps = Readonly<{ action: PlanAction; onAdopt: PlanColumnsInput["onAdopt"] }>;

function Why({ action, onAdopt }: WhyProps) {
  const { adoptable, failure, ownedBy, reason, secretName } = action;
  if (failure === null) return <Text size="sm">{reason === null ? <Absent /> : sentence(reason)}</Text>;
  return (
    <>
      <Text size="sm">{failure.message}</Text>
      <Text size="xs" c="dimmed">
        {failure.hint}
      </Text>
      <OwnerLink failure={failure} ownedBy={ownedBy} />
      {adoptable && onAdopt !== undefined ? (
        <Button
          size="compact-sm"
          variant="default"
          mt={6}
          onClick={() => onAdopt(action)}
          aria-label={`Adopt ${secretName}`}
        >
          Adopt…
        </Button>
      ) : null}
    </>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
