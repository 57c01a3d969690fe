import type { z } from "zod";
import { problemsOf, type ProblemCodes } from "./problems.ts";

/** Who may: anybody, whoever is signed in, who may change secrets (developers and admins), or admins alone. */
export type Access = "anyone" | "signed-in" | "secret-writer" | "admin";

/** One answer of an operation. Without a schema it has no body; its content is JSON unless `contentType` says otherwise. */
export type AnswerShape = Readonly<{
  description: string;
  body?: z.ZodType;
  contentType?: string;
  headers?: Readonly<Record<string, z.ZodType>>;
}>;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What is declared of an operation. */
export type OperationShape = Readonly<{
  method: Method;
  /** With its parameters in braces: `/v1/sync/{syncId}`. */
  path: `/${string}`;
  /** The chapter of the description that it stands in. */
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  /** One string schema for each parameter of the path. */
  params?: z.ZodObject;
  query?: z.ZodType;
  /** Request headers beside those of every request, in lower case. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** A body that is taken: shown in the description, and what tests begin with. */
  example?: unknown;
  /** The answers of success, by status. */
  answers: Readonly<Record<number, AnswerShape>>;
  /** The codes of its own errors, by status. What every operation can answer needn't be named. */
  problems?: ProblemCodes;
}>;

/** An operation of the API. */
export type Operation<Shape extends OperationShape = OperationShape> = Shape &
  Readonly<{
    /** Its name, unique in the catalogue. */
    id: string;
    /** Every error that it can answer: codes by status. */
    allProblems: ProblemCodes;
  }>;

type Declared<Shapes extends Readonly<Record<string, OperationShape>>> = {
  readonly [Id in keyof Shapes]: Operation<Shapes[Id]>;
};

/** Makes operations of what is declared of them; their keys become their ids. */
export function operations<const Shapes extends Readonly<Record<string, OperationShape>>>(
  shapes: Shapes,
): Declared<Shapes> {
  const declared = Object.entries(shapes).map(([id, shape]) => [
    id,
    { ...shape, id, allProblems: problemsOf(shape) },
  ]);
  return Object.fromEntries(declared) as Declared<Shapes>;
}

/** What a caller gives for a part of a request: nothing where the operation has no such part. */
type Given<Shape, Part extends string> = Shape extends {
  readonly [Name in Part]: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : undefined;

/** What a caller of an operation gives. */
export type RequestOf<Shape extends OperationShape> = Readonly<{
  params: Given<Shape, "params">;
  query: Given<Shape, "query">;
  body: Given<Shape, "body">;
  headers: Given<Shape, "headers">;
}>;

type BodyOf<Answer> = Answer extends { readonly body: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** The body of an operation's successful answer, as it is on the wire: any of them where there are several. */
export type ResponseOf<Shape extends OperationShape> = {
  [Status in keyof Shape["answers"]]: BodyOf<Shape["answers"][Status]>;
}[keyof Shape["answers"]];
