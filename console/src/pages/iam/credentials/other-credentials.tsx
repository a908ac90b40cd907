// SSH public keys, service-specific credentials and signing certificates: few have them, so they are folded away.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState, type ReactNode } from 'react';
import { Copyable, DownloadCsv, KeyValue, Status, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { compact, everything, iam, type Step } from '../parts/api';
import { SmallTable } from '../parts/small-table';
import { Secret } from './secret';

interface Credential { id: string; status: string; created: number; what?: string }

interface KindOfCredential {
  title: string;
  description: string;
  add: string;                                     // the button
  idMember: string;                                // of the inputs
  update: string;
  remove: string;
  load: (userName: string, signal: AbortSignal) => Promise<Credential[]>;
}

const SSH: KindOfCredential = {
  title: 'SSH public keys', add: 'Upload SSH public key', idMember: 'SSHPublicKeyId', update: 'UpdateSSHPublicKey', remove: 'DeleteSSHPublicKey',
  description: 'For services that a user reaches by SSH.',
  load: async (UserName, signal) =>
    (await everything('iam', 'ListSSHPublicKeys', 'SSHPublicKeys', { UserName }, signal))
      .map((key) => ({ id: key.SSHPublicKeyId, status: key.Status, created: key.UploadDate })),
};
const CERTIFICATE: KindOfCredential = {
  title: 'X.509 signing certificates', add: 'Upload certificate', idMember: 'CertificateId', update: 'UpdateSigningCertificate',
  remove: 'DeleteSigningCertificate', description: 'For services that take requests signed with a certificate. At most two.',
  load: async (UserName, signal) =>
    (await everything('iam', 'ListSigningCertificates', 'Certificates', { UserName }, signal))
      .map((one) => ({ id: one.CertificateId, status: one.Status, created: one.UploadDate })),
};
const SERVICE: KindOfCredential = {
  title: 'Service-specific credentials', add: 'Generate credentials', idMember: 'ServiceSpecificCredentialId',
  update: 'UpdateServiceSpecificCredential', remove: 'DeleteServiceSpecificCredential',
  description: 'A user name and password, or an API key, for one service alone.',
  load: async (UserName, signal) =>
    ((await iam('ListServiceSpecificCredentials', { UserName }, signal)).ServiceSpecificCredentials ?? [])
      .map((one: { ServiceSpecificCredentialId: string; Status: string; CreateDate: number; ServiceName: string; ServiceUserName?: string;
        ServiceCredentialAlias?: string }) => ({ id: one.ServiceSpecificCredentialId, status: one.Status, created: one.CreateDate,
        what: `${one.ServiceName}: ${one.ServiceUserName ?? one.ServiceCredentialAlias ?? ''}` })),
};
// The services that AWS has such credentials for.
const SERVICES = ['codecommit.amazonaws.com', 'cassandra.amazonaws.com', 'bedrock.amazonaws.com'].map((value) => ({ value, label: value }));

function Upload({ title, label, placeholder, step, onClose }: {
  title: string; label: string; placeholder: string; step: (text: string) => Step; onClose: () => void;
}) {
  const [text, setText] = useState('');
  return (
    <ActionModal title={title} submit="Upload" ready={text.trim() !== ''} steps={[step(text.trim())]} onClose={onClose}>
      <FormField label={label}><Textarea rows={8} value={text} placeholder={placeholder} onChange={({ detail }) => setText(detail.value)} /></FormField>
    </ActionModal>
  );
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Generated = any;

function Generate({ userName, onClose, onMade }: { userName: string; onClose: () => void; onMade: (made: Generated) => void }) {
  const [service, setService] = useState(SERVICES[0]);
  const [days, setDays] = useState('');
  const input = compact({ UserName: userName, ServiceName: service.value, CredentialAgeDays: days ? Number(days) : undefined });
  return (
    <ActionModal title="Generate service-specific credentials" submit="Generate" onClose={onClose}
      steps={[{ operation: 'CreateServiceSpecificCredential', input }]} onDone={(results) => onMade(results[0].ServiceSpecificCredential)}>
      <FormField label="Service">
        <Select selectedOption={service} options={SERVICES} onChange={({ detail }) => setService(SERVICES.find((one) => one.value === detail.selectedOption.value)!)} />
      </FormField>
      <FormField label="Expires after (days) - optional" constraintText="For services whose credentials may expire.">
        <Input type="number" inputMode="numeric" value={days} onChange={({ detail }) => setDays(detail.value)} />
      </FormField>
    </ActionModal>
  );
}

function Made({ made, onClose }: { made: Generated; onClose: () => void }) {
  const name = made.ServiceUserName ?? made.ServiceCredentialAlias;
  const secret = made.ServicePassword ?? made.ServiceCredentialSecret;
  return (
    <Modal visible header="Credentials generated" onDismiss={onClose} closeAriaLabel="Close"
      footer={<Box float="right"><Button variant="primary" onClick={onClose}>Close</Button></Box>}>
      <SpaceBetween size="m">
        <Alert type="info">This is the only time that the password can be viewed or downloaded.</Alert>
        <KeyValue columns={1} items={[
          { label: 'User name', value: <Copyable text={name} label="Copy the user name" /> },
          { label: 'Password', value: <Secret text={secret} name="password" /> },
        ]} />
        <DownloadCsv fileName={`${made.UserName}_${made.ServiceName.split('.')[0]}_credentials.csv`}
          rows={() => [['User Name', 'Password'], [name, secret]]} />
      </SpaceBetween>
    </Modal>
  );
}

function Section({ kind, userName, children, onAdd }: { kind: KindOfCredential; userName: string; children?: ReactNode; onAdd: () => void }) {
  const [open, setOpen] = useState<{ what: string; one: Credential }>();
  const loaded = useLoad<Credential[]>(`${kind.title} ${userName}`, (signal) => kind.load(userName, signal), { changesOf: ['iam'] });
  const input = (one: Credential) => ({ UserName: userName, [kind.idMember]: one.id });
  const next = (one: Credential) => (one.status === 'Active' ? 'Inactive' : 'Active');
  return (
    <>
      <SmallTable<Credential> title={kind.title} variant="embedded" items={loaded.data} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(one) => one.id} description={kind.description} empty="None" actions={<Button onClick={onAdd}>{kind.add}</Button>}
        columns={[
          { header: 'ID', text: (one) => one.id, cell: (one) => <span className="kit-wrap">{one.id}{one.what ? ` (${one.what})` : ''}</span> },
          { header: 'Status', cell: (one) => <Status status={one.status} /> },
          { header: 'Created', text: (one) => one.created, cell: (one) => <Time at={one.created} relative /> },
          { header: 'Actions', width: 160, cell: (one) => (
            <ButtonDropdown expandToViewport ariaLabel={`Actions of ${one.id}`} onItemClick={({ detail }) => setOpen({ what: detail.id, one })}
              items={[{ id: 'status', text: one.status === 'Active' ? 'Deactivate' : 'Activate' }, { id: 'delete', text: 'Delete' }]}>Actions</ButtonDropdown>
          ) },
        ]} />
      {open?.what === 'status' && (
        <ActionModal title={`${next(open.one) === 'Active' ? 'Activate' : 'Deactivate'} ${open.one.id}?`} submit="Save changes" onClose={() => setOpen(undefined)}
          steps={[{ operation: kind.update, input: { ...input(open.one), Status: next(open.one) } }]} />
      )}
      {open?.what === 'delete' && (
        <ActionModal title={`Delete ${open.one.id}?`} submit="Delete" onClose={() => setOpen(undefined)}
          steps={[{ operation: kind.remove, input: input(open.one) }]}><Box>What uses it is refused from then on.</Box></ActionModal>
      )}
      {children}
    </>
  );
}

export function OtherCredentials({ userName }: { userName: string }) {
  const [open, setOpen] = useState<'ssh' | 'certificate' | 'service'>();
  const [made, setMade] = useState<Generated>();
  const close = () => setOpen(undefined);
  return (
    <ExpandableSection variant="container" headerText="SSH keys, service credentials and certificates">
      <SpaceBetween size="l">
        <Section kind={SSH} userName={userName} onAdd={() => setOpen('ssh')} />
        <Section kind={SERVICE} userName={userName} onAdd={() => setOpen('service')} />
        <Section kind={CERTIFICATE} userName={userName} onAdd={() => setOpen('certificate')} />
      </SpaceBetween>
      {open === 'ssh' && <Upload title="Upload SSH public key" label="Public key" placeholder="ssh-rsa AAAA…" onClose={close}
        step={(text) => ({ operation: 'UploadSSHPublicKey', input: { UserName: userName, SSHPublicKeyBody: text } })} />}
      {open === 'certificate' && <Upload title="Upload signing certificate" label="Certificate (PEM)" placeholder="-----BEGIN CERTIFICATE-----" onClose={close}
        step={(text) => ({ operation: 'UploadSigningCertificate', input: { UserName: userName, CertificateBody: text } })} />}
      {open === 'service' && <Generate userName={userName} onClose={close} onMade={setMade} />}
      {made && <Made made={made} onClose={() => setMade(undefined)} />}
    </ExpandableSection>
  );
}
