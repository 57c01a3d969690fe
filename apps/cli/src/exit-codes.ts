/** What a command's end tells a script. They are documented and never change. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** With `--detailed-exitcode` alone, as Terraform has it. */
  changes: 2,
  notSignedIn: 3,
  /** Not allowed, or not there: the server doesn't always tell which. */
  refused: 4,
  completedWithFailures: 5,
  timedOut: 6,
  unreachable: 7,
  awaitsApproval: 8,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
