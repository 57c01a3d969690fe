import { useForm, type UseFormInput, type UseFormReturnType } from "@mantine/form";
import { useState, type FormEvent } from "react";
import { ApiFailure } from "../api/failure.ts";

export type ApiForm<Values> = UseFormReturnType<Values> &
  Readonly<{
    /** Sends what was typed. What the API finds wrong stands at its field afterwards, all else in `problem`. */
    send: (event?: FormEvent<HTMLFormElement>) => void;
    sending: boolean;
    /** What went wrong as a whole, or null. */
    problem: ApiFailure | null;
  }>;

/**
 * A form for the API. Nothing that was typed is lost, whatever the answer: only `submit` decides what happens next.
 *
 * @param submit sends the values, and may empty the form afterwards; an {@link ApiFailure} of it is shown
 */
export function useApiForm<Values extends Record<string, unknown>>(
  input: UseFormInput<Values>,
  submit: (values: Values, form: UseFormReturnType<Values>) => Promise<void>,
): ApiForm<Values> {
  const form = useForm<Values>(input);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);

  async function attempt(values: Values): Promise<void> {
    setSending(true);
    setProblem(null);
    try {
      await submit(values, form);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const known = Object.entries(error.fields).filter(
        ([field]) => (field.split(".")[0] ?? field) in values,
      );
      if (known.length > 0) form.setErrors(Object.fromEntries(known.map(([f, text]) => [f, sentence(text)])));
      // A field that isn't in the form can't show its problem.
      if (known.length === 0 || known.length < Object.keys(error.fields).length) setProblem(error);
    } finally {
      setSending(false);
    }
  }

  return { ...form, send: form.onSubmit(attempt), sending, problem };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
