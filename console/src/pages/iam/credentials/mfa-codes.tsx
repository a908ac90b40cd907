// Two consecutive codes of an authenticator.
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

const CODE = /^\d{6}$/;
export type Codes = [string, string];

export function codesProblem(codes: Codes): string | undefined {
  if (!codes.every((code) => CODE.test(code))) return 'Both codes have six digits.';
  return codes[0] === codes[1] ? 'Wait for the next code: the two must be different.' : undefined;
}

export const codesReady = (codes: Codes) => codesProblem(codes) === undefined;

export function CodeFields({ codes, onChange, tried = false }: { codes: Codes; onChange: (codes: Codes) => void; tried?: boolean }) {
  const field = (index: 0 | 1) => (
    <FormField label={`MFA code ${index + 1}`} constraintText={index === 1 ? 'Wait up to 30 seconds for the second code.' : undefined}
      errorText={tried && index === 1 ? codesProblem(codes) : undefined}>
      <Input value={codes[index]} inputMode="numeric" autoComplete="one-time-code" placeholder="123456"
        onChange={({ detail }) => {
          const value = detail.value.replace(/\D/g, '').slice(0, 6);
          onChange(index === 0 ? [value, codes[1]] : [codes[0], value]);
        }} />
    </FormField>
  );
  return <ColumnLayout columns={2}>{field(0)}{field(1)}</ColumnLayout>;
}
