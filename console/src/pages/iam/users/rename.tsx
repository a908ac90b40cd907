import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Alert from '@cloudscape-design/components/alert';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { ActionModal } from '../parts/action-modal';
import { compact } from '../parts/api';
import type { User } from '../parts/types';

export function RenameUser({ user, onClose }: { user: User; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState(user.UserName);
  const [path, setPath] = useState(user.Path);
  const renamed = name !== user.UserName;
  const input = compact({ UserName: user.UserName, NewUserName: renamed ? name : undefined, NewPath: path !== user.Path ? path : undefined });
  return (
    <ActionModal title={`Rename ${user.UserName}`} submit="Save changes" ready={name !== '' && Object.keys(input).length > 1}
      steps={[{ operation: 'UpdateUser', input }]} onClose={onClose}
      onDone={() => navigate(`/iam/users/${encodeURIComponent(name)}`, { replace: true })}>
      <FormField label="User name" constraintText="Letters, digits and +=,.@_- ; at most 64 characters.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Path" constraintText="Begins and ends with a slash."><Input value={path} onChange={({ detail }) => setPath(detail.value)} /></FormField>
      <Alert type="info">Policies and groups follow the user. Policies that name the old ARN do not.</Alert>
    </ActionModal>
  );
}
