import { useMemo, useState } from 'react';

export type Problems<Values> = Partial<Record<keyof Values, string>>;

export interface FormState<Values> {
  values: Values;
  set: (change: Partial<Values>) => void;
  // What is wrong with a field, once the person has tried to send the form.
  problem: (field: keyof Values) => string | undefined;
  isValid: boolean;
  showProblems: () => void;
}

// The values of a form and what is wrong with them: `check` is pure and is asked at each change.
export function useForm<Values extends object>(
  initial: Values,
  check: (values: Values) => Problems<Values> = () => ({}),
): FormState<Values> {
  const [values, setValues] = useState(initial);
  const [tried, setTried] = useState(false);
  const problems = useMemo(() => check(values), [values, check]);
  return {
    values,
    set: (change) => setValues((before) => ({ ...before, ...change })),
    problem: (field) => (tried ? problems[field] : undefined),
    isValid: Object.values(problems).every((text) => text === undefined),
    showProblems: () => setTried(true),
  };
}
