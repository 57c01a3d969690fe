import type { ApiFailure } from "../api/failure.ts";
import { Note } from "./failure-note.tsx";

/** What went wrong with a form as a whole; nothing for null. */
export function FormProblem({ problem }: Readonly<{ problem: ApiFailure | null }>) {
  return problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />;
}
