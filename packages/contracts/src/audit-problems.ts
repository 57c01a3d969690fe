/** What can be wrong with an audit chain, in a sentence about the entry. */
const sentences = {
  ENTRY_ALTERED: "says something else than what was noted",
  ENTRY_MISSING: "is missing",
  LINK_BROKEN: "doesn't follow on the entry before it",
  ENTRY_UNKNOWN: "was added past the chain",
  HEAD_DIFFERS: "isn't the one that the chain ended with",
  ANCHOR_FORGED: "has an anchor that wasn't sealed with the key-encryption key",
  ANCHOR_DIFFERS: "had another hash when the chain's end was kept: the chain was written anew",
  TAIL_MISSING: "and perhaps more were removed from the chain's end",
} as const;

export type ChainProblemCode = keyof typeof sentences;

/** What is wrong with an audit chain, and what to do about it. */
export function explainChainProblem(
  code: ChainProblemCode,
  sequence: number,
): Readonly<{ message: string; hint: string }> {
  return {
    message: `Audit entry ${sequence} ${sentences[code]}.`,
    hint: "Somebody with access to the database changed the log, or a backup was restored. Find out who had access since the last good verification, and compare with a backup or a log of the chain's ends. Run “npm run audit -- verify” (in a container “kvsync-admin audit verify”) to see where it stands now.",
  };
}
