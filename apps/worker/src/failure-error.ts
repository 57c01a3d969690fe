import { explainFailure, KvsyncError, type Failure } from "@kvsync/contracts";

/** A {@link Failure} on its way up: what is recorded for a secret, a run or a validation. */
export class FailureError extends KvsyncError {
  override readonly name = "FailureError";
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.code, explainFailure(failure.code, failure.fields).message, failure.fields, options);
    this.failure = failure;
  }
}
