// The editor of policy documents: JSON with marks from its grammar, from Access Analyzer where it runs, and from the
// service's refusal.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useMemo, useState } from 'react';
import { JsonEditor, call, type ApiError, type Mark } from '@/kit';
import { placeOf } from './json';
import { lintPolicy, type PolicyKind } from './lint';

// After the last key, before Access Analyzer is asked.
const PAUSE_MILLISECONDS = 600;
const LINE_PIXELS = 17;
const LINES_SHOWN_MIN = 12;
const LINES_SHOWN_MAX = 32;

const ANALYZER: Record<PolicyKind, { policyType: string; validatePolicyResourceType?: string }> = {
  identity: { policyType: 'IDENTITY_POLICY' },
  trust: { policyType: 'RESOURCE_POLICY', validatePolicyResourceType: 'AWS::IAM::AssumeRolePolicyDocument' },
  scp: { policyType: 'SERVICE_CONTROL_POLICY' },
  rcp: { policyType: 'RESOURCE_CONTROL_POLICY' },
};
const TYPES: Record<string, Mark['type']> = { ERROR: 'error', SECURITY_WARNING: 'warning', WARNING: 'warning', SUGGESTION: 'info' };

interface Finding {
  findingDetails: string;
  findingType: string;
  issueCode: string;
  locations: { span: { start: { line: number; column: number } } }[];
}

function marksOf(findings: Finding[]): Mark[] {
  return findings.map((finding) => {
    const start = finding.locations[0]?.span.start ?? { line: 1, column: 0 };
    return { line: start.line, column: start.column + 1, type: TYPES[finding.findingType] ?? 'info',
      text: `${finding.findingDetails} (${finding.issueCode})` };
  });
}

// What Access Analyzer finds; nothing where it does not run or may not be asked: the document's own marks stay.
function useAnalyzer(text: string, kind: PolicyKind, asks: boolean): Mark[] {
  const [found, setFound] = useState<{ text: string; marks: Mark[] }>({ text: '', marks: [] });
  useEffect(() => {
    if (!asks) return;
    let current = true;
    const timer = window.setTimeout(() => {
      call('accessanalyzer', 'ValidatePolicy', { policyDocument: text, ...ANALYZER[kind] }).then(
        (out) => current && setFound({ text, marks: marksOf(out.findings ?? []) }),
        () => undefined,
      );
    }, PAUSE_MILLISECONDS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [text, kind, asks]);
  return found.text === text ? found.marks : [];
}

export interface PolicyEditorProps {
  value: string;
  onChange: (text: string) => void;
  kind: PolicyKind;
  label: string;
  charactersMax?: number;
  refused?: ApiError;  // what the service said of this document
}

// IAM does not count white space.
export const policySize = (text: string) => text.replace(/\s/g, '').length;

export const hasErrors = (text: string, kind: PolicyKind) =>
  lintPolicy(text, kind).some((mark) => mark.severity === 'error');

export function PolicyEditor({ value, onChange, kind, label, charactersMax, refused }: PolicyEditorProps) {
  const own = useMemo(() => lintPolicy(value, kind).map((mark): Mark =>
    ({ ...placeOf(value, mark.start), type: mark.severity, text: mark.message })), [value, kind]);
  const errors = own.filter((mark) => mark.type === 'error');
  const analyzed = useAnalyzer(value, kind, errors.length === 0);
  const said: Mark[] = refused && /MalformedPolicy/.test(refused.code)
    ? [{ line: errors[0]?.line ?? 1, column: errors[0]?.column ?? 1, type: 'error', text: `${refused.code}: ${refused.message}` }]
    : [];
  const marks = [...said, ...own, ...analyzed.filter((mark) => !own.some((one) => one.line === mark.line && one.type === mark.type))];
  const size = policySize(value);
  const shown = Math.min(LINES_SHOWN_MAX, Math.max(LINES_SHOWN_MIN, value.split('\n').length + 1));
  const wrong = marks.filter((mark) => mark.type === 'error').length;
  return (
    <SpaceBetween size="xs">
      <JsonEditor value={value} onChange={onChange} marks={marks} label={label} height={shown * LINE_PIXELS} />
      <SpaceBetween direction="horizontal" size="m" alignItems="center">
        <Button variant="inline-link" disabled={errors.length > 0} onClick={() => onChange(formatted(value))}>Format document</Button>
        <StatusIndicator type={wrong > 0 ? 'error' : 'success'}>
          {wrong > 0 ? `${wrong} ${wrong === 1 ? 'error' : 'errors'}` : 'No errors found'}
        </StatusIndicator>
        {charactersMax !== undefined && (
          <Box color={size > charactersMax ? 'text-status-error' : 'text-body-secondary'}>
            {size.toLocaleString('en-US')} of {charactersMax.toLocaleString('en-US')} characters without spaces
          </Box>
        )}
      </SpaceBetween>
    </SpaceBetween>
  );
}

function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 4);
  } catch {
    return text;
  }
}
