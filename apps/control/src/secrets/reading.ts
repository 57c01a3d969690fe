import { ApiError } from "@kvsync/contracts";
import type { SecretBody, SecretOutlineBody } from "@kvsync/contracts/api";
import type { SecretOutlineRow, SecretRow } from "@kvsync/store";
import { timestamp } from "../http/timestamp.ts";
import { etagOf } from "./etag.ts";
import type { SealedValues } from "./sealed-values.ts";

type Head = Omit<SecretBody, "values">;
type ValueBody = SecretBody["values"][number];

/** A secret with its values in the clear: the shared ones, and those of whoever asks. */
export async function presentSecret(values: SealedValues, secret: SecretRow): Promise<SecretBody> {
  const shared = secret.values.map(({ environmentId }) => openValue(values, secret, environmentId, false));
  const personal = secret.personal.map(({ environmentId }) => openValue(values, secret, environmentId, true));
  const { createdAt, updatedAt, ...head } = headOf(secret);
  return { ...head, values: await Promise.all([...shared, ...personal]), createdAt, updatedAt };
}

/** The same without a value. */
export function presentOutline(secret: SecretOutlineRow): SecretOutlineBody {
  const place =
    (isPersonal: boolean) =>
    ({
      environmentId,
      updatedAt,
    }: SecretOutlineRow["values"][number]): SecretOutlineBody["values"][number] => ({
      environmentId,
      isPersonal,
      updatedAt: timestamp(updatedAt),
    });
  const values = [...secret.values.map(place(false)), ...secret.personal.map(place(true))];
  return { ...headOf(secret), etag: etagOf(secret), values };
}

/**
 * One value in the clear, of those that the row carries.
 *
 * @throws {ApiError} 404 `VALUE_NOT_FOUND`, 500 `VALUE_UNREADABLE`
 */
export async function openValue(
  values: SealedValues,
  secret: SecretRow,
  environmentId: string,
  isPersonal: boolean,
): Promise<ValueBody> {
  const rows: ReadonlyArray<Readonly<{ environmentId: string; ciphertext: Uint8Array; memberId?: string }>> =
    isPersonal ? secret.personal : secret.values;
  const row = rows.find((candidate) => candidate.environmentId === environmentId);
  if (row === undefined)
    throw new ApiError(404, "VALUE_NOT_FOUND", `${secret.name} has no such value in this environment`);
  const { memberId } = row;
  const place = { secretId: secret.id, environmentId, ...(memberId === undefined ? {} : { memberId }) };
  return { environmentId, value: await values.open(secret, place, row.ciphertext), isPersonal };
}

function headOf({
  id,
  name,
  note,
  type,
  dataType,
  createdAt,
  updatedAt,
}: SecretOutlineRow | SecretRow): Head {
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, note, type, dataType, ...times };
}
