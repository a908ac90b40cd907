// Assigning an MFA device: its name and kind, then what proves that the person has it.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { announceChange, call, session, useFlash } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { useSteps } from '../parts/api';
import { base64ToText } from '../parts/text';
import { CodeFields, codesProblem, codesReady, type Codes } from './mfa-codes';
import { mfaOwner } from './mfa-devices';
import { passkeysWork, registerPasskey } from './passkeys';
import { Secret } from './secret';
import './mfa.css';

const NAME = /^[\w+=,.@-]{1,128}$/;

interface Device { serial: string; seed: string; qr: string }
interface Owner { userName?: string; back: string }
type Kind = 'app' | 'passkey';

function NameAndKind({ name, setName, kind, setKind, tried }: {
  name: string; setName: (name: string) => void; kind: Kind; setKind: (kind: Kind) => void; tried: boolean;
}) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">MFA device name</Header>}>
        <FormField label="Device name" description="Enter a meaningful name to identify this device."
          errorText={tried && !NAME.test(name) ? 'Enter a name of letters, digits and +=,.@_- .' : undefined}
          constraintText="At most 128 characters: letters, digits and +=,.@_- ; no spaces. Unique in the account.">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      </Container>
      <Container header={<Header variant="h2">MFA device</Header>}>
        <FormField label="Device options" description="In addition to the user name and password, this device is asked for.">
          <RadioGroup value={kind} onChange={({ detail }) => setKind(detail.value as Kind)} items={[
            { value: 'app', label: 'Authenticator app', description: 'Codes that an app on your phone or computer makes.' },
            { value: 'passkey', label: 'Passkey or security key', disabled: !passkeysWork(),
              description: passkeysWork() ? 'Your fingerprint, face, screen lock, or a FIDO2 security key.'
                : 'This browser offers passkeys on https and on localhost only.' },
          ]} />
        </FormField>
      </Container>
    </SpaceBetween>
  );
}

function SetUpApp({ device, codes, setCodes, tried }: { device: Device; codes: Codes; setCodes: (codes: Codes) => void; tried: boolean }) {
  const [shown, setShown] = useState(false);
  return (
    <Container header={<Header variant="h2">Authenticator app</Header>}>
      <SpaceBetween size="l">
        <div>
          <Box variant="h3">1. Install an authenticator app</Box>
          <Box color="text-body-secondary">Any app for time-based one-time passwords (TOTP) works.</Box>
        </div>
        <div>
          <Box variant="h3">2. Scan the QR code with the app, or type the secret key</Box>
          <SpaceBetween size="s">
            {shown
              ? <img className="iam-qr" data-testid="mfa-qr" src={`data:image/png;base64,${device.qr}`} alt="QR code of the device's secret key" />
              : <Button onClick={() => setShown(true)}>Show QR code</Button>}
            <div>Secret key: <Secret text={device.seed} name="secret key" /></div>
          </SpaceBetween>
        </div>
        <div>
          <Box variant="h3">3. Enter two consecutive codes from the app</Box>
          <CodeFields codes={codes} onChange={setCodes} tried={tried} />
        </div>
      </SpaceBetween>
    </Container>
  );
}

function AssignMfa({ owner }: { owner: Owner }) {
  const navigate = useNavigate();
  const flash = useFlash();
  const making = useSteps();
  const enabling = useSteps();
  const [step, setStep] = useState(0);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('app');
  const [device, setDevice] = useState<Device>();
  const [codes, setCodes] = useState<Codes>(['', '']);
  const [tried, setTried] = useState(false);
  const [passkeyError, setPasskeyError] = useState<string>();

  const create = [{ operation: 'CreateVirtualMFADevice', input: { VirtualMFADeviceName: name } }];
  const enable = device ? [{ operation: 'EnableMFADevice', input: { UserName: mfaOwner(owner.userName), SerialNumber: device.serial,
    AuthenticationCode1: codes[0], AuthenticationCode2: codes[1] } }] : [];
  const done = () => {
    flash.success('MFA device assigned.');
    announceChange('iam');
    navigate(owner.back);
  };
  // A device that was made and is not assigned would be left over, and keep its name.
  const leave = async () => {
    if (device) await call('iam', 'DeleteVirtualMFADevice', { SerialNumber: device.serial }).catch(() => undefined);
    navigate(owner.back);
  };
  const forward = async () => {
    setTried(true);
    if (!NAME.test(name)) return;
    if (kind === 'app') {
      const results = device ? [] : await making.run(create);
      if (!results) return;
      if (!device) {
        const made = results[0].VirtualMFADevice;
        setDevice({ serial: made.SerialNumber, seed: base64ToText(made.Base32StringSeed), qr: made.QRCodePNG });
      }
    }
    setTried(false);
    setStep(1);
  };
  const back = async () => {
    if (device) await call('iam', 'DeleteVirtualMFADevice', { SerialNumber: device.serial }).catch(() => undefined);
    setDevice(undefined);
    setCodes(['', '']);
    setStep(0);
  };
  const submit = async () => {
    setTried(true);
    if (kind === 'passkey') return registerPasskey(owner.userName, name).then(done, (error) => setPasskeyError(error.message));
    if (codesProblem(codes)) return;
    if (await enabling.run(enable)) done();
  };
  return (
    <Wizard activeStepIndex={step} onCancel={leave} onSubmit={submit} submitButtonText="Add MFA"
      isLoadingNextStep={making.pending || enabling.pending}
      onNavigate={({ detail }) => { void (detail.requestedStepIndex > step ? forward() : back()); }}
      steps={[
        { title: 'Select MFA device', content: (
          <SpaceBetween size="l">
            <NameAndKind name={name} setName={setName} kind={kind} setKind={setKind} tried={tried} />
            <StepsRefusal running={making} />
            {kind === 'app' && <StepsCli steps={create} />}
          </SpaceBetween>
        ) },
        { title: 'Set up device', content: (
          <SpaceBetween size="l">
            {kind === 'app' && device && <SetUpApp device={device} codes={codes} setCodes={setCodes} tried={tried} />}
            {kind === 'passkey' && (
              <Container header={<Header variant="h2">Passkey or security key</Header>}>
                <Box>Choose "Add MFA", and do what your browser asks: use this device's lock, or touch your security key.</Box>
              </Container>
            )}
            {passkeyError && <Alert type="error" header="The passkey was not registered">{passkeyError}</Alert>}
            <StepsRefusal running={enabling} />
            {kind === 'app' && codesReady(codes) && <StepsCli steps={enable} />}
          </SpaceBetween>
        ) },
      ]} />
  );
}

export function AssignUserMfa() {
  const { name = '' } = useParams();
  return <AssignMfa owner={{ userName: name, back: `/iam/users/${encodeURIComponent(name)}?tab=credentials` }} />;
}

export function AssignOwnMfa() {
  const { kind, name } = session();
  return <AssignMfa owner={{ userName: kind === 'root' ? undefined : name, back: '/iam/security-credentials' }} />;
}
