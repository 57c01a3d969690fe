import { existsSync, readFileSync } from "node:fs";

export type Outcome = Readonly<{ line: string; ok: boolean; remarks: readonly string[] }>;

type Report = Readonly<{
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}>;

/**
 * What came of a run, from the JSON that Jest wrote, and the one line that says so. A file that could not be run
 * counts as a failure. A skipped test is no success, unless the run was `narrowed` to some names, which skips the
 * rest.
 */
export function readOutcome(file: string, options: Readonly<{ narrowed: boolean }>): Outcome {
  if (!existsSync(file)) {
    return { line: "0 passed, 0 failed", ok: false, remarks: ["Jest ended without a result."] };
  }
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  const passed = report.numPassedTests;
  const broken = report.numRuntimeErrorTestSuites;
  const failed = report.numFailedTests + broken;
  const skipped = report.numPendingTests + report.numTodoTests;
  const remarks = [
    ...(broken > 0 ? [`${broken} test file(s) could not be run; each counts as failed.`] : []),
    ...(passed + failed === 0 ? ["No test was run."] : []),
    ...(skipped > 0 && !options.narrowed ? ["Skipped tests are not allowed here."] : []),
  ];
  const ok = report.success && failed === 0 && passed > 0 && (skipped === 0 || options.narrowed);
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { line, ok, remarks };
}
