import { catalogue, type ApiClient, type RecordBody } from "@kvsync/contracts/api";

/** The first so many records that fail, by name. */
export async function failingRecords(
  api: ApiClient,
  syncId: string,
  limit: number,
): Promise<readonly RecordBody[]> {
  const found: RecordBody[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.call(catalogue.listRecords, {
      params: { syncId },
      query: {
        state: "failed,blocked",
        limit: Math.min(200, limit - found.length),
        ...(cursor === undefined ? {} : { cursor }),
      },
    });
    found.push(...page.records);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}
