import { describeConformance } from "../conformance/conformance.ts";
import { memorySubject } from "../conformance/memory-subject.ts";

const STARTED_AT = Date.parse("2026-01-01T00:00:00.999Z");

describeConformance("A vault in memory", async (options) => memorySubject(STARTED_AT, options));
