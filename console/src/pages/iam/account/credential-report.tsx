// The credential report: every user and the state of its credentials, shown and as a file.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { downloadText, Time, dateTime, useLoad, ago } from '@/kit';
import { iam } from '../parts/api';
import { Page } from '../parts/page';
import { SmallTable } from '../parts/small-table';
import { base64ToText } from '../parts/text';

const PAUSE_MILLISECONDS = 300;
// A report of 5,000 users takes a moment; after this many questions something is wrong.
const QUESTIONS_MAX = 100;

interface Report { text: string; at: number }
type Row = Record<string, string>;

async function report(signal: AbortSignal): Promise<Report> {
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const { State } = await iam('GenerateCredentialReport', {}, signal);
    if (State === 'COMPLETE') break;
    await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
  }
  const out = await iam('GetCredentialReport', {}, signal);
  return { text: base64ToText(out.Content), at: out.GeneratedTime };
}

function rows(text: string): Row[] {
  const [header, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])));
}

// status_reports_<date>T<time>.csv, as AWS's console calls it.
const fileName = (at: number) => `status_reports_${new Date(at * 1000).toISOString().slice(0, 19).replaceAll(':', '-')}.csv`;

const yesNo = (text: string) => ({ true: 'Yes', false: 'No' })[text] ?? (text === 'not_supported' ? 'Not supported' : text);
const when = (text: string) => (/^\d{4}-/.test(text) ? <span title={dateTime(text)}>{ago(text)}</span>
  : text === 'N/A' || text === 'no_information' || text === 'not_supported' ? '-' : text);
const keys = (row: Row) => ['1', '2'].filter((n) => row[`access_key_${n}_active`] === 'true').map((n) => row[`access_key_${n}_last_rotated`]);

export function CredentialReport() {
  const loaded = useLoad<Report>('credential-report', report);
  const data = loaded.data;
  return (
    <Page title="Credential report" description="Lists all users of this account and the status of their credentials. A report is made anew after four hours."
      actions={<Button variant="primary" iconName="download" disabled={!data} onClick={() => data && downloadText(fileName(data.at), data.text)}>Download credentials report</Button>}>
      <SpaceBetween size="s">
        {data && <Alert type="info">This report was made <Time at={data.at} relative />. Changes since then are in the next one.</Alert>}
        <SmallTable<Row> title="Users" items={data && rows(data.text)} error={loaded.error} onRetry={loaded.refresh} keyOf={(row) => row.arn} filter="Search users"
          columns={[
            { header: 'User', text: (row) => row.user, cell: (row) => <span className="kit-wrap">{row.user}</span> },
            { header: 'Password', text: (row) => row.password_enabled, cell: (row) => yesNo(row.password_enabled) },
            { header: 'Password last used', text: (row) => row.password_last_used, cell: (row) => when(row.password_last_used) },
            { header: 'Password last changed', text: (row) => row.password_last_changed, cell: (row) => when(row.password_last_changed) },
            { header: 'MFA', text: (row) => row.mfa_active, cell: (row) => yesNo(row.mfa_active) },
            { header: 'Active keys made', text: (row) => keys(row).join(), cell: (row) => keys(row).map((time, index) => <div key={index}>{when(time)}</div>) },
            { header: 'Created', text: (row) => row.user_creation_time, cell: (row) => when(row.user_creation_time) },
          ]} />
      </SpaceBetween>
    </Page>
  );
}
