import type { ApiFailure } from "../../api/failure.ts";
import { Note } from "../../components/failure-note.tsx";

/** What went wrong with a form as a whole. */
export function FormProblem({ problem }: Readonly<{ problem: ApiFailure | null }>) {
  return problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />;
}
